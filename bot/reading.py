"""Reading what people type: dates and times of day, forgivingly. Pure."""

import re
from datetime import date, time, timedelta

from services.errors import BadDate, BadPeriod, BadTime, NoSuchDay, PeriodBackwards
from services.models import Days

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
SHORTEST = 3
BETWEEN = re.compile(r"\s+(?:to|till|until|and|[-–])\s+", re.IGNORECASE)
# The clinic's calendar.
YEARS = range(2000, 3000)
NEAR = {"today": 0, "tomorrow": 1, "day after tomorrow": 2, "yesterday": -1, "day before yesterday": -2}
TIME = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)
NOON = 12
DAY_ALONE = re.compile(r"(?:the )?(0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|\.)?")


def read_date(text: str, today: date, shown: date | None = None) -> date:
    """Return the day that is meant; one without a year is the next such day. Raises BadDate, NoSuchDay.

    Understands 2027-05-04, today, tomorrow, yesterday, Monday, next tue, 4 May, May 4, 4 May 2027, 4.5.
    and 4/5/2027; and 4 or 4th, where a calendar is `shown` (a day of its month).
    """
    words = _words(text)
    if shown is not None and (alone := DAY_ALONE.fullmatch(words)):
        return _day_of(shown, int(alone[1]), today)
    if words in NEAR:
        return today + timedelta(days=NEAR[words])
    if (weekday := named(words, WEEKDAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    try:
        day, month, year = _numbers(words)
    except ValueError as error:
        raise BadDate(today + timedelta(days=1)) from error
    try:
        return _next(day, month, today) if year is None else date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise NoSuchDay from error


def is_day_alone(text: str) -> bool:
    """Tell whether what is typed is but a number, that of a day in a month which is shown."""
    return DAY_ALONE.fullmatch(_words(text)) is not None


def read_past_date(text: str, today: date) -> date:
    """Return the day that is meant of what is over: one without a year is the last such day, or today.

    Raises BadDate, NoSuchDay.
    """
    words, found = _words(text), read_date(text, today)
    if found <= today or words in NEAR:
        return found
    if named(words, WEEKDAYS) is not None:
        return found - timedelta(days=7)
    if _numbers(words)[2] is not None:
        return found
    try:
        return found.replace(year=found.year - 1)
    except ValueError as error:
        raise NoSuchDay from error


def _words(text: str) -> str:
    plain = " ".join(text.casefold().replace(",", " ").split())
    return plain.removeprefix("on ").removeprefix("next ").removeprefix("last ")


def read_days(text: str, today: date) -> Days:
    """Return the period from one day to another, each as `read_past_date` understands it.

    Between them is a word like “to”, or nothing where each is one word. What ends before it begins may
    reach into what is to come. Raises BadPeriod, PeriodBackwards.
    """
    unclear = BadPeriod(today.replace(day=1), today)
    parts = BETWEEN.split(text.strip())
    if len(parts) == 1:
        parts = text.split()
    try:
        first, last = (read_past_date(part, today) for part in parts)
        if last < first:
            last = read_date(parts[1], today)
    except (BadDate, NoSuchDay, ValueError) as error:  # the last where they are not two
        raise unclear from error
    if not (first.year in YEARS and last.year in YEARS):
        raise unclear
    if last < first:
        raise PeriodBackwards(first, last)
    return Days(first, last)


def _numbers(words: str) -> tuple[int, int, int | None]:
    """Return day, month and year as written, in numbers or with a month's name. Raises ValueError."""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", words):
        first, second, third = (int(part) for part in words.split("-"))
        return third, second, first
    plain = re.sub(r"(\d)(st|nd|rd|th)\b|\bof\b", r"\1", words)
    parts = [part for part in re.split(r"[\s./-]+", plain) if part]
    if parts and named(parts[0], MONTHS) is not None:  # May 4
        parts[:2] = reversed(parts[:2])
    day, month, *year = (_number(part) for part in parts)
    if len(year) > 1:
        raise ValueError(words)
    if year:
        return day, month, year[0] if year[0] > 99 else 2000 + year[0]  # noqa: PLR2004 - 27 means 2027
    return day, month, None


def _next(day: int, month: int, today: date) -> date:
    """Return the next such day from today on. Raises ValueError, OverflowError."""
    this_year = today.replace(month=month, day=day)
    return this_year if this_year >= today else this_year.replace(year=today.year + 1)


def _day_of(shown: date, number: int, today: date) -> date:
    """Return the day of that number in a month, or in the next where it is over. Raises NoSuchDay."""
    try:
        found = shown.replace(day=number)
        return found if found >= today else (shown.replace(day=1) + timedelta(days=31)).replace(day=number)
    except (ValueError, OverflowError) as error:
        raise NoSuchDay from error


def _number(part: str) -> int:
    month = named(part, MONTHS)
    return int(part) if month is None else month + 1


def named(word: str, names: tuple[str, ...]) -> int | None:
    """Return which of the names begins with the word, or None; three letters are needed."""
    fits = [index for index, name in enumerate(names) if len(word) >= SHORTEST and name.startswith(word)]
    return fits[0] if fits else None


def read_weekday(text: str) -> int | None:
    """Return the one weekday that is typed, as `date.weekday()` counts them, or None."""
    words = text.casefold().strip(" .,?").removeprefix("on ").removeprefix("next ")
    return named(words.removesuffix("s"), WEEKDAYS)


def read_time(text: str) -> time:
    """Return the time of day that is meant: 10:30 AM, 9:30, 14:00, 2pm, noon. Raises BadTime."""
    return read_times(text)[0]


def read_times(text: str) -> tuple[time, ...]:
    """Return the times of day that may be meant, that of the 24-hour clock first: 2:30 and 14:30 for 2:30.

    Raises BadTime.
    """
    words = text.strip().casefold().removeprefix("at ")
    if words in {"noon", "midday"}:
        return (time(NOON),)
    found = TIME.fullmatch(words)
    if found is None:
        raise BadTime
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= NOON:
        raise BadTime
    if half:
        hours = [hour % NOON + (NOON if half == "p" else 0)]
    elif 1 <= hour <= NOON:
        hours = [hour, (hour + NOON) % (2 * NOON)]
    else:
        hours = [hour]
    try:
        return tuple(time(each, minute) for each in hours)
    except ValueError as error:
        raise BadTime from error
