"""What has been going on in the sample clinic: some weeks of appointments, past and to come.

Without it a doctor's day and the clinic's figures would have nothing to show. The same each time, but for
the days: those are around the day of the first start.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.clinic import HISTORY_PATIENTS, PEOPLE
from services.clock import Clock
from services.ids import new_id
from services.models import Appointment, AppointmentId, AppointmentStatus, Role, Schedule, Slot, UserId
from services.schedules import Schedules
from services.slots import slots_of_day
from services.storage.storage import Storage

DAYS_BEFORE, DAYS_AFTER = 40, 12
# How many of a doctor's slots are taken on a day that is past, and how many less on each day to come.
BUSY, THINNING = 0.55, 0.04
ENDED = (
    *(AppointmentStatus.FULFILLED,) * 16,
    *(AppointmentStatus.NOSHOW,) * 2,
    *(AppointmentStatus.CANCELLED,) * 2,
)
REASONS = (
    None,
    None,
    "Check-up",
    "It still hurts a little",
    "New glasses",
    "A rash on the arm",
    "Vaccination",
)


async def fill(storage: Storage, schedules: Schedules, clock: Clock) -> None:
    """Store the history, where the clinic has none yet: no news of it goes to anybody."""
    doctors = [await _id(storage, person.email) for person in PEOPLE if person.role is Role.DOCTOR]
    patients = [await _id(storage, person.email) for person in HISTORY_PATIENTS]
    if await storage.appointments.last_doctor(patients[0]) is None:
        history = _History(doctors, patients, schedules.zone, clock.now())
        await storage.appointments.add_silently(list(history.appointments()))


async def _id(storage: Storage, email: str) -> UserId:
    found = await storage.users.credentials(email)
    if found is None:
        raise LookupError(email)
    return found.user.id


class _History:
    """Makes appointments up, each with the instant at which it was booked."""

    def __init__(
        self, doctors: Sequence[UserId], patients: Sequence[UserId], zone: ZoneInfo, now: datetime
    ) -> None:
        self._doctors = doctors
        self._patients = patients
        self._zone = zone
        self._now = now
        self._chance = Random(2027)

    def appointments(self) -> Iterator[tuple[Appointment, datetime]]:
        """Give those of all days."""
        today = self._now.astimezone(self._zone).date()
        for offset in range(-DAYS_BEFORE, DAYS_AFTER):
            yield from self._day(today + timedelta(days=offset), BUSY - max(0, offset) * THINNING)

    def _day(self, day: date, taken: float) -> Iterator[tuple[Appointment, datetime]]:
        for slot in slots_of_day(Schedule(), day, self._zone):
            # Nobody is in two places: each patient is given out once a slot.
            free = self._chance.sample(self._patients, len(self._patients))
            for doctor in self._doctors:
                if self._chance.random() < taken and free:
                    yield self._one(slot, doctor, free.pop())

    def _one(self, slot: Slot, doctor: UserId, patient: UserId) -> tuple[Appointment, datetime]:
        chance = self._chance
        status = chance.choice(ENDED) if slot.end < self._now else AppointmentStatus.BOOKED
        booked_at = min(slot.start, self._now) - timedelta(hours=chance.randint(1, 300))
        appointment_id = AppointmentId(new_id(booked_at))
        reason = chance.choice(REASONS)
        return Appointment(appointment_id, doctor, patient, slot, status, reason=reason), booked_at
