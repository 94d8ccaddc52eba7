"""Where things are on a timeline that runs down a sheet. Pure; instants are aware UTC.

An hour that is skipped when clocks change is missing; one that comes twice is there twice.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.models.slots import Slot

MINUTE = timedelta(minutes=1)
# The offsets of all time zones are multiples of this.
STEP = timedelta(minutes=15)
USUAL_DAY = (time(8), time(18))


@dataclass(frozen=True, slots=True)
class Scale:
    """Heights of instants: some are known, in order; those between are interpolated."""

    instants: Sequence[datetime]
    heights: Sequence[float]

    def y(self, instant: datetime) -> float:
        """Return the height of an instant that is not before the first known one or after the last."""
        number = min(max(bisect_right(self.instants, instant), 1), len(self.instants) - 1)
        start, end = self.instants[number - 1 : number + 1]
        top, bottom = self.heights[number - 1 : number + 1]
        return top + (bottom - top) * ((instant - start) / (end - start) if start < end else 0)


def span(stretches: Sequence[Slot], day: date, zone: ZoneInfo) -> Slot:
    """Return whole local hours that contain all the stretches; the usual ones for an empty day."""
    if not stretches:
        first, last = (datetime.combine(day, at, zone).astimezone(UTC) for at in USUAL_DAY)
        return Slot(first, last)
    start, end = min(s.start for s in stretches), max(s.end for s in stretches)
    start -= timedelta(minutes=start.minute % 15, seconds=start.second, microseconds=start.microsecond)
    while start.astimezone(zone).minute:
        start -= STEP
    # First rounded up to a quarter of an hour.
    end += timedelta(minutes=-end.minute % 15)
    while end.astimezone(zone).minute:
        end += STEP
    return Slot(start, end)


def hours(shown: Slot, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which an hour begins in the time zone."""
    instant = shown.start
    while instant <= shown.end:
        if not instant.astimezone(zone).minute:
            yield instant
        instant += STEP


def clock_changes(shown: Slot, zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """Yield the instants at which the clocks change, and by how much."""
    instant = shown.start + STEP
    while instant <= shown.end:
        before, after = (at.astimezone(zone).utcoffset() or timedelta() for at in (instant - MINUTE, instant))
        if before != after:
            yield instant, after - before
        instant += STEP


def gaps(top: float, bottom: float, covered: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the parts from `top` to `bottom` that nothing covers; `covered` is in order."""
    found, at = [], top
    for begin, end in covered:
        if begin > at:
            found.append((at, min(begin, bottom)))
        at = max(at, end)
    found.append((at, bottom))
    return [(begin, end) for begin, end in found if begin < end]
