"""A doctor's time: weekly hours, time off, slots, days."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum

from services.models.catalogue import (
    EMPTY,
    USUAL_GRID,
    Catalogue,
    ForPatients,
    KindId,
    Place,
    Video,
    VisitKind,
)
from services.models.slots import PlaceId, Slot, TimeOff


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
# The id of the kind that those have who have no kinds; it is never stored.
PLAIN = KindId("")
MIDNIGHT, A_DAY = time(0), timedelta(days=1)
NOON_MINUTE = 12 * 60
# Hours from the evening to the morning are a night; if they are longer than this, it is a mistake.
LONGEST_NIGHT = 12 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of one day, in the wall time of the clinic's zone; `end` is not part of it.

    An `end` at midnight is the end of that day, which people also write as 24:00. On a date of its own (see
    DateHours) an `end` before the `start` is on the next day. A `place` of None is wherever the clinic is.
    """

    start: time
    end: time
    place: PlaceId | None = None

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


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch in which nobody can be booked in the whole clinic, and the reason that patients are told."""

    id: str
    slot: Slot
    reason: str


@dataclass(frozen=True, slots=True)
class DateHours:
    """A doctor's hours on one date, in the place of those of the weekday; None: those of the weekday again.

    Hours that end before they begin are a night: they last until then on the next day.
    """

    id: str
    day: date
    hours: tuple[Hours, ...] | None


@dataclass(frozen=True, slots=True)
class Lateness:
    """That a doctor is so many `minutes` late on one `day` of the clinic; 0: on time again.

    `number` rises with each change, `at` is when it was said.
    """

    day: Slot
    minutes: int
    number: int
    at: datetime

    def delays(self, start: datetime, now: datetime) -> timedelta:
        """Return by how much it delays a visit that was booked for `start`: by nothing on other days."""
        is_then = self.day.start <= start < self.day.end and self.day.start <= now < self.day.end
        return timedelta(minutes=self.minutes) if is_then else timedelta(0)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a doctor may be booked (FHIR R4 Schedule).

    Slots begin every `slot_minutes + buffer_minutes` within the hours of the day, except in time off and
    while the clinic is closed. On `dates` a doctor has other hours than on that weekday. A slot can be booked
    from `horizon` before it begins until `lead_time` before it begins. Patients can move and cancel
    until `change_lead_time` before it begins. `late` is how late the doctor said to be last, on whatever day.

    With `kind_ids` the doctor offers kinds of visit of the clinic's `catalogue`: each takes its own time, and
    begins every `grid_minutes`.
    """

    weekly: Mapping[Weekday, tuple[Hours, ...]] = field(default_factory=lambda: WORKING_WEEK)
    slot_minutes: int = 30
    buffer_minutes: int = 0
    lead_time: timedelta = timedelta(0)
    horizon: timedelta = timedelta(days=60)
    change_lead_time: timedelta = timedelta(hours=2)
    time_off: tuple[TimeOff, ...] = ()
    video: Video = Video.OFF
    dates: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    late: Lateness | None = field(default=None, compare=False)
    kind_ids: tuple[KindId, ...] = ()
    grid_minutes: int = USUAL_GRID
    catalogue: Catalogue = field(default=EMPTY, compare=False)

    @property
    def kinds(self) -> tuple[VisitKind, ...]:
        """The kinds of visit that the doctor offers; without any, the one of the slot length."""
        found = (self.catalogue.kinds.get(each) for each in self.kind_ids)
        return tuple(kind for kind in found if kind is not None and not kind.is_retired) or (self.plain,)

    @property
    def plain(self) -> VisitKind:
        """The kind without a name, of those who have no kinds: the buffer is in the grid."""
        return VisitKind(PLAIN, "", self.slot_minutes)

    @property
    def names_catalogue(self) -> bool:
        """Whether it names kinds or places, so that the catalogue has to be known."""
        days = (*self.weekly.values(), *self.dates.values())
        return bool(self.kind_ids) or any(hours.place is not None for day in days for hours in day)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places at which the doctor works, by name; none where the clinic has one place only."""
        named = {
            hours.place
            for day in (*self.weekly.values(), *self.dates.values())
            for hours in day
            if hours.place
        }
        return tuple(p for p in self.catalogue.places.values() if p.id in named and not p.is_retired)

    def works_at(self, place: PlaceId) -> bool:
        """Tell whether the doctor works at a place: hours that name none are at the one of the clinic."""
        return place in {self.catalogue.only_place, *(each.id for each in self.places)}

    def places_for(self, kind: VisitKind) -> tuple[Place, ...]:
        """Return those of the places at which a kind of visit has the room that it needs, if it needs one."""
        return tuple(p for p in self.places if not kind.group or self.catalogue.rooms_for(kind, p.id))

    @property
    def first_kind(self) -> VisitKind:
        """The kind that counts where none is named: the first that anybody may book, if there is one."""
        kinds = self.kinds
        by_patients = [kind for kind in kinds if not kind.desk_only]
        by_all = (kind for kind in by_patients if kind.for_patients is ForPatients.ANYBODY)
        return next(by_all, (by_patients or kinds)[0])

    @property
    def closed_places(self) -> list[str]:
        """The names of places where the doctor has hours of every week, but the clinic works no more."""
        at = {hours.place for day in self.weekly.values() for hours in day}
        return [place.name for place in self.catalogue.places.values() if place.is_retired and place.id in at]

    def kind(self, kind_id: KindId | None) -> VisitKind | None:
        """Return the kind if the doctor offers it; where none is named, the first."""
        if kind_id is None:
            return self.first_kind
        return next((kind for kind in self.kinds if kind.id == kind_id), None)

    def booked_kind(self, kind_id: KindId | None) -> VisitKind:
        """Return the kind of what is booked, also if it is not offered any more."""
        kind = self.catalogue.kinds.get(kind_id) if kind_id is not None else None
        return kind or self.plain

    def follow_up_kind(self) -> VisitKind | None:
        """Return the kind that follow-ups are of, if the doctor offers one."""
        return next((kind for kind in self.kinds if kind.for_follow_ups), None)

    def grid(self, kind: VisitKind) -> timedelta:
        """Return how far apart the starts of a kind are."""
        minutes = self.grid_minutes if kind.id != PLAIN else self.slot_minutes + self.buffer_minutes
        return timedelta(minutes=minutes)

    def away_at(self, place: PlaceId | None) -> tuple[Slot, ...]:
        """Return when the doctor cannot be booked at a place: time off, and the clinic's closures."""
        if not self.time_off and not self.closures:
            return ()
        off = (each.slot for each in self.time_off if each.place in {None, place})
        return (*off, *(each.slot for each in self.closures))

    def is_open(self, hours: Hours) -> bool:
        """Tell whether the place of the hours is still one of the clinic's."""
        place = self.catalogue.places.get(hours.place) if hours.place is not None else None
        return place is None or not place.is_retired

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """Return the hours of a day of the clinic: its own or the weekday's, and what is left of a night.

        A night that begins on the date is told in two parts, each by its day. Where the weekday before has a
        night, too, its morning gives way to that of the date.
        """
        weekly = self._weekly_on(day)
        if not self.dates:
            return weekly
        night = _mornings(self.dates.get(day - A_DAY, ())) if day > date.min else ()
        if day in self.dates:
            return (*night, *_evenings(self.dates[day]))
        return _after_night(night, weekly, self._weekly_on(day - A_DAY)) if night else weekly

    def _weekly_on(self, day: date) -> tuple[Hours, ...]:
        return self.weekly.get(Weekday(day.weekday()), ())

    def without_exceptions(self) -> "Schedule":
        """Return the schedule as a doctor sets it for all weeks: without time off, dates and closures."""
        return replace(self, time_off=(), dates={}, closures=())

    def with_exceptions_of(self, saved: "Schedule") -> "Schedule":
        """Return this schedule with the time off, the dates, the closures and the kinds of the other."""
        return replace(
            self,
            time_off=saved.time_off,
            dates=saved.dates,
            closures=saved.closures,
            kind_ids=saved.kind_ids,
            grid_minutes=saved.grid_minutes,
            catalogue=saved.catalogue,
        )

    def late_by(self, start: datetime, now: datetime) -> timedelta:
        """Return how late the doctor is, as far as is known, for a visit that was booked for `start`."""
        return self.late.delays(start, now) if self.late is not None else timedelta(0)

    def changes_until(self, slot: Slot) -> datetime:
        """Return until when patients may move or cancel what they have in that slot."""
        return slot.start - self.change_lead_time


def is_night(hours: Hours) -> bool:
    """Tell whether hours of a date go past midnight."""
    return hours.last <= hours.first


def _evenings(hours: tuple[Hours, ...]) -> tuple[Hours, ...]:
    return tuple(replace(each, end=MIDNIGHT) if is_night(each) else each for each in hours)


def _mornings(hours: tuple[Hours, ...]) -> tuple[Hours, ...]:
    return tuple(replace(each, start=MIDNIGHT) for each in hours if is_night(each))


def _after_night(
    night: tuple[Hours, ...], weekly: tuple[Hours, ...], evening: tuple[Hours, ...]
) -> tuple[Hours, ...]:
    """Return the hours of a weekday behind a night of a date; `evening` are those of the weekday before."""
    if any(each.end == MIDNIGHT for each in evening):
        weekly = tuple(each for each in weekly if each.first or each.last > NOON_MINUTE)
    # A weekday that is open from midnight on has the morning already.
    own = max((each.last for each in weekly if not each.first), default=0)
    return (*(each for each in night if each.last > own), *weekly)


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
