"""A doctor's time: weekly hours, time off, slots, days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum


class Weekday(IntEnum):
    """The days of the week as `date.weekday()` counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of one day, in the wall time of the clinic's zone; `end` is not part of it.

    An `end` at midnight is the end of that day, which people also write as 24:00.
    """

    start: time
    end: time

    @property
    def first(self) -> int:
        """The minute of the day with which it begins."""
        return self.start.hour * 60 + self.start.minute

    @property
    def last(self) -> int:
        """The minute of the day before which it ends: 1 to 1,440."""
        return self.end.hour * 60 + self.end.minute or MINUTES_A_DAY


def at_minute(minute: int) -> time:
    """Return the time of day so many minutes after midnight; 1,440 is midnight again."""
    return time(minute // 60 % 24, minute % 60)


WORKING_WEEK: Mapping[Weekday, tuple[Hours, ...]] = {
    day: (Hours(time(9), time(17)),) for day in Weekday if day < Weekday.SATURDAY
}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch of time, aware UTC, `end` not part of it (FHIR R4 Slot)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Slot") -> bool:
        """Tell whether any instant belongs to both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A stretch in which a doctor does not work."""

    id: str
    slot: Slot


class Video(StrEnum):
    """Whether a doctor sees patients by video; the values are stored, so they never change."""

    OFF = "off"
    OFFERED = "offered"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a doctor may be booked (FHIR R4 Schedule).

    Slots begin every `slot_minutes + buffer_minutes` within the weekly hours, except in time off. A slot can
    be booked from `horizon` before it begins until `lead_time` before it begins. Patients can move and cancel
    until `change_lead_time` before it begins.
    """

    weekly: Mapping[Weekday, tuple[Hours, ...]] = field(default_factory=lambda: WORKING_WEEK)
    slot_minutes: int = 30
    buffer_minutes: int = 0
    lead_time: timedelta = timedelta(0)
    horizon: timedelta = timedelta(days=60)
    change_lead_time: timedelta = timedelta(hours=2)
    time_off: tuple[TimeOff, ...] = ()
    video: Video = Video.OFF

    def changes_until(self, slot: Slot) -> datetime:
        """Return until when patients may move or cancel what they have in that slot."""
        return slot.start - self.change_lead_time


@dataclass(frozen=True, slots=True)
class Digest:
    """When a doctor gets the daily digest, in the clinic's wall time, and whether also for an empty day."""

    at: time = time(7)
    when_empty: bool = False


class PartOfDay(StrEnum):
    """A part of a day, by the clinic's clocks; the values are stored, so they never change."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last` by the clinic's calendar, both of them included."""

    first: date
    last: date
