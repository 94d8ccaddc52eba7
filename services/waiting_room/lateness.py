"""Doctors who run late: those who still come today are told when they are expected, once for each change.

No appointment is moved by it. It ends with the day.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.access import DESK, require
from services.appointments.events import appointment_event
from services.appointments.views import AppointmentViews
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.clock import Clock
from services.errors import BadLateness, DoctorUnknown, StorageDown
from services.local_time import day_bounds
from services.models.appointments import Appointment, AppointmentCard, AppointmentStatus, ToldLateness
from services.models.audit import Action
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role, User, UserId
from services.models.scheduling import Lateness
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.waiting_room import WaitingRoomStore

log = logging.getLogger(__name__)

# Who is later than that takes time off.
MOST_LATE = timedelta(hours=4)
# Patients hear of it again when it has changed by so much.
WORTH_TELLING = timedelta(minutes=10)
# Visits may change while their patients are told; then that is repeated, so many times at most.
TRIES = 3
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LateDay:
    """How late a doctor is today, for how many who still come, and how many of these are told now."""

    doctor: User
    late: Lateness
    to_come: int
    told: int


class RunningLate:
    """Notes how late doctors are, and tells their patients.

    `on_event` is called when an event was stored, `on_line_change` when those who wait are expected at other
    times.
    """

    def __init__(
        self,
        *,
        store: WaitingRoomStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        schedules: Schedules,
        doctors: Doctors,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
        on_line_change: Callable[[], None],
    ) -> None:
        self._store = store
        self._queries = queries
        self._views = views
        self._schedules = schedules
        self._doctors = doctors
        self._audit = audit
        self._clock = clock
        self._on_event = on_event
        self._on_line_change = on_line_change

    async def set(self, principal: Principal, minutes: int, doctor_id: UserId | None = None) -> LateDay:
        """Note that a doctor is so many minutes late today (0: on time again), and tell the patients.

        Doctors say it of themselves, the desk of the doctor whom it names. Who still comes is told the
        expected time, and again when it changes by ten minutes or when the doctor is on time again.
        Raises RoleRequired, DoctorUnknown, BadLateness.
        """
        doctor = await self.doctor(principal, doctor_id)
        if not 0 <= minutes <= MOST_LATE // MINUTE:
            raise BadLateness(MOST_LATE)
        today, now = self._schedules.today(), self._clock.now()
        bounds = day_bounds(today, today, self._schedules.zone)
        late = await self._store.set_late(doctor.id, bounds, minutes, now)
        told = await self._tell(doctor.id, late)
        to_come = sum(_is_to_come(visit, late, now) for visit in await self._visits(doctor.id, late))
        await self._audit.note(
            Action.RUNNING_LATE,
            actor=principal.id,
            subject=doctor.id,
            once=f"{doctor.id}.{Action.RUNNING_LATE}.{late.number}",
            minutes=minutes,
        )
        self._on_line_change()
        return LateDay(doctor, late, to_come, told)

    async def doctor(self, principal: Principal, doctor_id: UserId | None = None) -> User:
        """Return the doctor of whom this person may say so. Raises RoleRequired, DoctorUnknown."""
        if doctor_id is None or doctor_id == principal.id:
            require(principal, Role.DOCTOR)
            return principal.user
        require(principal, Role.DOCTOR, *DESK)
        if principal.role is Role.DOCTOR:
            raise DoctorUnknown(doctor_id)  # of others a doctor knows nothing
        return await self._doctors.get(principal, doctor_id)

    async def today(self, principal: Principal, doctor_id: UserId | None = None) -> tuple[User, int]:
        """Return the doctor, and how many minutes late they are today, as far as was said."""
        doctor = await self.doctor(principal, doctor_id)
        now = self._clock.now()
        schedule = await self._schedules.of_doctor(doctor.id)
        return doctor, schedule.late_by(now, now) // MINUTE

    async def to_come(self, principal: Principal, doctor_id: UserId | None = None) -> tuple[User, int]:
        """Return the doctor, and how many patients still come today. Raises RoleRequired, DoctorUnknown."""
        doctor = await self.doctor(principal, doctor_id)
        today, now = self._schedules.today(), self._clock.now()
        day = day_bounds(today, today, self._schedules.zone)
        visits = await self._queries.of_person(Role.DOCTOR, doctor.id, day)
        return doctor, sum(_is_to_come(visit, None, now) for visit in visits)

    async def work(self) -> None:
        """Tell those who do not know yet: who has booked since, or was left out by a crash."""
        for doctor_id, late in await self._store.late_now(self._clock.now()):
            try:
                await self._tell(doctor_id, late)
            except StorageDown:
                raise
            except Exception:
                # A failure for one doctor must not stop the others.
                log.exception("lateness.failed doctor=%s", doctor_id)

    async def _tell(self, doctor_id: UserId, late: Lateness) -> int:
        """Store the news for all who do not know it; return how many there were."""
        told = 0
        for _ in range(TRIES):
            now = self._clock.now()
            unaware = [each for each in await self._visits(doctor_id, late) if _is_to_tell(each, late, now)]
            if not unaware:
                break
            for card in await self._views.cards(unaware):
                told += await self._tell_one(card, late, now)
        if told:
            self._on_event()
        return told

    async def _visits(self, doctor_id: UserId, late: Lateness) -> list[Appointment]:
        return await self._queries.of_person(Role.DOCTOR, doctor_id, late.day)

    async def _tell_one(self, card: AppointmentCard, late: Lateness, now: datetime) -> bool:
        told = ToldLateness(late.minutes, late.number)
        event = _event(card, late, now)
        return await self._store.tell_late(card.appointment, told, event, card.doctor.id, now)


def _event(card: AppointmentCard, late: Lateness, now: datetime) -> Event:
    visit = card.appointment
    delay = late.minutes * MINUTE
    event = appointment_event(
        EventKind.RUNNING_LATE,
        visit,
        card.doctor,
        card.patient,
        Role.DOCTOR,
        at=now,
        details=card.details,
        readers=(card.patient.id,),
        number=f"{visit.version}.{late.number}",
    )
    said = {
        "minutes": late.minutes,
        "until": max(visit.slot.end, now) + max(delay, WORTH_TELLING),
    }
    return replace(event, facts={**event.facts, **said})


def _is_to_come(visit: Appointment, late: Lateness | None, now: datetime) -> bool:
    """Tell whether the visit has not begun: it is booked for later, or the patient waits, or was told so."""
    if visit.status is not AppointmentStatus.BOOKED or visit.called_at is not None:
        return False
    is_told = visit.told_late is not None and (late is None or visit.told_late.number <= late.number)
    delay = visit.told_late.minutes * MINUTE if visit.told_late is not None and is_told else timedelta(0)
    return visit.is_waiting or visit.slot.start + delay > now


def _is_to_tell(visit: Appointment, late: Lateness, now: datetime) -> bool:
    """Tell whether the patient has to hear how late the doctor is."""
    if not _is_to_come(visit, late, now):
        return False
    before = visit.told_late
    if before is None:
        return late.minutes > 0
    if before.number >= late.number:
        return False
    has_ended = before.minutes > 0 and late.minutes == 0
    return has_ended or abs(late.minutes - before.minutes) * MINUTE >= WORTH_TELLING
