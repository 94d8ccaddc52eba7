"""Reminders: each told once, in time, to who has not changed their mind; on a clock that is turned."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from services.appointments.booking import HOLD_LENGTH
from services.appointments.changes import held_for_move
from services.errors import (
    AlreadyCancelled,
    AlreadyConfirmed,
    AppointmentUnknown,
    BadReminders,
    RoleRequired,
    SameTime,
    SlotNotOffered,
    SlotTaken,
    TooLateToChange,
)
from services.models.appointments import AppointmentId
from services.models.notifications import Event
from services.models.people import Principal, Role
from services.models.scheduling import Hours, Schedule, Weekday
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
TEN = datetime(2027, 5, 12, 8, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ID = AppointmentId("a" * 24)


async def _people(bench: Bench) -> tuple[Principal, Principal]:
    return await bench.principal("asha@example.org"), await bench.principal("rao@example.org", Role.DOCTOR, 3)


async def _booked(bench: Bench, start: datetime = TEN) -> tuple[Principal, Principal]:
    asha, rao = await _people(bench)
    await bench.clinic.booking.book(asha, rao.id, start, reason="a cough", request_id=ID)
    return asha, rao


async def _told(bench: Bench) -> list[Event]:
    """Go on the rounds; return all reminders that were ever told."""
    await bench.clinic.reminders.work()
    return [event for event in await bench.storage.notifications.unspread(99) if event.kind == "reminder"]


async def _plan(bench: Bench) -> list[timedelta]:
    """Return how long before the appointment's start the reminders to come are due."""
    found = await bench.storage.appointments.by_id(ID)
    assert found is not None
    return [found.slot.start - at for at in found.remind_at]


async def test_a_day_and_an_hour_before_each_once(bench: Bench) -> None:
    asha, rao = await _booked(bench)
    bench.clock.turn_to(TEN - DAY - MINUTE)
    assert await _told(bench) == []
    bench.clock.turn(MINUTE)
    (first,) = await _told(bench)
    assert (first.readers, first.facts["doctor_id"], first.facts["at"]) == ((asha.id,), rao.id, TEN - DAY)
    assert len(await _told(bench)) == 1
    bench.clock.turn_to(TEN - HOUR)
    assert len(await _told(bench)) == 2
    assert await _plan(bench) == []
    bench.clock.turn_to(TEN)
    assert len(await _told(bench)) == 2


async def test_of_two_workers_one_tells(bench: Bench) -> None:
    await _booked(bench)
    bench.clock.turn_to(TEN - DAY)
    await asyncio.gather(*(bench.clinic.reminders.work() for _ in range(8)))
    assert len(await _told(bench)) == 1


async def test_one_that_was_missed_is_told_late_and_of_two_the_last(bench: Bench) -> None:
    await _booked(bench)
    bench.clock.turn_to(TEN - 20 * MINUTE)
    (event,) = await _told(bench)
    assert event.id == f"{ID}.reminder.{int((TEN - HOUR).timestamp())}"
    assert await _plan(bench) == []


async def test_one_that_helps_nobody_any_more_is_dropped(bench: Bench) -> None:
    await _booked(bench)
    bench.clock.turn_to(TEN)
    assert await _told(bench) == []
    assert await _plan(bench) == []


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (9 * DAY, [DAY, HOUR]),
        (DAY + 7 * HOUR, [DAY, HOUR]),
        (DAY + HOUR, [HOUR]),
        (2 * HOUR, [HOUR]),
        (HOUR + MINUTE, []),
        (30 * MINUTE, []),
    ],
)
async def test_what_is_booked_within_the_time_of_a_reminder_has_none_that_is_silly(
    bench: Bench, before: timedelta, expected: list[timedelta]
) -> None:
    bench.clock.turn_to(TEN - before)
    await _booked(bench)
    assert await _plan(bench) == expected


async def test_what_is_moved_is_reminded_of_at_its_new_time_and_confirmed_anew(bench: Bench) -> None:
    asha, _ = await _booked(bench)
    bench.clock.turn_to(TEN - DAY)
    assert len(await _told(bench)) == 1
    await bench.clinic.appointments.confirm(asha, ID)
    later = TEN + 2 * DAY
    moved = await bench.clinic.appointments.move(asha, ID, later, was=TEN)
    assert moved.appointment.confirmed_at is None
    assert await _plan(bench) == [DAY, HOUR]
    bench.clock.turn_to(later - DAY)
    assert [event.facts["start"] for event in await _told(bench)] == [TEN, later]


async def test_what_is_cancelled_is_not_reminded_of(bench: Bench) -> None:
    asha, _ = await _booked(bench)
    await bench.clinic.appointments.cancel(asha, ID)
    bench.clock.turn_to(TEN - DAY)
    assert await _told(bench) == []


async def test_each_chooses_and_what_is_booked_follows(bench: Bench) -> None:
    asha, rao = await _booked(bench)
    choose = bench.clinic.reminders.choose
    user = await choose(asha, [2 * HOUR, 3 * DAY, 2 * HOUR])
    assert user.reminders == (4320, 120)
    assert await _plan(bench) == [3 * DAY, 2 * HOUR]
    assert (await choose(asha, [])).reminders == ()
    assert await _plan(bench) == []
    for wrong in ([MINUTE], [31 * DAY], [timedelta(seconds=400)], [n * HOUR for n in range(1, 7)]):
        with pytest.raises(BadReminders):
            await choose(asha, wrong)
    with pytest.raises(RoleRequired):
        await choose(rao, [DAY])


