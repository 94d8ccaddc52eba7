"""Hours of a day and of a week, and how long something lasts, as doctors type them."""

from contextlib import suppress
from datetime import time, timedelta
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.input_errors import BadHours, BadWeek, NoSuchTime
from bot.parsing.hours import read_hours, read_span, read_week, split_nights
from bot.texts.formats import span, weekday
from services.errors import ClinicError
from services.models.scheduling import MINUTES_A_DAY, Hours, Weekday, at_minute

_first = attrgetter("first")
# (first, last) in minutes after midnight, five-minute marks.
stretches = (
    st.tuples(st.integers(0, 287), st.integers(1, 288))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: Hours(at_minute(5 * pair[0]), at_minute(5 * pair[1])))
)
# In their order: 1-5 after 9-12 is in the afternoon.
days = st.lists(stretches, min_size=1, max_size=4).map(lambda found: tuple(sorted(found, key=_first)))


def _spoken(minute: int) -> str:
    """Write 13:30 as 1:30 pm, and the end of the day as midnight."""
    if minute == MINUTES_A_DAY:
        return "midnight"
    at = at_minute(minute)
    return f"{(at.hour + 11) % 12 + 1}:{at.minute:02} {'p' if at.hour >= 12 else 'a'}m"


def _of_the_clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}" if minute % 60 else f"{minute // 60}"


STYLES = {
    "9:30-24": lambda h: f"{_of_the_clock(h.first)}-{_of_the_clock(h.last)}",
    "9:30 – 24": lambda h: f"{_of_the_clock(h.first)} – {_of_the_clock(h.last)}",
    "0930 to 2400": lambda h: f"{h.first // 60:02}{h.first % 60:02} to {h.last // 60:02}{h.last % 60:02}",
    "9.30 until 24.00": lambda h: f"{h.first // 60}.{h.first % 60:02} until {h.last // 60}.{h.last % 60:02}",
    "9:30 am to 2 pm": lambda h: f"from {_spoken(h.first)} to {_spoken(h.last)}",
}


@given(
    days, st.sampled_from(sorted(STYLES)), st.sampled_from([", ", "; ", " and ", " & ", ",", "\n", ", and "])
)
def test_any_hours_come_back_however_they_are_written(
    hours: tuple[Hours, ...], style: str, between: str
) -> None:
    assert read_hours(between.join(map(STYLES[style], hours))) == hours


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9-12, 13:30-17", [(9 * 60, 720), (13 * 60 + 30, 17 * 60)]),
        ("9am to 5pm", [(9 * 60, 17 * 60)]),
        ("9 a.m. - 5 p.m.", [(9 * 60, 17 * 60)]),
        ("9:30-12 and 14-18", [(9 * 60 + 30, 720), (14 * 60, 18 * 60)]),
        ("9-12 13-17", [(9 * 60, 720), (13 * 60, 17 * 60)]),
        ("2-6 pm", [(14 * 60, 18 * 60)]),
        ("9-5pm", [(9 * 60, 17 * 60)]),
        ("9am-5", [(9 * 60, 17 * 60)]),
        ("10-11pm", [(22 * 60, 23 * 60)]),
        ("noon to 6pm", [(720, 18 * 60)]),
        ("9h-12h", [(9 * 60, 720)]),
        # Bare hours are those that people work.
        ("9-5", [(9 * 60, 17 * 60)]),
        ("9 to 5", [(9 * 60, 17 * 60)]),
        ("12-4", [(720, 16 * 60)]),
        ("9-12, 1-5", [(9 * 60, 720), (13 * 60, 17 * 60)]),
        ("8-1 2-6", [(8 * 60, 13 * 60), (14 * 60, 18 * 60)]),
        ("8-12, 12-4", [(8 * 60, 720), (720, 16 * 60)]),
        ("1-5", [(60, 5 * 60)]),
        ("9-12, 1:30-5", [(9 * 60, 720), (90, 5 * 60)]),
        ("9-12, 1 am-5", [(9 * 60, 720), (60, 5 * 60)]),
        # The end of the day, in all its names.
        ("20-24", [(20 * 60, MINUTES_A_DAY)]),
        ("20-0", [(20 * 60, MINUTES_A_DAY)]),
        ("8pm-midnight", [(20 * 60, MINUTES_A_DAY)]),
        ("8 pm to 12 am", [(20 * 60, MINUTES_A_DAY)]),
        ("0-24", [(0, MINUTES_A_DAY)]),
        ("Closed", []),
        ("off.", []),
        ("-", []),
    ],
)
def test_hours(text: str, expected: list[tuple[int, int]]) -> None:
    assert [(hours.first, hours.last) for hours in read_hours(text)] == expected


@pytest.mark.parametrize("text", ["", "9", "9-", "9-12,", ",9-12", "9-1213-17", "9-12 x", "9--12"])
def test_what_is_no_hours_says_so(text: str) -> None:
    with pytest.raises(BadHours):
        read_hours(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("9-25:00", "25:00"),
        ("25-26", "25:00"),
        ("9:75-12", "9:75"),
        ("9-24:05", "24:05"),
        ("13pm-15", "13:00 pm"),
        ("24-2", "24:00"),
    ],
)
def test_a_time_that_no_clock_shows_is_named(text: str, named: str) -> None:
    with pytest.raises(NoSuchTime) as caught:
        read_hours(text)
    assert caught.value.text == named


