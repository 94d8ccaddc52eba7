"""Planning a series: which of its times are free, and for each gap the nearest way to fill it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.appointments.limits import Limits
from services.availability.availability import Availability, Schedules, check_place, wanted_kind
from services.availability.slots import slots_of_day
from services.errors import PatientBusy, SeriesNotOffered, SlotNotOffered, SlotPassed, SlotTaken
from services.models.catalogue import WantedVisit
from services.models.people import Principal, UserId
from services.models.series import FEWEST, Every, SeriesId, SeriesRule
from services.models.slots import Slot
from services.recurrence import WEEKS, planned_times

# The errors for a time of a series that can't be had any more.
GONE = (SlotTaken, SlotNotOffered, SlotPassed, PatientBusy)
# A gap is filled by a day at most so many days away, so that the visits stay in their order.
NEAREST = {**{every: weeks * 7 // 2 for every, weeks in WEEKS.items()}, Every.MONTH: 14}
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
# So many other times for one visit are shown.
MOST_SHOWN = 12


class Gap(StrEnum):
    """Why a time of a series can't be had."""

    TAKEN = "taken"
    BUSY = "busy"
    THAT_DAY = "that_day"
    AWAY = "away"
    CLOSED = "closed"
    NO_HOURS = "no_hours"
    TOO_FAR = "too_far"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class WantedSeries:
    """A series that somebody wants: by the rule from `first` (aware UTC) on, with visits at `starts`.

    A start of None is a visit that is left out. Of the `wanted` kind all are.
    """

    id: SeriesId
    doctor_id: UserId
    rule: SeriesRule
    first: datetime
    starts: tuple[datetime | None, ...]
    wanted: WantedVisit
    patient_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit of a series: when the rule has it, and when it is to be; None: it is left out.

    `gap` says why it can't be when the rule has it, if it can't.
    """

    number: int
    planned: datetime
    start: datetime | None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class _Times:
    """What a patient may have with a doctor: the free times, without those of `full` days of the clinic."""

    free: Availability
    full: frozenset[date]

    def slots(self, day: date) -> list[Slot]:
        """Return the free slots of a day of the person who looks."""
        return [slot for slot in self.free.slots(day) if not self.is_full(slot.start)]

    def is_full(self, at: datetime) -> bool:
        """Tell whether the patient can have nothing more on that day."""
        return at.astimezone(self.free.zone).date() in self.full

    def has(self, start: datetime) -> bool:
        """Tell whether a slot begins then."""
        return any(slot.start == start for slot in self.slots(self.day(start)))

    def day(self, at: datetime) -> date:
        """Return the day of an instant, for the person who looks."""
        return at.astimezone(self.free.seen_from).date()


class SeriesPlans:
    """Plans series; nothing is held by planning."""

    def __init__(self, schedules: Schedules, limits: Limits) -> None:
        self._schedules = schedules
        self._limits = limits

    def planned(self, rule: SeriesRule, first: datetime) -> list[datetime]:
        """Return when the rule has its visits (aware UTC), the first of which is `first`."""
        return planned_times(rule, first, self._schedules.zone)

    async def most(self, doctor_id: UserId, wanted: WantedVisit) -> int:
        """Return how many visits of a kind a series may have; 1: there are no series of it.

        Raises KindNotOffered, PlaceNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id, wanted)
        check_place(schedule, wanted)
        return wanted_kind(schedule, wanted).in_series

    async def others(self, principal: Principal, wanted: WantedSeries, number: int) -> list[datetime]:
        """Return the free starts nearest to when the rule has that visit (from 1 on), earliest first."""
        times = await self._times(principal, wanted)
        planned = self.planned(wanted.rule, wanted.first)[number - 1]
        days = _around(times.day(planned), NEAREST[wanted.rule.every])
        found = [slot.start for each in days for slot in times.slots(each)]
        near = sorted(found, key=lambda at: (_far(at, planned, times), at))
        return sorted(near[:MOST_SHOWN])

    async def on(self, principal: Principal, wanted: WantedSeries, day: date) -> list[datetime]:
        """Return the free starts of a day, earliest first."""
        return [slot.start for slot in (await self._times(principal, wanted)).slots(day)]

    async def plan(self, principal: Principal, wanted: WantedSeries) -> list[PlannedVisit]:
        """Return the visits of a series, with its gaps filled where there is a way.

        `wanted.starts` are those that the person has chosen, as far as there are any; those that are not free
        any more are chosen anew. Raises SeriesNotOffered, KindNotOffered, PatientUnknown.
        """
        times, rule = await self._times(principal, wanted), wanted.rule
        if not FEWEST <= rule.count <= times.free.kind.in_series:
            raise SeriesNotOffered(times.free.kind.in_series)
        planned = self.planned(rule, wanted.first)
        starts: list[datetime | None] = [*(wanted.starts or planned)]
        lost = [start is not None and not times.has(start) for start in starts]
        used = [start for start, is_lost in zip(starts, lost, strict=True) if start and not is_lost]
        for place, is_lost in enumerate(lost):
            if is_lost:
                found = nearest(times, planned[place], used, NEAREST[rule.every])
                starts[place] = found
                used += [found] if found else []
        return [
            PlannedVisit(number, at, start, None if times.has(at) else _gap(times, at))
            for number, (at, start) in enumerate(zip(planned, starts, strict=True), start=1)
        ]

    async def _times(self, principal: Principal, wanted: WantedSeries) -> _Times:
        free = await self._schedules.availability(
            principal, wanted.doctor_id, patient_id=wanted.patient_id, wanted=wanted.wanted
        )
        patient_id = wanted.patient_id or principal.id
        full = await self._limits.full_days(principal, patient_id, wanted.doctor_id, but=wanted.id)
        return _Times(free, full)


