"""The hours of single dates: what is free then, what they cancel, nights, clock changes, the way back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.bulk_cancellation import ORDER_STANDS
from services.availability.slots import fits_hours, outside_hours, slots_of_day, working_stretches
from services.errors import (
    DateTooFar,
    DateUnchanged,
    DayPassed,
    DoctorUnknown,
    HoursBackwards,
    HoursOverlap,
    Invalid,
    NotOnFiveMinutes,
    RoleRequired,
    SlotNotOffered,
    SlotTooLong,
)
from services.local_time import day_bounds
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import Principal, Role
from services.models.scheduling import (
    WORKING_WEEK,
    DateHours,
    Hours,
    Schedule,
    Weekday,
)
from services.models.slots import Slot, TimeOff
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY, SATURDAY = date(2027, 5, 4), date(2027, 5, 8)
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
MORNING, NIGHT = (Hours(time(9), time(12)),), (Hours(time(22), time(2)),)
CANCELLED, BOOKED = AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED
# Where clocks change in the night, at midnight, and by half an hour.
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "America/Nuuk", "UTC")


async def _people(bench: Bench) -> tuple[Principal, Principal]:
    return await bench.principal("rao@example.org", Role.DOCTOR, 2), await bench.principal("asha@example.org")


async def _book(bench: Bench, patient: Principal, doctor: Principal, start: datetime) -> AppointmentId:
    request_id = AppointmentId(f"{int(start.timestamp()):024x}")
    await bench.clinic.booking.book(patient, doctor.id, start, reason=None, request_id=request_id)
    return request_id


async def _status(bench: Bench, appointment_id: AppointmentId) -> AppointmentStatus:
    found = await bench.storage.appointments.by_id(appointment_id)
    assert found is not None
    return found.status


async def _free(bench: Bench, patient: Principal, doctor: Principal, day: date) -> list[Slot]:
    return (await bench.clinic.schedules.availability(patient, doctor.id, day)).slots(day)


def _change(day: date, hours: tuple[Hours, ...] | None, number: int = 1) -> DateHours:
    return DateHours(f"{number:024x}", day, hours)


async def test_extra_hours_are_free_and_gone_again_when_they_are_removed(bench: Bench) -> None:
    rao, asha = await _people(bench)
    dates = bench.clinic.changed_dates
    assert await _free(bench, asha, rao, SATURDAY) == []
    await dates.change(rao, _change(SATURDAY, MORNING))
    assert len(await _free(bench, asha, rao, SATURDAY)) == 6
    assert await dates.coming(rao) == {SATURDAY: MORNING}
    lost = await _book(bench, asha, rao, datetime(2027, 5, 8, 7, 0, tzinfo=UTC))
    assert len(await dates.affected(rao, _change(SATURDAY, None, 2))) == 1
    assert await dates.change(rao, _change(SATURDAY, None, 2)) == 1
    assert await _status(bench, lost) is CANCELLED
    assert await _free(bench, asha, rao, SATURDAY) == []


async def test_weekly_hours_that_are_saved_later_leave_the_date_and_what_is_booked_in_it(
    bench: Bench,
) -> None:
    rao, asha = await _people(bench)
    await bench.clinic.changed_dates.change(rao, _change(SATURDAY, MORNING))
    await _book(bench, asha, rao, datetime(2027, 5, 8, 7, 0, tzinfo=UTC))
    shown = await bench.clinic.working_hours.preview(rao, Schedule())
    assert shown.outside == []
    assert len(shown.free[SATURDAY]) == 5
    await bench.clinic.working_hours.save(rao, Schedule(), order_id="o" * 24)
    assert await bench.clinic.changed_dates.coming(rao) == {SATURDAY: MORNING}


async def test_only_what_lies_outside_is_cancelled_and_offered_other_times(bench: Bench) -> None:
    rao, asha = await _people(bench)
    kept, lost = await _book(bench, asha, rao, TEN), await _book(bench, asha, rao, TEN + 4 * HOUR)
    assert await bench.clinic.changed_dates.change(rao, _change(TUESDAY, MORNING)) == 1
    assert (await _status(bench, kept), await _status(bench, lost)) == (BOOKED, CANCELLED)
    (event,) = [e for e in await bench.storage.notifications.unspread(99) if e.kind == "cancelled"]
    assert (event.readers, event.facts["why"], len(event.facts["offers"])) == ((asha.id,), "hours", 3)


async def test_a_time_that_is_held_inside_stays_held_and_one_outside_is_let_go(bench: Bench) -> None:
    rao, asha = await _people(bench)
    inside, outside = AppointmentId("a" * 24), AppointmentId("b" * 24)
    await bench.clinic.booking.hold(asha, rao.id, TEN, request_id=inside)
    await bench.clinic.booking.hold(asha, rao.id, TEN + 4 * HOUR, request_id=outside)
    await bench.clinic.changed_dates.change(rao, _change(TUESDAY, MORNING))
    assert await bench.storage.appointments.by_id(inside) is not None
    assert await bench.storage.appointments.by_id(outside) is None
    with pytest.raises(SlotNotOffered):
        await bench.clinic.booking.book(asha, rao.id, TEN + 4 * HOUR, reason=None, request_id=outside)


def _before_storing(bench: Bench, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[Any]]) -> None:
    """Let something happen between a booking's look at the free times and its write."""
    add = bench.storage.appointments.add

    async def slow(*args: Any, **more: Any) -> Any:
        monkeypatch.undo()
        await act()
        return await add(*args, **more)

    monkeypatch.setattr(bench.storage.appointments, "add", slow)


