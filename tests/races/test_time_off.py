"""Patients book a day while their doctor takes it off: each is refused, or cancelled and told; none stays."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from services.errors import SlotNotOffered
from services.models.appointments import AppointmentCard, AppointmentId, AppointmentStatus
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.models.slots import TimeOff
from tests.plans import OURS
from tests.services.conftest import Bench

NINE = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)  # in Berlin
TUESDAY = date(2027, 5, 4)
SLOTS = 16


async def _person(bench: Bench, name: str, role: Role = Role.PATIENT) -> Principal:
    """Make an account that is signed in; nobody tries its password."""
    user = User(UserId(name), name, f"{name}@example.org", role, AccountStatus.ACTIVE)
    await bench.storage.users.add(user, b"", bench.clock.now())
    return Principal(user, ChatId(1), "session")


async def _rush(bench: Bench) -> Counter[type]:
    """Let a patient for each slot of the day book it, while the doctor takes it off; return what they got."""
    doctor = await _person(bench, "rao", Role.DOCTOR)
    patients = [await _person(bench, f"p{number}") for number in range(SLOTS)]
    off = TimeOff("t" * 24, bench.clinic.time_off.days(TUESDAY, TUESDAY))

    async def book(number: int) -> type:
        # Some before it and some after it, wherever the two meet.
        await asyncio.sleep(number / 1000)
        start, request_id = NINE + number * timedelta(minutes=30), AppointmentId(f"{number:024x}")
        try:
            card = await bench.clinic.booking.book(
                patients[number], doctor.id, start, reason=None, request_id=request_id
            )
        except SlotNotOffered:
            return SlotNotOffered
        return type(card)

    async def take() -> None:
        await asyncio.sleep(SLOTS / 3000)
        await bench.clinic.time_off.take(doctor, off)

    *outcomes, _ = await asyncio.gather(*map(book, range(SLOTS)), take())
    return Counter(kind for kind in outcomes if kind is not None)


async def _statuses(bench: Bench) -> Counter[str]:
    rows = await bench.storage.appointments._appointments.find({}, comment=OURS).to_list(None)
    return Counter(row["status"] for row in rows)


async def test_each_is_refused_or_cancelled_and_told_once(bench: Bench) -> None:
    outcomes = await _rush(bench)
    assert outcomes[AppointmentCard] + outcomes[SlotNotOffered] == SLOTS
    await bench.clinic.periodic.run()
    cancelled = Counter({AppointmentStatus.CANCELLED: outcomes[AppointmentCard]})
    assert await _statuses(bench) == cancelled
    events = Counter(event.kind.value for event in await bench.storage.notifications.unspread(99))
    assert events["booked"] == events["cancelled"] == outcomes[AppointmentCard]


async def test_workers_who_go_their_rounds_at_once_tell_each_once(bench: Bench) -> None:
    outcomes = await _rush(bench)
    await asyncio.gather(*(bench.clinic.periodic.run() for _ in range(5)))
    cancelled = Counter({AppointmentStatus.CANCELLED: outcomes[AppointmentCard]})
    assert await _statuses(bench) == cancelled
    events = await bench.storage.notifications.unspread(99)
    ids = [event.id for event in events if event.kind == "cancelled"]
    assert len(ids) == len(set(ids)) == outcomes[AppointmentCard]
