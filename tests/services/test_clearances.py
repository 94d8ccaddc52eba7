"""Many cancelled in one go: whatever is cut short is finished, and each is cancelled and told once."""

import asyncio
import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.appointments.bulk_cancellation import ORDER_STANDS
from services.errors import StorageDown
from services.models.appointments import (
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    CancellationCause,
    CancellationOrder,
)
from services.models.notifications import Event
from services.models.people import ChatId, Principal, Role
from services.models.slots import Slot, TimeOff
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
NINE = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)
HALF, DAY = timedelta(minutes=30), timedelta(days=1)
TUESDAY = Slot(NINE - timedelta(hours=9), NINE + timedelta(hours=15))
PATIENTS = 4


async def _booked(bench: Bench) -> tuple[Principal, list[AppointmentId]]:
    """Book four patients in a row with a doctor on Tuesday."""
    doctor = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    ids = []
    for number in range(PATIENTS):
        patient = await bench.principal(f"p{number}@example.org", chat=10 + number)
        ids.append(AppointmentId(f"{number:024x}"))
        await bench.clinic.booking.book(
            patient, doctor.id, NINE + number * HALF, reason=None, request_id=ids[-1]
        )
    return doctor, ids


def _order(bench: Bench, doctor: Principal, **others: Any) -> CancellationOrder:
    """Return an order for a Tuesday off."""
    order_id = "c" * 24
    usual: dict[str, Any] = {
        "kind": CancellationCause.TIME_OFF,
        "time_off": TimeOff(order_id, TUESDAY),
        "role": Role.DOCTOR,
        "user_id": doctor.id,
        "by": doctor.id,
        "window": TUESDAY,
    }
    return CancellationOrder(id=order_id, until=bench.clinic.bulk_cancellation.until(), **usual | others)


async def _cancelled(bench: Bench, ids: list[AppointmentId]) -> list[bool]:
    found = [await bench.storage.appointments.by_id(each) for each in ids]
    return [each is not None and each.status is AppointmentStatus.CANCELLED for each in found]


async def _told(bench: Bench) -> list[Event]:
    return [event for event in await bench.storage.notifications.unspread(99) if event.kind == "cancelled"]


def _break_after(monkeypatch: pytest.MonkeyPatch, bench: Bench, count: int) -> None:
    """Let the database go away once so many appointments are cancelled."""
    store = type(bench.storage.appointments)
    cancel, done = store.cancel, iter(range(count))

    async def breaking(*args: Any, **others: Any) -> Any:
        if next(done, None) is None:
            raise StorageDown
        return await cancel(*args, **others)

    monkeypatch.setattr(store, "cancel", breaking)


def _ids(cards: list[AppointmentCard]) -> set[AppointmentId]:
    return {card.appointment.id for card in cards}