@pytest.mark.parametrize("is_long", [False, True])
async def test_a_booking_that_is_under_way_loses_as_it_does_to_time_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, is_long: bool
) -> None:
    rao, asha = await _people(bench)

    async def change() -> None:
        await bench.clinic.changed_dates.change(rao, _change(TUESDAY, MORNING))
        for _ in range(2 if is_long else 0):
            bench.clock.turn(ORDER_STANDS + SECOND)
            await bench.clinic.periodic.run()

    _before_storing(bench, monkeypatch, change)
    late = TEN + 4 * HOUR
    if is_long:
        with pytest.raises(SlotNotOffered):
            await _book(bench, asha, rao, late)
    else:
        await _book(bench, asha, rao, late)
        await bench.clinic.periodic.run()
    assert await _status(bench, AppointmentId(f"{int(late.timestamp()):024x}")) is CANCELLED


async def test_an_order_that_is_carried_out_again_does_not_undo_what_was_changed_since(bench: Bench) -> None:
    rao, asha = await _people(bench)
    await bench.clinic.changed_dates.change(rao, _change(TUESDAY, MORNING, 1))
    await bench.clinic.changed_dates.change(rao, _change(TUESDAY, (Hours(time(9), time(15)),), 2))
    booked = await _book(bench, asha, rao, TEN + 4 * HOUR)
    await bench.clinic.periodic.run()
    assert await _status(bench, booked) is BOOKED
    assert len(await bench.storage.bulk_cancellations.all()) == 2
    assert len(await _free(bench, asha, rao, TUESDAY)) == 11


async def test_asking_again_after_a_crash_changes_and_cancels_nothing_more(bench: Bench) -> None:
    rao, asha = await _people(bench)
    dates = bench.clinic.changed_dates
    lost = await _book(bench, asha, rao, TEN + 4 * HOUR)
    assert [await dates.change(rao, _change(TUESDAY, MORNING)) for _ in range(2)] == [1, 1]
    assert [await dates.change(rao, _change(TUESDAY, None, 2)) for _ in range(2)] == [0, 0]
    assert await _status(bench, lost) is CANCELLED
    assert len(await _free(bench, asha, rao, TUESDAY)) == 16
    with pytest.raises(DateUnchanged):
        await dates.change(rao, _change(TUESDAY, None, 3))


