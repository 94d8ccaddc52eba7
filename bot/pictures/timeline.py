"""Where things are on a timeline that runs down a sheet. Pure; instants are aware UTC.

Time runs evenly, so that an hour that is skipped is not there, and one that comes twice is there twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from services.models import Slot

MINUTE = timedelta(minutes=1)
# The offsets of all zones are multiples of it.
STEP = timedelta(minutes=15)
USUAL_DAY = (time(8), time(18))


class OnTimeline(Protocol):
    """Whatever takes a stretch of time."""

    @property
    def slot(self) -> Slot:
        """The stretch."""


T = TypeVar("T", bound=OnTimeline)


@dataclass(frozen=True, slots=True)
class Scale:
    """Pixels from instants: `start` is at the height `top`."""

    top: float
    start: datetime
    pixels_a_minute: float

    def y(self, instant: datetime) -> float:
        """Return the height of an instant."""
        return self.top + (instant - self.start) / MINUTE * self.pixels_a_minute


@dataclass(slots=True)
class Row(Generic[T]):
    """Things side by side, because there is no room for one below the other."""

    top: float
    bottom: float
    items: list[T] = field(default_factory=list)


def span(stretches: Sequence[Slot], day: date, zone: ZoneInfo) -> Slot:
    """Return whole local hours that hold all the stretches; of a day without any, the usual ones."""
    if not stretches:
        first, last = (datetime.combine(day, at, zone).astimezone(UTC) for at in USUAL_DAY)
        return Slot(first, last)
    start, end = min(s.start for s in stretches), max(s.end for s in stretches)
    start -= timedelta(minutes=start.minute % 15, seconds=start.second, microseconds=start.microsecond)
    while start.astimezone(zone).minute:
        start -= STEP
    # A minute that is no quarter's is rounded up to one first.
    end += timedelta(minutes=-end.minute % 15)
    while end.astimezone(zone).minute:
        end += STEP
    return Slot(start, end)


def hours(shown: Slot, zone: ZoneInfo) -> Iterator[datetime]:
    """Go through the instants at which an hour begins on the clocks of the zone."""
    instant = shown.start
    while instant <= shown.end:
        if not instant.astimezone(zone).minute:
            yield instant
        instant += STEP


def clock_changes(shown: Slot, zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """Go through the instants at which clocks are changed, and by how much."""
    instant = shown.start + STEP
    while instant <= shown.end:
        before, after = (at.astimezone(zone).utcoffset() or timedelta() for at in (instant - MINUTE, instant))
        if before != after:
            yield instant, after - before
        instant += STEP


def in_rows(items: Sequence[T], scale: Scale, least: float) -> list[Row[T]]:
    """Return the items, which overlap nowhere, in rows of the height `least` or more; none overlap.

    One that would begin before the row above ends stands in that row; but one that is long begins below, a
    little late.
    """
    rows: list[Row[T]] = []
    for item in sorted(items, key=lambda item: item.slot):
        top, bottom = scale.y(item.slot.start), scale.y(item.slot.end)
        above = rows[-1] if rows else None
        if above is not None and top < above.bottom:
            if bottom - above.bottom < least:
                above.items.append(item)
                above.bottom = max(above.bottom, bottom)
                continue
            top = above.bottom
        rows.append(Row(top, max(bottom, top + least), [item]))
    return rows


def gaps(top: float, bottom: float, rows: Sequence[Row[T]]) -> list[tuple[float, float]]:
    """Return the parts from `top` to `bottom` that no row covers."""
    found, at = [], top
    for row in rows:
        if row.top > at:
            found.append((at, min(row.top, bottom)))
        at = max(at, row.bottom)
    found.append((at, bottom))
    return [(begin, end) for begin, end in found if begin < end]
