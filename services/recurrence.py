"""When the visits of a series are: recurrence rules of RFC 5545 (section 3.3.10). Pure.

The rule is about the clinic's wall time, so a visit stays at its hour when the clocks change. Monthly is the
same weekday of the month, such as the second Tuesday, as doctors work by weekdays; the fifth one is the last.
A time that a clock change skips is none, and is not counted; of one that occurs twice, it is the first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from services.local_time import instants_at
from services.models.series import Every, SeriesRule

WEEKS = {Every.WEEK: 1, Every.TWO_WEEKS: 2, Every.THREE_WEEKS: 3, Every.FOUR_WEEKS: 4}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Every month has so many of each weekday; what is behind them is the last one.
SURE_WEEKS = 4


def planned_times(rule: SeriesRule, first: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when the rule has its visits, as aware UTC, the first of which is `first`."""
    walls = _walls(rule.every, first.astimezone(zone).replace(tzinfo=None))
    found = [first]
    next(walls)
    while len(found) < rule.count:
        wall = next(walls)
        found += instants_at(wall.date(), wall.time(), zone)[:1]
    return found


def recurrence(rule: SeriesRule, first: datetime, zone: ZoneInfo) -> dict[str, object]:
    """Return the parts of the RRULE property, as iCalendar has them, for a DTSTART of `first` in the zone."""
    if rule.every is Every.MONTH:
        number, day = weekday_of_month(first.astimezone(zone))
        return {"FREQ": "MONTHLY", "COUNT": rule.count, "BYDAY": f"{number}{DAYS[day]}"}
    weeks = WEEKS[rule.every]
    return {"FREQ": "WEEKLY", "COUNT": rule.count} | ({"INTERVAL": weeks} if weeks > 1 else {})


def _walls(every: Every, first: datetime) -> Iterator[datetime]:
    """Yield the wall times of the rule without end, from the first on."""
    if every is Every.MONTH:
        number, day = weekday_of_month(first)
        return iter(rrule(MONTHLY, dtstart=first, byweekday=weekday(day, number)))
    return iter(rrule(WEEKLY, dtstart=first, interval=WEEKS[every]))


def weekday_of_month(wall: datetime) -> tuple[int, int]:
    """Return which of its weekday in the month a day is (-1: the last), and the weekday (0 is Monday)."""
    number = (wall.day - 1) // 7 + 1
    return (number if number <= SURE_WEEKS else -1), wall.weekday()


def as_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall time; one that is skipped is taken with the offset from before."""
    return wall.replace(tzinfo=zone).astimezone(UTC)
