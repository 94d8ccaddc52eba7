"""Booking: who may take which time, for whom, and what is held while they make up their mind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from services.access import require
from services.audit import Audit
from services.clock import Clock
from services.diaries import Diaries, as_seen
from services.doctors import Doctors
from services.errors import (
    AppointmentUnknown,
    DoctorUnknown,
    PatientBusy,
    ReasonTooLong,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    UserUnknown,
    WayNotOffered,
)
from services.events import appointment_event
from services.ids import derived_id
from services.limits import Limits, Origin
from services.models import (
    AccountStatus,
    Action,
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    Principal,
    Role,
    Slot,
    User,
    UserId,
    Video,
)
from services.news import EventKind
from services.offering import Offering, busy_named, is_held
from services.reminders import reminder_times
from services.schedules import without
from services.storage.appointments import Appointments
from services.storage.users import Users

MAX_REASON = 500
# Long enough to read a summary, short enough for whoever waits for the same time.
HELD = timedelta(minutes=3)


class Bookings:
    """Makes appointments. `on_news` is called when there is news for the outbox to tell."""

    def __init__(
        self,
        *,
        appointments: Appointments,
        users: Users,
        doctors: Doctors,
        diaries: Diaries,
        offering: Offering,
        limits: Limits,
        audit: Audit,
        clock: Clock,
        on_news: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._users = users
        self._doctors = doctors
        self._diaries = diaries
        self._offering = offering
        self._limits = limits
        self._audit = audit
        self._clock = clock
        self._on_news = on_news

    async def book(
        self,
        principal: Principal,
        doctor_id: UserId,
        start: datetime,
        *,
        reason: str | None,
        request_id: AppointmentId,
        patient_id: UserId | None = None,
        by_video: bool | None = None,
        origin: Origin = Origin.PATIENT,
    ) -> AppointmentCard:
        """Book the doctor's slot that begins at `start` (aware UTC): for oneself, or as an admin for another.

        Asking twice with one `request_id` books once; `by_video` None leaves that to the doctor. A patient
        has limits (see services/limits.py), by the `origin` of the booking.
        Raises RoleRequired, UserUnknown, DoctorUnknown, SlotNotOffered, SlotPassed, SlotTaken,
        PatientBusy, ReasonTooLong, WayNotOffered, TooManyAppointments, TooManyThatDay, TooManyChanges.
        """
        patient = await self.patient(principal, patient_id)
        reason = read_reason(reason)
        try:
            doctor = await self._doctors.get(principal, doctor_id)
            offered = await self._offering.slot_or_held(doctor_id, start, request_id, patient.id)
            room = self._offering.room(offered, by_video)
        except (DoctorUnknown, SlotPassed, SlotNotOffered, WayNotOffered):
            before = await self._appointments.by_id(request_id)
            if before is None or is_held(before):
                raise
            # Asked again after a crash, it may be booked since, and not bookable any more.
            return await self._diaries.get(principal, request_id)
        now = self._clock.now()
        times = reminder_times(offered.slot, patient, now)
        wanted = Appointment(
            request_id,
            doctor_id,
            patient.id,
            offered.slot,
            AppointmentStatus.BOOKED,
            reason=reason,
            remind_at=times,
            room=room,
        )
        event = appointment_event(
            EventKind.BOOKED,
            wanted,
            doctor,
            patient,
            principal.role,
            at=now,
            changes_until=offered.schedule.changes_until(offered.slot),
        )
        with busy_named(principal, patient):
            await self._limits.admit(principal, wanted, origin)
            stored = await self._appointments.add(wanted, event, now, by=principal.id)
        self._on_news()
        if is_held(stored):  # for something else
            raise SlotTaken(doctor_id, start)
        if replace(stored, room=room) != wanted:
            # Asked before: by another person, for something else, or changed since.
            return await self._diaries.get(principal, request_id)
        await self._audit.on_behalf(principal, Action.BOOKED_FOR, stored)
        return AppointmentCard(as_seen(principal, stored), doctor, patient)

    async def hold(
        self,
        principal: Principal,
        doctor_id: UserId,
        start: datetime,
        *,
        request_id: AppointmentId,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
    ) -> Appointment:
        """Keep the doctor's slot that begins at `start` (aware UTC) for three minutes, while it is confirmed.

        The same indexes guard it that guard bookings; `book` with that `request_id` takes it. Held again, it
        is held anew. `moving` is the time of theirs that is given up for it, if one is: `move` takes it then.
        Raises as `book` does, and SameTime, TooManyHolds.
        """
        if moving is not None and start == moving.start:
            raise SameTime(start)
        patient = await self.patient(principal, patient_id)
        await self._doctors.get(principal, doctor_id)
        slot = (await self._offering.slot(doctor_id, start)).slot
        now = self._clock.now()
        wanted = Appointment(
            request_id, doctor_id, patient.id, slot, AppointmentStatus.HELD, held_until=now + HELD
        )
        with busy_named(principal, patient):
            held = await self._limits.hold(principal, wanted, moving=moving)
        if held.status is AppointmentStatus.HELD and held.slot != slot:  # that id holds something else
            raise SlotTaken(doctor_id, start)
        return held

    async def let_go(self, request_id: AppointmentId) -> None:
        """Free a time that is only held, when nobody confirms it after all. The id itself is the right to."""
        await self._appointments.let_go(request_id)

    async def patient(self, principal: Principal, patient_id: UserId | None) -> User:
        """Return for whom the person may book: a patient for themselves, an admin for any patient.

        Raises RoleRequired, UserUnknown.
        """
        require(principal, Role.PATIENT, Role.ADMIN)
        if principal.role is Role.PATIENT:
            return principal.user
        found = await self._users.by_id(patient_id) if patient_id else None
        if found is None or found.role is not Role.PATIENT or found.status is not AccountStatus.ACTIVE:
            raise UserUnknown
        return found

    async def follow_up(
        self, principal: Principal, visit_id: AppointmentId, number: int, start: datetime
    ) -> AppointmentCard:
        """Take one of the times that the doctor proposed after a visit: one for each proposal.

        `number` is the proposal's. Raises as `book` does, and AppointmentUnknown.
        """
        require(principal, Role.PATIENT)
        visit = (await self._diaries.get(principal, visit_id)).appointment
        if visit.status is not AppointmentStatus.FULFILLED or not 0 < number <= visit.version:
            raise AppointmentUnknown
        request_id = AppointmentId(derived_id(f"{visit_id}.{number}"))
        origin = await self._limits.origin(principal, visit_id, number)
        return await self._book_like(
            principal, visit, visit.doctor_id, start, request_id=request_id, origin=origin
        )

    async def rebook(
        self, principal: Principal, lost_id: AppointmentId, doctor_id: UserId, start: datetime
    ) -> AppointmentCard:
        """Take one of the times that were offered in the place of one's cancelled appointment.

        Whichever is taken first stands: of one lost appointment comes one new one.
        Raises as `book` does, and AppointmentUnknown.
        """
        require(principal, Role.PATIENT)
        lost = (await self._diaries.get(principal, lost_id)).appointment
        if lost.status is not AppointmentStatus.CANCELLED:
            raise AppointmentUnknown
        request_id = AppointmentId(derived_id(lost_id))
        origin = await self._limits.origin(principal, lost_id, lost.version)
        return await self._book_like(principal, lost, doctor_id, start, request_id=request_id, origin=origin)

    async def _book_like(
        self,
        principal: Principal,
        visit: Appointment,
        doctor_id: UserId,
        start: datetime,
        *,
        request_id: AppointmentId,
        origin: Origin,
    ) -> AppointmentCard:
        """Book for the reason of another visit, and by video if that was, as far as the doctor offers it."""
        by_video = visit.by_video if await self._offering.video(doctor_id) is Video.OFFERED else None
        return await self.book(
            principal,
            doctor_id,
            start,
            reason=visit.reason,
            request_id=request_id,
            by_video=by_video,
            origin=origin,
        )

    async def check_free(
        self,
        principal: Principal,
        doctor_id: UserId,
        start: datetime,
        *,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
    ) -> Slot:
        """Return the doctor's slot that begins at `start` (aware UTC), if the patient can have it.

        `moving` is the time of theirs that is given up for it, if one is. Nothing is held by asking.
        Raises RoleRequired, UserUnknown, SlotPassed, SlotNotOffered, PatientBusy, SameTime.
        """
        if moving is not None and start == moving.start:
            raise SameTime(start)
        patient = await self.patient(principal, patient_id)
        slot = (await self._offering.slot(doctor_id, start)).slot
        # The patient's own first: it may be with this very doctor.
        now = self._clock.now()
        with busy_named(principal, patient):
            if without(await self._appointments.busy({Role.PATIENT: patient.id}, slot, now), moving):
                raise PatientBusy(start)
        if without(await self._appointments.busy({Role.DOCTOR: doctor_id}, slot, now), moving):
            raise SlotNotOffered(start)
        return slot


def read_reason(text: str | None) -> str | None:
    """Return the reason for a visit without the space around it; None for none. Raises ReasonTooLong."""
    reason = (text or "").strip()
    if len(reason) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    return reason or None
