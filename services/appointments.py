"""Booking, moving and cancelling appointments, and noting who came: what may be, and by whom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from services.access import require
from services.audit import Audit
from services.clock import Clock
from services.diaries import Diaries, as_seen
from services.doctors import Doctors
from services.errors import (
    AlreadyCancelled,
    AlreadyConfirmed,
    AppointmentChanged,
    AppointmentOver,
    AppointmentUnknown,
    ClinicError,
    DoctorUnknown,
    NotBegun,
    NoteTooLong,
    PatientBusy,
    ReasonTooLong,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    TooLateToChange,
    UserUnknown,
    WayNotOffered,
)
from services.events import appointment_event
from services.models import (
    AccountStatus,
    Action,
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    Principal,
    Role,
    Schedule,
    Slot,
    User,
    UserId,
    Video,
)
from services.news import EventKind
from services.reminders import reminder_times
from services.rooms import Rooms, open_room
from services.schedules import Schedules, without
from services.slots import slots_of_day
from services.storage.appointments import Appointments as StoredAppointments
from services.storage.users import Users

MAX_REASON = 500
MAX_NOTE = 300
# Long enough to read a summary, short enough for whoever waits for the same time.
HELD = timedelta(minutes=3)
CAME_OR_NOT = frozenset({AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW})


class Appointments:
    """The appointments of the clinic. `on_news` is called when there is news for the outbox to tell."""

    def __init__(
        self,
        *,
        appointments: StoredAppointments,
        users: Users,
        doctors: Doctors,
        diaries: Diaries,
        schedules: Schedules,
        rooms: Rooms,
        audit: Audit,
        clock: Clock,
        on_news: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._users = users
        self._doctors = doctors
        self._diaries = diaries
        self._schedules = schedules
        self._rooms = rooms
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
    ) -> AppointmentCard:
        """Book the doctor's slot that begins at `start` (aware UTC): for oneself, or as an admin for another.

        Asking twice with one `request_id` books once; `by_video` None leaves that to the doctor.
        Raises RoleRequired, UserUnknown, DoctorUnknown, SlotNotOffered, SlotPassed, SlotTaken,
        PatientBusy, ReasonTooLong, WayNotOffered.
        """
        patient = await self.patient(principal, patient_id)
        reason = read_reason(reason)
        try:
            doctor = await self._doctors.get(principal, doctor_id)
            slot = await self._offered_or_held(doctor_id, start, request_id, patient.id)
            room = await self._room(doctor_id, by_video)
        except (DoctorUnknown, SlotPassed, SlotNotOffered, WayNotOffered):
            before = await self._appointments.by_id(request_id)
            if before is None or _is_held(before):
                raise
            # Asked again after a crash, it may be booked since, and not bookable any more.
            return await self._diaries.get(principal, request_id)
        now = self._clock.now()
        times = reminder_times(slot, patient, now)
        wanted = Appointment(
            request_id,
            doctor_id,
            patient.id,
            slot,
            AppointmentStatus.BOOKED,
            reason=reason,
            remind_at=times,
            room=room,
        )
        event = appointment_event(EventKind.BOOKED, wanted, doctor, patient, principal.role, at=now)
        with _named(principal, patient):
            stored = await self._appointments.add(wanted, event, now, by=principal.id)
        self._on_news()
        if _is_held(stored):  # for something else
            raise SlotTaken(doctor_id, start)
        if replace(stored, room=room) != wanted:
            # Asked before: by another person, for something else, or changed since.
            return await self._diaries.get(principal, request_id)
        await self._note(principal, Action.BOOKED_FOR, stored)
        return AppointmentCard(as_seen(principal, stored), doctor, patient)

    async def _offered_or_held(
        self, doctor_id: UserId, start: datetime, request_id: AppointmentId, patient_id: UserId
    ) -> Slot:
        """Return the slot that is offered; or that is held for the patient, though it is offered no more.

        Raises SlotPassed, SlotNotOffered.
        """
        try:
            return await self._offered(doctor_id, start)
        except (SlotPassed, SlotNotOffered):
            held, now = await self._appointments.by_id(request_id), self._clock.now()
            if held is None or not _is_held(held, at=now) or start <= now:
                raise
            if (held.doctor_id, held.patient_id, held.slot.start) != (doctor_id, patient_id, start):
                raise
            return held.slot

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
        Raises as `book` does, and SameTime.
        """
        if moving is not None and start == moving.start:
            raise SameTime(start)
        patient = await self.patient(principal, patient_id)
        await self._doctors.get(principal, doctor_id)
        slot = await self._offered(doctor_id, start)
        now = self._clock.now()
        wanted = Appointment(
            request_id, doctor_id, patient.id, slot, AppointmentStatus.HELD, held_until=now + HELD
        )
        with _named(principal, patient):
            held = await self._appointments.hold(wanted, now, moving=moving)
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
        request_id = AppointmentId(_derived(f"{visit_id}.{number}"))
        return await self._book_like(principal, visit, visit.doctor_id, start, request_id)

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
        request_id = AppointmentId(_derived(lost_id))
        return await self._book_like(principal, lost, doctor_id, start, request_id)

    async def _book_like(
        self,
        principal: Principal,
        visit: Appointment,
        doctor_id: UserId,
        start: datetime,
        request_id: AppointmentId,
    ) -> AppointmentCard:
        """Book for the reason of another visit, and by video if that was, as far as the doctor offers it."""
        by_video = visit.by_video if await self.video_of(doctor_id) is Video.OFFERED else None
        return await self.book(
            principal, doctor_id, start, reason=visit.reason, request_id=request_id, by_video=by_video
        )

    async def video_of(self, doctor_id: UserId) -> Video:
        """Return how the doctor can be seen; without a video server that is in the clinic alone."""
        if not self._rooms.server:
            return Video.OFF
        return self._rooms.offered(await self._schedules.of_doctor(doctor_id))

    async def _room(self, doctor_id: UserId, by_video: bool | None) -> str | None:
        """Return the room of a new visit, None for one in the clinic. Raises WayNotOffered."""
        has_server = self._rooms.server is not None
        schedule = await self._schedules.of_doctor(doctor_id) if has_server else Schedule()
        return self._rooms.for_visit(schedule, by_video)

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
        slot = await self._offered(doctor_id, start)
        # The patient's own first: it may be with this very doctor.
        now = self._clock.now()
        with _named(principal, patient):
            if without(await self._appointments.busy({Role.PATIENT: patient.id}, slot, now), moving):
                raise PatientBusy(start)
        if without(await self._appointments.busy({Role.DOCTOR: doctor_id}, slot, now), moving):
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

    async def move(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        start: datetime,
        *,
        was: datetime,
    ) -> AppointmentCard:
        """Move an appointment to another of the doctor's slots: its old time is freed, or nothing changes.

        A patient moves their own, an admin any; what is held for it there (see `held_for_move`) is taken.
        `was` is the start that the person saw. One that has been moved to `start` since, by a first try or
        by somebody else, stays there, and nobody hears of it again.
        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver, TooLateToChange, SameTime,
        DoctorUnknown, SlotNotOffered, SlotPassed, SlotTaken, PatientBusy, AppointmentChanged.
        """
        require(principal, Role.PATIENT, Role.ADMIN)
        card = await self._diaries.whole(principal, appointment_id)
        before = card.appointment
        _check_to_come(before, self._clock.now())
        if start == was:
            raise SameTime(start)
        if start == before.slot.start:
            await self._note(principal, Action.MOVED_FOR, before)
            return AppointmentCard(as_seen(principal, before), card.doctor, card.patient)
        if before.slot.start != was:
            raise AppointmentChanged(before.slot.start)
        await self.check_in_time(principal, before)
        await self._doctors.get(principal, before.doctor_id)
        held = held_for_move(appointment_id, start)
        slot = await self._offered_or_held(before.doctor_id, start, held, before.patient_id)
        now = self._clock.now()
        times = reminder_times(slot, card.patient, now)
        after = replace(before, slot=slot, remind_at=times, confirmed_at=None)
        event = appointment_event(
            EventKind.MOVED, after, card.doctor, card.patient, principal.role, at=now, was=before.slot.start
        )
        with _named(principal, card.patient):
            moved = await self._appointments.move(before, after, principal.id, event, now, held=held)
        if moved is None:
            raise await self._changed(before)
        self._on_news()
        await self._note(principal, Action.MOVED_FOR, moved)
        return AppointmentCard(as_seen(principal, moved), card.doctor, card.patient)

    async def check_in_time(self, principal: Principal, appointment: Appointment) -> None:
        """Return if the person may still cancel or move it: patients do so until the doctor's notice time.

        Raises TooLateToChange.
        """
        if principal.role is not Role.PATIENT:
            return
        notice = (await self._schedules.of_doctor(appointment.doctor_id)).change_notice
        if appointment.slot.start - self._clock.now() < notice:
            raise TooLateToChange(appointment.slot.start, notice)

    async def confirm(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Note that the patient says again that they come; the doctor sees it.

        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver, AlreadyConfirmed,
        AppointmentChanged.
        """
        require(principal, Role.PATIENT)
        card = await self._diaries.whole(principal, appointment_id)
        before, now = card.appointment, self._clock.now()
        _check_to_come(before, now)
        if before.confirmed_at is not None:
            raise AlreadyConfirmed(before.slot.start)
        confirmed = await self._appointments.confirm(before, principal.id, now)
        if confirmed is None:
            raise await self._changed(before)
        return AppointmentCard(confirmed, card.doctor, card.patient)

    async def cancel(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        note: str | None = None,
        *,
        was: datetime | None = None,
    ) -> AppointmentCard:
        """Cancel an appointment; its time is free again at once, and the other side hears of it.

        A patient and a doctor cancel their own, an admin any; `note` is what these two tell the patient.
        `was` is the start that the person saw: one that was moved since stays.
        Raises AppointmentUnknown, AlreadyCancelled, AppointmentOver, TooLateToChange, AppointmentChanged,
        NoteTooLong.
        """
        note = read_note(note) if principal.role is not Role.PATIENT else None
        card = await self._diaries.whole(principal, appointment_id)
        before = card.appointment
        now = self._clock.now()
        _check_to_come(before, now)
        if was is not None and was != before.slot.start:
            raise AppointmentChanged(before.slot.start)
        await self.check_in_time(principal, before)
        event = appointment_event(
            EventKind.CANCELLED, before, card.doctor, card.patient, principal.role, at=now, note=note
        )
        cancelled = await self._appointments.cancel(
            appointment_id, principal.id, before, event, now, note=note
        )
        if cancelled is None:
            raise await self._changed(before)
        self._on_news()
        await self._note(principal, Action.CANCELLED_FOR, cancelled)
        return AppointmentCard(as_seen(principal, cancelled), card.doctor, card.patient)

    async def mark(
        self, principal: Principal, appointment_id: AppointmentId, status: AppointmentStatus
    ) -> AppointmentCard:
        """Note that the doctor's patient was seen (fulfilled) or did not come (noshow), once it has begun.

        Either can be put right later. Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, NotBegun,
        AppointmentChanged.
        """
        require(principal, Role.DOCTOR)
        if status not in CAME_OR_NOT:
            raise AppointmentUnknown
        card = await self._diaries.get(principal, appointment_id)
        before = card.appointment
        if before.status is AppointmentStatus.CANCELLED:
            raise AlreadyCancelled(before.slot.start)
        if before.slot.start > self._clock.now():
            raise NotBegun(before.slot.start)
        if before.status is status:
            return card
        marked = await self._appointments.mark(before, status, principal.id, self._clock.now())
        if marked is None:
            raise await self._changed(before)
        return AppointmentCard(marked, card.doctor, card.patient)

    def check_to_come(self, appointment: Appointment) -> None:
        """Return if it can still be cancelled or moved. Raises AlreadyCancelled, AppointmentOver."""
        _check_to_come(appointment, self._clock.now())

    def may_cancel(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a Cancel button makes sense for this person now."""
        is_mine = principal.id in {appointment.patient_id, appointment.doctor_id}
        return (is_mine or principal.role is Role.ADMIN) and self._is_to_come(appointment)

    def may_move(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a Move button makes sense for this person now."""
        is_mine = principal.role is Role.PATIENT and principal.id == appointment.patient_id
        return (is_mine or principal.role is Role.ADMIN) and self._is_to_come(appointment)

    def room(self, principal: Principal, appointment: Appointment) -> str | None:
        """Return the address of a video visit while its room is open, for the two who meet there."""
        is_mine = principal.id in {appointment.patient_id, appointment.doctor_id}
        return open_room(appointment, self._clock.now()) if is_mine else None

    def may_mark(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether it makes sense to ask this person now whether the patient came."""
        is_taken = appointment.status in {AppointmentStatus.BOOKED, *CAME_OR_NOT}
        has_begun = appointment.slot.start <= self._clock.now()
        return principal.id == appointment.doctor_id and is_taken and has_begun

    def may_follow_up(self, principal: Principal, appointment: Appointment) -> bool:
        """Tell whether a follow-up makes sense: the doctor has seen the patient."""
        is_seen = appointment.status is AppointmentStatus.FULFILLED
        return principal.id == appointment.doctor_id and is_seen

    def _is_to_come(self, appointment: Appointment) -> bool:
        return appointment.status is AppointmentStatus.BOOKED and appointment.slot.start > self._clock.now()

    async def _changed(self, before: Appointment) -> ClinicError:
        """Return what to say of an appointment that was changed while somebody was about to."""
        now = await self._appointments.by_id(before.id)
        if now is None or now.status is AppointmentStatus.CANCELLED:
            return AlreadyCancelled(before.slot.start)
        return AppointmentChanged(now.slot.start)

    async def _note(self, principal: Principal, action: Action, appointment: Appointment) -> None:
        """Note what was done on somebody's behalf: once, however often it is asked for."""
        if principal.id != appointment.patient_id:
            await self._audit.note(
                action,
                actor=principal.id,
                subject=appointment.patient_id,
                once=f"{appointment.id}.{action}.{appointment.version}",
                appointment=appointment.id,
                start=appointment.slot.start,
                doctor=appointment.doctor_id,
            )


def held_for_move(appointment_id: AppointmentId, start: datetime) -> AppointmentId:
    """Return the id under which the time from `start` on is held for an appointment to be moved there.

    Whoever is about to move it there, once more after a crash perhaps, holds the same.
    """
    return AppointmentId(_derived(f"{appointment_id}.{int(start.timestamp())}"))


def _derived(text: str) -> str:
    """Return an id that follows from the text."""
    return blake2b(text.encode(), digest_size=12).hexdigest()


@contextmanager
def _named(principal: Principal, patient: User) -> Iterator[None]:
    """Say whose other appointment it is, where that is not who asks."""
    try:
        yield
    except PatientBusy as error:
        raise PatientBusy(error.start, None if patient.id == principal.id else patient.name) from error


def read_reason(text: str | None) -> str | None:
    """Return the reason for a visit without the space around it; None for none. Raises ReasonTooLong."""
    reason = (text or "").strip()
    if len(reason) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    return reason or None


def read_note(text: str | None) -> str | None:
    """Return a note to a patient without the space around it; None for none. Raises NoteTooLong."""
    note = (text or "").strip()
    if len(note) > MAX_NOTE:
        raise NoteTooLong(MAX_NOTE)
    return note or None


def _is_held(appointment: Appointment, at: datetime | None = None) -> bool:
    """Tell whether it is only held, and, where it is asked, at that instant still is."""
    until = appointment.held_until
    is_held = appointment.status is AppointmentStatus.HELD
    return is_held and (at is None or (until is not None and until > at))


def _check_to_come(appointment: Appointment, now: datetime) -> None:
    start = appointment.slot.start
    if appointment.status is AppointmentStatus.CANCELLED:
        raise AlreadyCancelled(start)
    if appointment.status is not AppointmentStatus.BOOKED or start <= now:
        raise AppointmentOver(start)
