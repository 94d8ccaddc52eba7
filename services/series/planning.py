"""Planning a series: which of its times are free, and for each gap the nearest way to fill it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.availability.availability import Availability, Schedules, wanted_kind
from services.availability.slots import slots_of_day
from services.errors import SeriesNotOffered
from services.models.catalogue import WantedVisit
from services.models.people import Principal, UserId
from services.models.series import FEWEST, Every, SeriesRule
from services.models.slots import Slot
from services.recurrence import WEEKS, planned_times

# A gap is filled by a day at most so many days away, so that the visits stay in their order.
NEAREST = {**{every: weeks * 7 // 2 for every, weeks in WEEKS.items()}, Every.MONTH: 14}
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
# So many other times for one visit are shown.
MOST_SHOWN = 12


class Gap(StrEnum):
    """Why a time of a series can't be had."""

    TAKEN = "taken"
    BUSY = "busy"
    AWAY = "away"
    CLOSED = "closed"
    NO_HOURS = "no_hours"
    TOO_FAR = "too_far"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit of a series: when the rule has it, and when it is to be; None: it is left out.

    `gap` says why it can't be when the rule has it, if it can't.
    """

    number: int
    planned: datetime
    start: datetime | None
    gap: Gap | None = None


class SeriesPlans:
    """Plans series; nothing is held by planning."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    def planned(self, rule: SeriesRule, first: datetime) -> list[datetime]:
        """Return when the rule has its visits (aware UTC), the first of which is `first`."""
        return planned_times(rule, first, self._schedules.zone)

    async def most(self, doctor_id: UserId, wanted: WantedVisit) -> int:
        """Return how many visits of a kind a series may have; 1: there are no series of it.

        Raises KindNotOffered.
        """
        return wanted_kind(await self._schedules.of_doctor(doctor_id, wanted), wanted).in_series

    async def others(
        self,
        principal: Principal,
        doctor_id: UserId,
        planned: datetime,
        *,
        reach: int,
        patient_id: UserId | None = None,
        wanted: WantedVisit,
    ) -> list[datetime]:
        """Return the free starts nearest to a planned time, at most so many days away, earliest first."""
        times = await self._schedules.availability(principal, doctor_id, patient_id=patient_id, wanted=wanted)
        day = planned.astimezone(times.seen_from).date()
        found = [slot.start for each in _around(day, reach) for slot in times.slots(each)]
        near = sorted(found, key=lambda at: (_far(at, planned, times), at))
        return sorted(near[:MOST_SHOWN])

    async def plan(
        self,
        principal: Principal,
        doctor_id: UserId,
        first: datetime,
        rule: SeriesRule,
        *,
        patient_id: UserId | None = None,
        wanted: WantedVisit,
        chosen: Sequence[datetime | None] = (),
    ) -> list[PlannedVisit]:
        """Return the visits of a series that begins at `first` (aware UTC), gaps filled where there is a way.

        `chosen` are the starts that the person has chosen (None: left out), as far as there are any; those
        that are not free any more are chosen anew. Raises SeriesNotOffered, KindNotOffered, PatientUnknown.
        """
        times = await self._schedules.availability(principal, doctor_id, patient_id=patient_id, wanted=wanted)
        if not FEWEST <= rule.count <= times.kind.in_series:
            raise SeriesNotOffered(times.kind.in_series)
        planned = planned_times(rule, first, self._schedules.zone)
        starts: list[datetime | None] = [*(chosen or planned)]
        lost = [start is not None and not _is_free(times, start) for start in starts]
        used = [start for start, is_lost in zip(starts, lost, strict=True) if start and not is_lost]
        for place, is_lost in enumerate(lost):
            if is_lost:
                found = nearest(times, planned[place], used, NEAREST[rule.every])
                starts[place] = found
                used += [found] if found else []
        return [
            PlannedVisit(number, at, start, None if _is_free(times, at) else _gap(times, at))
            for number, (at, start) in enumerate(zip(planned, starts, strict=True), start=1)
        ]


def nearest(times: Availability, planned: datetime, used: Sequence[datetime], reach: int) -> datetime | None:
    """Return the free start nearest to a planned time: that day, else on the nearest day within `reach`.

    Days that have another visit of the series, which begin at the `used` times, are left out. None: there is
    none.
    """
    zone = times.seen_from
    others = {at.astimezone(zone).date() for at in used}
    wall = planned.astimezone(zone)
    for day in _around(wall.date(), reach):
        slots = times.slots(day) if day not in others else []
        if slots:
            moved = timedelta(days=(day - wall.date()).days)
            return min((slot.start for slot in slots), key=lambda at: (abs(at - planned - moved), at))
    return None


def _around(day: date, reach: int) -> Iterator[date]:
    yield day
    for days in range(1, reach + 1):
        yield day + days * A_DAY
        yield day - days * A_DAY


def _far(at: datetime, planned: datetime, times: Availability) -> timedelta:
    """Return how far a time is from the planned one, for people: a day is as much as an hour of the day."""
    zone = times.seen_from
    days = (at.astimezone(zone).date() - planned.astimezone(zone).date()).days
    return abs(at - planned - days * A_DAY) + abs(days) * AN_HOUR


def _is_free(times: Availability, start: datetime) -> bool:
    day = start.astimezone(times.seen_from).date()
    return any(slot.start == start for slot in times.slots(day))


def _gap(times: Availability, at: datetime) -> Gap:
    slot = Slot(at, at + times.kind.length)
    if at >= times.window.end:
        return Gap.TOO_FAR
    if at < times.window.start:
        return Gap.PASSED
    if any(each.slot.overlaps(slot) for each in times.schedule.closures):
        return Gap.CLOSED
    if any(each.overlaps(slot) for each in times.schedule.away_at(times.place_of(slot))):
        return Gap.AWAY
    if any(each.overlaps(slot) for each in times.patient_busy):
        return Gap.BUSY
    day = at.astimezone(times.zone).date()
    offered = slots_of_day(times.schedule, day, times.zone, kind=times.kind, place=times.place)
    return Gap.TAKEN if any(each.start == at for each in offered) else Gap.NO_HOURS
