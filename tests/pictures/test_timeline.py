"""Where things are on a timeline: in real time, in whole hours of the clocks, none over another."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.timeline import MINUTE, Row, Scale, clock_changes, gaps, hours, in_rows, span
from services.models import Slot
from services.slots import day_bounds
from tests.pictures.days import BERLIN, TUESDAY

START = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)
LEAST = 50
SCALE = Scale(100, START, 2)


@dataclass(frozen=True)
class Thing:
    slot: Slot


def _thing(begin: int, end: int) -> Thing:
    return Thing(Slot(START + begin * MINUTE, START + end * MINUTE))


@pytest.mark.parametrize(
    ("day", "length", "names"),
    [
        (date(2027, 3, 28), 23, ["00", "01", "03", "04"]),
        (date(2027, 10, 31), 25, ["00", "01", "02", "02", "03"]),
        (TUESDAY, 24, ["00", "01", "02", "03"]),
    ],
)
def test_a_day_has_the_hours_that_its_clocks_show(day: date, length: int, names: list[str]) -> None:
    shown = day_bounds(day, day, BERLIN)
    found = [f"{instant.astimezone(BERLIN):%H}" for instant in hours(shown, BERLIN)]
    assert found[: len(names)] == names
    assert len(found) == length + 1


@pytest.mark.parametrize(
    ("zone", "day", "change"),
    [
        ("Europe/Berlin", date(2027, 3, 28), timedelta(hours=1)),
        ("Europe/Berlin", date(2027, 10, 31), -timedelta(hours=1)),
        ("Australia/Lord_Howe", date(2027, 10, 3), timedelta(minutes=30)),
    ],
)
def test_clock_changes_are_found_where_they_are(zone: str, day: date, change: timedelta) -> None:
    zoneinfo = ZoneInfo(zone)
    ((at, by),) = clock_changes(day_bounds(day, day, zoneinfo), zoneinfo)
    assert by == change
    assert (at - MINUTE).astimezone(zoneinfo).minute == 59
    assert list(clock_changes(day_bounds(TUESDAY, TUESDAY, zoneinfo), zoneinfo)) == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
def test_what_is_shown_is_whole_hours_around_all_there_is(zone: str) -> None:
    zoneinfo = ZoneInfo(zone)
    begin = datetime.combine(TUESDAY, time(9, 10), zoneinfo).astimezone(UTC)
    shown = span(
        [Slot(begin + 60 * MINUTE, begin + 91 * MINUTE), Slot(begin, begin + MINUTE)], TUESDAY, zoneinfo
    )
    assert [f"{at.astimezone(zoneinfo):%H:%M}" for at in (shown.start, shown.end)] == ["09:00", "11:00"]
    empty = span([], TUESDAY, zoneinfo)
    assert [f"{at.astimezone(zoneinfo):%H:%M}" for at in (empty.start, empty.end)] == ["08:00", "18:00"]


def test_things_that_have_room_are_at_their_time() -> None:
    rows = in_rows([_thing(60, 90), _thing(0, 30)], SCALE, LEAST)
    assert [(row.top, row.bottom) for row in rows] == [(100, 160), (220, 280)]


def test_short_things_stand_side_by_side_and_a_long_one_begins_below() -> None:
    short = [_thing(5 * n, 5 * n + 5) for n in range(6)]
    rows = in_rows([*short, _thing(30, 90)], SCALE, LEAST)
    assert [len(row.items) for row in rows] == [5, 1, 1]
    rows = in_rows([_thing(0, 5), _thing(5, 60)], SCALE, LEAST)
    assert [(row.top, row.bottom, len(row.items)) for row in rows] == [(100, 150, 1), (150, 220, 1)]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 120)), max_size=40))
def test_rows_hold_everything_in_order_and_none_covers_another(lengths: list[tuple[int, int]]) -> None:
    things, at = [], 0
    for pause, length in lengths:
        things.append(_thing(at + pause, at + pause + length))
        at += pause + length
    rows = in_rows(things, SCALE, LEAST)
    assert [thing for row in rows for thing in row.items] == things
    for row in rows:
        assert row.bottom - row.top >= LEAST
        # None is far from its time, and none ends before its time is over.
        assert all(abs(row.top - SCALE.y(row.items[0].slot.start)) < LEAST for _ in row.items)
        assert row.bottom >= SCALE.y(row.items[-1].slot.end)
    assert all(above.bottom <= below.top for above, below in pairwise(rows))


def test_gaps_are_what_no_row_covers() -> None:
    rows: list[Row[Thing]] = [Row(10, 20), Row(20, 30), Row(50, 60)]
    assert gaps(0, 100, rows) == [(0, 10), (30, 50), (60, 100)]
    assert gaps(0, 100, []) == [(0, 100)]
    assert gaps(12, 18, rows[:1]) == []
