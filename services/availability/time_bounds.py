"""Bounds within which a time is wanted: days, parts of the day, times of day. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from services.local_time import part_of_day
from services.models.scheduling import PartOfDay, Weekday


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """When a visit may begin, by the clocks of whoever looks for a time; what is empty does not count.

    - `days`: on one of these. `first` and `last`: not before, and not after, that day.
    - `part`: in that part of the day. `times`: at one of these times.
    - `after` and `before`: not earlier than the one, and earlier than the other.
    - `not_days`, `not_dates` and `not_parts` are not wanted.
    """

    days: tuple[date, ...] = ()
    first: date | None = None
    last: date | None = None
    part: PartOfDay = PartOfDay.ANY
    times: tuple[time, ...] = ()
    after: time | None = None
    before: time | None = None
    not_days: tuple[Weekday, ...] = ()
    not_dates: tuple[date, ...] = ()
    not_parts: tuple[PartOfDay, ...] = ()

    def __bool__(self) -> bool:
        return self != ANY_TIME

    def allow_day(self, day: date) -> bool:
        """Tell whether a visit may begin on that day."""
        if day in self.not_dates or day.weekday() in self.not_days:
            return False
        if (self.first is not None and day < self.first) or (self.last is not None and day > self.last):
            return False
        return not self.days or day in self.days

    def allow(self, start: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a visit may begin at that instant, by the clocks of the zone."""
        there = start.astimezone(zone)
        at, part = there.time(), part_of_day(start, zone)
        if not self.allow_day(there.date()) or part in self.not_parts:
            return False
        if self.part is not PartOfDay.ANY and part is not self.part:
            return False
        if (self.after is not None and at < self.after) or (self.before is not None and at >= self.before):
            return False
        return not self.times or at in self.times

    def span(self, first: date, last: date) -> tuple[date, date]:
        """Return the first and the last day between two that a visit may begin on, as far as one can tell.

        The first is behind the last where there is none.
        """
        first = max(first, self.first or first, min(self.days, default=first))
        return first, min(last, self.last or last, max(self.days, default=last))


ANY_TIME = TimeBounds()
