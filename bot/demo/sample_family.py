"""The sample clinic's receptionist, a family, and a patient without an account.

Earlier demos did not have them, so what one of these has left gets them, too.
"""

from datetime import date, timedelta

from bot.demo.sample_clinic import (
    MIAS_DOCTOR,
    PASSWORD,
    PATIENT,
    RECEPTIONIST,
    SINCE,
    account_of,
    enrol,
)
from services.accounts.registration import Accounts
from services.appointments.reminder_times import reminder_times
from services.availability.availability import Schedules
from services.clock import Clock
from services.ids import derived_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.audit import Action, AuditEntry
from services.models.patients import PREFIX, Made, Patient, own_patient
from services.models.people import AccountStatus, Gender, Role, User, UserId
from services.storage.storage import Storage


def _id(name: str) -> UserId:
    """Return the id of a patient without an account. It is always the same, as accounts' are."""
    return UserId(PREFIX + derived_id(f"sample.{name}")[len(PREFIX) :])


MIA = Patient(_id("mia"), "Mia Patel", birth_date=date(2019, 3, 14), gender=Gender.FEMALE)
VISIT_ID = AppointmentId(derived_id("sample.visit"))
# The number is reserved for films.
CALLER = Patient(_id("caller"), "Margaret Jones", birth_date=date(1948, 5, 2), phone="+441174960456")
# On a later day than the next free time: Mia can have one visit to a doctor on a day.
EARLIEST = timedelta(days=3)
REASON = "Vaccination"


async def introduce(storage: Storage, accounts: Accounts, schedules: Schedules, clock: Clock) -> None:
    """Add the receptionist, the family and the patient without an account, once; nobody is notified.

    That the caller was made is noted last: if the start was interrupted it is finished at the next one, and
    whoever is deleted afterwards does not come back.
    """
    if await storage.audit.latest(CALLER.id, frozenset({Action.PATIENT_MADE})):
        return
    at = clock.now() - SINCE
    await enrol(storage, RECEPTIONIST.user, await accounts.hash_password(PASSWORD), at)
    asha = await account_of(storage, PATIENT)
    if asha is not None:
        await storage.patients.add(MIA, Made(at, asha.id))
        await storage.carers.look_after(asha.id, MIA.id)
        await _book(storage, schedules, clock, asha)
    await storage.patients.add(CALLER, Made(at, RECEPTIONIST.id))
    made = f"{CALLER.id}.{Action.PATIENT_MADE}"
    await storage.audit.add(AuditEntry(made, at, Action.PATIENT_MADE, RECEPTIONIST.id, CALLER.id, {}))


async def _book(storage: Storage, schedules: Schedules, clock: Clock, carer: User) -> None:
    """Give the child a visit, unless its doctor is gone or has no time."""
    doctor = await account_of(storage, MIAS_DOCTOR)
    if (
        doctor is None
        or doctor.status is not AccountStatus.ACTIVE
        or await storage.appointments.by_id(VISIT_ID)
    ):
        return
    now = clock.now()
    times = await schedules.times({Role.DOCTOR: doctor.id, Role.PATIENT: MIA.id})
    slot = next((slot for slot in times.all_slots() if slot.start >= now + EARLIEST), None)
    if slot is not None:
        visit = Appointment(
            VISIT_ID,
            doctor.id,
            MIA.id,
            slot,
            AppointmentStatus.BOOKED,
            reason=REASON,
            remind_at=reminder_times(slot, own_patient(carer), now),
        )
        await storage.appointments.add_silently([(visit, now)], by=carer.id)
