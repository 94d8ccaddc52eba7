"""The assistant reads what it writes: each day, time and stretch as its messages and buttons show them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.input_errors import SeveralDays
from bot.parsing.clock_grammar import read_time, read_times
from bot.parsing.dates import is_day_alone, read_date, read_days, read_past_date
from bot.parsing.hours import read_hours, read_leads, read_span, read_week
from bot.parsing.moments import Moment, read_moment
from bot.parsing.time_off import DaysOff, read_days_off, read_last_day
from bot.texts import formats, time_off
from services.models.scheduling import Days, Hours, Weekday, at_minute
from services.models.slots import Slot

TODAY = date(2026, 11, 28)
UTC_ZONE = ZoneInfo("UTC")
days = st.dates(date(2026, 11, 28), date(2031, 12, 31))
soon = st.dates(TODAY, TODAY + timedelta(days=360))
marks = st.integers(0, 287).map(lambda n: at_minute(5 * n))
hours = st.tuples(st.integers(0, 287), st.integers(1, 288)).filter(lambda pair: pair[0] < pair[1])
stretches = hours.map(lambda pair: Hours(at_minute(5 * pair[0]), at_minute(5 * pair[1])))


@given(days, days)
def test_a_day_is_read_as_it_is_shown_whatever_day_it_is(value: date, today: date) -> None:
    for text in (
        formats.day(value),
        formats.long_day(value),
        value.isoformat(),
        f"<b>{formats.day(value)}</b>",
    ):
        shown = text.removeprefix("<b>").removesuffix("</b>")
        assert read_date(shown, today) == read_past_date(shown, today) == value
        assert read_date(f"{shown.upper()}.", today) == value


@given(soon)
def test_a_button_s_day_has_no_year_and_is_the_next_one(value: date) -> None:
    assert read_date(formats.weekday_and_day(value), TODAY) == value
    assert read_date(time_off.only(value), TODAY) == value
    assert read_last_day(time_off.only(value), value, TODAY) == value


@given(days, marks)
def test_a_moment_is_read_as_it_is_shown(value: date, at: time) -> None:
    instant = datetime.combine(value, at, UTC)
    for text in (formats.moment(instant, UTC_ZONE), f"{formats.wall_time(at)} {formats.day(value)}"):
        assert read_moment(text, TODAY) == Moment(value, (at,))
    assert read_time(formats.wall_time(at)) == read_times(formats.clock_time(instant, UTC_ZONE))[0] == at


@given(days, stretches)
def test_a_stretch_is_read_as_it_is_shown(value: date, stretch: Hours) -> None:
    assert read_hours(formats.hours(stretch)) == (stretch,)
    typed = read_moment(f"{formats.day(value)}, {formats.hours(stretch)}", TODAY)
    assert typed == Moment(value, (stretch.start,), stretch.end)


@given(st.dictionaries(st.sampled_from(list(Weekday)), stretches.map(lambda each: (each,)), min_size=1))
def test_a_week_is_read_as_it_is_shown(weekly: dict[Weekday, tuple[Hours, ...]]) -> None:
    assert read_week(formats.week(weekly)) == weekly
    overview = "\n".join(
        f"{formats.weekday(day)}  {formats.stretches(weekly.get(day, ()))}" for day in Weekday
    )
    assert read_week(overview) == {day: weekly.get(day, ()) for day in Weekday}


@given(soon, st.integers(0, 300), stretches)
def test_time_off_is_read_as_it_is_shown(first: date, length: int, part: Hours) -> None:
    last = first + timedelta(days=length)
    begin = datetime.combine(first, time(0), UTC)
    whole = Slot(begin, datetime.combine(last + timedelta(days=1), time(0), UTC))
    shown = time_off.off(whole, UTC_ZONE)
    assert read_days_off(shown, TODAY) == (DaysOff(first, last) if length else DaysOff(first))
    slot = Slot(begin + timedelta(minutes=part.first), begin + timedelta(minutes=part.last))
    if slot.end - slot.start < timedelta(days=1):
        assert read_days_off(time_off.off(slot, UTC_ZONE), TODAY) == DaysOff(first, first, part)


@given(st.dates(date(2020, 1, 1), TODAY), st.integers(0, 800))
def test_a_period_is_read_as_it_is_shown(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    for between in (" – ", " to ", " until ", " - "):
        assert read_days(f"{formats.day(first)}{between}{formats.day(last)}", TODAY) == Days(first, last)
    assert read_days(f"{first} {last}", TODAY) == Days(first, last)


@given(st.integers(1, 400 * 24 * 60).map(lambda n: timedelta(minutes=n)))
def test_how_long_something_lasts_is_read_as_it_is_shown(value: timedelta) -> None:
    assert read_span(formats.span(value)) == value
    assert read_leads(f"{formats.span(value)} before") == [value]


FORMS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d %b %Y",
    "%d %B, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%d-%b-%Y",
    "%A, %d %B %Y",
    "%A %B %d, %Y",
    "%d %b '%y",
    "the %dth of %B %Y",
    "%d %b %Y (%a)",
)


@given(days, st.sampled_from(FORMS))
def test_a_date_is_read_in_every_form_that_people_write(value: date, form: str) -> None:
    assert read_date(value.strftime(form), TODAY) == value
    assert not is_day_alone(value.strftime(form))


@given(days)
def test_a_date_with_slashes_is_asked_for_where_it_has_two_readings(value: date) -> None:
    text = f"{value:%d/%m/%Y}"
    if value.day > 12 or value.day == value.month:
        assert read_date(text, TODAY) == value
    else:
        with pytest.raises(SeveralDays) as asked:
            read_date(text, TODAY)
        assert set(asked.value.days) == {value, value.replace(month=value.day, day=value.month)}