async def test_a_night_can_be_booked_on_both_its_days_and_is_taken_back_as_a_whole(bench: Bench) -> None:
    rao, asha = await _people(bench)
    dates = bench.clinic.changed_dates
    await dates.change(rao, _change(SATURDAY, NIGHT))
    assert [len(await _free(bench, asha, rao, SATURDAY + n * DAY)) for n in range(3)] == [4, 4, 16]
    late = [await _book(bench, asha, rao, datetime(2027, 5, 8, hour, 0, tzinfo=UTC)) for hour in (20, 23)]
    assert await dates.change(rao, _change(SATURDAY, (Hours(time(22), time(0)),), 2)) == 1
    assert [await _status(bench, each) for each in late] == [BOOKED, CANCELLED]
    assert [len(await _free(bench, asha, rao, SATURDAY + n * DAY)) for n in range(2)] == [3, 0]


@pytest.mark.parametrize(
    ("day", "hours", "expected"),
    [
        (TUESDAY - 2 * DAY, MORNING, DayPassed),
        (TUESDAY + timedelta(days=800), MORNING, DateTooFar),
        (date(9999, 12, 31), MORNING, DateTooFar),
        (TUESDAY, None, DateUnchanged),
        (TUESDAY, (Hours(time(9, 2), time(12)),), NotOnFiveMinutes),
        (TUESDAY, (Hours(time(17), time(9)),), HoursBackwards),
        (TUESDAY, (Hours(time(9), time(9)),), HoursBackwards),
        (TUESDAY, (Hours(time(9), time(9, 20)),), SlotTooLong),
        (TUESDAY, (*MORNING, Hours(time(11), time(14))), HoursOverlap),
        (TUESDAY, (Hours(time(22), time(9, 30)),), HoursOverlap),
    ],
)
async def test_hours_that_cannot_be(
    bench: Bench, day: date, hours: tuple[Hours, ...] | None, expected: type[Exception]
) -> None:
    rao, _ = await _people(bench)
    for act in (bench.clinic.changed_dates.affected, bench.clinic.changed_dates.change):
        with pytest.raises(expected):
            await act(rao, _change(day, hours))
    assert issubclass(expected, Invalid) or expected is DateUnchanged


async def test_who_may_do_it_for_whom(bench: Bench) -> None:
    rao, asha = await _people(bench)
    sen = await bench.principal("sen@example.org", Role.DOCTOR, 3)
    vera = await bench.principal("vera@example.org", Role.ADMIN, 9)
    clinic, off = bench.clinic, TimeOff("t" * 24, Slot(TEN, TEN + HOUR))
    for other, whose in ((asha, None), (asha, rao.id), (sen, rao.id), (vera, None)):
        for refused in (
            clinic.changed_dates.change(other, _change(TUESDAY, MORNING), whose),
            clinic.working_hours.save(other, Schedule(), order_id="o", doctor_id=whose),
            clinic.time_off.take(other, off, None, whose),
            clinic.time_off.take_back(other, off.id, whose),
        ):
            with pytest.raises(RoleRequired):
                await refused
    with pytest.raises(DoctorUnknown):
        await clinic.time_off.take(vera, off, None, asha.id)
    await clinic.changed_dates.change(vera, _change(TUESDAY, MORNING), rao.id)
    await clinic.time_off.take(vera, off, None, rao.id)
    await clinic.time_off.take(vera, off, None, rao.id)
    events = [e for e in await bench.storage.notifications.unspread(99) if e.kind == "schedule_changed"]
    assert [(event.readers, event.facts["what"]) for event in events] == [
        ((rao.id,), "date"),
        ((rao.id,), "time_off"),
    ]