async def test_what_was_booked_before_there_were_reminders_gets_some_once_a_start(bench: Bench) -> None:
    await _booked(bench)
    rows = bench.storage.appointments._appointments
    await rows.update_one({"_id": ID}, {"$unset": {"remind_at": ""}})
    bench.clock.turn_to(TEN - DAY - HOUR)
    assert await _told(bench) == []
    assert await _plan(bench) == [DAY, HOUR]
    # Nobody looks again until the next start.
    await rows.update_one({"_id": ID}, {"$unset": {"remind_at": ""}})
    assert await _told(bench) == []
    assert await _plan(bench) == []


async def test_a_patient_confirms_once_and_the_doctor_sees_it(bench: Bench) -> None:
    asha, rao = await _booked(bench)
    bela = await bench.principal("bela@example.org", chat=4)
    confirm = bench.clinic.appointments.confirm
    for who, why in ((bela, AppointmentUnknown), (rao, RoleRequired)):
        with pytest.raises(why):
            await confirm(who, ID)
    assert (await confirm(asha, ID)).appointment.confirmed_at == bench.clock.now()
    with pytest.raises(AlreadyConfirmed):
        await confirm(asha, ID)
    assert (await bench.clinic.appointment_views.get(rao, ID)).appointment.confirmed_at is not None
    assert await _plan(bench) == [DAY, HOUR]
    await bench.clinic.appointments.cancel(asha, ID)
    with pytest.raises(AlreadyCancelled):
        await confirm(asha, ID)


async def test_patients_change_until_the_doctors_notice_and_others_later_too(bench: Bench) -> None:
    asha, rao = await _booked(bench)
    nora = await bench.principal("nora@example.org", Role.ADMIN, 9)
    appointments = bench.clinic.appointments
    bench.clock.turn_to(TEN - 2 * HOUR + MINUTE)
    for change in (appointments.cancel(asha, ID), appointments.move(asha, ID, TEN + DAY, was=TEN)):
        with pytest.raises(TooLateToChange) as late:
            await change
        assert (late.value.start, late.value.lead_time) == (TEN, 2 * HOUR)
    await bench.storage.schedules.put(rao.id, Schedule(change_lead_time=HOUR))
    await appointments.move(asha, ID, TEN + HOUR, was=TEN)
    await bench.storage.schedules.put(rao.id, Schedule(change_lead_time=DAY))
    await appointments.move(nora, ID, TEN, was=TEN + HOUR)
    assert (await appointments.cancel(rao, ID)).appointment.status == "cancelled"


async def test_a_held_time_is_taken_by_the_move_and_by_nobody_else(bench: Bench) -> None:
    asha, rao = await _booked(bench)
    bela = await bench.principal("bela@example.org", chat=4)
    later = TEN + DAY
    held = held_for_move(ID, later)
    slot = (await bench.clinic.appointment_views.get(asha, ID)).appointment.slot
    for _ in range(2):  # once more after a crash
        await bench.clinic.booking.hold(asha, rao.id, later, request_id=held, moving=slot)
    with pytest.raises(SlotTaken):
        await bench.clinic.booking.book(bela, rao.id, later, reason=None, request_id=AppointmentId("b" * 24))
    moved = await bench.clinic.appointments.move(asha, ID, later, was=TEN)
    assert moved.appointment.slot.start == later
    assert await bench.storage.appointments.by_id(held) is None


async def test_a_move_to_a_time_that_overlaps_the_old_one_is_held_and_done(bench: Bench) -> None:
    asha, rao = await _booked(bench)
    # From now on the doctor's times begin at a quarter past.
    hours = {day: (Hours(time(9, 45), time(17)),) for day in Weekday}
    await bench.storage.schedules.put(rao.id, Schedule(weekly=hours))
    later, slot = TEN + 15 * MINUTE, (await bench.clinic.appointment_views.get(asha, ID)).appointment.slot
    appointments = bench.clinic.appointments
    await bench.clinic.booking.hold(asha, rao.id, later, request_id=held_for_move(ID, later), moving=slot)
    with pytest.raises(SameTime):
        await bench.clinic.booking.hold(asha, rao.id, TEN, request_id=held_for_move(ID, TEN), moving=slot)
    assert (await appointments.move(asha, ID, later, was=TEN)).appointment.slot.start == later


async def test_what_is_held_for_a_move_is_moved_there_though_it_is_not_offered_any_more(
    bench: Bench,
) -> None:
    asha, rao = await _booked(bench)
    later, slot = TEN + DAY, (await bench.clinic.appointment_views.get(asha, ID)).appointment.slot
    appointments = bench.clinic.appointments
    held = held_for_move(ID, later)
    await bench.clinic.booking.hold(asha, rao.id, later, request_id=held, moving=slot)
    await bench.storage.schedules.put(rao.id, Schedule(weekly={}))
    with pytest.raises(SlotNotOffered):
        await appointments.move(asha, ID, later + HOUR, was=TEN)
    bench.clock.turn(HOLD_LENGTH)
    with pytest.raises(SlotNotOffered):
        await appointments.move(asha, ID, later, was=TEN)
    bench.clock.turn(-HOLD_LENGTH)
    assert (await appointments.move(asha, ID, later, was=TEN)).appointment.slot.start == later


async def test_choosing_anew_loses_no_reminder_that_is_still_to_come(bench: Bench) -> None:
    asha, _ = await _booked(bench)
    bench.clock.turn_to(TEN - DAY - 5 * HOUR)
    await bench.clinic.reminders.choose(asha, [DAY, 2 * HOUR])
    assert await _plan(bench) == [DAY, 2 * HOUR]
    bench.clock.turn_to(TEN - 30 * MINUTE)
    await bench.clinic.reminders.choose(asha, [25 * MINUTE])
    assert await _plan(bench) == [25 * MINUTE]
