"""Where things are on a timeline: in real time, in whole hours of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.pictures.timeline import MINUTE, Scale, clock_changes, gaps, hours, span
from services.local_time import day_bounds
from services.models.slots import Slot
from tests.pictures.days import BERLIN, TUESDAY

START = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)


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


def test_time_runs_evenly_between_known_heights() -> None:
    at = [START + minutes * MINUTE for minutes in (0, 10, 60)]
    scale = Scale(at, [100, 200, 250])
    heights = [scale.y(START + minutes * MINUTE) for minutes in (0, 5, 10, 35, 60)]
    assert heights == [100, 150, 200, 225, 250]


def test_gaps_are_what_nothing_covers() -> None:
    covered = [(10, 20), (20, 30), (50, 60)]
    assert gaps(0, 100, covered) == [(0, 10), (30, 50), (60, 100)]
    assert gaps(0, 100, []) == [(0, 100)]
    assert gaps(12, 18, covered[:1]) == []
