"""Slot arithmetic, on any day of any zone, clock changes included."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.availability.slots import free, slots_of_day, slots_seen
from services.local_time import day_bounds, local_stretch
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import LONGEST_INTERVAL, TICK_SECONDS, Slot, ticks

ZONES = sorted(available_timezones() - {"localtime", "Factory"})

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2025, 1, 1), date(2037, 12, 31))
quarters = st.integers(0, 95).map(lambda n: time(n // 4, 15 * (n % 4)))
hours = st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Hours(*pair))
schedules = st.builds(
    lambda stretches, length, buffer: Schedule(
        weekly={day: tuple(stretches) for day in Weekday}, slot_minutes=length, buffer_minutes=buffer
    ),
    st.lists(hours, max_size=4),
    st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90]),
    st.sampled_from([0, 5, 10, 15]),
)


def _times(schedule: Schedule, day: date, zone: str) -> list[str]:
    return [
        f"{slot.start.astimezone(ZoneInfo(zone)):%H:%M%z}"
        for slot in slots_of_day(schedule, day, ZoneInfo(zone))
    ]


def _one_stretch(start: time, end: time, minutes: int = 30) -> Schedule:
    return Schedule(weekly={day: (Hours(start, end),) for day in Weekday}, slot_minutes=minutes)


@settings(max_examples=300, deadline=None)
@given(schedules, days, zones)
def test_slots_come_in_order_and_never_overlap_and_last_as_long_as_they_say(
    schedule: Schedule, day: date, zone: ZoneInfo
) -> None:
    slots = slots_of_day(schedule, day, zone)
    assert list(slots) == sorted(slots)
    assert all(slot.end - slot.start == timedelta(minutes=schedule.slot_minutes) for slot in slots)
    assert all(one.end <= two.start for one, two in pairwise(slots))


@settings(max_examples=300, deadline=None)
@given(schedules, days, zones)
def test_slots_share_no_tick_and_their_ticks_are_whole(schedule: Schedule, day: date, zone: ZoneInfo) -> None:
    slots = slots_of_day(schedule, day, zone)
    every = [tick for slot in slots for tick in ticks(slot)]
    assert len(every) == len(set(every))
    assert all(len(ticks(slot)) * TICK_SECONDS == schedule.slot_minutes * 60 for slot in slots)


@given(st.integers(0, 10_000), st.integers(1, 288), st.integers(0, 10_000), st.integers(1, 288))
def test_two_stretches_share_a_tick_exactly_when_they_overlap(a: int, m: int, b: int, n: int) -> None:
    epoch, step = datetime(2027, 1, 1, tzinfo=UTC), timedelta(minutes=5)
    one = Slot(epoch + a * step, epoch + (a + m) * step)
    two = Slot(epoch + b * step, epoch + (b + n) * step)
    assert bool(set(ticks(one)) & set(ticks(two))) is one.overlaps(two)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_stretches_of_odd_minutes_that_overlap_always_share_a_tick(a: int, m: int, b: int, n: int) -> None:
    epoch, step = datetime(2027, 1, 1, tzinfo=UTC), timedelta(minutes=1)
    one = Slot(epoch + a * step, epoch + (a + m) * step)
    two = Slot(epoch + b * step, epoch + (b + n) * step)
    if one.overlaps(two):
        assert set(ticks(one)) & set(ticks(two))


@settings(max_examples=200, deadline=None)
@given(
    schedules,
    days,
    zones,
    st.lists(st.tuples(st.integers(-2000, 2000), st.integers(5, 24 * 60)), max_size=12),
    st.integers(-1500, 1500),
    st.integers(0, 3000),
)
def test_what_is_free_is_what_begins_in_the_window_and_overlaps_nothing(  # noqa: PLR0917 - each is one draw
    schedule: Schedule,
    day: date,
    zone: ZoneInfo,
    taken: list[tuple[int, int]],
    opens: int,
    length: int,
) -> None:
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    busy = sorted(
        Slot(noon + timedelta(minutes=at), noon + timedelta(minutes=at + minutes)) for at, minutes in taken
    )
    window = Slot(noon + timedelta(minutes=opens), noon + timedelta(minutes=opens + length))
    slots = slots_of_day(schedule, day, zone)
    expected = [
        slot
        for slot in slots
        if window.start <= slot.start < window.end and not any(slot.overlaps(other) for other in busy)
    ]
    assert free(slots, busy, window) == expected
    assert all(other.end - other.start <= LONGEST_INTERVAL for other in busy)


@given(days, days, zones)
def test_the_bounds_of_days_hold_every_slot_of_those_days(first: date, last: date, zone: ZoneInfo) -> None:
    first, last = min(first, last), max(first, last)
    bounds = day_bounds(first, last, zone)
    for day in (first, last):
        for slot in slots_of_day(_one_stretch(time(0), time(23, 45)), day, zone):
            assert bounds.start <= slot.start < bounds.end


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # The clock goes from 02:00 to 03:00: two hours of work are left, not three.
        ("Europe/Berlin", date(2027, 3, 28), ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]),
        ("America/New_York", date(2027, 3, 14), ["01:00-0500", "01:30-0500", "03:00-0400", "03:30-0400"]),
        # By half an hour, from 02:00 to 02:30.
        (
            "Australia/Lord_Howe",
            date(2027, 10, 3),
            ["01:00+1030", "01:30+1030", "02:30+1100", "03:00+1100", "03:30+1100"],
        ),
    ],
)
def test_an_hour_that_is_skipped_has_no_slots(zone: str, day: date, expected: list[str]) -> None:
    assert _times(_one_stretch(time(1), time(4)), day, zone) == expected


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (
            "Europe/Berlin",
            date(2027, 10, 31),
            ["02:00+0200", "02:30+0200", "02:00+0100", "02:30+0100", "03:00+0100"],
        ),
        (
            "America/New_York",
            date(2027, 11, 7),
            ["02:00-0500", "02:30-0500", "03:00-0500"],
        ),
        # By half an hour, from 02:00 back to 01:30, before the work begins.
        ("Australia/Lord_Howe", date(2027, 4, 4), ["02:00+1030", "02:30+1030", "03:00+1030"]),
    ],
)
def test_an_hour_that_comes_twice_has_slots_twice(zone: str, day: date, expected: list[str]) -> None:
    assert _times(_one_stretch(time(2), time(3, 30)), day, zone) == expected


def test_the_half_hour_that_comes_twice_on_lord_howe_is_worked_twice() -> None:
    found = _times(_one_stretch(time(1), time(2)), date(2027, 4, 4), "Australia/Lord_Howe")
    assert found == ["01:00+1100", "01:30+1100", "01:30+1030"]


def test_where_the_days_last_hour_is_skipped_its_work_does_not_reach_into_the_next_day() -> None:
    # In Nuuk the clock goes from 23:00 to midnight.
    found = _times(_one_stretch(time(22), time(23, 45)), date(2027, 3, 27), "America/Nuuk")
    assert found == ["22:00-0200", "22:30-0200"]


@settings(max_examples=300, deadline=None)
@given(schedules, days, zones)
@example(_one_stretch(time(22), time(23, 45)), date(2027, 3, 27), ZoneInfo("America/Nuuk"))
def test_every_slot_lies_within_the_days_hours_and_on_the_day(
    schedule: Schedule, day: date, zone: ZoneInfo
) -> None:
    stretches = [
        (datetime.combine(day, h.start, tzinfo=zone), datetime.combine(day, h.end, tzinfo=zone))
        for h in schedule.weekly[Weekday(day.weekday())]
    ]
    for slot in slots_of_day(schedule, day, zone):
        assert slot.start.astimezone(zone).date() == day
        # In UTC: two times of one zone are compared by their walls.
        assert any(
            start.astimezone(UTC) <= slot.start and slot.end <= end.astimezone(UTC)
            for start, end in stretches
        )


@settings(max_examples=200, deadline=None)
@given(days, zones)
def test_a_long_enough_stretch_is_used_to_its_end(day: date, zone: ZoneInfo) -> None:
    """No time is wasted, whatever the clock does: less than a slot is left over."""
    schedule = _one_stretch(time(6), time(18), 45)
    start, end = (datetime.combine(day, t, tzinfo=zone).astimezone(UTC) for t in (time(6), time(18)))
    slots = slots_of_day(schedule, day, zone)
    assert slots[0].start == start
    assert end - slots[-1].end < timedelta(minutes=45)
    assert all(one.end == two.start for one, two in pairwise(slots))


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("UTC", date(2027, 5, 4), ["23:00+0000", "23:30+0000"]),
        # The clock goes from midnight to one, and back again: there the day is as long as it is.
        ("Asia/Beirut", date(2027, 3, 27), ["23:00+0200", "23:30+0200"]),
        ("Asia/Beirut", date(2027, 10, 30), ["23:00+0300", "23:30+0300", "23:00+0200", "23:30+0200"]),
        ("America/Nuuk", date(2027, 3, 27), []),
    ],
)
def test_what_ends_at_midnight_lasts_as_long_as_the_day(zone: str, day: date, expected: list[str]) -> None:
    assert _times(_one_stretch(time(23), time(0)), day, zone) == expected


@settings(max_examples=100, deadline=None)
@given(days, zones)
def test_a_whole_day_of_work_is_the_day(day: date, zone: ZoneInfo) -> None:
    assert local_stretch(Hours(time(0), time(0)), day, zone) == day_bounds(day, day, zone)


def test_a_stretch_within_the_skipped_hour_is_read_with_the_offset_before_it() -> None:
    # Its end is 03:00, which is the very instant that its beginning is read as: no time is left.
    assert _times(_one_stretch(time(2), time(3)), date(2027, 3, 28), "Europe/Berlin") == []
    later = Schedule(weekly={day: (Hours(time(2), time(2, 30)), Hours(time(3), time(4))) for day in Weekday})
    assert _times(later, date(2027, 3, 28), "Europe/Berlin") == ["03:00+0200", "03:30+0200"]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "UTC"])
def test_the_usual_day_has_sixteen_slots_in_any_zone(zone: str) -> None:
    found = _times(Schedule(), date(2027, 5, 4), zone)
    assert (len(found), found[0][:5], found[-1][:5]) == (16, "09:00", "16:30")


def test_the_weekend_is_free_of_work() -> None:
    assert slots_of_day(Schedule(), date(2027, 5, 8), ZoneInfo("UTC")) == ()


def test_a_buffer_lies_between_slots_and_not_behind_the_last() -> None:
    schedule = Schedule(
        weekly={Weekday.TUESDAY: (Hours(time(9), time(10, 5)),)}, slot_minutes=30, buffer_minutes=5
    )
    assert _times(schedule, date(2027, 5, 4), "UTC") == ["09:00+0000", "09:35+0000"]


@settings(max_examples=300, deadline=None)
@given(schedules, days, zones, zones)
@example(_one_stretch(time(0), time(23, 45)), date(2027, 3, 27), ZoneInfo("America/Nuuk"), ZoneInfo("UTC"))
@example(_one_stretch(time(0), time(23, 45)), date(2027, 10, 30), ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"))
def test_the_days_of_whoever_looks_hold_exactly_the_clinics_slots_that_begin_in_them(
    schedule: Schedule, day: date, zone: ZoneInfo, seen_from: ZoneInfo
) -> None:
    week = [day + timedelta(days=n) for n in range(7)]
    near = [day + timedelta(days=n) for n in range(-2, 9)]
    stretch = day_bounds(week[0], week[-1], seen_from)
    every = [slot for near_day in near for slot in slots_of_day(schedule, near_day, zone)]
    seen = {seen_day: slots_seen(schedule, seen_day, zone, seen_from) for seen_day in week}
    assert [slot for slots in seen.values() for slot in slots] == [
        slot for slot in every if stretch.start <= slot.start < stretch.end
    ]
    assert all(
        slot.start.astimezone(seen_from).date() == seen_day
        for seen_day, slots in seen.items()
        for slot in slots
    )


@settings(max_examples=300, deadline=None)
@given(schedules, days, zones)
def test_who_looks_from_the_clinics_own_zone_sees_its_days(
    schedule: Schedule, day: date, zone: ZoneInfo
) -> None:
    assert list(slots_seen(schedule, day, zone, zone)) == list(slots_of_day(schedule, day, zone))
