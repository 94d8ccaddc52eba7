"""Reads when a doctor is away: a day, days, or a part of a day. Pure."""

import re
from dataclasses import dataclass
from datetime import date, time

from bot.input_errors import BadDate, BadHours, NoSuchDay, SeveralDays, WeekdayDiffers
from bot.parsing.calendar_grammar import halves
from bot.parsing.dates import is_day_alone, read_date, read_near_end
from bot.parsing.hours import read_hours
from bot.parsing.words.english import each_reading, understood
from bot.parsing.words.plain import alone, plain
from bot.parsing.words.tables import Topic
from services.errors import ClinicError
from services.models.scheduling import Hours

MIDNIGHT, NOON = time(0), time(12)
WHOLE_DAY = {"whole day", "all day", "the whole day", "whole", "all", "full day"}
PARTS = {"morning": Hours(MIDNIGHT, NOON), "afternoon": Hours(NOON, MIDNIGHT)}
SAME_DAY = {"only that day", "that day", "same day", "the same day", "only this day", "one day", "1 day"}

_TO = re.compile(r"-|\b(?:to|till|until)\b")
_OPEN_BELOW, _OPEN_ABOVE = (
    re.compile(r"(?:until|till|to|before)\s+(.+)"),
    re.compile(r"(?:from|after)\s+(.+)"),
)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What was typed: the first day, and perhaps the last one, or the part of a single day."""

    first: date
    last: date | None = None
    part: Hours | None = None


def read_days_off(text: str, today: date, shown: date | None = None) -> DaysOff:
    """Return when somebody is away: 4 May; 4 May to 9 May; 4-9 May; 4 May 13:00-17:00; tomorrow afternoon.

    Where a calendar is `shown`, 28 and 28 to 30 are days of its month.
    Raises as `read_date` does, and what reading the hours raises where a day with hours is typed.
    """
    return each_reading(lambda words: _days_off(words, today, shown), text, Topic.ANY)


def _days_off(text: str, today: date, shown: date | None) -> DaysOff:
    words = alone(text).removeprefix("from ")
    unclear: ClinicError | None = None
    for first, last in halves(words):
        try:
            return _both(first, last, today, shown)
        except (BadDate, NoSuchDay):
            continue
        except (WeekdayDiffers, SeveralDays) as error:
            unclear = unclear or error
    for split in re.finditer(r",?\s+", words):
        try:
            first_day = read_date(words[: split.start()], today)
            return DaysOff(first_day, first_day, read_part(words[split.end() :]))
        except (BadDate, NoSuchDay, BadHours):
            continue
    try:
        return DaysOff(read_date(words, today, shown))
    except BadDate as error:
        raise unclear or error from None


def _both(first: str, last: str, today: date, shown: date | None) -> DaysOff:
    """Return the days from one to another. Raises as `read_date` does."""
    # “4 May 13-17” means hours, and not days from 4 May 2013 on; “4 May to the 9th” means days.
    if last[-1:].isdigit() and is_day_alone(last) and not is_day_alone(first):
        raise BadDate(today)
    begin = read_date(first, today, shown)
    return DaysOff(begin, read_last_day(last, begin, today))


def read_last_day(text: str, first: date, today: date, shown: date | None = None) -> date:
    """Return the last day of a time off from `first` on; it counts from there.

    A number alone means a day of the month that is `shown`, if another one is.

    Raises as `read_date` does.
    """
    words = understood(text)
    for before in ("until ", "till ", "to "):
        words = words.removeprefix(before)
    if words in SAME_DAY:
        return first
    return read_near_end(words, first, today, shown or first)


def read_part(text: str) -> Hours | None:
    """Return the part of a day: 13:00-17:00, from 1 pm, until noon, morning; None is the whole day.

    Raises BadHours, NoSuchTime.
    """
    return each_reading(_part, text, Topic.CLOCK)


def _part(text: str) -> Hours | None:
    words = plain(text).strip(" ,")
    if words in WHOLE_DAY:
        return None
    if part := PARTS.get(words.removeprefix("in the ").removeprefix("the ")):
        return part
    if found := _OPEN_BELOW.fullmatch(words):
        words = f"00:00-{found[1]}"
    elif (found := _OPEN_ABOVE.fullmatch(words)) and not _TO.search(found[1]):
        words = f"{found[1]}-24:00"
    stretches = read_hours(words)
    if len(stretches) != 1:
        raise BadHours
    return stretches[0]
