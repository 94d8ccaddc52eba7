"""The storage on a real database, over each of the two drivers, and things to store."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import AccountStatus, ChatId, Role, User, UserId
from services.models.slots import Slot
from services.storage.mongo.driver import Driver, connect
from services.storage.storage import Storage
from tests.turning import MONDAY

TEN = MONDAY + timedelta(days=1, hours=4)


@pytest.fixture(params=["motor", "pymongo"])
async def storage(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Storage]:
    """Give the storage, over each of the two drivers."""
    driver: Driver = request.param
    async with connect(database_url, driver) as database:
        yield Storage.on(database)


def an_event(event_id: str = "e", kind: EventKind = EventKind.BOOKED, *readers: str) -> Event:
    """Return news, with a fact of each kind that is stored."""
    facts = {"start": TEN, "doctor": "Meera Rao", "reason": None}
    return Event(event_id, kind, tuple(map(UserId, readers)), facts)


def an_appointment(number: int, *, at: int = 0, minutes: int = 30, **people: str) -> Appointment:
    """Return an appointment that begins `at` minutes after ten on Tuesday; `people`: doctor, patient."""
    start = TEN + timedelta(minutes=at)
    return Appointment(
        AppointmentId(f"{number:024x}"),
        UserId(people.get("doctor", "rao")),
        UserId(people.get("patient", "asha")),
        Slot(start, start + timedelta(minutes=minutes)),
        AppointmentStatus.BOOKED,
        reason="a cough",
    )


def a_notice(notice_id: str, channel: ChannelName = ChannelName.CHAT) -> Notice:
    """Return a notice of the event that `an_event` gives."""
    return Notice(notice_id, an_event(), UserId("asha"), channel, ChatId(1))


def a_user(
    user_id: str,
    *,
    name: str = "Asha",
    role: Role = Role.PATIENT,
    status: AccountStatus = AccountStatus.ACTIVE,
    specialization: str | None = None,
) -> User:
    """Return an account; its mail address is made of its id."""
    email = f"{user_id}@example.org"
    return User(UserId(user_id), name, email, role, status, specialization=specialization)
