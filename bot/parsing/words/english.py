"""What is typed, in English words, whatever the reader's language is: so one grammar reads them all. Pure.

Words that the language does not have stay as they are, so English is understood in every language.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TypeVar

from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import language
from bot.parsing.words.letters import JOINTS, LONGEST_KEPT, comparable, runs
from bot.parsing.words.plain import (
    CLOCK_WORDS,
    DATE_LIKE,
    DAY_WORDS,
    MONTHS,
    NUMBER_WORDS,
    SEPARATORS,
    WEEKDAYS,
    alone,
    named,
    plain,
)
from bot.parsing.words.tables import Table, Topic, table_of
from services.errors import ClinicError

T = TypeVar("T")
# No answer that is read word by word is longer.
LONGEST = 1000
# 4 p. m. and 4 p.m. are 4pm in every language; so the words “a” and “am” of others are not taken for them.
_HALF = re.compile(r"(?<=\d)\s?([ap])\.?\s?m\b\.?")
GLUED = {"a", "p", "am", "pm", "h"}
# What a word may be written together with has at least so many letters.
SHORTEST_REST = 2
_TIME = (
    r"(?:\b(?:half|quarter|45 min) (?:past|to) )?"
    rf"(?:\d{{1,2}}(?:\s?[:.h]\s?\d{{2}})?|\b(?:{'|'.join(NUMBER_WORDS)}))(?:\s?h)?"
)
_PART = r"(?:in the )?(morning|noon|afternoon|evening|night|midnight)"
_PART_FIRST = re.compile(rf"\b{_PART} (?:at )?({_TIME})(?![\d:])")
_PART_LAST = re.compile(rf"({_TIME}) {_PART}\b")
_COUNTED = re.compile(rf"\b((?!1 |one )(?:\d+|{'|'.join(NUMBER_WORDS)}) (?:minute|hour|day|week|month))\b")
_AT = re.compile(r"\b(from|to|until|till|after|before) at\b")


def understood(text: str) -> str:
    """Return a value that is typed alone, in English."""
    return in_english(alone(text)).strip(SEPARATORS)


def in_english(words: str, topic: Topic = Topic.ANY) -> str:
    """Return a plain text with the words in English that are known in the reader's language."""
    reads = language()
    if reads is ENGLISH or len(words) > LONGEST:
        return words
    return _kept(words, topic, reads) if len(words) <= LONGEST_KEPT else _english(words, topic, reads)


def each_reading(read: Callable[[str], T], text: str, topic: Topic) -> T:
    """Return what is read in the text as the reader's language says it, or else as English does.

    Some words are of both: “mar 4” is a Tuesday in Spanish, and a day of March in English.
    Raises what `read` does for the first.
    """
    words = plain(text)
    meant = in_english(words, topic)
    try:
        return read(meant)
    except ClinicError:
        if meant != words:
            with suppress(ClinicError):
                return read(words)
        raise


def read_weekday(text: str) -> int | None:
    """Return the one weekday that is typed, as `date.weekday()` counts them, or None."""
    words = in_english(alone(text), Topic.DAY).removeprefix("on ").removeprefix("next ").removeprefix("this ")
    return named(words.removesuffix("s"), WEEKDAYS)


def speaks_of_clock(word: str) -> bool:
    """Tell whether that word may begin a time of day."""
    words = in_english(plain(word), Topic.CLOCK)
    return not words or words.split()[0] in CLOCK_WORDS


def speaks_of_days(text: str) -> bool:
    """Tell whether a word of the text is about some day: a name, an ordinal, a date in numbers, “week”."""
    words = [word.strip(" .,;()") for word in in_english(plain(text), Topic.DAY).split()]
    return any(
        word in DAY_WORDS
        or named(word, WEEKDAYS) is not None
        or named(word, MONTHS) is not None
        or DATE_LIKE.fullmatch(word) is not None
        for word in words
    )


def _english(words: str, topic: Topic, reads: Language) -> str:
    table = table_of(reads, topic)
    # Words that say nothing leave their spaces behind.
    said = " ".join(_replaced(_HALF.sub(r"\1m", words), table).split())
    for pattern, rewritten in table.rewrites:
        said = pattern.sub(rewritten, said)
    said = _COUNTED.sub(r"\1s", _AT.sub(r"\1", said))
    if topic is Topic.CLOCK:
        said = _PART_LAST.sub(_with_part, _PART_FIRST.sub(r"\2 \1", said))
    return " ".join(said.split())


_kept = lru_cache(maxsize=5000)(_english)


def _with_part(found: re.Match[str]) -> str:
    part = {"noon": "afternoon", "midnight": "night"}.get(found[2], found[2])
    return f"{found[1]} {'at' if part == 'night' else 'in the'} {part}"


def _replaced(words: str, table: Table) -> str:
    parts = runs(words)
    said, place = "", 0
    while place < len(parts):
        is_word, part = parts[place]
        is_glued = said[-1:].isdigit()
        if not is_word or (is_glued and part in GLUED):
            said, place = said + part, place + 1
            continue
        months = table.behind_numbers if said.rstrip(" .")[-1:].isdigit() else {}
        meaning, place = _meaning(parts, place, table, months)
        if meaning is None:
            said += part
            continue
        said += f" {meaning}" if is_glued else meaning
        if place < len(parts):
            parts[place] = False, _behind(parts[place][1], meaning)
    return said


def _meaning(
    parts: list[tuple[bool, str]], place: int, table: Table, first: Mapping[str, str]
) -> tuple[str | None, int]:
    """Return what the longest known words from that place on mean, and the place behind them."""
    last = place
    tries: list[tuple[str, int]] = []
    words: list[str] = []
    while len(words) < table.longest and last < len(parts):
        words.append(parts[last][1])
        tries.append((comparable(" ".join(words)), last + 1))
        if last + 2 >= len(parts) or not JOINTS.fullmatch(parts[last + 1][1]):
            break
        last += 2
    for key, behind in reversed(tries):
        if (meaning := first.get(key) or _known(key, table)) is not None:
            return meaning, behind
    return None, place + 1


def _known(key: str, table: Table) -> str | None:
    if (meaning := table.meanings.get(key)) is not None:
        return meaning
    if table.article and (meaning := table.meanings.get(key.removeprefix(table.article))) is not None:
        return meaning
    for prefix, before in table.prefixes.items():
        rest = key.removeprefix(prefix)
        if rest != key and len(rest) >= SHORTEST_REST:
            meaning = table.meanings.get(rest, table.meanings.get(table.article + rest))
            if meaning is not None:
                return f"{before} {meaning}".strip()
    return None


def _behind(part: str, meaning: str) -> str:
    """Return what stands behind a word without the full stop of its abbreviation."""
    part = part[1:] if re.match(r"\.(?:[ ,;]|$)", part) else part
    return f" {part}" if meaning and meaning != "h" and part[:1].isdigit() else part
