"""Many at once want the last ultrasound, or times of different length that overlap."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.appointments.changes import held_for_move
from services.errors import PatientBusy, SlotTaken
from services.models.appointments import AppointmentId
from services.models.catalogue import Room, VisitKind, WantedVisit
from services.models.people import Principal, Role
from services.models.slots import Slot
from tests.services.conftest import Bench
from tests.services.families import account
from tests.services.visits import CHECK, FIRST, ONE, SCAN, TWO, VisitClinic, visit_clinic

TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MANY = 50


async def _clinic(bench: Bench, doctors: int, *rooms: Room) -> tuple[VisitClinic, list[Principal]]:
    clinic = await visit_clinic(bench, *rooms)
    found = [await account(bench, f"doctor{number}", Role.DOCTOR) for number in range(doctors)]
    for doctor in found:
        await clinic.offer(doctor.user)
    return clinic, found


async def _books(
    clinic: VisitClinic,
    patient: Principal,
    doctor: Principal,
    start: datetime,
    kind: VisitKind,
    *,
    number: int,
) -> bool:
    """Book; every second one holds the time before. Tell whether it was booked."""
    booking, wanted, one = clinic.bench.clinic.booking, WantedVisit(kind.id), AppointmentId(f"{number:024x}")
    try:
        if number % 2:
            await booking.hold(patient, doctor.id, start, request_id=one, wanted=wanted)
        await booking.book(patient, doctor.id, start, reason=None, request_id=one, wanted=wanted)
    except (SlotTaken, PatientBusy):
        return False
    return True


@pytest.mark.parametrize("rooms", [(ONE,), (ONE, TWO)])
async def test_so_many_get_the_last_ultrasounds_as_there_are(bench: Bench, rooms: tuple[Room, ...]) -> None:
    """Each patient has a doctor of their own: it is the room alone that they have in common."""
    clinic, doctors = await _clinic(bench, MANY, *rooms)
    patients = [await account(bench, f"patient{number}") for number in range(MANY)]
    won = await asyncio.gather(
        *(
            _books(clinic, patient, doctor, TEN + number % 3 * 5 * MINUTE, SCAN, number=number)
            for number, (patient, doctor) in enumerate(zip(patients, doctors, strict=True))
        )
    )
    assert sum(won) == len(rooms)
    rows = await clinic.stored()
    assert Counter(row["room_id"] for row in rows) == {room.id: 1 for room in rooms}
    assert await clinic.overlaps() == []


async def test_without_the_guard_of_rooms_more_get_it(bench: Bench) -> None:
    clinic, doctors = await _clinic(bench, 20, ONE)
    await bench.storage.appointments._appointments.drop_index("one_room_id")
    patients = [await account(bench, f"patient{number}") for number in range(20)]
    won = await asyncio.gather(
        *(
            _books(clinic, patient, doctor, TEN, SCAN, number=number)
            for number, (patient, doctor) in enumerate(zip(patients, doctors, strict=True))
        )
    )
    assert sum(won) > 1


async def test_visits_of_different_lengths_never_overlap_and_their_buffers_stay_free(bench: Bench) -> None:
    clinic, (doctor,) = await _clinic(bench, 1, ONE)
    patients = [await account(bench, f"patient{number}") for number in range(MANY)]
    kinds = (FIRST, CHECK, replace(SCAN, group=""))
    await clinic.put(kinds[2])
    starts = [TEN + number % 12 * 5 * MINUTE for number in range(MANY)]
    won = await asyncio.gather(
        *(
            _books(clinic, patient, doctor, start, kinds[number % 3], number=number)
            for number, (patient, start) in enumerate(zip(patients, starts, strict=True))
        )
    )
    assert any(won)
    assert len(await clinic.stored()) == sum(won)
    assert await clinic.overlaps() == []


async def test_of_two_whose_buffer_and_visit_meet_one_gets_their_time(bench: Bench) -> None:
    clinic, (doctor,) = await _clinic(bench, 1)
    asha, bela = clinic.asha, await account(bench, "bela")
    for day in range(8):
        start = TEN + timedelta(days=day)
        won = await asyncio.gather(
            _books(clinic, asha, doctor, start, FIRST, number=4 * day),
            _books(clinic, bela, doctor, start + 45 * MINUTE, CHECK, number=4 * day + 2),
        )
        assert sum(won) == 1
    assert await clinic.overlaps() == []


async def test_holds_moves_and_bookings_at_once_leave_nothing_in_one_room(bench: Bench) -> None:
    """Ten have the room one after the other, and all want to move by ten minutes; others want their times."""
    clinic, doctors = await _clinic(bench, 10, ONE)
    patients = [await account(bench, f"patient{number}") for number in range(10)]
    scans = [TEN - 60 * MINUTE + number * 15 * MINUTE for number in range(10)]
    for number, (patient, doctor) in enumerate(zip(patients, doctors, strict=True)):
        short = number < 5
        if short:
            assert await _books(clinic, patient, doctor, scans[2 * number], SCAN, number=number)
    booking, appointments = bench.clinic.booking, bench.clinic.appointments

    async def moves(number: int) -> bool:
        one, was = AppointmentId(f"{number:024x}"), scans[2 * number]
        to = was + 10 * MINUTE
        wanted = WantedVisit(SCAN.id, is_booked=True)
        try:
            await booking.hold(
                patients[number],
                doctors[number].id,
                to,
                request_id=held_for_move(one, to),
                moving=Slot(was, was + SCAN.length),
                wanted=wanted,
            )
            await appointments.move(patients[number], one, to, was=was)
        except (SlotTaken, PatientBusy):
            return False
        return True

    await asyncio.gather(
        *(moves(number) for number in range(5)),
        *(
            _books(clinic, patients[number], doctors[number], scans[number], SCAN, number=number)
            for number in range(5, 10)
        ),
    )
    assert await clinic.overlaps() == []
    assert len(await clinic.stored()) >= 5


async def test_a_room_whose_hold_has_ended_is_free_for_the_next(bench: Bench) -> None:
    clinic, (one, other) = await _clinic(bench, 2, ONE)
    bela = await account(bench, "bela")
    wanted = WantedVisit(SCAN.id)
    booking = bench.clinic.booking
    await booking.hold(clinic.asha, one.id, TEN, request_id=AppointmentId("a" * 24), wanted=wanted)
    assert not await _books(clinic, bela, other, TEN, SCAN, number=2)
    bench.clock.turn(timedelta(minutes=4))
    assert await _books(clinic, bela, other, TEN, SCAN, number=2)
