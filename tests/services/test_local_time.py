"""Instants and what the zone's clocks show of them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.local_time import instants_at

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Nuuk",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
)
BERLIN = ZoneInfo("Europe/Berlin")

zones = st.sampled_from(ZONES).map(ZoneInfo)
walls = st.datetimes(datetime(2000, 1, 2), datetime(2999, 12, 30)).map(  # noqa: DTZ001 - what a clock shows
    lambda wall: wall.replace(second=0, microsecond=0)
)
instants = st.datetimes(datetime(2000, 1, 2), datetime(2037, 12, 30)).map(  # noqa: DTZ001
    lambda at: at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0, tzinfo=UTC)
)
# Around the changes of the clocks, as all others are alike.
near_changes = st.sampled_from(
    [
        datetime(2027, 3, 28, 1, tzinfo=UTC),
        datetime(2027, 10, 31, 1, tzinfo=UTC),
        datetime(2027, 4, 3, 15, tzinfo=UTC),
    ]
).flatmap(lambda at: st.integers(-40, 40).map(lambda n: at + timedelta(minutes=5 * n)))


@given(instants | near_changes, zones)
def test_each_instant_is_found_by_what_the_clocks_show(at: datetime, zone: ZoneInfo) -> None:
    wall = at.astimezone(zone)
    found = instants_at(wall.date(), wall.time(), zone)
    assert at in found
    assert len(found) in {1, 2}
    assert found == sorted(set(found))
    assert all(each.tzinfo is UTC for each in found)


@given(walls, zones)
def test_what_is_found_is_what_the_clocks_show(wall: datetime, zone: ZoneInfo) -> None:
    for at in instants_at(wall.date(), wall.time(), zone):
        assert at.astimezone(zone).replace(tzinfo=None) == wall


@pytest.mark.parametrize(
    ("day", "at", "hours"),
    [
        (date(2027, 3, 28), time(1, 59), [0]),
        (date(2027, 3, 28), time(2, 0), []),
        (date(2027, 3, 28), time(2, 59), []),
        (date(2027, 3, 28), time(3, 0), [1]),
        (date(2027, 10, 31), time(1, 59), [23]),
        (date(2027, 10, 31), time(2, 30), [0, 1]),
        (date(2027, 10, 31), time(3, 0), [2]),
    ],
)
def test_a_clock_change_skips_times_and_shows_others_twice(day: date, at: time, hours: list[int]) -> None:
    assert [found.hour for found in instants_at(day, at, BERLIN)] == hours