def test_backwards_and_overlapping_hours_are_read_as_they_are_typed() -> None:
    """Whether they make sense is decided in services/working_hours/weekly.py."""
    assert read_hours("17-9") == (Hours(time(17), time(9)),)
    assert read_hours("9-12, 11-14") == (Hours(time(9), time(12)), Hours(time(11), time(14)))
    for text, last in (
        ("10:00-9:00", time(9)),
        ("10-9:00", time(9)),
        ("10am-9am", time(9)),
        ("13-5", time(5)),
    ):
        assert [hours.end for hours in read_hours(text)] == [last]


MORNING, AFTERNOON = Hours(time(9), time(12)), Hours(time(13), time(17))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon-Fri 9-12, 13-17", dict.fromkeys(range(5), (MORNING, AFTERNOON))),
        ("Sat closed", {5: ()}),
        ("mon, wed 9-12; Friday 13-17", {0: (MORNING,), 2: (MORNING,), 4: (AFTERNOON,)}),
        ("Mon-Wed, Fri: 9-12", {0: (MORNING,), 1: (MORNING,), 2: (MORNING,), 4: (MORNING,)}),
        ("Mon 9-12, Tue 13-17", {0: (MORNING,), 1: (AFTERNOON,)}),
        ("mondays 9-12 and tuesdays off", {0: (MORNING,), 1: ()}),
        ("Sat to Mon 9-12", {5: (MORNING,), 6: (MORNING,), 0: (MORNING,)}),
        ("weekdays 9am to 12\nweekend closed", {**dict.fromkeys(range(5), (MORNING,)), 5: (), 6: ()}),
        ("every day 9-12", dict.fromkeys(range(7), (MORNING,))),
        # Who says a day twice means the second.
        ("Mon-Fri 9-12, Wed closed", {0: (MORNING,), 1: (MORNING,), 2: (), 3: (MORNING,), 4: (MORNING,)}),
    ],
)
def test_weeks(text: str, expected: dict[int, tuple[Hours, ...]]) -> None:
    assert read_week(text) == {Weekday(day): hours for day, hours in expected.items()}


NIGHT, DAWN = Hours(time(20), time(0)), Hours(time(0), time(2))


@pytest.mark.parametrize(
    ("text", "evenings", "mornings"),
    [
        ("Fri 20:00-02:00", {4: (NIGHT,)}, {5: (DAWN,)}),
        ("Fri, Sun 8 pm to 2 am", {4: (NIGHT,), 6: (NIGHT,)}, {5: (DAWN,), 0: (DAWN,)}),
        ("Sat-Sun 9-12, 20-2", {5: (MORNING, NIGHT), 6: (MORNING, NIGHT)}, {6: (DAWN,), 0: (DAWN,)}),
        ("Fri 20-24", {4: (NIGHT,)}, {}),
        # That is no night but a slip, which the services refuse.
        ("Mon 17-9", {0: (Hours(time(17), time(9)),)}, {}),
    ],
)
def test_a_night_is_two_stretches(
    text: str, evenings: dict[int, tuple[Hours, ...]], mornings: dict[int, tuple[Hours, ...]]
) -> None:
    assert split_nights(read_week(text)) == (evenings, mornings)


@pytest.mark.parametrize(
    "text", ["", "9-12", "Mon", "Mon-Fri", "hello Mon 9-12", "month 9-12", "Mon 9-12, Tue"]
)
def test_what_is_no_week_says_so(text: str) -> None:
    with pytest.raises(BadWeek):
        read_week(text)


@given(st.dictionaries(st.sampled_from(list(Weekday)), days | st.just(()), min_size=1))
def test_any_week_comes_back(week: dict[Weekday, tuple[Hours, ...]]) -> None:
    said = [
        f"{weekday(day)} {', '.join(map(STYLES['9:30-24'], hours)) or 'closed'}"
        for day, hours in week.items()
    ]
    assert read_week("; ".join(said)) == week


@given(st.integers(0, 400 * 24 * 60).map(lambda n: timedelta(minutes=n)))
def test_any_span_comes_back_as_it_is_shown(value: timedelta) -> None:
    assert read_span(span(value)) == value


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90 min", 90),
        ("3 hours", 180),
        ("2 days", 2880),
        ("1h30", 90),
        ("1 h, 30 m", 90),
        ("an hour", 60),
        ("a week", 7 * 1440),
        ("None", 0),
        ("0", 0),
        ("20", 20),
        ("", None),
        ("soon", None),
        ("5 minuten", None),
        ("1 day 5", None),
        ("9999999 days", None),
    ],
)
def test_spans(text: str, minutes: int | None) -> None:
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert read_span(text, timedelta(minutes=1)) == expected


def test_a_bare_number_means_nothing_where_no_unit_is_asked_for() -> None:
    assert read_span("20") is None
    assert read_span("14", timedelta(days=1)) == timedelta(days=14)


@given(st.text(max_size=40) | st.text("0123456789:.-apm, toandcl", max_size=30))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    for read in (read_hours, read_week):
        with suppress(ClinicError):
            assert read(text) is not None
    read_span(text)
