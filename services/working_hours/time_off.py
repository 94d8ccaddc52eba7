"""Time off: a day, days or part of a day in which a doctor does not work, and what is booked in it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.fields import read_note
from services.appointments.schedule_events import time_off_changed
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.clock import Clock
from services.errors import (
    DayPassed,
    HoursBackwards,
    PlaceUnknown,
    TimeOffBackwards,
    TimeOffPassed,
    TimeOffTooFar,
    TimeOffTooLong,
    TimeOffUnknown,
)
from services.local_time import day_bounds, local_stretch
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.catalogue import Place
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Hours
from services.models.slots import PlaceId, Slot, TimeOff
from services.storage.schedules import ScheduleStore
from services.working_hours.doctors import doctor_of
from services.working_hours.weekly import check_stretch

MAX_DAYS = 366
MAX_AHEAD = timedelta(days=2 * MAX_DAYS)


class TimeOffPlanner:
    """Shows, adds and removes time off: doctors their own, admins that of the doctor whom they name.

    `zone` is the clinic's: days are its days. Doctors are told what an admin has done for them.
    """

    def __init__(
        self,
        *,
        schedules: Schedules,
        schedule_store: ScheduleStore,
        doctors: Doctors,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        zone: ZoneInfo,
        on_event: Callable[[], None],
    ) -> None:
        self._schedules = schedules
        self._schedule_store = schedule_store
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock
        self._zone = zone
        self._doctors = doctors
        self._on_event = on_event

    async def coming(self, principal: Principal, doctor_id: UserId | None = None) -> list[TimeOff]:
        """Return the doctor's time off that is not over, earliest first.

        Raises RoleRequired, DoctorUnknown.
        """
        schedule = await self._schedules.of_doctor(await self._whose(principal, doctor_id))
        return [off for off in schedule.time_off if off.slot.end > self._clock.now()]

    @property
    def last_day(self) -> date:
        """The last day that can be taken off now."""
        return self._schedules.today() + MAX_AHEAD

    def days(self, first: date, last: date) -> Slot:
        """Return the stretch of whole clinic-local days.

        Raises DayPassed, TimeOffBackwards, TimeOffTooLong, TimeOffTooFar.
        """
        self._check_days(first, last)
        return day_bounds(first, last, self._zone)

    def part(self, day: date, hours: Hours) -> Slot:
        """Return the stretch of a part of a clinic-local day.

        Raises DayPassed, TimeOffTooFar, NotOnFiveMinutes, HoursBackwards, TimeOffPassed.
        """
        self._check_days(day, day)
        check_stretch(hours)
        slot = local_stretch(hours, day, self._zone)
        if slot.start >= slot.end:  # the clock skips all of it
            raise HoursBackwards(hours)
        self._check_to_come(slot)
        return slot

    async def affected(
        self,
        principal: Principal,
        slot: Slot,
        doctor_id: UserId | None = None,
        place: PlaceId | None = None,
    ) -> list[AppointmentCard]:
        """Return the doctor's upcoming booked appointments that overlap the stretch, at one place or all.

        Raises RoleRequired, DoctorUnknown.
        """
        doctor = await self._whose(principal, doctor_id)
        found = await self._bulk_cancellation.affected(Role.DOCTOR, doctor, slot)
        return [card for card in found if place in {None, card.appointment.place_id}]

    async def take(
        self, principal: Principal, off: TimeOff, note: str | None = None, doctor_id: UserId | None = None
    ) -> int:
        """Take time off and cancel what is booked in it: everywhere, or at its place only.

        Each patient is told, with other free times.

        Returns how many were cancelled. Doing it again with the same id changes nothing.
        Raises RoleRequired, DoctorUnknown, NoteTooLong, HoursBackwards, TimeOffPassed, TimeOffTooLong,
        TimeOffTooFar, PlaceUnknown.
        """
        doctor = await self._whose(principal, doctor_id)
        note = read_note(note)
        self.check(off.slot)
        await self._place(off)
        cancelled = await self._bulk_cancellation.order(
            CancellationOrder(
                id=off.id,
                kind=CancellationCause.TIME_OFF,
                role=Role.DOCTOR,
                user_id=doctor,
                window=off.slot,
                by=principal.id,
                until=self._bulk_cancellation.until(),
                time_off=off,
                note=note,
                via=principal.via,
            )
        )
        await self._note(Action.TIME_OFF_TAKEN, principal, off, doctor)
        return cancelled

    async def is_taken(self, principal: Principal, off_id: str, doctor_id: UserId | None = None) -> bool:
        """Tell whether that time off is saved, in case the answer was lost. Raises as `coming` does."""
        return any(off.id == off_id for off in await self.coming(principal, doctor_id))

    async def cancelled(
        self, principal: Principal, off: TimeOff, doctor_id: UserId | None = None
    ) -> list[AppointmentCard]:
        """Return what has been cancelled for a time off so far, earliest first. Raises as `coming` does."""
        doctor = await self._whose(principal, doctor_id)
        return await self._bulk_cancellation.cancelled(Role.DOCTOR, doctor, off.slot, off.id)

    async def take_back(self, principal: Principal, off_id: str, doctor_id: UserId | None = None) -> TimeOff:
        """Remove time off; what was cancelled stays cancelled.

        Raises RoleRequired, DoctorUnknown, TimeOffUnknown.
        """
        doctor = await self._whose(principal, doctor_id)
        off = await self.get(principal, off_id, doctor_id)
        # The order first, so that it cancels nothing that is booked from now on.
        await self._bulk_cancellation.forget(off_id)
        event = None
        if doctor != principal.id:
            event = time_off_changed(
                doctor, off, self._clock.now(), await self._place(off), is_taken_back=True
            )
        if not await self._schedule_store.remove_time_off(doctor, off_id, event):
            raise TimeOffUnknown
        if event is not None:
            self._on_event()
        await self._note(Action.TIME_OFF_TAKEN_BACK, principal, off, doctor)
        return off

    async def get(self, principal: Principal, off_id: str, doctor_id: UserId | None = None) -> TimeOff:
        """Return one of the doctor's time off that is not over.

        Raises RoleRequired, DoctorUnknown, TimeOffUnknown.
        """
        found = next((off for off in await self.coming(principal, doctor_id) if off.id == off_id), None)
        if found is None:
            raise TimeOffUnknown
        return found

    async def _place(self, off: TimeOff) -> Place | None:
        """Return where it is; None: everywhere. Raises PlaceUnknown."""
        if off.place is None:
            return None
        found = (await self._schedules.catalogue()).places.get(off.place)
        if found is None:
            raise PlaceUnknown
        return found

    async def _whose(self, principal: Principal, doctor_id: UserId | None) -> UserId:
        return await doctor_of(principal, doctor_id, self._doctors)

    def _check_days(self, first: date, last: date) -> None:
        if first < self._schedules.today():
            raise DayPassed(first)
        if last < first:
            raise TimeOffBackwards(first, last)
        if (last - first).days + 1 > MAX_DAYS:
            raise TimeOffTooLong(MAX_DAYS)
        if last > self.last_day:
            raise TimeOffTooFar(self.last_day)

    def check(self, slot: Slot) -> None:
        """Check again what the dialog has checked, as time has passed since.

        Raises TimeOffBackwards, TimeOffPassed, TimeOffTooLong, TimeOffTooFar.
        """
        first, last = self._local(slot.start), self._local(slot.end - timedelta(microseconds=1))
        if slot.end <= slot.start:
            raise TimeOffBackwards(first.date(), last.date())
        self._check_to_come(slot)
        # Time off that begins before today may have been asked for just before midnight.
        self._check_days(max(first.date(), self._schedules.today()), last.date())

    def _check_to_come(self, slot: Slot) -> None:
        if slot.end <= self._clock.now():
            raise TimeOffPassed

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    async def _note(self, action: Action, principal: Principal, off: TimeOff, doctor_id: UserId) -> None:
        await self._audit.note(
            action,
            actor=principal.id,
            subject=doctor_id,
            once=f"{off.id}.{action}",
            start=off.slot.start,
            end=off.slot.end,
        )