@st.composite
def _exceptional(draw: st.DrawFn) -> tuple[Schedule, date, ZoneInfo]:
    """Return a schedule with hours of their own on days near to a clock change, such a day, the zone."""
    zone = draw(st.sampled_from(ZONES))
    changes = [date(2027, 3, 14), date(2027, 3, 27), date(2027, 3, 28), date(2027, 4, 4), date(2027, 10, 30)]
    day = (
        draw(st.sampled_from([*changes, date(2027, 10, 31), date(2027, 11, 7)]))
        + draw(st.integers(-1, 1)) * DAY
    )
    marks = st.integers(0, 24 * 12 - 1).map(lambda tick: time(tick // 12, tick % 12 * 5))
    stretches = st.builds(Hours, marks, marks).filter(lambda hours: hours.start != hours.end)
    hours = draw(st.lists(stretches, max_size=2).map(tuple))
    dates = {
        day + n * DAY: each for n, each in zip(draw(st.permutations([0, 1])), (hours, NIGHT), strict=True)
    }
    return Schedule(dates=dates, slot_minutes=draw(st.sampled_from([20, 30, 45]))), day, ZoneInfo(zone)


@given(_exceptional())
def test_slots_lie_in_the_hours_of_their_day_overlap_none_and_last_as_long_as_they_say(
    exceptional: tuple[Schedule, date, ZoneInfo],
) -> None:
    schedule, day, zone = exceptional
    slots = [slot for n in range(-1, 4) for slot in slots_of_day(schedule, day + n * DAY, zone)]
    length = timedelta(minutes=schedule.slot_minutes)
    assert all(slot.end - slot.start == length for slot in slots)
    assert all(one.end <= other.start for one, other in pairwise(slots))
    assert all(fits_hours(schedule, slot, zone) for slot in slots)
    window = Slot(day_bounds(day, day, zone).start, day_bounds(day, day + 2 * DAY, zone).end)
    outside = outside_hours(schedule, window, zone)
    assert not any(slot.overlaps(off) for slot in slots for off in outside)
    work = [s for n in range(3) for s in working_stretches(schedule, day + n * DAY, zone)]
    assert all(off.overlaps(window) and not any(off.overlaps(each) for each in work) for off in outside)


@given(_exceptional())
def test_removing_the_hours_of_a_date_brings_back_what_was_there(
    exceptional: tuple[Schedule, date, ZoneInfo],
) -> None:
    schedule, day, zone = exceptional
    usual = replace(schedule, dates={})
    others = [n for n in range(-2, 5) if not {day + n * DAY, day + (n - 1) * DAY} & schedule.dates.keys()]
    for n in others:
        at = day + n * DAY
        assert slots_of_day(schedule, at, zone) == slots_of_day(usual, at, zone)
        assert usual.hours_on(at) == WORKING_WEEK.get(Weekday(at.weekday()), ())


@pytest.mark.parametrize(
    ("zone", "day", "real_hours"),
    [
        ("Europe/Berlin", date(2027, 3, 27), 3.0),  # the clocks skip from 2 to 3
        ("Europe/Berlin", date(2027, 10, 30), 5.0),  # they are set back from 3 to 2
        ("America/New_York", date(2027, 3, 13), 4.0),  # 2 is skipped, but the night is over then
        ("America/New_York", date(2027, 11, 6), 5.0),  # from 2 back to 1
        ("Europe/Berlin", date(2027, 5, 8), 4.0),
    ],
)
def test_a_night_lasts_as_long_as_it_really_does_when_the_clocks_change(
    zone: str, day: date, real_hours: float
) -> None:
    until = time(3) if zone == "Europe/Berlin" and day.month in {3, 10} else time(2)
    since = time(23) if until == time(3) else time(22)
    schedule = Schedule({}, slot_minutes=60, dates={day: (Hours(since, until),)})
    there = ZoneInfo(zone)
    slots = [*slots_of_day(schedule, day, there), *slots_of_day(schedule, day + DAY, there)]
    assert len(slots) == real_hours
    # Where that time is skipped, it is the instant at which the clocks change.
    assert slots[-1].end == datetime.combine(day + DAY, until, there).astimezone(UTC)
