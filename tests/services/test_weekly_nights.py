"""Single dates of doctors who work at night every week, and bookings that a changed night leaves behind."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest

from services.appointments.bulk_cancellation import ORDER_STANDS
from services.errors import HoursOverlap, NightTooLong, SlotNotOffered
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import Principal, Role
from services.models.scheduling import (
    MIDNIGHT,
    WORKING_WEEK,
    Closure,
    DateHours,
    Hours,
    Schedule,
    Weekday,
)
from services.models.slots import TimeOff
from tests.plans import OURS
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
TUESDAY, SATURDAY = date(2027, 5, 4), date(2027, 5, 8)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# Each night from 22 to 4.
NIGHTS = {day: (Hours(MIDNIGHT, time(4)), Hours(time(22), MIDNIGHT)) for day in Weekday}
CANCELLED, BOOKED = AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED


async def _people(bench: Bench, weekly: Any = None) -> tuple[Principal, Principal]:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    if weekly is not None:
        await bench.clinic.working_hours.save(rao, Schedule(weekly=weekly), order_id="w" * 24)
    return rao, await bench.principal("asha@example.org")


async def _free(bench: Bench, patient: Principal, doctor: Principal, day: date) -> int:
    return len((await bench.clinic.schedules.availability(patient, doctor.id, day)).slots(day))


def _at(day: date, hour: int) -> datetime:
    """Return an hour of Berlin's clocks."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 2)


async def _book(bench: Bench, patient: Principal, doctor: Principal, start: datetime) -> AppointmentId:
    request_id = AppointmentId(f"{int(start.timestamp()):024x}")
    await bench.clinic.booking.book(patient, doctor.id, start, reason=None, request_id=request_id)
    return request_id


async def _status(bench: Bench, appointment_id: AppointmentId) -> AppointmentStatus:
    found = await bench.storage.appointments.by_id(appointment_id)
    assert found is not None
    return found.status


def _change(day: date, *hours: Hours, number: int = 1) -> DateHours:
    return DateHours(f"{number:024x}", day, hours)


def _usual(day: date, number: int = 9) -> DateHours:
    return DateHours(f"{number:024x}", day, None)


@pytest.mark.parametrize(("until", "half_hours"), [(2, 4), (4, 8), (6, 12)])
async def test_a_night_of_a_date_takes_the_place_of_that_of_the_week(
    bench: Bench, until: int, half_hours: int
) -> None:
    rao, asha = await _people(bench, NIGHTS)
    early, late = [await _book(bench, asha, rao, _at(SATURDAY + DAY, hour)) for hour in (1, 3)]
    changed = _change(SATURDAY, Hours(time(20), time(until)))
    outside = 1 if until == 2 else 0
    assert len(await bench.clinic.changed_dates.affected(rao, changed)) == outside
    assert await bench.clinic.changed_dates.change(rao, changed) == outside
    assert await _status(bench, early) is BOOKED
    assert await _status(bench, late) is (CANCELLED if outside else BOOKED)
    assert await _free(bench, asha, rao, SATURDAY) == 8
    # The evening of Sunday is there as well.
    assert await _free(bench, asha, rao, SATURDAY + DAY) == half_hours + 4 - (1 if outside else 2)
    await bench.clinic.changed_dates.change(rao, _usual(SATURDAY))
    assert await _free(bench, asha, rao, SATURDAY + DAY) == 12 - (1 if outside else 2)


async def test_a_weekday_that_is_open_from_midnight_has_the_morning_already(bench: Bench) -> None:
    all_day = {day: (Hours(MIDNIGHT, MIDNIGHT),) for day in Weekday}
    rao, asha = await _people(bench, all_day)
    await bench.clinic.changed_dates.change(rao, _change(SATURDAY, Hours(time(22), time(2))))
    assert [await _free(bench, asha, rao, SATURDAY + n * DAY) for n in range(2)] == [4, 48]


async def test_hours_of_the_day_still_overlap_with_a_night_that_lasts_into_them(bench: Bench) -> None:
    rao, _ = await _people(bench, {**NIGHTS, Weekday.SUNDAY: (Hours(time(3), time(12)),)})
    with pytest.raises(HoursOverlap):
        await bench.clinic.changed_dates.change(rao, _change(SATURDAY, Hours(time(22), time(4))))


async def test_a_night_that_is_too_long_says_how_long_one_may_be(bench: Bench) -> None:
    rao, _ = await _people(bench)
    with pytest.raises(NightTooLong) as caught:
        await bench.clinic.changed_dates.change(rao, _change(SATURDAY, Hours(time(17), time(9))))
    assert (caught.value.hours, caught.value.most) == (Hours(time(17), time(9)), 12 * 60)


