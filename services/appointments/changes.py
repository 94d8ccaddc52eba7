"""Moving, confirming and cancelling appointments, and noting who came: who may do what, and when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.access import require
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.events import appointment_event
from services.appointments.fields import read_note, read_reason
from services.appointments.limits import Limits
from services.appointments.patient_busy import busy_named
from services.appointments.reminder_times import reminder_times
from services.appointments.views import AppointmentViews
from services.appointments.visibility import as_seen, is_theirs, may_see
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.bookable_slots import BookableSlot, BookableSlots
from services.availability.doctors import Doctors
from services.availability.offered_kinds import OfferedKinds
from services.availability.video_rooms import open_room
from services.clock import Clock
from services.errors import (
    AlreadyCancelled,
    AlreadyConfirmed,
    AppointmentChanged,
    AppointmentOver,
    AppointmentUnknown,
    ClinicError,
    NotBegun,
    RequestAbandoned,
    SameTime,
    TooLateToChange,
)
from services.ids import derived_id
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    first_in,
)
from services.models.audit import Action
from services.models.catalogue import KindId, WantedVisit
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role
from services.patients.finding import Patients
from services.storage.appointment_remarks import AppointmentRemarkStore
from services.storage.appointments import AppointmentStore
from services.storage.engagements import EngagementStore

CAME_OR_NOT = frozenset({AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW})


class Appointments:
    """Changes appointments. `on_event` is called when an event was stored that the outbox has to spread."""

    def __init__(
        self,
        *,
        appointments: AppointmentStore,
        remarks: AppointmentRemarkStore,
        patients: Patients,
        doctors: Doctors,
        views: AppointmentViews,
        schedules: Schedules,
        bookable_slots: BookableSlots,
        kinds: OfferedKinds,
        limits: Limits,
        engagements: EngagementStore,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._remarks = remarks
        self._patients = patients
        self._doctors = doctors
        self._views = views
        self._schedules = schedules
        self._bookable_slots = bookable_slots
        self._kinds = kinds
        self._limits = limits
        self._engagements = engagements
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def move(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        start: datetime,
        *,
        was: datetime,
        note: str | None = None,
        attempt: str | None = None,
        kind_id: KindId | None = None,
    ) -> AppointmentCard:
        """Move an appointment to another of the doctor's slots: its old time is freed, or nothing changes.

        A patient and a doctor move their own, the desk any. The time that is held for the move (see
        `held_for_move`) is taken. Doctors are not bound by their own lead time. `note` is what doctors and
        the desk tell the patient. `was` is the start that the person saw. If the appointment is at `start`
        already, moved by an earlier try or by somebody else, it stays, and nobody is told again. An `attempt`
        that was abandoned moves nothing. It stays of its kind, unless another `kind_id` is given.
        Raises AppointmentUnknown, AlreadyCancelled, AppointmentOver, TooLateToChange, SameTime,
        DoctorUnknown, SlotNotOffered, SlotPassed, SlotTaken, RoomTaken, KindNotOffered, PatientBusy,
        AppointmentChanged, TooManyThatDay, TooManyChanges, NoteTooLong, RequestAbandoned.
        """
        note = read_note(note) if principal.role is not Role.PATIENT else None
        card = await self._views.whole(principal, appointment_id)
        before = card.appointment
        _check_to_come(before, self._clock.now())
        if start == was:
            raise SameTime(start)
        if start == before.slot.start:
            return replace(card, appointment=as_seen(principal, before))
        if before.slot.start != was:
            raise AppointmentChanged(before.slot.start)
        await self.check_in_time(principal, before)
        await self._doctors.get(principal, before.doctor_id)
        asked_at = self._clock.now()
        held_id = held_for_move(appointment_id, start)
        wanted = _wanted(before, kind_id)
        offered = await self._offered(principal, before, start, wanted)
        async with self._limits.admit_move(principal, before, offered.visit(before), held_id):
            held = await self._appointments.let_go(held_id)
            offered = self._bookable_slots.held_instead(offered, held, before, wanted)
            slot = offered.slot
            if held is None:  # time off may have ended the hold since it was read
                await self._bookable_slots.check_not_off(before.doctor_id, offered)
            until = slot.start if principal.role is Role.DOCTOR else offered.schedule.changes_until(slot)
            # The room that it has already is as good as any.
            after = first_in((held or before).room_id, replace(offered.visit(before), note=note))
            if not wanted.is_booked:  # another kind may be by video only, or in the clinic only
                after = replace(after, room=self._bookable_slots.room_like(offered, before.room))
            card = replace(card, details=offered.details)
            moved, event = await self._move(principal, card, after, until, attempt)
        if await self._bulk_cancellation.meet(moved, asked_at, offered.schedule):
            raise AlreadyCancelled(moved.slot.start)
        await self._audit.on_behalf(principal, Action.MOVED_FOR, moved)
        seen, details = as_seen(principal, moved), offered.details_of(moved)
        return replace(card, appointment=seen, event=event, details=details)

    async def _offered(
        self, principal: Principal, before: Appointment, start: datetime, wanted: WantedVisit
    ) -> BookableSlot:
        """Return the slot to move to, for the same kind of visit or another that the person may book."""
        held_id, is_bound = held_for_move(before.id, start), principal.role is not Role.DOCTOR
        offered = await self._bookable_slots.slot_or_held(
            before.doctor_id, start, held_id, before.patient_id, is_bound=is_bound, wanted=wanted
        )
        if not wanted.is_booked:
            await self._kinds.check(principal, before.patient_id, before.doctor_id, offered.kind)
        return offered

    async def abandon_move(self, appointment_id: AppointmentId, attempt: str) -> None:
        """End an attempt to move it for good: if it is still being handled, it will move nothing.

        If it has moved the appointment already, that stays.
        """
        await self._appointments.abandon_move(appointment_id, attempt)

    async def _move(
        self,
        principal: Principal,
        card: AppointmentCard,
        after: Appointment,
        changes_until: datetime,
        attempt: str | None,
    ) -> tuple[Appointment, Event]:
        """Store the move to `after` with its event; return the moved appointment, and the event.

        Raises SlotTaken, PatientBusy, AlreadyCancelled, AppointmentChanged, RequestAbandoned.
        """
        before, now = card.appointment, self._clock.now()
        times = reminder_times(after.slot, await self._patients.reminded(card.patient), now)
        after = replace(after, remind_at=times, confirmed_at=None)
        event = appointment_event(
            EventKind.MOVED,
            after,
            card.doctor,
            card.patient,
            principal.role,
            at=now,
            was=before.slot.start,
            note=after.note,
            details=card.details,
            changes_until=changes_until,
            in_chat=principal.answered_in,
            author=principal.author,
        )
        with busy_named(principal, card.patient):
            moved = await self._appointments.move(
                before, after, principal.author, event, now, attempt=attempt
            )
        if moved is None:
            raise await self._changed(before)
        self._on_event()
        return moved, event

    async def check_in_time(self, principal: Principal, appointment: Appointment) -> None:
        """Return if the person may still cancel or move it. Patients may until `Schedule.changes_until`.

        If the doctor has moved it to that time, patients may until it begins.
        Raises TooLateToChange.
        """
        if principal.role is not Role.PATIENT:
            return
        schedule = await self._schedules.of_doctor(appointment.doctor_id)
        if self._clock.now() <= schedule.changes_until(appointment.slot):
            return
        if await self._engagements.author(appointment.id, appointment.version) != appointment.doctor_id:
            raise TooLateToChange(appointment.slot.start, schedule.change_lead_time)

    async def confirm(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Note that the patient has confirmed that they will come; the doctor sees it.

        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver, AlreadyConfirmed,
        AppointmentChanged.
        """
        require(principal, Role.PATIENT)
        card = await self._views.whole(principal, appointment_id)
        before, now = card.appointment, self._clock.now()
        _check_to_come(before, now)
        if before.confirmed_at is not None:
            raise AlreadyConfirmed(before.slot.start)
        confirmed = await self._remarks.confirm(before, principal.author, now)
        if confirmed is None:
            raise await self._changed(before)
        return replace(card, appointment=confirmed)

    async def explain(
        self, principal: Principal, appointment_id: AppointmentId, reason: str | None
    ) -> AppointmentCard:
        """Change the reason of the visit (None: no reason), until it has begun.

        The doctor sees it wherever the appointment is shown, and is not notified.
        Raises RoleRequired, ReasonTooLong, AppointmentUnknown, AlreadyCancelled, AppointmentOver,
        AppointmentChanged.
        """
        require(principal, Role.PATIENT)
        reason = read_reason(reason)
        card = await self._views.whole(principal, appointment_id)
        before, now = card.appointment, self._clock.now()
        _check_to_come(before, now)
        if before.reason == reason:
            return card
        explained = await self._remarks.explain(before, reason, principal.author, now)
        if explained is None:
            raise await self._changed(before)
        return replace(card, appointment=explained)

    async def cancel(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        note: str | None = None,
        *,
        was: datetime | None = None,
    ) -> AppointmentCard:
        """Cancel an appointment; its time is free again at once, and the other side hears of it.

        A patient and a doctor cancel their own, the desk any; `note` is what doctors and the desk tell the
        patient. `was` is the start that the person saw: an appointment that was moved since is not cancelled.
        Raises AppointmentUnknown, AlreadyCancelled, AppointmentOver, TooLateToChange, AppointmentChanged,
        NoteTooLong.
        """
        note = read_note(note) if principal.role is not Role.PATIENT else None
        card = await self._views.whole(principal, appointment_id)
        before = card.appointment
        now = self._clock.now()
        _check_to_come(before, now)
        if was is not None and was != before.slot.start:
            raise AppointmentChanged(before.slot.start)
        await self.check_in_time(principal, before)
        event = appointment_event(
            EventKind.CANCELLED,
            before,
            card.doctor,
            card.patient,
            principal.role,
            at=now,
            note=note,
            details=card.details,
            in_chat=principal.answered_in,
            author=principal.author,
        )
        cancelled = await self._appointments.cancel(
            appointment_id, principal.author, before, event, now, note=note
        )
        if cancelled is None:
            raise await self._changed(before)
        self._on_event()
        await self._audit.on_behalf(principal, Action.CANCELLED_FOR, cancelled)
        return replace(card, appointment=as_seen(principal, cancelled), event=event)

    async def mark(
        self, principal: Principal, appointment_id: AppointmentId, status: AppointmentStatus
    ) -> AppointmentCard:
        """Note whether the doctor's patient came (fulfilled) or not (noshow), once it has begun.

        It can be changed later. Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, NotBegun,
        AppointmentChanged.
        """
        require(principal, Role.DOCTOR)
        if status not in CAME_OR_NOT:
            raise AppointmentUnknown
        card = await self._views.get(principal, appointment_id)
        before = card.appointment
        if before.status is AppointmentStatus.CANCELLED:
            raise AlreadyCancelled(before.slot.start)
        if not _has_begun(before, self._clock.now()):
            raise NotBegun(before.slot.start)
        if before.status is status:
            return card
        marked = await self._appointments.mark(before, status, principal.author, self._clock.now())
        if marked is None:
            raise await self._changed(before)
        return replace(card, appointment=marked)

    def check_to_come(self, appointment: Appointment) -> None:
        """Return if it can still be cancelled or moved. Raises AlreadyCancelled, AppointmentOver."""
        _check_to_come(appointment, self._clock.now())

    def may_cancel(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a Cancel button makes sense for this person now."""
        return may_see(principal, appointment) and self._is_to_come(appointment)

    def may_move(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a Move button makes sense for this person now."""
        return self.may_cancel(principal, appointment)

    def room(self, principal: Principal, appointment: Appointment) -> str | None:
        """Return the address of a video visit while its room is open, for the two who meet there."""
        is_mine = is_theirs(principal, appointment)
        return open_room(appointment, self._clock.now()) if is_mine else None

    def may_mark(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether it makes sense to ask this person now whether the patient came."""
        is_taken = appointment.status in {AppointmentStatus.BOOKED, *CAME_OR_NOT}
        has_begun = _has_begun(appointment, self._clock.now())
        return principal.id == appointment.doctor_id and is_taken and has_begun

    def may_follow_up(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a follow-up makes sense: the doctor has seen the patient."""
        is_seen = appointment.status is AppointmentStatus.FULFILLED
        return principal.id == appointment.doctor_id and is_seen

    def _is_to_come(self, appointment: Appointment) -> bool:
        return appointment.status is AppointmentStatus.BOOKED and appointment.slot.start > self._clock.now()

    async def _changed(self, before: Appointment) -> ClinicError:
        """Return the error for an appointment that somebody else has changed first."""
        now = await self._appointments.by_id(before.id)
        if now is None or now.status is AppointmentStatus.CANCELLED:
            return AlreadyCancelled(before.slot.start)
        if (now.version, now.status) == (before.version, before.status):
            return RequestAbandoned()
        return AppointmentChanged(now.slot.start)


def held_for_move(appointment_id: AppointmentId, start: datetime) -> AppointmentId:
    """Return the id under which the time from `start` on is held for an appointment to be moved there.

    It is the same each time, so a repeat after a crash finds its hold.
    """
    return AppointmentId(derived_id(f"{appointment_id}.{int(start.timestamp())}"))


def _has_begun(appointment: Appointment, now: datetime) -> bool:
    """Tell whether a visit has begun: at its time, or when the doctor has called the patient in."""
    return appointment.slot.start <= now or appointment.called_at is not None


def _wanted(before: Appointment, kind_id: KindId | None) -> WantedVisit:
    """Return what the appointment is to be: of the kind that it is, unless another is named."""
    if kind_id in {None, before.kind_id}:
        return WantedVisit(before.kind_id, is_booked=True)
    return WantedVisit(kind_id)


def _check_to_come(appointment: Appointment, now: datetime) -> None:
    start = appointment.slot.start
    if appointment.status is AppointmentStatus.CANCELLED:
        raise AlreadyCancelled(start)
    if appointment.status is not AppointmentStatus.BOOKED or start <= now:
        raise AppointmentOver(start)
