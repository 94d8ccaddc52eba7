"""A doctor's own days: what is booked, what is free, working hours and time off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from services.access import require
from services.appointments.views import AppointmentViews
from services.availability.availability import Availability, Schedules
from services.availability.slots import working_stretches
from services.local_time import day_bounds
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.people import Principal, Role
from services.models.scheduling import Closure, Hours, Schedule
from services.models.slots import PlaceId, Slot

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class DayAgenda:
    """One clinic-local day of a doctor's; all Slots are aware UTC, earliest first.

    `late_minutes` is how late the doctor is on that day, as far as it was said. `hours` are those of the day,
    with the names of their `places`.
    """

    day: date
    zone: ZoneInfo
    working: Sequence[Slot]
    free: Sequence[Slot]
    time_off: Sequence[Slot]
    taken: Sequence[AppointmentCard]
    cancelled: int
    closures: Sequence[Closure] = ()
    late_minutes: int = 0
    hours: Sequence[Hours] = ()
    places: Mapping[PlaceId, str] = field(default_factory=dict)

    @property
    def bounds(self) -> Slot:
        """The day from its first instant to its end."""
        return day_bounds(self.day, self.day, self.zone)


class Agenda:
    """Shows doctors their days."""

    def __init__(self, *, views: AppointmentViews, schedules: Schedules) -> None:
        self._views = views
        self._schedules = schedules

    async def day(self, principal: Principal, day: date) -> DayAgenda:
        """Return one clinic-local day of the doctor's own. Raises RoleRequired."""
        (plan,) = await self._plans(principal, day, day)
        return plan

    async def week(self, principal: Principal, day: date) -> list[DayAgenda]:
        """Return the week of that day, Monday first. Raises RoleRequired."""
        monday = day - timedelta(days=day.weekday())
        return await self._plans(principal, monday, monday + timedelta(days=DAYS_A_WEEK - 1))

    async def _plans(self, principal: Principal, first: date, last: date) -> list[DayAgenda]:
        require(principal, Role.DOCTOR)
        cards = await self._views.days(principal, first, last)
        times = await self._schedules.times({Role.DOCTOR: principal.id}, first if first == last else None)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [_plan(day, times, cards, self._schedules.zone) for day in days]


def _names(schedule: Schedule) -> Mapping[PlaceId, str]:
    """Return the names of the clinic's places, if there are several."""
    places = schedule.catalogue.open_places
    return {place.id: place.name for place in places} if len(places) > 1 else {}


def _plan(day: date, times: Availability, cards: Sequence[AppointmentCard], zone: ZoneInfo) -> DayAgenda:
    bounds = day_bounds(day, day, zone)
    mine = [card for card in cards if bounds.start <= card.appointment.slot.start < bounds.end]
    taken = [card for card in mine if card.appointment.status is not AppointmentStatus.CANCELLED]
    late = times.schedule.late
    return DayAgenda(
        day=day,
        zone=zone,
        working=working_stretches(times.schedule, day, zone),
        free=times.slots(day),
        time_off=[off.slot for off in times.schedule.time_off if off.slot.overlaps(bounds)],
        closures=[each for each in times.schedule.closures if each.slot.overlaps(bounds)],
        taken=taken,
        cancelled=len(mine) - len(taken),
        late_minutes=late.minutes if late is not None and late.day == bounds else 0,
        hours=times.schedule.hours_on(day),
        places=_names(times.schedule),
    )