def _before_storing(bench: Bench, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[Any]]) -> None:
    """Let something happen between a booking's look at the free times and its write."""
    add = bench.storage.appointments.add

    async def slow(*args: Any, **more: Any) -> Any:
        monkeypatch.undo()
        await act()
        return await add(*args, **more)

    monkeypatch.setattr(bench.storage.appointments, "add", slow)


@pytest.mark.parametrize("hour", [22, 25])
@pytest.mark.parametrize("instead", [_usual(SATURDAY), _change(SATURDAY, number=3)])
async def test_a_booking_that_was_long_under_way_loses_its_removed_night(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, instead: DateHours, hour: int
) -> None:
    rao, asha = await _people(bench)
    await bench.clinic.changed_dates.change(rao, _change(SATURDAY, Hours(time(22), time(2))))

    async def remove() -> None:
        await bench.clinic.changed_dates.change(rao, instead)
        for _ in range(2):
            bench.clock.turn(ORDER_STANDS + SECOND)
            await bench.clinic.periodic.run()

    _before_storing(bench, monkeypatch, remove)
    late = _at(SATURDAY, hour)
    with pytest.raises(SlotNotOffered):
        await _book(bench, asha, rao, late)
    assert await _status(bench, AppointmentId(f"{int(late.timestamp()):024x}")) is CANCELLED


@pytest.mark.parametrize("first", [Hours(time(9), time(18)), Hours(time(9), time(12))])
async def test_what_was_kept_when_the_week_was_narrowed_is_not_cancelled_by_a_date_before(
    bench: Bench, first: Hours
) -> None:
    rao, asha = await _people(bench)
    await bench.clinic.changed_dates.change(rao, _change(TUESDAY, first))
    await bench.clinic.changed_dates.change(rao, _usual(TUESDAY))
    kept = await _book(bench, asha, rao, _at(TUESDAY, 16))
    narrow = Schedule(weekly={**WORKING_WEEK, Weekday.TUESDAY: (Hours(time(9), time(12)),)})
    assert len((await bench.clinic.working_hours.preview(rao, narrow)).outside) == 1
    await bench.clinic.working_hours.save(rao, narrow, order_id="n" * 24)
    await bench.clinic.periodic.run()
    assert await _status(bench, kept) is BOOKED
    bench.clock.turn(ORDER_STANDS + SECOND)
    await bench.clinic.periodic.run()
    assert await _status(bench, kept) is BOOKED
    assert await bench.storage.bulk_cancellations.all() == []


async def test_dates_time_off_and_closures_that_are_long_over_do_not_add_up(bench: Bench) -> None:
    rao, _ = await _people(bench)
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    clinic, numbers = bench.clinic, count(1)

    async def a_day(day: date) -> None:
        await clinic.changed_dates.change(rao, _change(day, Hours(time(9), time(12)), number=next(numbers)))
        whole = clinic.closures.days(day, day)
        await clinic.time_off.take(rao, TimeOff(f"{next(numbers):024x}", whole))
        await clinic.closures.close(nora, Closure(f"{next(numbers):024x}", whole, "Moving"))

    for _ in range(4):
        await a_day(clinic.schedules.today())
        bench.clock.turn(timedelta(days=200))
    await a_day(clinic.schedules.today())
    schedule = await bench.storage.schedules.of_doctor(rao.id)
    assert schedule is not None
    # What was 400 days ago is still shown in the statistics.
    today = clinic.schedules.today()
    assert sorted(schedule.dates) == [today - timedelta(days=n) for n in (400, 200, 0)]
    assert len(schedule.time_off) == 3
    rows = await bench.storage.closures._closures.find({}, comment=OURS).to_list(None)
    assert len(rows) == 3


async def test_an_order_that_an_earlier_version_has_stored_is_carried_out(bench: Bench) -> None:
    rao, asha = await _people(bench)
    lost = await _book(bench, asha, rao, _at(TUESDAY, 16))
    orders = bench.storage.bulk_cancellations
    add = orders.add

    async def crash(order: Any) -> None:
        await add(replace(order, outside=None))
        raise RuntimeError("the process dies here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "add", crash)
        with pytest.raises(RuntimeError):
            await bench.clinic.changed_dates.change(rao, _change(TUESDAY, Hours(time(9), time(12))))
    await bench.clinic.periodic.run()
    assert await _status(bench, lost) is CANCELLED
