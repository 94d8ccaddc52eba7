"""Several who move, cancel and book at once: one of them does, and the others are told."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import AlreadyCancelled, AppointmentChanged, ClinicError, SlotTaken
from services.models.appointments import AppointmentCard, AppointmentId
from services.models.people import Principal, Role, UserId
from tests.services.conftest import Bench

TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)  # in Berlin
HOUR = timedelta(hours=1)


@pytest.fixture
async def nora(bench: Bench) -> Principal:
    """Return an admin."""
    return await bench.principal("nora@example.org", Role.ADMIN, 9)


async def _booked(bench: Bench, doctor_id: UserId, number: int) -> tuple[Principal, AppointmentId]:
    """Return a patient with a time that is so many hours after ten."""
    patient = await bench.principal(f"p{number}@example.org", Role.PATIENT, 100 + number)
    request_id = AppointmentId(f"{number:024x}")
    await bench.clinic.booking.book(
        patient, doctor_id, TEN + number * HOUR, reason=None, request_id=request_id
    )
    return patient, request_id


async def test_of_admins_who_move_one_appointment_at_once_one_does(bench: Bench, nora: Principal) -> None:
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    _, appointment_id = await _booked(bench, rao.id, 0)
    move = bench.clinic.appointments.move
    results = await asyncio.gather(
        *(move(nora, appointment_id, TEN + n * HOUR, was=TEN) for n in (1, 2, 3)), return_exceptions=True
    )
    assert sum(isinstance(result, AppointmentCard) for result in results) == 1
    assert sum(isinstance(result, AppointmentChanged) for result in results) == 2
    events = await bench.storage.notifications.unspread(99)
    assert [event.kind for event in events] == ["booked", "moved"]
    rows = bench.storage.appointments._appointments
    stored = await rows.find_one({"_id": appointment_id})
    assert len(stored["ticks"]) == 6
    assert stored["version"] == 1


async def test_of_two_who_are_moved_to_one_time_at_once_one_gets_it(bench: Bench, nora: Principal) -> None:
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    ids = [(await _booked(bench, rao.id, number))[1] for number in range(4)]
    free = TEN + 5 * HOUR
    results = await asyncio.gather(
        *(bench.clinic.appointments.move(nora, one, free, was=TEN + n * HOUR) for n, one in enumerate(ids)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, AppointmentCard) for result in results) == 1
    assert sum(isinstance(result, SlotTaken) for result in results) == 3
    starts = [stored.slot.start for one in ids if (stored := await bench.storage.appointments.by_id(one))]
    assert len(set(starts)) == 4
    assert starts.count(free) == 1


@pytest.mark.parametrize("turn", range(6))
async def test_who_cancels_while_it_is_moved_or_moves_while_it_is_cancelled_is_told(
    bench: Bench, nora: Principal, turn: int
) -> None:
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    patient, appointment_id = await _booked(bench, rao.id, 0)
    appointments = bench.clinic.appointments

    async def move() -> AppointmentCard:
        await asyncio.sleep(0.001 * (turn % 3))
        return await appointments.move(nora, appointment_id, TEN + HOUR, was=TEN)

    async def cancel() -> AppointmentCard:
        await asyncio.sleep(0.001 * (turn // 3))
        return await appointments.cancel(patient, appointment_id)

    moved, cancelled = await asyncio.gather(move(), cancel(), return_exceptions=True)
    stored = await bench.storage.appointments.by_id(appointment_id)
    assert stored is not None
    if isinstance(cancelled, AppointmentCard):
        assert stored.status == "cancelled"
        assert isinstance(moved, AlreadyCancelled | AppointmentCard)  # before it was cancelled
    else:
        assert isinstance(cancelled, AppointmentChanged)
        assert (stored.status, stored.slot.start) == ("booked", TEN + HOUR)
    kinds = [event.kind.value for event in await bench.storage.notifications.unspread(9)]
    assert kinds.count("moved") == isinstance(moved, AppointmentCard)
    assert kinds.count("cancelled") == isinstance(cancelled, AppointmentCard)
    for result in (moved, cancelled):
        assert isinstance(result, AppointmentCard | ClinicError)
