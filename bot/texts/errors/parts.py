"""What the sentences of several errors have in common."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.localization.messages import Phrase
from bot.texts.formats import and_more, clock_time, comma_list, either, esc, span, zone_note
from services.clinic_rules import ClinicRules
from services.errors import ClinicError

Sentence = Callable[[Any, ClinicRules], str]
# Those that need no facts are phrases.
Sentences = Mapping[type[ClinicError], Sentence | Phrase]
MOST_NAMED = 5


def paragraph(*sentences: object) -> str:
    """Return sentences one after the other; empty ones are left out."""
    return " ".join(filter(None, map(str, sentences)))


def at(value: datetime, rules: ClinicRules) -> str:
    """Return an instant's time of day; the zone is named where it is not the clinic's."""
    return clock_time(value, rules.zone) + zone_note(rules)


def long(minutes: int) -> str:
    """Return how long so many minutes are."""
    return span(timedelta(minutes=minutes))


def first_few(choices: Sequence[str]) -> str:
    """Return the first few, and how many more there are. Escaped."""
    shown = comma_list([esc(choice) for choice in choices[:MOST_NAMED]])
    return and_more(shown, len(choices) - MOST_NAMED)


def one_of(choices: Sequence[str]) -> str:
    """Return the first few with an “or” between the last two. Escaped."""
    return either([esc(choice) for choice in choices[:MOST_NAMED]])
