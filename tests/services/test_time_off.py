"""Time off: what may be taken, what it does to free times and to what is booked, and taking it back."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.errors import (
    DayPassed,
    HoursBackwards,
    Invalid,
    NoteTooLong,
    NotOnFiveMinutes,
    RoleRequired,
    SlotNotOffered,
    TimeOffBackwards,
    TimeOffPassed,
    TimeOffTooFar,
    TimeOffTooLong,
    TimeOffUnknown,
)
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.notifications import Event
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
TODAY, TUESDAY = date(2027, 5, 3), date(2027, 5, 4)
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AFTERNOON = Hours(time(13), time(17))
CANCELLED, BOOKED = AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED


async def _people(bench: Bench) -> tuple[Principal, Principal]:
    return await bench.principal("rao@example.org", Role.DOCTOR, 2), await bench.principal("asha@example.org")


async def _book(
    bench: Bench, patient: Principal, doctor: Principal, start: datetime, number: int = 1
) -> AppointmentId:
    request_id = AppointmentId(f"{number:024x}")
    await bench.clinic.booking.book(patient, doctor.id, start, reason=None, request_id=request_id)
    return request_id


async def _take(
    bench: Bench, doctor: Principal, slot: Slot, off_id: str = "t" * 24, note: str | None = None
) -> int:
    return await bench.clinic.time_off.take(doctor, TimeOff(off_id, slot), note)


async def _status(bench: Bench, appointment_id: AppointmentId) -> AppointmentStatus:
    found = await bench.storage.appointments.by_id(appointment_id)
    assert found is not None
    return found.status


async def _cancellations(bench: Bench) -> list[Event]:
    return [event for event in await bench.storage.notifications.unspread(99) if event.kind == "cancelled"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (TODAY - DAY, TUESDAY, DayPassed),
        (TUESDAY, TODAY, TimeOffBackwards),
        (TUESDAY, TUESDAY + timedelta(days=366), TimeOffTooLong),
        (TUESDAY + timedelta(days=732), TUESDAY + timedelta(days=732), TimeOffTooFar),
        (date(9999, 12, 31), date(9999, 12, 31), TimeOffTooFar),
        (TODAY, date(9999, 12, 31), TimeOffTooLong),
    ],
)
async def test_days_that_can_not_be_taken_off(
    bench: Bench, first: date, last: date, expected: type[Invalid]
) -> None:
    with pytest.raises(expected):
        bench.clinic.time_off.days(first, last)


@pytest.mark.parametrize(
    ("day", "hours", "expected"),
    [
        (TODAY - DAY, AFTERNOON, DayPassed),
        (TUESDAY, Hours(time(17), time(13)), HoursBackwards),
        (TUESDAY, Hours(time(13, 1), time(17)), NotOnFiveMinutes),
        (TODAY, Hours(time(6), time(8)), TimeOffPassed),
        # The clock skips it.
        (date(2028, 3, 26), Hours(time(2), time(3)), HoursBackwards),
    ],
)
async def test_parts_of_a_day_that_can_not_be_taken_off(
    bench: Bench, day: date, hours: Hours, expected: type[Invalid]
) -> None:
    with pytest.raises(expected):
        bench.clinic.time_off.part(day, hours)


async def test_what_no_face_should_let_through_is_refused_all_the_same(bench: Bench) -> None:
    rao, asha = await _people(bench)
    now = bench.clock.now()
    for slot, expected in (
        (Slot(now + DAY, now), TimeOffBackwards),
        (Slot(now - DAY, now), TimeOffPassed),
        (Slot(now, now + timedelta(days=367)), TimeOffTooLong),
        (Slot(now + timedelta(days=800), now + timedelta(days=801)), TimeOffTooFar),
    ):
        with pytest.raises(expected):
            await _take(bench, rao, slot)
    with pytest.raises(NoteTooLong):
        await _take(bench, rao, Slot(now, now + DAY), note="x" * 301)
    assert await bench.clinic.time_off.coming(rao) == []
    for act in (
        bench.clinic.time_off.coming(asha),
        bench.clinic.time_off.affected(asha, Slot(now, now + DAY)),
        _take(bench, asha, Slot(now, now + DAY)),
        bench.clinic.time_off.take_back(asha, "t" * 24),
    ):
        with pytest.raises(RoleRequired):
            await act


async def test_what_was_asked_for_just_before_midnight_is_taken_just_after(bench: Bench) -> None:
    rao, _ = await _people(bench)
    bench.clock.turn_to(datetime(2027, 5, 3, 21, 59, tzinfo=UTC))
    slot = bench.clinic.time_off.days(TODAY, TUESDAY)
    bench.clock.turn(timedelta(minutes=2))
    await _take(bench, rao, slot)
    assert [off.slot for off in await bench.clinic.time_off.coming(rao)] == [slot]


async def test_a_year_may_be_taken_off_and_today_too(bench: Bench) -> None:
    rao, _ = await _people(bench)
    await _take(bench, rao, bench.clinic.time_off.days(TODAY, TODAY + timedelta(days=365)))
    assert len(await bench.clinic.time_off.coming(rao)) == 1


async def test_booked_appointments_in_it_are_cancelled_in_one_go_and_others_are_not(bench: Bench) -> None:
    rao, asha = await _people(bench)
    bela = await bench.principal("bela@example.org", chat=4)
    before = await _book(bench, asha, rao, TEN - DAY, 1)
    ten = await _book(bench, asha, rao, TEN, 2)
    noon = await _book(bench, bela, rao, TEN + timedelta(hours=2, minutes=30), 3)
    two = await _book(bench, bela, rao, TEN + timedelta(hours=4), 4)
    # From a quarter to one: the appointment from half past twelve to one reaches into it.
    slot = bench.clinic.time_off.part(TUESDAY, Hours(time(12, 45), time(17)))
    shown = await bench.clinic.time_off.affected(rao, slot)
    assert [card.appointment.id for card in shown] == [noon, two]
    assert await _take(bench, rao, slot, note=" I am ill. ") == 2
    assert [await _status(bench, each) for each in (before, ten, noon, two)] == [
        BOOKED,
        BOOKED,
        CANCELLED,
        CANCELLED,
    ]
    events = await _cancellations(bench)
    assert [(event.readers, event.facts["why"], event.facts["note"]) for event in events] == [
        ((bela.id,), "time_off", "I am ill.")
    ] * 2
    entry = await bench.clinic.audit.latest(rao.id, frozenset({Action.TIME_OFF_TAKEN}))
    assert entry is not None
    assert (entry.actor, entry.facts) == (rao.id, {"start": slot.start, "end": slot.end})


async def test_an_appointment_that_has_begun_goes_on(bench: Bench) -> None:
    rao, asha = await _people(bench)
    begun = await _book(bench, asha, rao, TEN)
    bench.clock.turn_to(TEN)
    assert await _take(bench, rao, bench.clinic.time_off.days(TUESDAY, TUESDAY)) == 0
    assert await _status(bench, begun) is BOOKED


async def test_time_in_it_is_neither_offered_nor_booked_nor_moved_to(bench: Bench) -> None:
    rao, asha = await _people(bench)
    nora = await bench.principal("nora@example.org", Role.ADMIN, 3)
    await _take(bench, rao, bench.clinic.time_off.part(TUESDAY, Hours(time(9, 45), time(12, 15))))
    times = await bench.clinic.schedules.availability(asha, rao.id)
    starts = [f"{slot.start.astimezone(times.zone):%H:%M}" for slot in times.slots(TUESDAY)]
    # What touches it is gone, too: half past nine lasts until ten.
    assert starts[:2] == ["09:00", "12:30"]
    before = await _book(bench, asha, rao, TEN - timedelta(hours=1), 9)
    for minutes in (-30, 0, 60, 120):
        start = TEN + timedelta(minutes=minutes)
        with pytest.raises(SlotNotOffered):
            await _book(bench, asha, rao, start)
        with pytest.raises(SlotNotOffered):
            await bench.clinic.booking.check_free(asha, rao.id, start)
        with pytest.raises(SlotNotOffered):
            await bench.clinic.appointments.move(nora, before, start, was=TEN - timedelta(hours=1))
    assert await _status(bench, before) is BOOKED


async def test_confirming_twice_makes_one_time_off_and_says_the_same(bench: Bench) -> None:
    rao, asha = await _people(bench)
    await _book(bench, asha, rao, TEN)
    slot = bench.clinic.time_off.days(TUESDAY, TUESDAY)
    assert await asyncio.gather(*(_take(bench, rao, slot) for _ in range(3))) == [1, 1, 1]
    bench.clock.turn(timedelta(minutes=3))
    await bench.clinic.periodic.run()
    assert await bench.storage.bulk_cancellations.all() == []
    # Even when the order was carried out to its end: the bot may have died before it could say so.
    assert await _take(bench, rao, slot) == 1
    assert len(await bench.clinic.time_off.coming(rao)) == len(await _cancellations(bench)) == 1


async def test_taken_back_it_can_be_booked_again_and_stays_taken_back(bench: Bench) -> None:
    rao, asha = await _people(bench)
    lost = await _book(bench, asha, rao, TEN)
    await _take(bench, rao, bench.clinic.time_off.days(TUESDAY, TUESDAY))
    off = await bench.clinic.time_off.take_back(rao, "t" * 24)
    assert off.slot.start == datetime(2027, 5, 3, 22, tzinfo=UTC)
    again = await _book(bench, asha, rao, TEN, 2)
    # The order would stand for two more minutes.
    await bench.clinic.periodic.run()
    assert [await _status(bench, each) for each in (lost, again)] == [CANCELLED, BOOKED]
    assert await bench.clinic.time_off.coming(rao) == []
    with pytest.raises(TimeOffUnknown):
        await bench.clinic.time_off.take_back(rao, "t" * 24)
    assert await bench.clinic.audit.latest(rao.id, frozenset({Action.TIME_OFF_TAKEN_BACK}))


async def test_what_is_booked_after_it_was_taken_back_is_safe_from_who_carries_the_order_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker has read the order; the time off is taken back and booked before it goes on."""
    rao, asha = await _people(bench)
    await _take(bench, rao, bench.clinic.time_off.days(TUESDAY, TUESDAY))
    add = bench.storage.schedules.add_time_off
    booked: list[AppointmentId] = []

    async def late(doctor_id: UserId, off: TimeOff) -> None:
        monkeypatch.undo()
        await bench.clinic.time_off.take_back(rao, off.id)
        booked.append(await _book(bench, asha, rao, TEN))
        await add(doctor_id, off)

    monkeypatch.setattr(type(bench.storage.schedules), "add_time_off", lambda _self, *args: late(*args))
    await bench.clinic.periodic.run()
    assert [await _status(bench, each) for each in booked] == [BOOKED]
    assert await bench.clinic.time_off.coming(rao) == []


