"""The clinic of the benchmark: as many stored appointments as wanted, made fast, kept for the next run.

All but `AHEAD` of each doctor's are history: an old clinic has a long past, and no more to come than a
new one.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import bcrypt

from services.accounts.tokens import LIFETIME, Claims, Tokens
from services.availability.slots import slots_of_day
from services.models.appointments import AppointmentStatus
from services.models.people import Role, UserId
from services.models.scheduling import Schedule
from services.models.slots import Slot, ticks
from services.storage.mongo.driver import Database, Document, connect
from services.storage.storage import Storage
from tests.bench.people import FIRST_LOGIN, FIRST_PATIENT

TOKEN = "123456789:AAHbench-bench-bench-bench-bench-be"
KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct horse"
# Raised when what is stored changes its form: then it is made anew.
VERSION = 1
SPECIALIZATIONS = 10
DOCTORS = 250
LEAST_PATIENTS = 1000
PEOPLE = 256
LOGINS = 1000
AHEAD = 2
IN_LINE = 10
FIRST_DOCTOR = 5_000_000
# Doctors who are there only to be waited for, of a specialization that stands last in the list.
EXTRA_DOCTORS = range(DOCTORS, 1_000)
NOBODYS = "Waiting lists"
# The past ends on a fixed day, so that what was made stays right.
THEN = datetime(2026, 1, 1, tzinfo=UTC)
SLOT = timedelta(minutes=30)
SLOTS_A_DAY = 16
BATCH = 10_000
# So long it may take until all that was made is on the disk.
SETTLING_MS = 600_000
# What was stored here has such an id; what is booked while measuring has a greater one.
STORED, LATER = "00{:022x}", "01"


async def prepare(url: str, stored: int) -> None:
    """Make a database with so many appointments in the past, unless it is there, and let it come to rest."""
    async with connect(url, w=1, journal=False, socketTimeoutMS=SETTLING_MS) as database:
        made = await database["bench"].find_one({"_id": "made"})
        if made and made["version"] == VERSION:
            return
        await database.client.drop_database(database.name)
        patients = max(LEAST_PATIENTS, stored // 10)
        await _insert(database, "users", _users(patients))
        await _insert(database, "appointments", _past(stored - DOCTORS * AHEAD, patients))
        await Storage.on(database).prepare()
        await database["bench"].insert_one({"_id": "made", "version": VERSION})
        # All of it is on the disk before anything is measured.
        await database.client.admin.command("fsync")


async def reset(url: str, now: datetime) -> None:
    """Take away what the last measurement left, sign everybody in, and book what is to come."""
    async with connect(url, w=1, journal=False) as database:
        for name in ("conversations", "notifications", "sessions", "updates", "attempts"):
            await database[name].delete_many({})
        await database["appointments"].delete_many({"_id": {"$gte": LATER}})
        await _insert(database, "sessions", _sessions(now))
        await _insert(database, "appointments", _to_come(now))
        # Over HTTP, too: the session of each has the id of the patient.
        session = {"id": "$_id", "name": "bench", "since": now, "expires_at": now + timedelta(days=1)}
        everybody = {"_id": {"$in": [patient_id(number) for number in range(PEOPLE)]}}
        await database["users"].update_many(everybody, [{"$set": {"api_sessions": [session]}}])
        await Storage.on(database).prepare()


async def wait(url: str, now: datetime, lines: int) -> None:
    """Let ten patients wait for each of so many doctors; most of those have no appointments."""
    async with connect(url, w=1, journal=False) as database:
        await database["users"].delete_many({"_id": {"$in": [*map(doctor_id, EXTRA_DOCTORS)]}})
        await database["waitlist"].delete_many({})
        extra = (
            _user(
                doctor_id(n), f"Extra {n:04d}", f"extra{n}", Role.DOCTOR, hashed=b"", specialization=NOBODYS
            )
            for n in EXTRA_DOCTORS
            if n < lines
        )
        await _insert(database, "users", extra)
        await _insert(database, "waitlist", _entries(now, lines))


def _entries(now: datetime, lines: int) -> Iterator[Document]:
    # They want a day on which nobody works, so that what is measured is how often that is found out.
    day = (now + timedelta(days=8 + 5 - (now + timedelta(days=8)).weekday())).replace(hour=0, minute=0)
    for doctor in range(lines):
        for n in range(IN_LINE):
            patient = patient_id(PEOPLE + (doctor + n * 7) % (LEAST_PATIENTS - PEOPLE))
            yield {
                "_id": f"{doctor_id(doctor)}.{patient}",
                "doctor_id": doctor_id(doctor),
                "patient_id": patient,
                "since": now + timedelta(seconds=n),
                "start": day,
                "end": day + timedelta(days=1),
                "part": "any",
                "known": [],
                "passed": [],
                "version": 1,
            }


async def drop(url: str) -> None:
    """Take a database away."""
    async with connect(url) as database:
        await database.client.drop_database(database.name)


async def waiting(url: str) -> int:
    """Return how many notices have yet to be delivered, and how much news has yet to become one."""
    async with connect(url) as database:
        due = await database["notifications"].count_documents({"due": {"$exists": True}})
        unspread = await database["appointments"].count_documents({"unsent.id": {"$exists": True}})
        return int(due + unspread)


async def _insert(database: Database, name: str, documents: Iterable[Document]) -> None:
    items = iter(documents)
    while some := list(islice(items, BATCH)):
        await database[name].insert_many(some, ordered=False)


def doctor_id(number: int) -> UserId:
    """Return the id of a doctor."""
    return UserId(f"d{number:023x}")


def patient_id(number: int) -> UserId:
    """Return the id of a patient."""
    return UserId(f"e{number:023x}")


def _users(patients: int) -> Iterator[Document]:
    # As dear as the product's own, for the logins; the others never sign in by password.
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt())
    for n in range(DOCTORS):
        kind = f"Specialization {n % SPECIALIZATIONS:02d}"
        yield _user(
            doctor_id(n), f"Doctor {n:04d}", f"doctor{n}", Role.DOCTOR, hashed=hashed, specialization=kind
        )
    for n in range(patients):
        yield _user(patient_id(n), f"Patient {n:06d}", f"patient{n}", Role.PATIENT, hashed=hashed)
    for n in range(LOGINS):
        name = f"login{FIRST_LOGIN + n}"
        yield _user(UserId(f"f{n:023x}"), f"Login {n:06d}", name, Role.PATIENT, hashed=hashed)


def _user(
    user_id: UserId,
    name: str,
    mailbox: str,
    role: Role,
    *,
    hashed: bytes,
    specialization: str | None = None,
) -> Document:
    return {
        "_id": user_id,
        "name": name,
        "email": f"{mailbox}@bench.example",
        "password_hash": hashed,
        "role": role.value,
        "status": "active",
        "gender": None,
        "specialization": specialization,
        "language": "en",
        "created_at": THEN,
    }


def _past(count: int, patients: int) -> Iterator[Document]:
    for n in range(count):
        place, doctor = divmod(n, DOCTORS)
        day, hour = divmod(place, SLOTS_A_DAY)
        start = THEN - timedelta(days=day + 1) + timedelta(hours=9) + hour * SLOT
        # No patient twice at one time: there are more patients than doctors.
        patient = patient_id((doctor + place * 7) % patients)
        status = AppointmentStatus.BOOKED if n % 10 else AppointmentStatus.CANCELLED
        yield _appointment(STORED.format(n), doctor_id(doctor), patient, Slot(start, start + SLOT), status)


def _to_come(now: datetime) -> Iterator[Document]:
    week = [now.date() + timedelta(days=days) for days in range(1, 8)]
    slots = [slot for day in week for slot in slots_of_day(Schedule(), day, ZoneInfo("UTC"))]
    for n in range(AHEAD):
        for doctor in range(DOCTORS):
            # Patients of their own, so that nobody who is measured is in two places.
            patient = patient_id(PEOPLE + doctor)
            number = AHEAD * doctor + n
            slot = slots[n * len(slots) // AHEAD + doctor % SLOTS_A_DAY]
            yield _appointment(
                f"{LATER}{number:022x}", doctor_id(doctor), patient, slot, AppointmentStatus.BOOKED
            )


def _appointment(
    appointment_id: str, doctor: UserId, patient: UserId, slot: Slot, status: AppointmentStatus
) -> Document:
    document: Document = {
        "_id": appointment_id,
        "doctor_id": doctor,
        "patient_id": patient,
        "start": slot.start,
        "end": slot.end,
        "status": status.value,
        "reason": None,
        "version": 0,
        "history": [{"status": status.value, "at": slot.start, "by": patient}],
        "unsent": [],
    }
    return document | ({"ticks": ticks(slot)} if status is AppointmentStatus.BOOKED else {})


def _sessions(now: datetime) -> Iterator[Document]:
    """Sign in the people who are measured, and every doctor."""
    tokens, end = Tokens(KEY), now + LIFETIME
    patients = ((FIRST_PATIENT + n, patient_id(n), Role.PATIENT) for n in range(PEOPLE))
    doctors = ((FIRST_DOCTOR + n, doctor_id(n), Role.DOCTOR) for n in range(DOCTORS))
    for chat, user, role in (*patients, *doctors):
        # As sessions were before they were bound to their chats: the first update in each chat binds it.
        token = tokens.issue(Claims(user, role, f"{chat:024x}", end), now)
        yield {"_id": chat, "user_id": user, "token": token, "expires_at": end}