def nearest(times: _Times, planned: datetime, used: Sequence[datetime], reach: int) -> datetime | None:
    """Return the free start nearest to a planned time: that day, else on the nearest day within `reach`.

    Days that have another visit of the series, which begin at the `used` times, are left out. None: there is
    none.
    """
    others = {times.day(at) for at in used}
    wanted = times.day(planned)
    for day in _around(wanted, reach):
        slots = times.slots(day) if day not in others else []
        if slots:
            moved = timedelta(days=(day - wanted).days)
            return min((slot.start for slot in slots), key=lambda at: (abs(at - planned - moved), at))
    return None


def _around(day: date, reach: int) -> Iterator[date]:
    yield day
    for days in range(1, reach + 1):
        yield day + days * A_DAY
        yield day - days * A_DAY


def _far(at: datetime, planned: datetime, times: _Times) -> timedelta:
    """Return how far a time is from the planned one, for people: a day is as much as an hour of the day."""
    days = (times.day(at) - times.day(planned)).days
    return abs(at - planned - days * A_DAY) + abs(days) * AN_HOUR


def _gap(found: _Times, at: datetime) -> Gap:
    """Return why a time can't be had: the first of the reasons that holds."""
    times = found.free
    slot = Slot(at, at + times.kind.length)
    day = at.astimezone(times.zone).date()
    offered = slots_of_day(times.schedule, day, times.zone, kind=times.kind, place=times.place)
    reasons = {
        Gap.TOO_FAR: at >= times.window.end,
        Gap.PASSED: at < times.window.start,
        Gap.CLOSED: any(each.slot.overlaps(slot) for each in times.schedule.closures),
        Gap.AWAY: any(each.overlaps(slot) for each in times.schedule.away_at(times.place_of(slot))),
        Gap.THAT_DAY: found.is_full(at),
        Gap.BUSY: any(each.overlaps(slot) for each in times.patient_busy),
        Gap.NO_HOURS: all(each.start != at for each in offered),
    }
    return next((gap for gap, holds in reasons.items() if holds), Gap.TAKEN)
