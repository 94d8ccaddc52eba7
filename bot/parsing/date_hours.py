"""Reads a single day with its hours: 24 Dec 9-12; 24 Dec 22-2; 24 Dec closed; 24 Dec as usual. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from bot.input_errors import BadDate, BadHours, NoSuchDay, NoSuchTime, SeveralDays, WeekdayDiffers
from bot.parsing.dates import NEAR, is_day_alone, read_date
from bot.parsing.hours import read_hours
from bot.parsing.words.english import each_reading, in_english
from bot.parsing.words.plain import alone
from bot.parsing.words.tables import Topic
from services.errors import ClinicError
from services.models.scheduling import Hours

USUAL = {"usual", "as usual", "usual hours", "the usual", "normal", "as always", "back to usual", "reset"}
# “Mon 9-12” and “9-12” are hours, although 9-12 alone could be a date.
_HOURS = re.compile(r"(?:[a-z]+\.?\s+)?\d{1,2}\s*-\s*\d{1,2}")
# What may stand between the day and its hours.
_FROM = re.compile(r"^(?:[:,–-]\s+|from\s+|is\s+)")


@dataclass(frozen=True, slots=True)
class DateTyped:
    """A day, and the hours that were typed with it if it `has_hours`; None are the usual ones again."""

    day: date
    hours: tuple[Hours, ...] | None = None
    has_hours: bool = False


def read_date_hours(text: str, today: date) -> DateTyped:
    """Return the day that was typed, with its hours if there are any behind it.

    A weekday alone is no single day: its hours are those of every week. Raises as `read_date` does, and what
    reading the hours raises where a day stands before them.
    """
    return each_reading(lambda words: _date_hours(words, today), text, Topic.ANY)


def _date_hours(text: str, today: date) -> DateTyped:
    words = alone(text)
    unclear: ClinicError | None = None
    for split in re.finditer(r"[,:]?\s+", words):
        day, why = _day(words[: split.start()], today)
        unclear = unclear or why
        if day is None:
            continue
        try:
            return DateTyped(day, _hours(words[split.end() :]), has_hours=True)
        except (BadHours, NoSuchTime) as error:
            # “4” of “4 May 9-25” is a day, too: the longest reading tells best what is wrong.
            unclear = error
    if not is_day_alone(words):
        day, why = _day(words, today)
        unclear = why or unclear
        if day is not None:
            return DateTyped(day)
    raise unclear or BadDate(today)


def _day(words: str, today: date) -> tuple[date | None, ClinicError | None]:
    """Return the single day that is typed, or why it may be none."""
    if _HOURS.fullmatch(words) or (
        in_english(words, Topic.DAY) not in NEAR and not any(map(str.isdigit, words))
    ):
        return None, None
    try:
        return read_date(words, today), None
    except BadDate:
        return None, None
    except (NoSuchDay, WeekdayDiffers, SeveralDays) as error:
        return None, error


def _hours(words: str) -> tuple[Hours, ...] | None:
    words = _FROM.sub("", words).strip()
    return None if words in USUAL else read_hours(words)
