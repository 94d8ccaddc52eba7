"""Reads how late a doctor is: 20, 20 minutes, half an hour, on time again. Pure."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.parsing.hours import read_span
from bot.parsing.words.english import in_english
from bot.parsing.words.plain import plain
from bot.parsing.words.tables import Topic

MINUTE = timedelta(minutes=1)
_LATE = re.compile(r"^late\s+|\s+late$")
ON_TIME = re.compile(r"(?:now )?on time(?: again| now)?", re.IGNORECASE)
# Half an hour and ten minutes.
MOST_WORDS = 6


def read_lateness(words: Sequence[str]) -> tuple[int | None, list[str]]:
    """Return the minutes (0: on time), and the words that say something else; None if none say how late.

    It may stand before a doctor's name or behind it.
    """
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        for said, rest in (
            (words[:count], words[count:]),
            (words[len(words) - count :], words[: len(words) - count]),
        ):
            minutes = _minutes(" ".join(said))
            if minutes is not None:
                return minutes, list(rest)
    return None, list(words)


def _minutes(text: str) -> int | None:
    text = _LATE.sub("", in_english(plain(text), Topic.SPAN))
    if ON_TIME.fullmatch(text):
        return 0
    late = read_span(text, MINUTE)
    return None if late is None else late // MINUTE
