"""Booking: who may book which time for whom, and holding a time while it is confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from services.access import DESK, require
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.events import appointment_event
from services.appointments.fields import read_reason
from services.appointments.hold_times import HoldTimes
from services.appointments.limits import Limits, Proposer
from services.appointments.patient_busy import busy_named
from services.appointments.reminder_times import reminder_times
from services.appointments.requested import Requested
from services.appointments.views import AppointmentViews
from services.appointments.visibility import as_seen
from services.audit import Audit
from services.availability.availability import without
from services.availability.bookable_slots import NOT_OFFERED, BookableSlot, BookableSlots, is_held
from services.availability.doctors import Doctors
from services.availability.offered_kinds import OfferedKinds
from services.clock import Clock
from services.concurrently import both
from services.errors import (
    AppointmentUnknown,
    BookedBefore,
    ClinicError,
    DoctorUnknown,
    ModalityNotOffered,
    PatientBusy,
    RoomTaken,
    SameTime,
    SlotNotOffered,
    SlotTaken,
    UserUnknown,
)
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    is_like,
)
from services.models.audit import Action
from services.models.catalogue import ANY_VISIT, LONGEST_BUFFER, WantedVisit
from services.models.notifications import Event, EventKind
from services.models.patients import Patient
from services.models.people import Principal, Role, User, UserId
from services.models.scheduling import Schedule
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.appointments import AppointmentStore
from services.storage.busy_times import BusyTimeStore

# Of what is only looked at.
NO_ID = AppointmentId("")
# Long enough to read a summary, short enough for whoever waits for the same time.
HOLD_LENGTH = timedelta(minutes=3)


class Booking:
    """Makes appointments. `on_event` is called when an event was stored that the outbox has to spread."""

    def __init__(
        self,
        *,
        appointments: AppointmentStore,
        busy_times: BusyTimeStore,
        patients: Patients,
        doctors: Doctors,
        views: AppointmentViews,
        bookable_slots: BookableSlots,
        kinds: OfferedKinds,
        limits: Limits,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._busy_times = busy_times
        self._patients = patients
        self._doctors = doctors
        self._views = views
        self._bookable_slots = bookable_slots
        self._kinds = kinds
        self._limits = limits
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock
        self._hold_times = HoldTimes(HOLD_LENGTH)
        self._on_event = on_event

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
        proposer: Proposer = Proposer.PATIENT,
        is_proposed: bool = False,
        wanted: WantedVisit = ANY_VISIT,
    ) -> AppointmentCard:
        """Book the doctor's slot that begins at `start` (aware UTC), for the patient that `patient` returns.

        Asking twice with one `request_id` books once: the stored appointment is returned, and its card says
        `otherwise` if it is not what was asked for now. `by_video` None leaves that to the doctor. Which
        limits count depends on the `proposer` of the booking (see services/appointments/limits.py). `wanted`
        says which kind of visit it is, and where; what the clinic itself has proposed (`is_proposed`) may be
        of any kind that the doctor offers.
        Raises RoleRequired, UserUnknown, PatientUnknown, DoctorUnknown, SlotNotOffered, SlotPassed,
        SlotTaken, RoomTaken, KindNotOffered, PlaceNotOffered, PatientBusy, ReasonTooLong, ModalityNotOffered,
        TooManyAppointments, TooManyThatDay, TooManyChanges, RequestAbandoned.
        """
        patient = await self.patient(principal, patient_id)
        reason, asked_at = read_reason(reason), self._clock.now()
        requested = Requested(doctor_id, patient.id, start, reason, by_video, wanted.kind_id)
        try:
            doctor, offered = await self._offered(
                principal, requested, request_id, wanted, is_proposed=is_proposed
            )
            room = self._bookable_slots.room(offered, by_video)
        except (*NOT_OFFERED, DoctorUnknown, ModalityNotOffered) as refused:
            # After a crash this may be a repeat: the time is booked already, so it is no longer bookable.
            return await self._repeated(principal, request_id, requested, refused)
        booked = AppointmentStatus.BOOKED
        visit = offered.visit(
            Appointment(request_id, doctor_id, patient.id, offered.slot, booked, reason=reason, room=room)
        )
        beyond = await self._limits.beyond(principal, visit, patient, proposer)
        with busy_named(principal, patient):
            async with self._limits.admit(principal, visit, proposer) as is_held_now:
                card = AppointmentCard(visit, doctor, patient)
                stored, event = await self._commit(principal, card, offered, wanted, is_held=is_held_now)
        meet, is_booked = self._bulk_cancellation.meet, stored.status is AppointmentStatus.BOOKED
        if is_booked and await meet(stored, asked_at, offered.schedule):
            raise SlotNotOffered(start)
        if not requested.is_booked_as(stored):
            # The id was used before: by another person, for something else, or it was changed since.
            return await self._before(principal, stored, is_as_asked=False)
        self._hold_times.forget((patient.id, doctor_id, start))
        if not stored.version:  # a repeat may find it changed since; that it was booked is noted then
            await self._audit.on_behalf(principal, Action.BOOKED_FOR, stored, beyond=beyond)
        seen = as_seen(principal, stored)
        details, has_earlier = offered.details_of(stored), self._bookable_slots.has_earlier(offered)
        return AppointmentCard(seen, doctor, patient, event=event, details=details, has_earlier=has_earlier)

    async def _repeated(
        self, principal: Principal, request_id: AppointmentId, requested: Requested, refused: ClinicError
    ) -> AppointmentCard:
        """Return what the request booked before; raise the refusal where it has booked nothing."""
        before = await self._appointments.by_id(request_id)
        if before is None or is_held(before):
            raise refused
        return await self._before(principal, before, is_as_asked=requested.is_booked_as(before))

    async def _offered(
        self,
        principal: Principal,
        asked: Requested,
        request_id: AppointmentId,
        wanted: WantedVisit,
        *,
        is_proposed: bool,
    ) -> tuple[User, BookableSlot]:
        """Return the doctor and the slot that are asked for, if this person may book them."""
        doctor_id, patient_id = asked.doctor_id, asked.patient_id
        doctor, offered = await both(
            self._doctors.get(principal, doctor_id),
            self._bookable_slots.slot_or_held(doctor_id, asked.start, request_id, patient_id, wanted=wanted),
        )
        if not is_proposed:
            await self._kinds.check(principal, patient_id, doctor_id, offered.kind)
        return doctor, offered

    async def _before(
        self, principal: Principal, stored: Appointment, *, is_as_asked: bool
    ) -> AppointmentCard:
        """Return what the request booked before. Raises AppointmentUnknown if that is somebody else's."""
        card = await self._views.get(principal, stored.id)
        return await self.retold(principal, card) if is_as_asked else replace(card, otherwise=True)

    async def retold(self, principal: Principal, card: AppointmentCard) -> AppointmentCard:
        """Return the card of an earlier booking with the event of then, unless it was changed since."""
        found = card.appointment
        if found.version or found.status is not AppointmentStatus.BOOKED:
            return card
        schedule = await self._bookable_slots.schedule(found.doctor_id)
        return replace(card, event=self._event(principal, card, schedule))

    async def _commit(
        self,
        principal: Principal,
        card: AppointmentCard,
        offered: BookableSlot,
        asked: WantedVisit,
        *,
        is_held: bool = True,
    ) -> tuple[Appointment, Event]:
        """Store the visit of a card with its event; return what is stored, and the event.

        Raises SlotTaken, RoomTaken, SlotNotOffered, KindNotOffered, PatientBusy, RequestAbandoned.
        """
        now = self._clock.now()
        reminded = await self._patients.reminded(card.patient)
        times = reminder_times(card.appointment.slot, reminded, now)
        card = replace(card, appointment=replace(card.appointment, remind_at=times), details=offered.details)
        wanted, event = card.appointment, self._event(principal, card, offered.schedule)
        # Without a chat there is no dialog that could be left meanwhile.
        in_chat = principal.chat_id is not None
        stored = await self._appointments.add(
            wanted, event, now, by=principal.author, may_be_abandoned=in_chat, is_held=is_held
        )
        self._on_event()
        if stored.status is not AppointmentStatus.HELD:
            return stored, event
        is_theirs = (stored.doctor_id, stored.patient_id) == (wanted.doctor_id, wanted.patient_id)
        if not is_theirs or is_like(stored, wanted) or stored.slot.start != wanted.slot.start:
            raise SlotTaken(wanted.doctor_id, wanted.slot.start)
        if asked.kind_id not in {None, stored.kind_id}:
            # Another kind was chosen since: what is held is not for this one.
            await self._appointments.let_go(stored.id)
        else:
            # The doctor has changed the slot length since, or what is offered: the held slot is booked as it
            # was held, unless time off touches it.
            offered = self._bookable_slots.as_held(offered.schedule, stored, asked)
            card = replace(card, appointment=offered.visit(wanted))
        return await self._commit(principal, card, offered, asked)

    def _event(self, principal: Principal, card: AppointmentCard, schedule: Schedule) -> Event:
        return appointment_event(
            EventKind.BOOKED,
            card.appointment,
            card.doctor,
            card.patient,
            principal.role,
            at=self._clock.now(),
            changes_until=schedule.changes_until(card.appointment.slot),
            details=card.details,
            in_chat=principal.answered_in,
            author=principal.author,
        )

    async def stored(self, principal: Principal, request_id: AppointmentId) -> AppointmentCard | None:
        """Return what a request has booked, for when its answer may have been lost; None: nothing.

        Raises AppointmentUnknown if this person may not see it.
        """
        found = await self._appointments.by_id(request_id)
        if found is None or is_held(found):
            return None
        return await self._views.get(principal, request_id)

    async def hold(
        self,
        principal: Principal,
        doctor_id: UserId,
        start: datetime,
        *,
        request_id: AppointmentId,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> Appointment:
        """Keep the doctor's slot that begins at `start` (aware UTC) for three minutes, while it is confirmed.

        The indexes that guard bookings guard holds, too. `book` with the same `request_id` takes the held
        time; holding it again begins the three minutes anew. `moving` is the slot of the appointment that is
        to be moved there, if any; then `move` takes the held time. After ten minutes in all, let go in
        between or not, it is not held again for a while, but can still be booked. A held slot keeps its
        length if the doctor changes the slot length.
        Raises what `book` does, SameTime, TooManyHolds, and BookedBefore if that request has made an
        appointment. For the desk, the time is held all the same where a limit of the patient is reached.
        """
        if moving is not None and start == moving.start:
            raise SameTime(start)
        patient = await self._for_whom(principal, doctor_id, patient_id, moving)
        await self._doctors.get(principal, doctor_id)
        is_bound = principal.role is not Role.DOCTOR
        try:
            offered = await self._bookable_slots.slot_or_held(
                doctor_id, start, request_id, patient.id, is_bound=is_bound, wanted=wanted
            )
            if not wanted.is_booked:
                await self._kinds.check(principal, patient.id, doctor_id, offered.kind)
        except NOT_OFFERED:
            await self._check_unused(principal, request_id)
            raise
        now = self._clock.now()
        until = self._hold_times.until((patient.id, doctor_id, start), now)
        held_now, slot = AppointmentStatus.HELD, offered.slot
        visit = offered.visit(
            Appointment(request_id, doctor_id, patient.id, slot, held_now, held_until=until or now)
        )
        if until is None:
            await self._check_unused(principal, request_id)
            await self.check_free(
                principal, doctor_id, start, patient_id=patient_id, moving=moving, wanted=wanted
            )
            return visit
        with busy_named(principal, patient):
            held = await self._limits.hold(principal, visit, moving=moving)
        if not is_held(held) and held.patient_id == patient.id:
            raise BookedBefore(held.slot.start)  # it may have been moved since
        if (held.doctor_id, held.patient_id, held.slot.start) != (doctor_id, patient.id, start):
            raise SlotTaken(doctor_id, start)  # the id belongs to another request
        if moving is None:
            await self._limits.beyond(principal, visit, patient, Proposer.PATIENT)
        return held

    async def _check_unused(self, principal: Principal, request_id: AppointmentId) -> None:
        """Return if the request has not made an appointment. Raises BookedBefore, AppointmentUnknown."""
        before = await self.stored(principal, request_id)
        if before is not None:
            raise BookedBefore(before.appointment.slot.start)

    async def let_go(self, request_id: AppointmentId) -> bool:
        """Free a time that is only held; tell whether one was.

        Whoever knows the id may do so.
        """
        return await self._appointments.let_go(request_id) is not None

    async def abandon(self, request_id: AppointmentId) -> bool:
        """End a request for good: if it is still being handled, in any process, it will book nothing.

        Tells whether a time was held for it. If not, it may have been booked before. As with `let_go`,
        whoever knows the id may do so.
        """
        return await self._appointments.abandon(request_id, self._clock.now()) is not None

    async def patient(self, principal: Principal, patient_id: UserId | None) -> Patient:
        """Return for whom the person may book: themselves, whom they look after, or at the desk anybody.

        Raises RoleRequired, UserUnknown, PatientUnknown.
        """
        require(principal, Role.PATIENT, *DESK)
        if principal.role is Role.PATIENT:
            return await self._patients.mine(principal, patient_id or principal.id)
        if not patient_id:
            raise UserUnknown
        return await self._patients.anybody(patient_id)

    async def _for_whom(
        self, principal: Principal, doctor_id: UserId, patient_id: UserId | None, moving: Slot | None
    ) -> Patient:
        """Return the patient for whom the person may take a time; a doctor may only to move an appointment.

        Raises RoleRequired, UserUnknown, AppointmentUnknown.
        """
        if principal.role is not Role.DOCTOR or moving is None or patient_id is None:
            return await self.patient(principal, patient_id)
        if principal.id != doctor_id:
            raise AppointmentUnknown
        return await self._views.my_patient(principal, patient_id, moving)

    async def check_free(
        self,
        principal: Principal,
        doctor_id: UserId,
        start: datetime,
        *,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> Slot:
        """Return the doctor's slot that begins at `start` (aware UTC), if the patient can have it.

        `moving` is the time of theirs that is given up for it, if one is. Nothing is held by asking.
        Raises RoleRequired, UserUnknown, AppointmentUnknown, SlotPassed, SlotNotOffered, PatientBusy,
        SameTime.
        """
        if moving is not None and start == moving.start:
            raise SameTime(start)
        patient = await self._for_whom(principal, doctor_id, patient_id, moving)
        is_bound = principal.role is not Role.DOCTOR
        offered = await self._bookable_slots.slot(doctor_id, start, is_bound=is_bound, wanted=wanted)
        people = {Role.DOCTOR: doctor_id, Role.PATIENT: patient.id}
        slot = offered.slot
        # Nothing may be in the buffer behind it, and nothing whose buffer is not over yet.
        looked_at = Slot(slot.start - timedelta(minutes=LONGEST_BUFFER), slot.end + offered.kind.buffer)
        rooms = offered.visit(Appointment(NO_ID, doctor_id, patient.id, slot, AppointmentStatus.HELD)).rooms
        busy = await self._busy_times.of(people, looked_at, self._clock.now(), rooms)
        # First the patient's own appointments: one of them may be with this doctor.
        with busy_named(principal, patient):
            if any(slot.overlaps(each) for each in without(busy.patient, moving)):
                raise PatientBusy(start)
        with_buffer = Slot(slot.start, looked_at.end)
        if any(with_buffer.overlaps(each) for each in without(busy.doctor, moving)):
            raise SlotNotOffered(start)
        if rooms and all(any(slot.overlaps(each) for each in taken) for taken in busy.rooms.values()):
            raise RoomTaken(doctor_id, start)
        return slot
