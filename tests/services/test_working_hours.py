"""A doctor's hours: what makes sense, what a change would mean, and what saving does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import (
    BadBuffer,
    BadHorizon,
    BadLeadTime,
    BadSlotLength,
    HoursBackwards,
    HoursOverlap,
    Invalid,
    LeadTimeTooLong,
    NotOnFiveMinutes,
    RoleRequired,
    SlotTooLong,
)
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.people import Principal, Role
from services.models.scheduling import Hours, Schedule, Weekday, at_minute
from services.models.slots import Slot, TimeOff
from services.working_hours.weekly import checked, with_hours
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on a Monday.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NINE_TO_NOON = Hours(time(9), time(12))
MORNINGS = Schedule(weekly={day: (NINE_TO_NOON,) for day in Weekday if day < Weekday.SATURDAY})


def _monday(*hours: Hours, slot_minutes: int = 30) -> Schedule:
    return Schedule(weekly={Weekday.MONDAY: hours}, slot_minutes=slot_minutes)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (_monday(Hours(time(17), time(9))), HoursBackwards),
        (_monday(Hours(time(9), time(9))), HoursBackwards),
        (_monday(NINE_TO_NOON, Hours(time(11), time(13))), HoursOverlap),
        (_monday(Hours(time(13), time(0)), Hours(time(23), time(0))), HoursOverlap),
        (_monday(NINE_TO_NOON, NINE_TO_NOON), HoursOverlap),
        (_monday(Hours(time(9, 2), time(12))), NotOnFiveMinutes),
        (_monday(Hours(time(9), time(12, 1))), NotOnFiveMinutes),
        (_monday(Hours(time(9, 0, 30), time(12))), NotOnFiveMinutes),
        (_monday(NINE_TO_NOON, Hours(time(13), time(13, 25))), SlotTooLong),
        (Schedule(slot_minutes=0), BadSlotLength),
        (Schedule(slot_minutes=12), BadSlotLength),
        (Schedule(slot_minutes=485), BadSlotLength),
        (Schedule(buffer_minutes=-5), BadBuffer),
        (Schedule(buffer_minutes=7), BadBuffer),
        (Schedule(buffer_minutes=125), BadBuffer),
        (Schedule(lead_time=timedelta(seconds=90)), BadLeadTime),
        (Schedule(lead_time=-HOUR), BadLeadTime),
        (Schedule(lead_time=timedelta(days=31)), BadLeadTime),
        (Schedule(horizon=timedelta(0)), BadHorizon),
        (Schedule(horizon=timedelta(hours=36)), BadHorizon),
        (Schedule(horizon=timedelta(days=366)), BadHorizon),
        (Schedule(lead_time=timedelta(days=7), horizon=timedelta(days=7)), LeadTimeTooLong),
    ],
)
def test_what_makes_no_sense_is_refused(schedule: Schedule, expected: type[Invalid]) -> None:
    with pytest.raises(expected):
        checked(schedule)


async def test_no_face_of_the_clinic_can_store_what_makes_no_sense(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR)
    backwards = _monday(Hours(time(17), time(9)))
    for act in (bench.clinic.working_hours.preview(rao, backwards), _save(bench, rao, backwards)):
        with pytest.raises(HoursBackwards):
            await act
    assert await bench.clinic.working_hours.of(rao) == Schedule()


async def _save(
    bench: Bench, doctor: Principal, schedule: Schedule, cancel: Sequence[AppointmentId] = ()
) -> int:
    return await bench.clinic.working_hours.save(doctor, schedule, order_id="c" * 24, cancel=cancel)


stretches = st.tuples(st.integers(0, 287), st.integers(1, 288)).map(
    lambda pair: Hours(at_minute(5 * pair[0]), at_minute(5 * pair[1]))
)


@given(st.lists(stretches, max_size=5))
def test_hours_are_taken_in_any_order_exactly_where_no_minute_is_worked_twice(hours: list[Hours]) -> None:
    minutes = [minute for each in hours for minute in range(each.first, each.last)]
    fits = all(each.first < each.last for each in hours) and len(minutes) == len(set(minutes))
    schedule = _monday(*hours, slot_minutes=5)
    if fits:
        taken = checked(schedule).weekly.get(Weekday.MONDAY, ())
        assert list(taken) == sorted(hours, key=lambda each: each.start)
    else:
        with pytest.raises((HoursBackwards, HoursOverlap)):
            checked(schedule)


def test_a_day_that_is_closed_has_no_hours_at_all() -> None:
    assert with_hours(MORNINGS, {Weekday.MONDAY: ()}).weekly.keys() == {*MORNINGS.weekly} - {Weekday.MONDAY}
    assert checked(Schedule(weekly={})).weekly == {}


async def _booked(bench: Bench, doctor: Principal, *starts: datetime) -> list[AppointmentId]:
    ids = []
    for number, start in enumerate(starts):
        patient = await bench.principal(f"p{number}@example.org", chat=10 + number)
        request_id = AppointmentId(f"{number:024x}")
        await bench.clinic.booking.book(patient, doctor.id, start, reason=None, request_id=request_id)
        ids.append(request_id)
    return ids


async def _statuses(bench: Bench, ids: Sequence[AppointmentId]) -> list[AppointmentStatus]:
    found = [await bench.storage.appointments.by_id(each) for each in ids]
    return [each.status for each in found if each]


async def test_a_preview_shows_the_free_slots_of_seven_days_less_what_is_taken_and_stores_nothing(
    bench: Bench,
) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _booked(bench, rao, TEN)
    off = TimeOff("t", Slot(TEN + timedelta(days=1, hours=-12), TEN + timedelta(days=1, hours=12)))
    await bench.storage.schedules.add_time_off(rao.id, off)
    hours = replace(MORNINGS, slot_minutes=60, lead_time=timedelta(hours=2))
    shown = await bench.clinic.working_hours.preview(rao, hours)
    assert list(shown.free) == [date(2027, 5, 3) + timedelta(days=n) for n in range(7)]
    # Today from ten on, tomorrow less what is booked at ten, on Wednesday nothing for the time off.
    assert [len(slots) for slots in shown.free.values()] == [2, 2, 0, 3, 3, 0, 0]
    assert [slot.start for slot in shown.free[date(2027, 5, 4)]] == [TEN - HOUR, TEN + HOUR]
    assert shown.outside == []
    assert (await bench.clinic.working_hours.of(rao)).weekly == Schedule().weekly


async def test_what_no_stretch_of_its_day_contains_lies_outside(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    starts = [TEN - HOUR, TEN, TEN + HOUR, TEN + timedelta(hours=1.5), TEN + timedelta(hours=3)]
    ids = await _booked(bench, rao, *starts)
    hours = with_hours(MORNINGS, {Weekday.TUESDAY: (Hours(time(9), time(11, 15)), Hours(time(13), time(14)))})
    shown = await bench.clinic.working_hours.preview(rao, replace(hours, slot_minutes=15))
    # 11:00 to 11:30 reaches beyond 11:15, 11:30 lies in the break; 13:00 is within.
    assert [card.appointment.id for card in shown.outside] == [ids[2], ids[3]]
    assert [card.patient.name for card in shown.outside] == ["P2", "P3"]
    closed = await bench.clinic.working_hours.preview(rao, Schedule(weekly={}))
    assert [card.appointment.id for card in closed.outside] == ids


async def test_saving_keeps_what_lies_outside_and_is_audited(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    ids = await _booked(bench, rao, TEN + timedelta(hours=3))
    assert await _save(bench, rao, MORNINGS) == 0
    assert (await bench.clinic.working_hours.of(rao)).weekly == MORNINGS.weekly
    assert await _statuses(bench, ids) == [AppointmentStatus.BOOKED]
    entry = await bench.clinic.audit.latest(rao.id, frozenset({Action.HOURS_CHANGED}))
    assert entry is not None
    assert entry.actor == rao.id


async def test_saving_cancels_what_was_shown_and_nothing_that_came_since(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    afternoon = TEN + timedelta(hours=3)
    shown, inside, since = await _booked(bench, rao, afternoon, TEN, afternoon + HOUR)
    assert await _save(bench, rao, MORNINGS, [shown, inside]) == 1
    statuses = await _statuses(bench, [shown, inside, since])
    booked = AppointmentStatus.BOOKED
    assert statuses == [AppointmentStatus.CANCELLED, booked, booked]
    await bench.clinic.periodic.run()
    assert await _statuses(bench, [shown, inside, since]) == statuses
    assert await bench.storage.bulk_cancellations.all() == []


async def test_who_is_cancelled_is_offered_times_of_the_new_hours(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    ids = await _booked(bench, rao, TEN + timedelta(hours=5))
    await _save(bench, rao, MORNINGS, ids)
    (event,) = [e for e in await bench.storage.notifications.unspread(9) if e.kind == "cancelled"]
    assert event.facts["why"] == "hours"
    # The last of the mornings: half past eleven in Berlin.
    assert [f"{offer['start']:%d %H:%M}" for offer in event.facts["offers"]] == [
        "03 09:30",
        "04 09:30",
        "05 09:30",
    ]


async def test_saving_twice_with_one_order_cancels_once_and_says_the_same(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    ids = await _booked(bench, rao, TEN + timedelta(hours=5))
    assert [await _save(bench, rao, MORNINGS, ids) for _ in range(2)] == [1, 1]
    cancelled = [e for e in await bench.storage.notifications.unspread(9) if e.kind == "cancelled"]
    assert len(cancelled) == 1


async def test_hours_are_the_doctors_own(bench: Bench) -> None:
    admin = await bench.principal("nora@example.org", Role.ADMIN)
    for act in (
        bench.clinic.working_hours.of(admin),
        bench.clinic.working_hours.preview(admin, MORNINGS),
        _save(bench, admin, MORNINGS),
    ):
        with pytest.raises(RoleRequired):
            await act


async def test_hours_to_midnight_are_offered_and_booked_to_the_end_of_the_day(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    evening = with_hours(Schedule(weekly={}), {Weekday.TUESDAY: (Hours(time(20), time(0)),)})
    await _save(bench, rao, evening)
    asha = await bench.principal("asha@example.org", chat=3)
    times = await bench.clinic.schedules.availability(asha, rao.id, date(2027, 5, 4))
    slots = times.slots(date(2027, 5, 4))
    assert (len(slots), slots[-1].end) == (8, datetime(2027, 5, 4, 22, tzinfo=UTC))
    (last,) = await _booked(bench, rao, slots[-1].start)
    shown = await bench.clinic.working_hours.preview(rao, evening)
    assert [card.appointment.id for card in shown.outside] == []
    assert await _statuses(bench, [last]) == [AppointmentStatus.BOOKED]


@pytest.mark.parametrize(
    ("now", "day", "hours", "free"),
    [
        # The clock goes from two to three: of four hours of work three are left.
        (datetime(2027, 3, 27, 12, tzinfo=UTC), date(2027, 3, 28), Hours(time(0), time(4)), 3),
        (datetime(2027, 3, 27, 12, tzinfo=UTC), date(2027, 3, 28), Hours(time(0), time(0)), 23),
        # And from three to two: the hour that comes twice is worked twice.
        (datetime(2027, 10, 30, 12, tzinfo=UTC), date(2027, 10, 31), Hours(time(0), time(4)), 5),
        (datetime(2027, 10, 30, 12, tzinfo=UTC), date(2027, 10, 31), Hours(time(0), time(0)), 25),
    ],
)
async def test_a_preview_is_right_on_days_of_a_clock_change(
    bench: Bench, now: datetime, day: date, hours: Hours, free: int
) -> None:
    bench.clock.turn_to(now)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    sundays = replace(Schedule(weekly={Weekday.SUNDAY: (hours,)}), slot_minutes=60)
    shown = await bench.clinic.working_hours.preview(rao, sundays)
    slots = shown.free[day]
    assert len(slots) == free
    await bench.storage.schedules.put(rao.id, sundays)
    await _booked(bench, rao, *(slot.start for slot in slots))
    # Each of them lies within the hours that it was booked in.
    assert (await bench.clinic.working_hours.preview(rao, sundays)).outside == []
    shorter = replace(sundays, weekly={Weekday.SUNDAY: (Hours(time(0), time(1)),)})
    assert len((await bench.clinic.working_hours.preview(rao, shorter)).outside) == free - 1
