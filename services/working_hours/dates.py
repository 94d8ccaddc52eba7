"""The hours that a doctor has on one date alone: extra or changed ones, or none."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

from services.appointments.bulk_cancellation import BulkCancellation
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.availability.slots import is_elsewhere_on, outside_hours
from services.errors import DateTooFar, DateUnchanged, DayPassed, NightTooLong, SlotTooLong
from services.local_time import day_bounds, local_stretch
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.people import Principal, Role, UserId
from services.models.scheduling import (
    A_DAY,
    LONGEST_NIGHT,
    MIDNIGHT,
    MINUTES_A_DAY,
    DateHours,
    Hours,
    Schedule,
    Weekday,
    is_night,
)
from services.models.slots import Slot
from services.storage.schedules import ScheduleStore
from services.working_hours.doctors import doctor_of
from services.working_hours.weekly import check_steps, checked_hours

MAX_AHEAD = timedelta(days=2 * 366)
# No night lasts until noon of the next day.
NIGHTS_END = Hours(MIDNIGHT, time(12))
Dates = Mapping[date, tuple[Hours, ...]]


class ChangedDates:
    """Shows and changes the hours of single dates. Days are those of the clinic."""

    def __init__(
        self,
        *,
        schedules: Schedules,
        schedule_store: ScheduleStore,
        doctors: Doctors,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
    ) -> None:
        self._schedules = schedules
        self._schedule_store = schedule_store
        self._doctors = doctors
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit

    async def coming(self, principal: Principal, doctor_id: UserId | None = None) -> Dates:
        """Return the dates from today on that have hours of their own. Raises RoleRequired, DoctorUnknown."""
        schedule = await self._of(principal, doctor_id)
        today = self._schedules.today()
        return {day: schedule.dates[day] for day in sorted(schedule.dates) if day >= today}

    @property
    def last_day(self) -> date:
        """The last day that can have hours of its own now."""
        return self._schedules.today() + MAX_AHEAD

    async def usual(
        self, principal: Principal, day: date, doctor_id: UserId | None = None
    ) -> tuple[Hours, ...]:
        """Return the hours that the day has without any of its own. Raises RoleRequired, DoctorUnknown."""
        schedule = await self._of(principal, doctor_id)
        return schedule.weekly.get(Weekday(day.weekday()), ())

    async def affected(
        self, principal: Principal, changed: DateHours, doctor_id: UserId | None = None
    ) -> list[AppointmentCard]:
        """Return the upcoming booked appointments that would lie outside these hours, earliest first.

        Raises as `change` does.
        """
        schedule = await self._of(principal, doctor_id)
        after, zone = self._checked(schedule, changed), self._schedules.zone
        outside = self._outside(schedule, after, changed.day)
        doctor = await doctor_of(principal, doctor_id, self._doctors)
        found = await self._bulk_cancellation.affected(Role.DOCTOR, doctor, self._window(changed.day))
        visits = [(card, card.appointment) for card in found]
        return [
            card
            for card, visit in visits
            if any(off.overlaps(visit.slot) for off in outside)
            or is_elsewhere_on(changed.day, after, visit, zone)
        ]

    async def change(self, principal: Principal, changed: DateHours, doctor_id: UserId | None = None) -> int:
        """Set the hours of a date, or remove them, and cancel what is booked outside of them.

        Each patient is told, with other free times. Returns how many were cancelled. Doing it again with the
        same id changes nothing.
        Raises RoleRequired, DoctorUnknown, DayPassed, DateTooFar, NotOnFiveMinutes, NightTooLong,
        HoursOverlap, SlotTooLong, DateUnchanged (there is nothing to remove).
        """
        doctor = await doctor_of(principal, doctor_id, self._doctors)
        schedule = await self._schedules.of_doctor(doctor)
        after = changed_by(schedule, changed)
        # What was valid when it was done is no longer checked when it is asked for again.
        if not await self._schedule_store.is_dated(doctor, changed.id):
            self._checked(schedule, changed)
        cancelled = await self._bulk_cancellation.order(
            CancellationOrder(
                id=changed.id,
                kind=CancellationCause.HOURS,
                role=Role.DOCTOR,
                user_id=doctor,
                window=self._window(changed.day),
                by=principal.id,
                until=self._bulk_cancellation.until(),
                via=principal.via,
                date_hours=changed,
                outside=tuple(self._outside(schedule, after, changed.day)),
            )
        )
        once = f"{changed.id}.{Action.DATE_CHANGED}"
        day = changed.day.isoformat()
        await self._audit.note(Action.DATE_CHANGED, actor=principal.id, subject=doctor, once=once, day=day)
        return cancelled

    async def is_done(
        self, principal: Principal, changed: DateHours, doctor_id: UserId | None = None
    ) -> bool:
        """Tell whether a date has these hours, in case the answer was lost. Raises RoleRequired."""
        return (await self._of(principal, doctor_id)).dates.get(changed.day) == changed.hours

    async def _of(self, principal: Principal, doctor_id: UserId | None) -> Schedule:
        return await self._schedules.of_doctor(await doctor_of(principal, doctor_id, self._doctors))

    def _checked(self, schedule: Schedule, changed: DateHours) -> Schedule:
        """Return the schedule with the hours of the date changed, if that is valid."""
        if changed.day < self._schedules.today():
            raise DayPassed(changed.day)
        if changed.day > self.last_day:
            raise DateTooFar(self.last_day)
        if changed.hours is None and changed.day not in schedule.dates:
            raise DateUnchanged(changed.day)
        for each in changed.hours or ():
            _check_stretch(each, schedule, changed.day)
        after = changed_by(schedule, changed)
        for day in (changed.day, changed.day + A_DAY):
            checked_hours(after.hours_on(day))
        return after

    def _window(self, day: date) -> Slot:
        """Return the date, and the morning after it, as long as a night can last."""
        zone = self._schedules.zone
        return Slot(day_bounds(day, day, zone).start, local_stretch(NIGHTS_END, day + A_DAY, zone).end)

    def _outside(self, before: Schedule, after: Schedule, day: date) -> list[Slot]:
        """Return when the doctor does not work, once this is changed: on the date, and where a night ended.

        The morning after the date counts as far as the change has made it another one.
        """
        zone, there = self._schedules.zone, day + A_DAY
        bounds, hours = day_bounds(day, day, zone), (before.hours_on(there), after.hours_on(there))
        end = bounds.end
        if hours[0] != hours[1]:
            mornings = [each for those in hours for each in those if each.start == MIDNIGHT]
            end = max([end, *(local_stretch(each, there, zone).end for each in mornings)])
        return outside_hours(after, Slot(bounds.start, min(end, self._window(day).end)), zone)


def changed_by(schedule: Schedule, changed: DateHours) -> Schedule:
    """Return the schedule with the hours of the date changed."""
    dates = {day: hours for day, hours in schedule.dates.items() if day != changed.day}
    if changed.hours is not None:
        dates[changed.day] = changed.hours
    return replace(schedule, dates=dates)


def _check_stretch(hours: Hours, schedule: Schedule, day: date) -> None:
    """Return if at least one slot fits. Raises NotOnFiveMinutes, NightTooLong, SlotTooLong."""
    check_steps(hours)
    minutes = hours.last - hours.first
    if is_night(hours):
        minutes += MINUTES_A_DAY
        if minutes > LONGEST_NIGHT:
            raise NightTooLong(hours, LONGEST_NIGHT)
    if minutes < schedule.slot_minutes:
        raise SlotTooLong(schedule.slot_minutes, Weekday(day.weekday()), hours)
