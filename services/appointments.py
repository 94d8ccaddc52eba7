"""Booking, seeing and cancelling appointments: what may be, and by whom."""

from collections.abc import Callable
from datetime import datetime

from services.access import require
from services.clock import Clock
from services.doctors import Doctors
from services.errors import (
    AlreadyCancelled,
    AppointmentOver,
    AppointmentUnknown,
    DoctorUnknown,
    PatientBusy,
    ReasonTooLong,
    SlotNotOffered,
    SlotPassed,
)
from services.models import (
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    Page,
    Period,
    Principal,
    Role,
    Slot,
    User,
    UserId,
)
from services.news import Event, EventKind
from services.schedules import Schedules
from services.slots import slots_of_day
from services.storage.appointments import Appointments as StoredAppointments
from services.storage.users import Users

MAX_REASON = 500
APPOINTMENTS_A_PAGE = 5


class Appointments:
    """The appointments of the clinic. `on_news` is called when there is news for the outbox to tell."""

    def __init__(
        self,
        *,
        appointments: StoredAppointments,
        users: Users,
        doctors: Doctors,
        schedules: Schedules,
        clock: Clock,
        on_news: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._users = users
        self._doctors = doctors
        self._schedules = schedules
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
    ) -> AppointmentCard:
        """Book the doctor's slot that begins at `start` (aware UTC) for the patient who asks.

        Asking twice with one `request_id` books once.
        Raises RoleRequired, DoctorUnknown, SlotNotOffered, SlotPassed, SlotTaken, PatientBusy,
        ReasonTooLong.
        """
        require(principal, Role.PATIENT)
        reason = read_reason(reason)
        try:
            doctor = await self._doctors.get(principal, doctor_id)
            slot = await self._offered(doctor_id, start)
        except (DoctorUnknown, SlotPassed, SlotNotOffered):
            # Asked again after a crash, it may be booked since, and not bookable any more.
            if await self._appointments.by_id(request_id) is None:
                raise
            return await self.get(principal, request_id)
        wanted = Appointment(
            request_id, doctor_id, principal.id, slot, AppointmentStatus.BOOKED, reason=reason
        )
        event = _event(EventKind.BOOKED, wanted, doctor, principal.user)
        stored = await self._appointments.add(wanted, event, self._clock.now())
        self._on_news()
        if stored != wanted:  # asked before: by another person, for something else, or changed since
            return await self.get(principal, request_id)
        return AppointmentCard(stored, doctor, principal.user)

    async def check_free(self, principal: Principal, doctor_id: UserId, start: datetime) -> Slot:
        """Return the doctor's slot that begins at `start` (aware UTC), if the patient can have it.

        Nothing is held by asking. Raises RoleRequired, SlotPassed, SlotNotOffered, PatientBusy.
        """
        require(principal, Role.PATIENT)
        slot = await self._offered(doctor_id, start)
        # The patient's own first: it may be with this very doctor.
        if await self._appointments.busy({Role.PATIENT: principal.id}, slot):
            raise PatientBusy(start)
        if await self._appointments.busy({Role.DOCTOR: doctor_id}, slot):
            raise SlotNotOffered(start)
        return slot

    async def _offered(self, doctor_id: UserId, start: datetime) -> Slot:
        schedule = await self._schedules.of_doctor(doctor_id)
        day = start.astimezone(self._schedules.zone).date()
        offered = (s for s in slots_of_day(schedule, day, self._schedules.zone) if s.start == start)
        slot = next(offered, None)
        window = self._schedules.window(schedule)
        if start < window.start:
            raise SlotPassed(start)
        if slot is None or start >= window.end:
            raise SlotNotOffered(start)
        return slot

    async def cancel(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Cancel the patient's own appointment; its time is free again at once.

        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver.
        """
        require(principal, Role.PATIENT)
        card = await self.get(principal, appointment_id)
        now = self._clock.now()
        _check_cancellable(card.appointment, now)
        event = _event(EventKind.CANCELLED, card.appointment, card.doctor, card.patient)
        cancelled = await self._appointments.cancel(
            appointment_id, principal.id, card.appointment, event, now
        )
        if cancelled is None:
            raise AlreadyCancelled(card.appointment.slot.start)
        self._on_news()
        return AppointmentCard(cancelled, card.doctor, card.patient)

    async def get(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Return one of the person's own appointments.

        Somebody else's is as unknown as one that is not there. Raises RoleRequired, AppointmentUnknown.
        """
        require(principal, Role.PATIENT, Role.DOCTOR)
        appointment = await self._appointments.by_id(appointment_id)
        if appointment is None or principal.id != _party(appointment, principal.role):
            raise AppointmentUnknown
        return (await self._cards([appointment]))[0]

    async def page(self, principal: Principal, period: Period, number: int) -> Page[AppointmentCard]:
        """Return a page of the person's own appointments. Raises RoleRequired."""
        require(principal, Role.PATIENT, Role.DOCTOR)
        page = await self._appointments.page(
            principal.role, principal.id, period, self._clock.now(), number=number, size=APPOINTMENTS_A_PAGE
        )
        return Page(tuple(await self._cards(page.items)), page.number, page.size, page.total)

    async def last_doctor(self, principal: Principal) -> User | None:
        """Return the doctor of the patient's latest appointment, if that doctor may be booked now.

        Raises RoleRequired.
        """
        require(principal, Role.PATIENT)
        doctor_id = await self._appointments.last_doctor(principal.id)
        if doctor_id is None:
            return None
        try:
            return await self._doctors.get(principal, doctor_id)
        except DoctorUnknown:
            return None

    def may_cancel(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a Cancel button makes sense for this person now."""
        to_come = (
            appointment.status is AppointmentStatus.BOOKED and appointment.slot.start > self._clock.now()
        )
        return principal.role is Role.PATIENT and principal.id == appointment.patient_id and to_come

    async def _cards(
        self, appointments: "list[Appointment] | tuple[Appointment, ...]"
    ) -> list[AppointmentCard]:
        ids = {person for a in appointments for person in (a.doctor_id, a.patient_id)}
        people = await self._users.by_ids(ids)
        return [AppointmentCard(a, people[a.doctor_id], people[a.patient_id]) for a in appointments]


def read_reason(text: str | None) -> str | None:
    """Return the reason for a visit without the space around it; None for none. Raises ReasonTooLong."""
    reason = (text or "").strip()
    if len(reason) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    return reason or None


def _party(appointment: Appointment, role: Role) -> UserId:
    return appointment.doctor_id if role is Role.DOCTOR else appointment.patient_id


def _check_cancellable(appointment: Appointment, now: datetime) -> None:
    start = appointment.slot.start
    if appointment.status is AppointmentStatus.CANCELLED:
        raise AlreadyCancelled(start)
    if appointment.status is not AppointmentStatus.BOOKED or start <= now:
        raise AppointmentOver(start)


def _event(kind: EventKind, appointment: Appointment, doctor: User, patient: User) -> Event:
    """Return the news of an appointment, with what its readers need to know as it was then."""
    facts = {
        "appointment_id": appointment.id,
        "start": appointment.slot.start,
        "end": appointment.slot.end,
        "doctor_id": doctor.id,
        "doctor": doctor.name,
        "specialization": doctor.specialization,
        "patient": patient.name,
        "reason": appointment.reason,
    }
    return Event(f"{appointment.id}.{kind}", kind, (patient.id, doctor.id), facts)
