"""Reading when a doctor is away: a day, days, or a part of a day. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from bot.reading import is_day_alone, read_date, read_weekday
from bot.reading_hours import read_hours
from services.errors import BadDate, BadHours, NoSuchDay
from services.models import Hours

MIDNIGHT, NOON = time(0), time(12)
WHOLE_DAY = {"whole day", "all day", "the whole day", "whole", "all", "full day"}
PARTS = {"morning": Hours(MIDNIGHT, NOON), "afternoon": Hours(NOON, MIDNIGHT)}
SAME_DAY = {"only that day", "that day", "same day", "the same day", "only this day", "one day", "1 day"}

_BETWEEN = re.compile(r"\s*[-–—]\s*|\s+(?:to|till|until|through)\s+")
# 4-9 May, and May 4-9: the month is said once.
_DAY_TO_DATE = re.compile(r"(\d{1,2})\.?(?:\s*[-–—]\s*|\s+to\s+)(\d{1,2})\.?\s+([a-z]{3,}.*)")
_MONTH_TO_DAY = re.compile(r"([a-z]{3,})\s+(\d{1,2})(?:\s*[-–—]\s*|\s+to\s+)(\d{1,2})((?:,?\s+\d{4})?)")
_OPEN_BELOW, _OPEN_ABOVE = (
    re.compile(r"(?:until|till|to|before)\s+(.+)"),
    re.compile(r"(?:from|after)\s+(.+)"),
)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What was typed: a first day, and perhaps the last one, or which part of the only one."""

    first: date
    last: date | None = None
    part: Hours | None = None


def read_days_off(text: str, today: date, shown: date | None = None) -> DaysOff:
    """Return when somebody is away: 4 May; 4 May to 9 May; 4-9 May; 4 May 13:00-17:00; tomorrow afternoon.

    Where a calendar is `shown`, 28 and 28 to 30 are days of its month.
    Raises BadDate, NoSuchDay, and what reading the hours raises where a day with hours is typed.
    """
    words = " ".join(text.casefold().split()).strip(" .,").removeprefix("from ")
    for first, last in _halves(words):
        days = _both(first, last, today, shown)
        if days is not None:
            return days
    for split in re.finditer(r",?\s+", words):
        try:
            first_day = read_date(words[: split.start()], today)
            return DaysOff(first_day, first_day, read_part(words[split.end() :]))
        except (BadDate, NoSuchDay, BadHours):
            continue
    return DaysOff(read_date(words, today, shown))


def _halves(words: str) -> Iterator[tuple[str, str]]:
    """Yield each way to take the words for two dates."""
    if found := _DAY_TO_DATE.fullmatch(words):
        yield f"{found[1]} {found[3]}", f"{found[2]} {found[3]}"
    if found := _MONTH_TO_DAY.fullmatch(words):
        yield f"{found[1]} {found[2]}{found[4]}", f"{found[1]} {found[3]}{found[4]}"
    for between in _BETWEEN.finditer(words):
        yield words[: between.start()], words[between.end() :]


def _both(first: str, last: str, today: date, shown: date | None) -> DaysOff | None:
    if is_day_alone(last) and not is_day_alone(first):  # 4 May 13-17 is no day of the year 2013
        return None
    try:
        begin = read_date(first, today, shown)
        return DaysOff(begin, read_last_day(last, begin, today))
    except (BadDate, NoSuchDay):
        return None


def read_last_day(text: str, first: date, today: date, shown: date | None = None) -> date:
    """Return the last day that is meant of a time off from `first` on; a weekday is the next from there.

    So is a number alone; where another month is `shown`, of that.

    Raises BadDate, NoSuchDay.
    """
    words = " ".join(text.casefold().split()).strip(" .,")
    for before in ("until ", "till ", "to "):
        words = words.removeprefix(before)
    if words in SAME_DAY:
        return first
    try:
        counts_on = read_weekday(words) is not None or is_day_alone(words)
        return read_date(words, first if counts_on else today, shown or first)
    except OverflowError as error:  # after the last day of all calendars comes no Monday
        raise NoSuchDay from error


def read_part(text: str) -> Hours | None:
    """Return the part of a day that is meant: 13:00-17:00, from 1 pm, until noon, morning; None is all of it.

    Raises BadHours, NoSuchTime.
    """
    words = " ".join(text.casefold().split()).strip(" .,")
    if words in WHOLE_DAY:
        return None
    if part := PARTS.get(words.removeprefix("in the ").removeprefix("the ")):
        return part
    if found := _OPEN_BELOW.fullmatch(words):
        words = f"00:00-{found[1]}"
    elif (found := _OPEN_ABOVE.fullmatch(words)) and not _BETWEEN.search(found[1]):
        words = f"{found[1]}-24:00"
    stretches = read_hours(words)
    if len(stretches) != 1:
        raise BadHours
    return stretches[0]
