"""The database itself refuses a double booking; the control shows that the race is real without the guard."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import PatientBusy, SlotTaken
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.people import UserId
from services.models.slots import Slot
from services.storage.mongo.driver import Driver, connect
from services.storage.storage import Storage

TEN = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
NOW = datetime(2027, 5, 3, 6, 0, tzinfo=UTC)


@pytest.fixture(params=["motor", "pymongo"])
async def storage(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Storage]:
    """Give the storage, over each of the two drivers."""
    driver: Driver = request.param
    async with connect(database_url, driver) as database:
        yield Storage.on(database)


async def _book(storage: Storage, number: int, doctor: str, patient: str, slot: Slot) -> Appointment | None:
    """Book, and return the appointment, or None where the time was taken."""
    wanted = Appointment(
        AppointmentId(f"{number:024x}"), UserId(doctor), UserId(patient), slot, AppointmentStatus.BOOKED
    )
    event = Event(f"e{number}", EventKind.BOOKED, (UserId(patient),), {})
    try:
        return await storage.appointments.add(wanted, event, NOW)
    except (SlotTaken, PatientBusy):
        return None


def _slot(start: datetime, minutes: int) -> Slot:
    return Slot(start, start + timedelta(minutes=minutes))


async def test_of_two_hundred_at_once_exactly_one_gets_the_slot(storage: Storage) -> None:
    slot = _slot(TEN, 30)
    won = await asyncio.gather(*(_book(storage, n, "doctor", f"patient{n}", slot) for n in range(200)))
    assert sum(appointment is not None for appointment in won) == 1


async def test_without_the_guard_more_than_one_gets_the_slot(storage: Storage) -> None:
    await storage.appointments._appointments.drop_index("one_doctor_id")
    slot = _slot(TEN, 30)
    won = await asyncio.gather(*(_book(storage, n, "doctor", f"patient{n}", slot) for n in range(20)))
    assert sum(appointment is not None for appointment in won) > 1


async def test_different_stretches_that_overlap_collide_for_the_doctor_and_for_the_patient(
    storage: Storage,
) -> None:
    assert await _book(storage, 1, "doctor", "asha", _slot(TEN, 60))
    assert not await _book(storage, 2, "doctor", "bela", _slot(TEN + timedelta(minutes=55), 15))
    assert not await _book(storage, 3, "other", "asha", _slot(TEN - timedelta(minutes=10), 15))
    assert await _book(storage, 4, "doctor", "bela", _slot(TEN + timedelta(minutes=60), 15))
    assert await _book(storage, 5, "other", "asha", _slot(TEN - timedelta(minutes=15), 15))


async def test_the_error_says_whose_time_it_was(storage: Storage) -> None:
    await _book(storage, 1, "doctor", "asha", _slot(TEN, 30))
    event = Event("e", EventKind.BOOKED, (), {})
    for doctor, patient, expected in (("doctor", "bela", SlotTaken), ("other", "asha", PatientBusy)):
        wanted = Appointment(
            AppointmentId("x" + doctor),
            UserId(doctor),
            UserId(patient),
            _slot(TEN, 30),
            AppointmentStatus.BOOKED,
        )
        with pytest.raises(expected):
            await storage.appointments.add(wanted, event, NOW)


async def test_one_request_booked_twice_is_one_appointment(storage: Storage) -> None:
    both = await asyncio.gather(*(_book(storage, 1, "doctor", "asha", _slot(TEN, 30)) for _ in range(2)))
    assert both[0] == both[1]
    assert both[0] is not None


async def test_of_two_who_cancel_at_once_one_does_and_the_time_is_free(storage: Storage) -> None:
    booked = await _book(storage, 1, "doctor", "asha", _slot(TEN, 30))
    assert booked is not None
    event = Event("c", EventKind.CANCELLED, (), {})
    results = await asyncio.gather(
        *(storage.appointments.cancel(booked.id, booked.patient_id, booked, event, NOW) for _ in range(5))
    )
    assert sum(cancelled is not None for cancelled in results) == 1
    assert await _book(storage, 2, "doctor", "bela", _slot(TEN, 30))
