"""Reads dates and periods as people type them. Pure."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.input_errors import BadDate, BadPeriod, NoSuchDay, PeriodBackwards, SeveralDays, WeekdayDiffers
from bot.parsing.calendar_grammar import Written, halves, without_signs, written
from bot.parsing.when import When, find_when
from bot.parsing.words.english import each_reading, in_english
from bot.parsing.words.plain import NUMBER_WORDS, alone
from bot.parsing.words.tables import Topic
from services.errors import ClinicError
from services.models.scheduling import Days

# The years that are accepted.
YEARS = range(2000, 3000)
NEAR = {
    "today": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "overmorrow": 2,
    "yesterday": -1,
    "day before yesterday": -2,
}
_IN = re.compile(rf"in (?P<count>\d{{1,4}}|an?|{'|'.join(NUMBER_WORDS)}) (?P<unit>day|week)s?")
# There may be eight years between two 29 February (1896 and 1904).
LEAP_GAP = 8
HALF_A_YEAR = timedelta(days=183)
# Returns the date of a day and a month without a year. Raises NoSuchDay.
Nearest = Callable[[int, int], date]


def read_date(text: str, today: date, shown: date | None = None) -> date:
    """Return the day that is meant; without a year it is the next such day.

    Understands 2027-05-04, today, tomorrow, yesterday, in 3 days, Monday, next tue, 4 May, May 4th, Tue 4 May
    2027, 4.5. and 13/5/2027; 4 or 4th, where a calendar is `shown` (a day of its month); and what is one day
    in a sentence: a week from Friday.
    Raises BadDate, NoSuchDay, WeekdayDiffers, and SeveralDays for 4/5.
    """
    try:
        return _read(text, today, today, shown, lambda day, month: _next(day, month, today))
    except BadDate:
        found = _in_sentence(text, today)
        if found is None:
            raise
        return found


def _in_sentence(text: str, today: date) -> date | None:
    """Return the one day of which a text speaks as sentences do, and of nothing else; or None."""
    words = alone(text)
    found = find_when(words, today)
    if len(found) != 1 or len(found[0].when.days) != 1 or is_day_alone(text):
        return None
    only = found[0]
    is_all = only.start == 0 and not words[only.end :].strip(" .!?")
    return only.when.days[0] if is_all and only.when == When(days=only.when.days) else None


def read_end(text: str, first: date, today: date, shown: date | None = None) -> date:
    """Return the day that is meant as the last day of a period: weekdays and dates count from `first` on.

    Words such as “tomorrow” count from today. Raises as `read_date` does.
    """
    return _read(text, today, first, shown, lambda day, month: _next(day, month, first))


def read_near_end(text: str, first: date, today: date, shown: date | None = None) -> date:
    """Return the day as `read_end` does, but the one before `first` if the next is most of a year away.

    28 Dec to 2 Jan is a week over new year; 9 May to 4 May is a slip.
    """

    def nearest(day: int, month: int) -> date:
        found = _next(day, month, first)
        if found - first <= HALF_A_YEAR:
            return found
        return _in_year(first.year, month, day) or found

    return _read(text, today, first, shown, nearest)


def read_past_date(text: str, today: date) -> date:
    """Return a past day; without a year it is the last such day, or today.

    Raises as `read_date` does.
    """
    found = _read(text, today, today, None, lambda day, month: _last(day, month, today))
    if not _is_weekday(text) or found <= today:
        return found
    try:
        return found - timedelta(days=7)
    except OverflowError as error:
        raise NoSuchDay from error


def is_day_alone(text: str) -> bool:
    """Tell whether only the number of a day is typed: 4, the 4th, Tue 4. It means the month that is shown."""
    return any(each.day and not each.month for each in written(_words(text)))


def _is_weekday(text: str) -> bool:
    return [each.month for each in written(_words(text))] == [0]


def _words(text: str) -> str:
    return without_signs(in_english(alone(text), Topic.DAY))


def _read(text: str, today: date, since: date, shown: date | None, nearest: Nearest) -> date:
    """Return the day that is meant; weekdays and numbers of days count from `since` on."""
    return each_reading(lambda words: _meant(words, today, since, shown, nearest), text, Topic.DAY)


def _meant(text: str, today: date, since: date, shown: date | None, nearest: Nearest) -> date:
    words = without_signs(alone(text))
    away = _away(words.removeprefix("on ").removeprefix("the "))
    try:
        if away is not None:
            return today + away
        days = [(each, _day(each, since, shown, nearest)) for each in written(words)]
    except (ValueError, OverflowError) as error:
        raise NoSuchDay from error
    found = {day: each for each, day in days if day is not None}
    if not found:
        raise BadDate(_after(today))
    fits = [day for day, each in found.items() if each.weekday in {None, day.weekday()}]
    if len(fits) > 1:
        raise SeveralDays(tuple(sorted(fits)))
    if fits:
        return fits[0]
    day, each = next(iter(found.items()))
    if not each.month and words[-1].isdigit():
        # “Wed 9” may mean a Wednesday at nine.
        raise BadDate(_after(today))
    raise WeekdayDiffers(day, each.weekday or 0)


def _after(today: date) -> date:
    return today + timedelta(days=1) if today < date.max else today


def _away(words: str) -> timedelta | None:
    """Return the distance from today, if the day is named by it: tomorrow, in 3 days."""
    if words in NEAR:
        return timedelta(days=NEAR[words])
    found = _IN.fullmatch(words)
    if found is None:
        return None
    count = found["count"]
    number = int(count) if count.isdigit() else NUMBER_WORDS.get(count, 1)
    return timedelta(days=number * (7 if found["unit"] == "week" else 1))


def _day(each: Written, since: date, shown: date | None, nearest: Nearest) -> date | None:
    """Return the day, or None if only its number is written and no month is shown.

    Raises NoSuchDay, ValueError or OverflowError if there is no such day.
    """
    if each.month:
        return nearest(each.day, each.month) if each.year is None else date(each.year, each.month, each.day)
    if each.day:
        return _day_of(shown, each.day, since) if shown else None
    return since + timedelta(days=((each.weekday or 0) - since.weekday() - 1) % 7 + 1)


def _day_of(shown: date, number: int, since: date) -> date:
    """Return the day of that number in a month, or in the next if it has passed. Raises as `_day` does."""
    found = shown.replace(day=number)
    return found if found >= since else (shown.replace(day=1) + timedelta(days=31)).replace(day=number)


def _next(day: int, month: int, since: date) -> date:
    """Return the next such day from `since` on. Raises NoSuchDay."""
    days = (_in_year(year, month, day) for year in range(since.year, since.year + LEAP_GAP + 1))
    return _first(found for found in days if found and found >= since)


def _last(day: int, month: int, today: date) -> date:
    """Return the last such day until `today`. Raises NoSuchDay."""
    days = (_in_year(year, month, day) for year in range(today.year, today.year - LEAP_GAP - 1, -1))
    return _first(found for found in days if found and found <= today)


def _first(days: Iterator[date]) -> date:
    found = next(days, None)
    if found is None:
        raise NoSuchDay
    return found


def _in_year(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_days(text: str, today: date) -> Days:
    """Return the period from one day to another, the first as `read_past_date` understands it.

    Between them is a word like “to”, or a space. The last counts from the first, and may be in the future.
    Raises BadPeriod, PeriodBackwards, WeekdayDiffers, SeveralDays.
    """
    return each_reading(lambda words: _period(words, today), text, Topic.DAY)


def _period(text: str, today: date) -> Days:
    unclear: ClinicError = BadPeriod(today.replace(day=1), today)
    words = alone(text).removeprefix("from ")
    gaps = ((words[: gap.start()], words[gap.end() :]) for gap in re.finditer(" ", words))
    for one, other in (*halves(words), *gaps):
        try:
            first = read_past_date(one, today)
            last = read_end(other, first, today)
        except (BadDate, NoSuchDay):
            continue
        except (WeekdayDiffers, SeveralDays) as error:
            unclear = error
            continue
        if not (first.year in YEARS and last.year in YEARS):
            break
        if last < first:
            raise PeriodBackwards(first, last)
        return Days(first, last)
    raise unclear
