"""The grammar of dates in a sentence, and the days that they are. Pure."""

from datetime import date, timedelta

from bot.parsing.when.run import Run

YEARS = range(2000, 3000)
MOST_DAY = 31
MONTHS_A_YEAR = 12
# There may be eight years between two 29 February (1896 and 1904).
LEAP_GAP = 8
YEAR_DIGITS = 4
# The 31st is in this month, in the next, or in the one behind that.
MONTHS_FOR_A_DAY = 3


def named_date(run: Run, place: int) -> tuple[int, int, int | None, int]:
    """Return day, month, year and the place behind a date with a named month; the day is 0 if it is none."""
    month = run.get(place, "month_name")
    if month is not None:
        at = run.past(run.past_sign(place + 1, "."), "the", "glue")
        number = numeral(run, at)
        if number and may_be_day(run, at):
            year, end = _year(run, run.past_sign(run.past_sign(at + 1, "."), ","))
            return number, month, year, end
        return 0, 0, None, place
    first = run.past(place, "the", "the_date")
    number = numeral(run, first)
    if not number:
        return 0, 0, None, place
    behind = first + 1
    behind = run.past(run.past_sign(behind, ".", "-", "/"), "of", "glue", "the")
    month = run.get(behind, "month_name")
    is_from = run.moving and run.has(place - 1, "from", "from_weak")
    if month is None and is_from and run.has(behind, "to", "as_moved"):
        # From 4 to 8 December: the month is said once.
        return number, named_date(run, behind + 1)[1], None, behind
    if month is None:
        return 0, 0, None, place
    year, end = _year(run, run.past(run.past_sign(run.past_sign(behind + 1, "."), ","), "of", "glue"))
    return number, month, year, end if year else behind + 1


def _year(run: Run, place: int) -> tuple[int | None, int]:
    """Return the year, or None, and the place behind it."""
    year = run.get(place, "number")
    if year in YEARS and run.get(place, "digits") == YEAR_DIGITS:
        end = run.past(place + 1, "year")
        return year, run.past_sign(end, ".") if end > place + 1 else end
    # Without a year, a comma or “of” before it is no part of the date.
    return None, place - 1 if run.at(place - 1).sign == "," else place


def numeral(run: Run, place: int) -> int:
    """Return the number of a day of a month that is written there, or 0."""
    number = run.get(place, "ordinal")
    number = run.get(place, "number") if number is None else number
    is_day = number is not None and 1 <= number <= MOST_DAY and not run.has(place, "marked", "half_day")
    return number or 0 if is_day else 0


def may_be_day(run: Run, place: int) -> bool:
    """Tell whether a number may be a day: nothing with it says that it is an hour."""
    if run.has(place, "marked", "half_day"):
        return False
    return not run.has(place + 1, "h", "hour", "beside") and (
        not run.has(place + 1, "half_day") or run.has(place + 1, "number", "clock")
    )


def dated(number: int, month: int, year: int | None, since: date) -> date | None:
    """Return that day; without a year the next one from `since` on. None: there is no such day."""
    if year is not None:
        return exact(year, month, number) if year in YEARS else None
    days = (exact(each, month, number) for each in range(since.year, since.year + LEAP_GAP + 1))
    return next((found for found in days if found and found >= since), None)


def with_number(number: int, since: date) -> date | None:
    """Return the next day of that number: of this month, or of one of the next."""
    for ahead in range(MONTHS_FOR_A_DAY):
        month = since.month - 1 + ahead
        found = exact(since.year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, number)
        if found and found >= since:
            return found
    return None


def exact(year: int, month: int, number: int) -> date | None:
    """Return that day, or None if there is no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def moved(start: date, days: int) -> date | None:
    """Return the day that is so many days later, or None beyond the end of the calendar."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


def months_on(start: date, months: int) -> date:
    """Return the same day so many months later, or the last one of that month."""
    month = start.month - 1 + months
    year, month = start.year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1
    return next(found for last in range(start.day, 0, -1) if (found := exact(year, month, last)))
