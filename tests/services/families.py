"""People for tests about patients without an account: who looks after whom, and what they have booked."""

from datetime import datetime, timedelta

from services.ids import derived_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.patients import Made, Patient
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.models.slots import Slot
from services.storage.mongo.driver import Document
from tests.services.conftest import Bench

HALF = timedelta(minutes=30)
# The phones of people in these tests, by name.
CHATS = {"nora": 1, "asha": 2, "tom": 3, "mia": 4, "rao": 5, "ben": 6}


async def account(bench: Bench, name: str, role: Role = Role.PATIENT) -> Principal:
    """Make somebody who is signed in, without a password."""
    user = User(UserId(derived_id(name)), name.title(), f"{name}@example.org", role, AccountStatus.ACTIVE)
    await bench.storage.users.add(user, b"", bench.clock.now())
    return Principal(user, ChatId(CHATS.get(name, 9)), "session")


async def again(bench: Bench, principal: Principal) -> Principal:
    """Return the same person, as they are read with the next message."""
    user = await bench.storage.users.by_id(principal.id)
    assert user is not None
    return Principal(user, principal.chat_id, principal.session_id)


async def patient(bench: Bench, name: str, *carers: Principal, by: str = "nora", **known: object) -> Patient:
    """Make a patient without an account, and let these look after them."""
    made = Patient(UserId(f"p-{derived_id(name)[2:]}"), name, **known)  # type: ignore[arg-type]
    await bench.storage.patients.add(made, Made(bench.clock.now(), UserId(derived_id(by))))
    for carer in carers:
        assert await bench.storage.carers.look_after(carer.id, made.id)
    return made


def visit(who: UserId, start: datetime, doctor: str = "rao", length: timedelta = HALF) -> Appointment:
    """Return a booked appointment."""
    number = AppointmentId(derived_id(f"{who} {start} {doctor}"))
    doctor_id = UserId(derived_id(doctor))
    return Appointment(
        number, doctor_id, who, Slot(start, start + length), AppointmentStatus.BOOKED, "a cough"
    )


async def booked(bench: Bench, who: UserId, start: datetime, doctor: str = "rao") -> Appointment:
    """Store a booked appointment, with an event that is not spread yet."""
    wanted = visit(who, start, doctor)
    return await bench.storage.appointments.add(wanted, news_of(wanted), bench.clock.now())


def news_of(appointment: Appointment) -> Event:
    """Return the event of a booking."""
    facts: Document = {
        "appointment_id": appointment.id,
        "patient_id": appointment.patient_id,
        "patient": "Mia",
    }
    facts |= {"doctor": "Rao", "start": appointment.slot.start}
    readers = (appointment.patient_id, appointment.doctor_id)
    return Event(f"{appointment.id}.booked.0", EventKind.BOOKED, readers, facts)


async def rows(bench: Bench, collection: str, query: Document) -> list[Document]:
    """Return what is stored."""
    database = bench.storage.patients._patients.database
    found: list[Document] = (
        await database[collection].find({"_id": {"$gt": ""}, **query}, hint="_id_").to_list(None)
    )
    return sorted(found, key=lambda row: str(row["_id"]))
