"""Local days in UTC: when a day of a time zone begins and ends, and its parts. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.models.scheduling import MINUTES_A_DAY, Hours, PartOfDay
from services.models.slots import Slot

# The hours with which the parts of a day end.
PARTS = ((PartOfDay.MORNING, 12), (PartOfDay.AFTERNOON, 17), (PartOfDay.EVENING, 24))


def local_stretch(hours: Hours, day: date, zone: ZoneInfo) -> Slot:
    """Return hours of a local day in UTC. If a clock change skips them all, they end before they start."""
    # Where the clock change skips the last hour of a day, as in Nuuk, that hour would be read as the next
    # day's.
    last = day_bounds(day, day, zone).end
    start = datetime.combine(day, hours.start, tzinfo=zone).astimezone(UTC)
    if hours.last == MINUTES_A_DAY:
        return Slot(start, last)
    return Slot(start, min(last, datetime.combine(day, hours.end, tzinfo=zone).astimezone(UTC)))


def instants_at(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """Return when the zone's clocks show that: one instant, two where they were set back, none where skipped.

    As aware UTC, earliest first (PEP 495).
    """
    walls = (datetime.combine(day, at.replace(fold=fold), tzinfo=zone) for fold in (0, 1))
    found = {wall.astimezone(UTC) for wall in walls}
    return sorted(it for it in found if it.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at))


def part_of_day(start: datetime, zone: ZoneInfo) -> PartOfDay:
    """Return the part of the day in which an instant lies: morning, afternoon or evening."""
    hour = start.astimezone(zone).hour
    return next(part for part, end in PARTS if hour < end)


def part_of_time(at: time) -> PartOfDay:
    """Return the part of the day in which a time of day lies."""
    return next(part for part, end in PARTS if at.hour < end)


def day_bounds(first: date, last: date, zone: ZoneInfo) -> Slot:
    """Return the stretch from the first instant of one local day to the end of another."""
    return Slot(
        datetime.combine(first, datetime.min.time(), tzinfo=zone).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone).astimezone(UTC),
    )


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from one to another, both of them included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
