"""The history of the sample clinic: a quarter of a year of past appointments, and some upcoming ones.

Without it the doctors' days and the statistics would be empty. It is the same each time, but its days are
those around the first start. What a start that was cut short has left out is made up around the next one.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.sample_catalogue import as_visit, fit_out, is_fitted_out
from bot.demo.sample_clinic import HISTORY_PATIENTS, PEOPLE, SCHEDULE, Sample, furnish
from bot.demo.sample_family import introduce
from services.accounts.registration import Accounts
from services.availability.availability import Schedules
from services.availability.slots import slots_of_day
from services.clock import Clock
from services.ids import derived_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.people import Role
from services.models.slots import Slot
from services.storage.mongo.driver import EVER
from services.storage.storage import Storage

# As long as the longest period of the statistics.
DAYS_BEFORE, DAYS_AFTER = 90, 12
# The share of slots that is taken on past days, how much less on each coming day, and the least share.
BUSY, THINNING, LEAST = 0.45, 0.06, 0.04
MOST_UPCOMING = 3
ENDED = (
    *(AppointmentStatus.FULFILLED,) * 16,
    *(AppointmentStatus.NOSHOW,) * 2,
    *(AppointmentStatus.CANCELLED,) * 2,
)
# The share of visits that have a reason.
TELLING = 0.7
REASONS = {
    "Cardiology": (
        "Blood pressure check",
        "Palpitations in the evening",
        "Out of breath on the stairs",
        "ECG",
        "How the new tablets work",
    ),
    "Dermatology": (
        "A rash on the arm",
        "A mole that has changed",
        "Dry, itching hands",
        "Skin check",
        "Acne",
    ),
    "Paediatrics": (
        "Vaccination",
        "Two-year check-up",
        "An earache since Sunday",
        "Coughing at night",
        "A fever that comes back",
    ),
    "General medicine": (
        "Check-up",
        "Back pain",
        "A cold that stays",
        "Blood test",
        "Tired all the time",
        "A new prescription",
    ),
    "Physiotherapy": (
        "Shoulder",
        "Knee, after an operation",
        "Lower back",
        "Neck pain",
    ),
}


async def establish(storage: Storage, accounts: Accounts, schedules: Schedules, clock: Clock) -> None:
    """Give a clinic without any appointment its people and its history; nobody is notified.

    If the start was interrupted it is finished at the next one, and once the history is there it is never
    written again, even if accounts were changed or deleted. The receptionist and the family, and what the
    clinic offers, are added to older demos as well, and have marks of their own.
    """
    if not await _has_history(storage):
        await furnish(storage, accounts, clock)
        first, *others = _History(schedules.zone, clock.now()).appointments()
        # The first visit tells that it was begun, and what the clinic offers, which follows, that it ended.
        await storage.appointments.add_silently([first])
        await storage.appointments.add_silently(others)
    await fit_out(storage, accounts, clock)
    await introduce(storage, accounts, schedules, clock)


async def _has_history(storage: Storage) -> bool:
    """Tell whether the whole history is there. Older demos wrote it with one write, and random ids."""
    if await storage.appointments.by_id(_id(0)):
        return await is_fitted_out(storage)
    return bool((await storage.appointment_queries.page(EVER, number=0, size=1)).total)


def _id(number: int) -> AppointmentId:
    """Return the id of the visit with that number. It is always the same, so that none is stored twice."""
    return AppointmentId(derived_id(f"sample.visit.{number}"))


class _History:
    """Makes up appointments, each with the instant at which it was booked."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self._doctors = [person for person in PEOPLE if person.role is Role.DOCTOR]
        self._zone = zone
        self._now = now
        self._chance = Random(2027)
        self._upcoming: Counter[Sample] = Counter()
        self._visits: Counter[Sample] = Counter()
        self._made = 0

    def appointments(self) -> Iterator[tuple[Appointment, datetime]]:
        """Yield the appointments of all days."""
        today = self._now.astimezone(self._zone).date()
        for offset in range(-DAYS_BEFORE, DAYS_AFTER):
            taken = max(LEAST, BUSY - max(0, offset) * THINNING)
            yield from self._day(today + timedelta(days=offset), taken)

    def _day(self, day: date, taken: float) -> Iterator[tuple[Appointment, datetime]]:
        # Nobody has two appointments on one day, or too many upcoming ones.
        coming = [patient for patient in HISTORY_PATIENTS if self._upcoming[patient] < MOST_UPCOMING]
        self._chance.shuffle(coming)
        for slot in slots_of_day(SCHEDULE, day, self._zone):
            for doctor in self._doctors:
                if self._chance.random() < taken and coming:
                    visit, booked_at = self._one(slot, doctor, coming.pop())
                    self._visits[doctor] += 1
                    found = as_visit(visit, doctor, self._visits[doctor], self._zone)
                    if found is not None:
                        yield found, booked_at
                        self._made += 1

    def _one(self, slot: Slot, doctor: Sample, patient: Sample) -> tuple[Appointment, datetime]:
        chance = self._chance
        is_over = slot.end < self._now
        status = chance.choice(ENDED) if is_over else AppointmentStatus.BOOKED
        self._upcoming[patient] += not is_over
        booked_at = min(slot.start, self._now) - timedelta(hours=chance.randint(1, 300))
        reasons = REASONS[doctor.specialization or ""]
        reason = chance.choice(reasons) if chance.random() < TELLING else None
        visit = Appointment(_id(self._made), doctor.id, patient.id, slot, status, reason=reason)
        return visit, booked_at