async def test_a_doctor_takes_back_only_what_is_their_own_and_to_come(bench: Bench) -> None:
    rao, _ = await _people(bench)
    sen = await bench.principal("sen@example.org", Role.DOCTOR, 5)
    await _take(bench, rao, bench.clinic.time_off.days(TUESDAY, TUESDAY))
    with pytest.raises(TimeOffUnknown):
        await bench.clinic.time_off.take_back(sen, "t" * 24)
    assert len(await bench.clinic.time_off.coming(rao)) == 1
    bench.clock.turn(timedelta(days=2))
    assert await bench.clinic.time_off.coming(rao) == []
    with pytest.raises(TimeOffUnknown):
        await bench.clinic.time_off.take_back(rao, "t" * 24)


async def test_a_doctor_whose_hours_were_never_stored_has_time_off_all_the_same(bench: Bench) -> None:
    rao, asha = await _people(bench)
    await bench.storage.schedules._schedules.delete_one({"_id": rao.id})
    slots = [bench.clinic.time_off.days(TUESDAY + n * DAY, TUESDAY + n * DAY) for n in range(3)]
    await asyncio.gather(*(_take(bench, rao, slot, f"{n:024x}") for n, slot in enumerate(slots)))
    assert [off.slot for off in await bench.clinic.time_off.coming(rao)] == slots
    times = await bench.clinic.schedules.availability(asha, rao.id)
    assert [bool(times.slots(TODAY + n * DAY)) for n in range(5)] == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 5, 4), 24)],
)
async def test_a_whole_day_is_as_long_as_its_clock_says(bench: Bench, day: date, hours: int) -> None:
    bench.clock.turn_to(datetime(2027, 3, 27, 12, tzinfo=UTC))
    slot = bench.clinic.time_off.days(day, day)
    assert slot.end - slot.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "part", "left"),
    [
        # The clock goes from two to three: from half past two on is from half past three on.
        (date(2027, 3, 28), Hours(time(2, 30), time(5)), ["01:00", "01:30", "03:00"]),
        (date(2027, 3, 28), Hours(time(0), time(3)), ["03:00", "03:30", "04:00", "04:30"]),
        # The hour that comes twice is over when the clock shows three.
        (date(2027, 10, 31), Hours(time(2), time(3)), ["01:00", "01:30", "03:00", "03:30", "04:00", "04:30"]),
        (date(2027, 10, 31), Hours(time(3), time(0)), ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30"]),
    ],
)
async def test_a_part_of_a_day_of_a_clock_change_frees_the_rest(
    bench: Bench, day: date, part: Hours, left: Sequence[str]
) -> None:
    rao, asha = await _people(bench)
    await bench.storage.schedules.put(rao.id, Schedule(weekly={Weekday.SUNDAY: (Hours(time(1), time(5)),)}))
    bench.clock.turn_to(datetime.combine(day - DAY, time(12), tzinfo=UTC))
    await _take(bench, rao, bench.clinic.time_off.part(day, part))
    times = await bench.clinic.schedules.availability(asha, rao.id, day)
    assert [f"{slot.start.astimezone(times.zone):%H:%M}" for slot in times.slots(day)] == left


async def test_a_booking_that_was_on_its_way_is_met_by_the_order_and_both_hear(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The patient's time is free when it is looked up, and the time off is taken before it is stored."""
    rao, asha = await _people(bench)
    add = bench.storage.appointments.add

    async def late(appointment: Appointment, event: Event, at: datetime, **others: Any) -> Appointment:
        monkeypatch.undo()
        assert await _take(bench, rao, bench.clinic.time_off.days(TUESDAY, TUESDAY)) == 0
        return await add(appointment, event, at, **others)

    store = type(bench.storage.appointments)
    monkeypatch.setattr(store, "add", lambda _self, *args, **others: late(*args, **others))
    booked = await _book(bench, asha, rao, TEN)
    assert await _status(bench, booked) is BOOKED
    await bench.clinic.periodic.run()
    assert await _status(bench, booked) is CANCELLED
    (event,) = await _cancellations(bench)
    # The doctor has heard that it was booked, and never saw it in a list.
    assert event.readers == (asha.id, rao.id)
    assert len(event.facts["offers"]) == 3
