"""A time that somebody is confirming is kept for them, for three minutes and no longer."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from services.appointments.booking import HOLD_LENGTH
from services.errors import BookedBefore, DoctorUnknown, PatientBusy, SlotNotOffered, SlotTaken
from services.models.appointments import AppointmentId, AppointmentStatus, Period
from services.models.people import Principal, Role
from services.models.scheduling import Schedule
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
TUESDAY = date(2027, 5, 4)
MINE, OTHERS = AppointmentId("a" * 24), AppointmentId("b" * 24)


async def _people(bench: Bench) -> tuple[Principal, Principal, Principal]:
    return (
        await bench.principal("asha@example.org"),
        await bench.principal("bela@example.org", chat=2),
        await bench.principal("rao@example.org", Role.DOCTOR, 3),
    )


async def test_what_is_held_is_nobody_elses_and_is_booked_by_who_holds_it(bench: Bench) -> None:
    asha, bela, rao = await _people(bench)
    bookings = bench.clinic.booking
    await bookings.hold(asha, rao.id, TEN, request_id=MINE)
    with pytest.raises(SlotTaken):
        await bookings.hold(bela, rao.id, TEN, request_id=OTHERS)
    with pytest.raises(SlotTaken):
        await bookings.book(bela, rao.id, TEN, reason=None, request_id=OTHERS)
    times = await bench.clinic.schedules.availability(bela, rao.id, TUESDAY)
    assert TEN not in {slot.start for slot in times.slots(TUESDAY)}
    assert not bench.news
    booked = await bookings.book(asha, rao.id, TEN, reason="a cough", request_id=MINE)
    assert booked.appointment.status is AppointmentStatus.BOOKED
    assert booked.appointment.reason == "a cough"
    assert booked.appointment.held_until is None
    row = await bench.storage.appointments._appointments.find_one({"_id": MINE})
    assert [entry["status"] for entry in row["history"]] == ["booked"]
    assert (await bench.clinic.appointment_views.page(asha, Period.UPCOMING, 0)).total == 1
    assert [event.id for event in await bench.storage.notifications.unspread(9)] == [f"{MINE}.booked"]


async def test_who_has_booked_it_without_knowing_is_told_so_wherever_it_was_moved_since(bench: Bench) -> None:
    """The answer to Confirm was lost, and an admin has moved it since."""
    asha, _, rao = await _people(bench)
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    bookings = bench.clinic.booking
    await bookings.book(asha, rao.id, TEN, reason=None, request_id=MINE)
    await bench.clinic.appointments.move(nora, MINE, TEN + timedelta(hours=1), was=TEN)
    with pytest.raises(BookedBefore) as error:
        await bookings.hold(asha, rao.id, TEN, request_id=MINE)
    assert error.value.start == TEN + timedelta(hours=1)


async def test_what_is_let_go_or_held_too_long_is_free_again(bench: Bench) -> None:
    asha, bela, rao = await _people(bench)
    bookings = bench.clinic.booking
    await bookings.hold(asha, rao.id, TEN, request_id=MINE)
    await bookings.let_go(MINE)
    await bookings.hold(bela, rao.id, TEN, request_id=OTHERS)
    bench.clock.turn(HOLD_LENGTH)
    times = await bench.clinic.schedules.availability(asha, rao.id, TUESDAY)
    assert TEN in {slot.start for slot in times.slots(TUESDAY)}
    await bookings.book(asha, rao.id, TEN, reason=None, request_id=MINE)
    with pytest.raises(SlotTaken):
        await bookings.book(bela, rao.id, TEN, reason=None, request_id=OTHERS)


async def test_a_clock_that_is_put_back_keeps_no_time_for_hours(bench: Bench) -> None:
    asha, bela, rao = await _people(bench)
    await bench.clinic.booking.hold(asha, rao.id, TEN, request_id=MINE)
    bench.clock.turn(timedelta(hours=-2))
    times = await bench.clinic.schedules.availability(bela, rao.id, TUESDAY)
    assert TEN in {slot.start for slot in times.slots(TUESDAY)}
    held = await bench.clinic.booking.hold(bela, rao.id, TEN, request_id=OTHERS)
    assert held.patient_id == bela.id


async def test_what_is_held_too_long_and_wanted_by_nobody_is_still_booked(bench: Bench) -> None:
    asha, _, rao = await _people(bench)
    await bench.clinic.booking.hold(asha, rao.id, TEN, request_id=MINE)
    bench.clock.turn(HOLD_LENGTH * 2)
    booked = await bench.clinic.booking.book(asha, rao.id, TEN, reason=None, request_id=MINE)
    assert booked.appointment.status is AppointmentStatus.BOOKED


async def test_holding_again_holds_longer(bench: Bench) -> None:
    asha, bela, rao = await _people(bench)
    hold = bench.clinic.booking.hold
    await hold(asha, rao.id, TEN, request_id=MINE)
    bench.clock.turn(HOLD_LENGTH / 2)
    again = await hold(asha, rao.id, TEN, request_id=MINE)
    assert again.held_until == bench.clock.now() + HOLD_LENGTH
    bench.clock.turn(HOLD_LENGTH / 2)
    with pytest.raises(SlotTaken):
        await hold(bela, rao.id, TEN, request_id=OTHERS)


async def test_what_is_held_is_booked_though_it_is_not_offered_any_more(bench: Bench) -> None:
    asha, bela, rao = await _people(bench)
    bookings = bench.clinic.booking
    await bookings.hold(asha, rao.id, TEN, request_id=MINE)
    await bench.storage.schedules.put(rao.id, Schedule(weekly={}))
    with pytest.raises(SlotNotOffered):
        await bookings.book(bela, rao.id, TEN, reason=None, request_id=OTHERS)
    with pytest.raises(SlotNotOffered):
        await bookings.book(bela, rao.id, TEN, reason=None, request_id=MINE)
    booked = await bookings.book(asha, rao.id, TEN, reason=None, request_id=MINE)
    assert booked.appointment.slot.start == TEN


async def test_a_hold_is_no_appointment_and_no_way_around_the_rules(bench: Bench) -> None:
    asha, bela, rao = await _people(bench)
    bookings = bench.clinic.booking
    await bookings.hold(asha, rao.id, TEN, request_id=MINE)
    assert (await bench.clinic.appointment_views.page(asha, Period.UPCOMING, 0)).total == 0
    assert await bench.clinic.appointment_views.days(rao, TUESDAY, TUESDAY) == []
    later = TEN + timedelta(hours=1)
    for one in (asha, bela):
        with pytest.raises(SlotTaken):
            await bookings.book(one, rao.id, later, reason=None, request_id=MINE)
    other = await bench.user("sen@example.org", Role.DOCTOR)
    with pytest.raises(PatientBusy):
        await bookings.hold(asha, other.id, TEN, request_id=OTHERS)
    await bench.storage.users._users.update_one({"_id": rao.id}, {"$set": {"status": "blocked"}})
    with pytest.raises(DoctorUnknown):
        await bookings.book(asha, rao.id, TEN, reason=None, request_id=MINE)


async def test_of_many_who_hold_one_time_at_once_one_does(bench: Bench) -> None:
    _, _, rao = await _people(bench)
    crowd = [await bench.principal(f"p{n}@example.org", chat=10 + n) for n in range(20)]
    holds = [
        bench.clinic.booking.hold(one, rao.id, TEN, request_id=AppointmentId(f"{n:024x}"))
        for n, one in enumerate(crowd)
    ]
    outcomes = await asyncio.gather(*holds, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(SlotTaken) == 19
