"""What is counted over all appointments is counted right, in the index alone, and read a part at a time."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from services.models.appointments import AppointmentStatus
from services.models.people import Role, UserId
from services.models.slots import Slot
from services.storage.reporting import BATCH, Count, Enrolled, Visit
from services.storage.storage import Storage
from tests.storage.conftest import TEN, a_user, an_appointment, an_event
from tests.turning import MONDAY

BOOKED, CANCELLED, NOSHOW = AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ALL = Slot(TEN - DAY, TEN + 5 * DAY)


async def _add(
    storage: Storage,
    number: int,
    status: AppointmentStatus = BOOKED,
    booked_at: datetime = MONDAY,
    *,
    at: int = 0,
    minutes: int = 30,
    doctor: str = "rao",
) -> None:
    wanted = an_appointment(number, at=at, minutes=minutes, doctor=doctor, patient=f"p{number}")
    wanted = replace(wanted, status=status)
    await storage.appointments.add(wanted, an_event(wanted.id), booked_at)


async def test_appointments_are_counted_by_their_beginning_and_by_their_doctor(storage: Storage) -> None:
    await _add(storage, 1)
    await _add(storage, 2, doctor="sen", minutes=60)
    await _add(storage, 3, NOSHOW, at=60, minutes=45)
    await _add(storage, 4, at=120)
    await _add(storage, 5, at=7 * 24 * 60)  # after the window
    assert await storage.reporting.by_start(ALL) == {
        (TEN, BOOKED): 2,
        (TEN + HOUR, NOSHOW): 1,
        (TEN + 2 * HOUR, BOOKED): 1,
    }
    assert await storage.reporting.by_doctor(ALL) == {
        (UserId("rao"), BOOKED): Count(2, timedelta(minutes=60), TEN),
        (UserId("rao"), NOSHOW): Count(1, timedelta(minutes=45), TEN + HOUR),
        (UserId("sen"), BOOKED): Count(1, timedelta(minutes=60), TEN),
    }


async def test_the_windows_end_is_no_part_of_it(storage: Storage) -> None:
    await _add(storage, 1)
    for window, expected in ((Slot(TEN - HOUR, TEN), 0), (Slot(TEN, TEN + HOUR), 1)):
        assert len(await storage.reporting.by_start(window)) == expected
        assert len(await storage.reporting.by_doctor(window)) == expected
        assert len(await storage.reporting.by_hours_ahead(window)) == expected
        assert len([some async for some in storage.reporting.visits(window)]) == expected


async def test_whole_hours_from_the_booking_to_the_appointment_are_counted(storage: Storage) -> None:
    for number, ahead in enumerate((timedelta(0), 59 * timedelta(minutes=1), HOUR, 3 * DAY)):
        await _add(storage, number, at=30 * number, booked_at=TEN + number * HOUR / 2 - ahead)
    assert await storage.reporting.by_hours_ahead(ALL) == {0: 2, 1: 1, 72: 1}


async def test_of_what_nobody_noted_when_it_was_booked_the_rest_is_counted(storage: Storage) -> None:
    await _add(storage, 1)
    await storage.appointments._appointments.update_one({"_id": f"{1:024x}"}, {"$unset": {"booked_at": ""}})
    assert await storage.reporting.by_hours_ahead(ALL) == {}
    assert await storage.reporting.by_start(ALL) == {(TEN, BOOKED): 1}
    (some,) = [some async for some in storage.reporting.visits(ALL)]
    assert some[0].booked_at is None


async def test_counting_looks_at_no_document(storage: Storage) -> None:
    for number in range(5):
        await _add(storage, number, at=30 * number)
    rows = storage.appointments._appointments
    await rows.database.command({"profile": 2})
    await storage.reporting.by_start(ALL)
    await storage.reporting.by_doctor(ALL)
    await storage.reporting.by_hours_ahead(ALL)
    await rows.database.command({"profile": 0})
    looks = rows.database["system.profile"].find({"command.aggregate": rows.name}, comment="asked by a test")
    seen = Counter((look["docsExamined"], look["keysExamined"]) for look in await looks.to_list(None))
    assert seen == {(0, 5): 3}


async def test_appointments_are_read_in_order_and_in_parts_without_their_reasons(storage: Storage) -> None:
    count = BATCH + 3
    for number in range(count):
        await _add(storage, number, at=5 * (count - number), minutes=5)
    parts = [some async for some in storage.reporting.visits(ALL)]
    assert [len(part) for part in parts] == [BATCH, 3]
    visits = [visit for part in parts for visit in part]
    assert visits[0] == Visit(
        Slot(TEN + 5 * timedelta(minutes=1), TEN + 10 * timedelta(minutes=1)),
        BOOKED,
        UserId("rao"),
        UserId(f"p{count - 1}"),
        MONDAY,
    )
    assert [visit.slot.start for visit in visits] == sorted(visit.slot.start for visit in visits)
    assert "cough" not in repr(visits)


async def test_accounts_are_read_by_name_and_doctors_only_where_they_may_be_booked(storage: Storage) -> None:
    zoe, asha = a_user("zoe", name="Zoe"), a_user("asha")
    rao = a_user("rao", name="Rao", role=Role.DOCTOR, specialization="Cardiology")
    for number, user in enumerate((zoe, asha, rao)):
        await storage.users.add(user, b"hash", MONDAY + number * DAY)
    assert [some async for some in storage.reporting.accounts()] == [
        [Enrolled(asha, MONDAY + DAY), Enrolled(rao, MONDAY + 2 * DAY), Enrolled(zoe, MONDAY)]
    ]
    assert [some async for some in storage.reporting.doctors()] == [[Enrolled(rao, MONDAY + 2 * DAY)]]