@pytest.mark.parametrize("count", range(PATIENTS))
async def test_an_order_that_was_cut_short_is_finished_by_the_rounds(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    doctor, ids = await _booked(bench)
    _break_after(monkeypatch, bench, count)
    with pytest.raises(StorageDown):
        await bench.clinic.bulk_cancellation.order(_order(bench, doctor))
    assert sum(await _cancelled(bench, ids)) == count
    # Nobody books what is still free meanwhile: the time off came first.
    schedule = await bench.clinic.schedules.of_doctor(doctor.id)
    assert len(schedule.time_off) == 1
    await bench.clinic.periodic.run()  # the database is still away
    monkeypatch.undo()
    await bench.clinic.periodic.run()
    assert all(await _cancelled(bench, ids))
    assert Counter(event.id for event in await _told(bench)) == {f"{each}.cancelled": 1 for each in ids}


async def test_an_order_about_some_that_was_cut_short_is_finished_and_forgotten(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor, ids = await _booked(bench)
    _break_after(monkeypatch, bench, 1)
    order = _order(bench, doctor, kind=CancellationCause.HOURS, time_off=None, only=frozenset(ids[:2]))
    with pytest.raises(StorageDown):
        await bench.clinic.bulk_cancellation.order(order)
    monkeypatch.undo()
    await bench.clinic.periodic.run()
    assert await _cancelled(bench, ids) == [True, True, False, False]
    assert await bench.storage.bulk_cancellations.all() == []


async def test_an_order_about_some_meets_one_that_was_changed_at_that_moment(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor, ids = await _booked(bench)
    patient = await bench.clinic.sessions.authenticate(ChatId(10))
    cancel, moved = bench.storage.appointments.cancel, iter([NINE + 8 * HALF])

    async def late(*args: Any, **others: Any) -> Any:
        if start := next(moved, None):
            await bench.clinic.appointments.move(patient, ids[0], start, was=NINE)
        return await cancel(*args, **others)

    monkeypatch.setattr(bench.storage.appointments, "cancel", late)
    order = _order(bench, doctor, kind=CancellationCause.HOURS, time_off=None, only=frozenset(ids[:1]))
    assert await bench.clinic.bulk_cancellation.order(order) == 1
    assert await _cancelled(bench, ids) == [True, False, False, False]


async def test_an_order_stands_for_two_minutes_and_is_then_forgotten(bench: Bench) -> None:
    doctor, ids = await _booked(bench)
    assert await bench.clinic.bulk_cancellation.order(_order(bench, doctor)) == PATIENTS
    bench.clock.turn(ORDER_STANDS - timedelta(seconds=1))
    await bench.clinic.periodic.run()
    assert len(await bench.storage.bulk_cancellations.all()) == 1
    bench.clock.turn(timedelta(seconds=1))
    await bench.clinic.periodic.run()
    assert await bench.storage.bulk_cancellations.all() == []
    assert all(await _cancelled(bench, ids))


async def test_workers_who_carry_out_one_order_at_once_cancel_and_tell_each_once(bench: Bench) -> None:
    doctor, ids = await _booked(bench)
    order, clearances = _order(bench, doctor), bench.clinic.bulk_cancellation
    await bench.storage.bulk_cancellations.add(order)
    counts = await asyncio.gather(
        clearances.order(order), clearances.work(), clearances.work(), clearances.order(order)
    )
    assert all(await _cancelled(bench, ids))
    events = await _told(bench)
    assert Counter(event.id for event in events) == {f"{each}.cancelled": 1 for each in ids}
    assert len(bench.news) == 2 * PATIENTS
    # Whoever gave the order hears of all, whichever of them it was who cancelled.
    assert counts[0] == counts[-1] == PATIENTS


async def test_an_order_that_somebody_else_has_carried_out_counts_what_it_cancelled(bench: Bench) -> None:
    doctor, ids = await _booked(bench)
    order = _order(bench, doctor)
    await bench.storage.bulk_cancellations.add(order)
    await bench.clinic.bulk_cancellation.work()
    assert await bench.clinic.bulk_cancellation.order(order) == PATIENTS
    other = _order(bench, doctor, window=Slot(TUESDAY.start - DAY, TUESDAY.start), time_off=None)
    assert await bench.clinic.bulk_cancellation.order(other) == 0
    assert all(await _cancelled(bench, ids))


async def test_one_order_that_can_not_be_carried_out_keeps_no_other_from_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    doctor, ids = await _booked(bench)
    await bench.storage.bulk_cancellations._orders.insert_one({"_id": "a", "kind": "of a later version"})
    await bench.storage.bulk_cancellations.add(_order(bench, doctor))
    finish = bench.clinic.bulk_cancellation._finish
    sen = await bench.principal("sen@example.org", Role.DOCTOR, 3)

    async def fails(_order: CancellationOrder) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(
        bench.clinic.bulk_cancellation, "_finish", {**finish, CancellationCause.BLOCKED: fails}
    )
    blocked = _order(bench, sen, kind=CancellationCause.BLOCKED, time_off=None)
    await bench.storage.bulk_cancellations._orders.insert_one(
        {**await _row(bench), "_id": "b" * 24, "kind": blocked.kind.value, "user_id": sen.id}
    )
    with caplog.at_level(logging.ERROR):
        await bench.clinic.periodic.run()
    assert all(await _cancelled(bench, ids))
    said = [record.message for record in caplog.records]
    assert said == ["clearance.unreadable id=a", f"clearance.failed id={'b' * 24}"]


async def _row(bench: Bench) -> dict[str, Any]:
    row: dict[str, Any] = await bench.storage.bulk_cancellations._orders.find_one({"_id": "c" * 24})
    return {**row, "time_off": None}


async def test_an_order_that_was_called_off_cancels_nothing_more(bench: Bench) -> None:
    doctor, ids = await _booked(bench)
    clearances = bench.clinic.bulk_cancellation
    order = _order(bench, doctor, time_off=None)
    await clearances.order(order)
    await clearances.forget(order.id)
    patient = await bench.principal("late@example.org", chat=30)
    late = AppointmentId("e" * 24)
    await bench.clinic.booking.book(patient, doctor.id, NINE, reason=None, request_id=late)
    await clearances._carry_out(order)
    assert await _cancelled(bench, [*ids, late]) == [*([True] * PATIENTS), False]


async def test_what_is_cancelled_is_what_is_booked_and_to_come_and_touches_the_window(bench: Bench) -> None:
    doctor, ids = await _booked(bench)
    affected = bench.clinic.bulk_cancellation.affected
    touching = Slot(NINE + HALF - timedelta(minutes=5), NINE + 2 * HALF)
    assert _ids(await affected(Role.DOCTOR, doctor.id, touching)) == {*ids[:2]}
    assert await affected(Role.DOCTOR, doctor.id, Slot(NINE - DAY, NINE)) == []
    bench.clock.turn_to(NINE + HALF)
    assert _ids(await affected(Role.DOCTOR, doctor.id, TUESDAY)) == {*ids[2:]}
    assert await affected(Role.DOCTOR, doctor.id, Slot(NINE - DAY, NINE + HALF)) == []


async def test_a_patients_appointments_are_told_to_their_doctors(bench: Bench) -> None:
    doctor, ids = await _booked(bench)
    patient = await bench.storage.users.credentials("p0@example.org")
    assert patient is not None
    order = _order(
        bench,
        doctor,
        kind=CancellationCause.ACCOUNT_DELETED,
        role=Role.PATIENT,
        user_id=patient.user.id,
        by=patient.user.id,
        time_off=None,
    )
    assert await bench.clinic.bulk_cancellation.order(order) == 1
    assert await _cancelled(bench, ids) == [True, False, False, False]
    (event,) = await _told(bench)
    assert event.readers == (doctor.id,)
    assert (event.facts["patient"], event.facts["offers"]) == ("A former patient", [])
