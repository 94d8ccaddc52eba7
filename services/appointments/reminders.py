"""Reminders: a day and an hour before an appointment, or as each patient likes."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from services.access import require
from services.appointments.events import appointment_event
from services.appointments.reminder_times import checked, times_left
from services.appointments.views import AppointmentViews
from services.availability.availability import Schedules
from services.availability.booking_window import ALL_AHEAD
from services.clock import Clock
from services.errors import SessionEnded, StorageDown
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import EventKind
from services.models.patients import Patient, own_patient
from services.models.people import Principal, Role, User
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.reminders import ReminderStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

BATCH = 100
# Appointments may change while their reminders are planned again; then that is repeated, so many times at
# most.
TRIES = 3

# When a patient is to be reminded of an appointment that was planned before: at what is returned.
Plan = Callable[[Appointment, Patient, datetime], tuple[datetime, ...]]


class Reminders:
    """Reminds patients of their appointments. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        reminders: ReminderStore,
        queries: AppointmentQueryStore,
        users: UserStore,
        patients: Patients,
        views: AppointmentViews,
        schedules: Schedules,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._reminders = reminders
        self._queries = queries
        self._users = users
        self._patients = patients
        self._views = views
        self._schedules = schedules
        self._clock = clock
        self._on_event = on_event
        # Appointments up to this id have their reminders planned; None: all have.
        self._planned: AppointmentId | None = AppointmentId("")

    async def work(self) -> None:
        """Make an event of each reminder that is due; several for one appointment become one."""
        try:
            await self._plan_old()
        except StorageDown:
            raise
        except Exception:
            # A failure with old appointments must not stop the other reminders.
            log.exception("reminders.unplanned")
            self._planned = None
        while due := await self._reminders.due(self._clock.now(), BATCH):
            done = [await self._tell(appointment) for appointment in due]
            if any(done):
                self._on_event()
            if len(due) < BATCH or not any(done):
                break

    async def _tell(self, appointment: Appointment) -> bool:
        try:
            return await self._tell_of(appointment)
        except StorageDown:
            raise
        except Exception:
            # A failure for one appointment must not stop the others.
            log.exception("reminder.failed appointment=%s", appointment.id)
            return False

    async def _tell_of(self, appointment: Appointment) -> bool:
        now = self._clock.now()
        later = [at for at in appointment.remind_at if at > now]
        helps = appointment.status is AppointmentStatus.BOOKED and appointment.slot.start > now
        if not helps:
            return await self._reminders.put(appointment, ())
        (card,) = await self._views.cards([appointment])
        schedule = await self._schedules.of_doctor(card.doctor.id)
        number = int(max(at for at in appointment.remind_at if at <= now).timestamp())
        event = appointment_event(
            EventKind.REMINDER,
            appointment,
            card.doctor,
            card.patient,
            Role.PATIENT,
            at=now,
            readers=(card.patient.id,),
            number=str(number),
            details=card.details,
            changes_until=schedule.changes_until(appointment.slot),
        )
        # Of several who look after the patient, each is reminded when they like to be.
        due = [at for at in appointment.remind_at if at <= now]
        late = schedule.late_by(appointment.slot.start, now) // timedelta(minutes=1)
        event = replace(event, facts={**event.facts, "at": now, "due": due, "late_minutes": late})
        return await self._reminders.put(appointment, later, event)

    async def choose(self, principal: Principal, leads: Iterable[timedelta]) -> User:
        """Change how long before a patient is reminded, also of what is booked already.

        Returns the account as it is then. Raises RoleRequired, BadReminders.
        """
        require(principal, Role.PATIENT)
        user = await self._users.change(principal.id, {"reminders": list(checked(leads))})
        if user is None:
            raise SessionEnded
        await self._plan_again(own_patient(user), _anew)
        for patient in (await self._patients.by_ids(user.looks_after)).values():
            await self.plan_again(patient)
        return user

    async def plan_again(self, patient: Patient) -> None:
        """Plan the reminders again of a patient whom others look after than before; what is due is told."""
        await self._plan_again(await self._patients.reminded(patient), _with_due)

    async def plan_missing(self, patient: Patient) -> None:
        """Plan the reminders of a patient's upcoming appointments that have none."""
        await self._plan_again(await self._patients.reminded(patient), _missing)

    async def _plan_again(self, patient: Patient, plan: Plan) -> None:
        """Plan the reminders of a patient's upcoming appointments again."""
        for _ in range(TRIES):
            now = self._clock.now()
            found = await self._queries.booked_within(Role.PATIENT, patient.id, Slot(now, now + ALL_AHEAD))
            plans = [(one, plan(one, patient, now)) for one in found]
            old = [(one, times) for one, times in plans if times != one.remind_at]
            if not old:
                break
            for one, times in old:
                await self._reminders.put(one, times)

    async def _plan_old(self) -> None:
        """Plan reminders for appointments that older versions have booked without, batch by batch."""
        if self._planned is None:
            return
        now = self._clock.now()
        found = await self._reminders.unplanned(now, self._planned, BATCH)
        for card in await self._views.cards(found):
            patient = await self._patients.reminded(card.patient)
            await self._reminders.put(card.appointment, times_left(card.appointment.slot, patient, now))
        self._planned = found[-1].id if len(found) == BATCH else None


def _anew(one: Appointment, patient: Patient, now: datetime) -> tuple[datetime, ...]:
    return times_left(one.slot, patient, now)


def _with_due(one: Appointment, patient: Patient, now: datetime) -> tuple[datetime, ...]:
    return (*(at for at in one.remind_at if at <= now), *times_left(one.slot, patient, now))


def _missing(one: Appointment, patient: Patient, now: datetime) -> tuple[datetime, ...]:
    return one.remind_at or times_left(one.slot, patient, now)
