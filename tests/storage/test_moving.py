"""Appointments that are moved and marked in one write that the indexes guard; and the days they are in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.errors import PatientBusy, SlotTaken
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import EventKind
from services.models.people import Role, UserId
from services.models.slots import Slot
from services.storage.storage import Storage
from tests.storage.conftest import TEN, an_appointment, an_event
from tests.turning import MONDAY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NORA, RAO = UserId("nora"), UserId("rao")
FULFILLED, NOSHOW = AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW


async def _add(storage: Storage, *appointments: Appointment) -> None:
    for appointment in appointments:
        await storage.appointments.add(appointment, an_event(appointment.id), MONDAY)


async def _cancel(storage: Storage, appointment: Appointment) -> Appointment:
    event = an_event(f"{appointment.id}.c", EventKind.CANCELLED)
    done = await storage.appointments.cancel(appointment.id, NORA, appointment, event, MONDAY)
    assert done is not None
    return done


async def _move(storage: Storage, appointment: Appointment, at: int, minutes: int = 30) -> Appointment | None:
    event = an_event(f"{appointment.id}.m{at}", EventKind.MOVED)
    slot = an_appointment(0, at=at, minutes=minutes).slot
    return await storage.appointments.move(appointment, replace(appointment, slot=slot), NORA, event, MONDAY)


async def test_a_move_swaps_the_time_and_keeps_the_rest_in_one_write(storage: Storage) -> None:
    first = an_appointment(1)
    await _add(storage, first)
    moved = await _move(storage, first, 60, minutes=45)
    slot = Slot(TEN + HOUR, TEN + HOUR + 45 * MINUTE)
    assert moved == replace(first, slot=slot, version=1)
    assert await storage.appointments.by_id(first.id) == moved
    row = await storage.appointments._appointments.find_one({"_id": first.id})
    assert row["ticks"] == list(range(row["ticks"][0], row["ticks"][0] + 9))
    assert row["ticks"][0] * 300 == slot.start.timestamp()
    assert [event["kind"] for event in row["unsent"]] == ["booked", "moved"]
    assert row["history"][1] == {"status": "booked", "at": MONDAY, "by": NORA, "from": TEN}
    # The old time can be had, the new one can not.
    await _add(storage, an_appointment(2))
    with pytest.raises(SlotTaken):
        await _add(storage, an_appointment(3, at=90, patient="bela"))


async def test_an_appointment_can_be_moved_into_its_own_time(storage: Storage) -> None:
    first = an_appointment(1, minutes=60)
    await _add(storage, first)
    moved = await _move(storage, first, 30, minutes=60)
    assert moved is not None
    assert moved.slot.start == TEN + 30 * MINUTE
    busy = await storage.busy_times.of({Role.DOCTOR: RAO}, Slot(TEN, TEN + 3 * HOUR), MONDAY)
    assert busy.doctor == [moved.slot]


@pytest.mark.parametrize(
    ("doctor", "patient", "expected"), [("rao", "bela", SlotTaken), ("sen", "asha", PatientBusy)]
)
async def test_a_move_onto_a_taken_time_changes_nothing_and_says_whose_it_is(
    storage: Storage, doctor: str, patient: str, expected: type[Exception]
) -> None:
    mine, theirs = an_appointment(1), an_appointment(2, at=60, doctor=doctor, patient=patient)
    await _add(storage, mine, theirs)
    rows = storage.appointments._appointments
    before = await rows.find_one({"_id": mine.id})
    for at in (45, 60, 85):
        with pytest.raises(expected):
            await _move(storage, mine, at)
    assert await rows.find_one({"_id": mine.id}) == before
    assert await _move(storage, mine, 90) is not None


async def test_without_its_index_a_move_could_be_onto_a_taken_time(storage: Storage) -> None:
    mine = an_appointment(1)
    await _add(storage, mine, an_appointment(2, at=60, patient="bela"))
    await storage.appointments._appointments.drop_index("one_doctor_id")
    assert await _move(storage, mine, 60) is not None


async def test_what_changed_since_it_was_read_is_neither_moved_nor_marked(storage: Storage) -> None:
    first = an_appointment(1)
    await _add(storage, first)
    moved = await _move(storage, first, 60)
    assert moved is not None
    assert await _move(storage, first, 120) is None
    assert await storage.appointments.mark(first, NOSHOW, RAO, MONDAY) is None
    cancelled = await _cancel(storage, moved)
    for seen in (moved, replace(cancelled, status=AppointmentStatus.BOOKED)):
        assert await _move(storage, seen, 120) is None
        assert await storage.appointments.mark(seen, NOSHOW, RAO, MONDAY) is None
    assert await storage.appointments.by_id(first.id) == cancelled
    assert await _move(storage, an_appointment(9), 120) is None


async def test_who_came_is_noted_and_can_be_put_right_and_keeps_its_time(storage: Storage) -> None:
    first = an_appointment(1)
    await _add(storage, first)
    seen = await storage.appointments.mark(first, FULFILLED, RAO, MONDAY)
    assert seen == replace(first, status=FULFILLED, version=1)
    gone = await storage.appointments.mark(seen, NOSHOW, RAO, MONDAY)
    assert gone == replace(first, status=NOSHOW, version=2)
    row = await storage.appointments._appointments.find_one({"_id": first.id})
    assert [step["status"] for step in row["history"]] == ["booked", "fulfilled", "noshow"]
    assert len(row["ticks"]) == 6
    assert [event["kind"] for event in row["unsent"]] == ["booked"]


async def test_somebodys_days_hold_all_that_begins_in_them_in_order(storage: Storage) -> None:
    before, first, later, after = (an_appointment(n, at=60 * n - 30) for n in range(4))
    others = an_appointment(8, at=60, doctor="sen", patient="bela")
    await _add(storage, later, after, first, before, others)
    cancelled = await _cancel(storage, first)
    window = Slot(TEN, TEN + 2 * HOUR)
    for role, person in ((Role.DOCTOR, RAO), (Role.PATIENT, UserId("asha"))):
        assert await storage.appointment_queries.of_person(role, person, window) == [cancelled, later]
    assert await storage.appointment_queries.of_person(Role.DOCTOR, UserId("asha"), window) == []


async def test_what_an_order_to_cancel_would_meet_is_booked_and_touches_the_time(storage: Storage) -> None:
    into = an_appointment(1, at=-600, minutes=610)
    ends_before, within = an_appointment(2, at=-30, patient="bela", doctor="sen"), an_appointment(3, at=30)
    freed, after = an_appointment(4, at=60), an_appointment(5, at=120)
    seen = an_appointment(6, at=90)
    await _add(storage, into, within, freed, after, seen, ends_before)
    await _cancel(storage, freed)
    await storage.appointments.mark(seen, FULFILLED, RAO, MONDAY)
    window = Slot(TEN, TEN + 2 * HOUR)
    within_it = storage.appointment_queries.booked_within
    assert await within_it(Role.DOCTOR, RAO, window) == [into, within]
    assert await within_it(Role.PATIENT, UserId("asha"), window) == [into, within]
    assert await within_it(Role.DOCTOR, RAO, window, limit=1) == [into]
    assert await within_it(Role.DOCTOR, UserId("sen"), window) == []


async def test_the_clinics_day_pages_hold_everybodys_once_in_order(storage: Storage) -> None:
    made = [an_appointment(n, at=30 * (n * 3 % 7), doctor=f"d{n}", patient=f"p{n}") for n in range(7)]
    await _add(storage, *made, an_appointment(8, at=600, doctor="x"), an_appointment(9, at=-30, doctor="y"))
    window = Slot(TEN, TEN + 5 * HOUR)
    pages = [await storage.appointment_queries.page(window, number=number, size=3) for number in range(3)]
    shown = [appointment for page in pages for appointment in page.items]
    assert shown == sorted(made, key=lambda appointment: appointment.slot)
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}
    assert [(await storage.appointment_queries.page(window, number=n, size=3)).number for n in (-1, 99)] == [
        0,
        2,
    ]


async def test_a_move_takes_what_was_held_for_it_and_what_is_held_no_longer(storage: Storage) -> None:
    first = an_appointment(1)
    await _add(storage, first)
    later = replace(first, slot=an_appointment(0, at=60).slot)
    held = replace(
        later, id=AppointmentId("9" * 24), status=AppointmentStatus.HELD, held_until=MONDAY + 3 * MINUTE
    )
    await storage.appointments.hold(held, MONDAY, moving=first.slot)
    with pytest.raises(SlotTaken):
        await _add(storage, an_appointment(2, at=60, patient="bela"))
    event = an_event("m", EventKind.MOVED)
    assert await storage.appointments.let_go(held.id) == held
    moved = await storage.appointments.move(first, later, NORA, event, MONDAY)
    assert moved == replace(later, version=1)
    assert await storage.appointments.by_id(held.id) is None
    # What somebody held until a while ago is in nobody's way.
    others = replace(
        an_appointment(3, at=120, patient="bela"), status=AppointmentStatus.HELD, held_until=MONDAY
    )
    await storage.appointments.hold(others, MONDAY - MINUTE)
    assert await _move(storage, moved, 120) is not None


async def test_what_a_move_has_in_common_with_its_old_time_is_no_hindrance(storage: Storage) -> None:
    first = an_appointment(1, minutes=60)
    await _add(storage, first)
    held = replace(
        an_appointment(9, at=30, minutes=60), status=AppointmentStatus.HELD, held_until=MONDAY + MINUTE
    )
    await storage.appointments.hold(held, MONDAY, moving=first.slot)
    with pytest.raises(SlotTaken):
        await _add(storage, an_appointment(2, at=60, patient="bela"))
    inside = replace(an_appointment(8, minutes=30), status=AppointmentStatus.HELD, held_until=MONDAY)
    assert await storage.appointments.hold(inside, MONDAY, moving=first.slot) == inside
    assert await storage.appointments.by_id(inside.id) is None


@pytest.mark.parametrize("way", ["hold", "book", "move"])
async def test_what_is_held_no_longer_may_go_by_itself_while_somebody_comes_for_its_time(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Another worker may take it away, or the database: the time is free, and nobody hears that it is not."""
    appointments = storage.appointments
    old = replace(an_appointment(1, at=60, patient="bela"), status=AppointmentStatus.HELD, held_until=MONDAY)
    booked = an_appointment(2, patient="cleo")
    await _add(storage, booked)
    await appointments.hold(old, MONDAY - MINUTE)
    clear_way = appointments._held_times.clear_way

    async def late(appointment: Appointment, at: datetime) -> None:
        assert await appointments.let_go(old.id)
        await clear_way(appointment, at)

    monkeypatch.setattr(appointments._held_times, "clear_way", late)
    if way == "move":
        assert await _move(storage, booked, 60) is not None
        return
    mine = an_appointment(3, at=60)
    if way == "hold":
        mine = replace(mine, status=AppointmentStatus.HELD, held_until=MONDAY + MINUTE)
        assert await appointments.hold(mine, MONDAY) == mine
    else:
        await _add(storage, mine)
    assert await appointments.by_id(mine.id) == mine
