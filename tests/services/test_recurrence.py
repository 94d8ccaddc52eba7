"""When series are: the same as calendars read in the rule, at the same wall time, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from services.models.series import Every, SeriesRule
from services.recurrence import planned_times, recurrence

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
FIRSTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)).map(  # noqa: DTZ001 - made aware below
    lambda at: at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
)
RULES = st.builds(SeriesRule, st.sampled_from(Every), st.integers(2, 12))


def _read(rule: SeriesRule, first: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the wall times that a calendar program reads in the rule."""
    parts = recurrence(rule, first, zone)
    written = ";".join(f"{name}={value}" for name, value in parts.items() if name != "COUNT")
    wall = first.astimezone(zone).replace(tzinfo=None)
    found: list[datetime] = []
    for at in rrulestr(written, dtstart=wall):
        # RFC 5545 section 3.3.10: a time that is skipped is no instance, and is not counted.
        aware = at.replace(tzinfo=zone, fold=0)
        if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == at.replace(fold=0):
            found.append(at.replace(fold=0))
        if len(found) == rule.count:
            return found
    return found


@given(rule=RULES, first=FIRSTS, key=ZONES)
def test_calendars_read_the_same_times_in_the_rule(rule: SeriesRule, first: datetime, key: str) -> None:
    zone = ZoneInfo(key)
    start = first.replace(tzinfo=UTC)
    planned = planned_times(rule, start, zone)
    assert planned[0] == start
    assert [at.astimezone(zone).replace(tzinfo=None, fold=0) for at in planned] == _read(rule, start, zone)
    assert len({at.astimezone(zone).weekday() for at in planned}) == 1
    assert all(before < after for before, after in pairwise(planned))


@pytest.mark.parametrize(
    ("first", "days"),
    [
        ((2027, 5, 31), ["31 May", "28 Jun", "26 Jul", "30 Aug"]),
        ((2027, 5, 11), ["11 May", "08 Jun", "13 Jul", "10 Aug"]),
        ((2027, 1, 29), ["29 Jan", "26 Feb", "26 Mar", "30 Apr"]),
    ],
)
def test_at_the_end_of_a_month_it_is_the_last_of_that_weekday(
    first: tuple[int, int, int], days: list[str]
) -> None:
    start = datetime(*first, 10, tzinfo=BERLIN).astimezone(UTC)
    planned = planned_times(SeriesRule(Every.MONTH, 4), start, BERLIN)
    assert [at.astimezone(BERLIN).strftime("%d %b %H") for at in planned] == [f"{day} 10" for day in days]


def test_a_time_that_the_clocks_skip_is_not_counted() -> None:
    # On 28 March 2027 the clocks in Berlin go from two to three.
    start = datetime(2027, 3, 21, 2, 30, tzinfo=BERLIN).astimezone(UTC)
    planned = planned_times(SeriesRule(Every.WEEK, 3), start, BERLIN)
    assert [at.astimezone(BERLIN).strftime("%d %b %H:%M") for at in planned] == [
        "21 Mar 02:30",
        "04 Apr 02:30",
        "11 Apr 02:30",
    ]
    assert planned[1] - planned[0] == timedelta(weeks=2) - timedelta(hours=1)
