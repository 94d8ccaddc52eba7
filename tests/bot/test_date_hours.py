"""A single day with its hours, as it is typed."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.input_errors import BadDate, BadHours, NoSuchDay, NoSuchTime, SeveralDays, WeekdayDiffers
from bot.parsing.date_hours import DateTyped, read_date_hours
from services.errors import ClinicError
from services.models.scheduling import Hours

MONDAY, CHRISTMAS_EVE = date(2027, 5, 3), date(2027, 12, 24)
MORNING = (Hours(time(9), time(12)),)


@pytest.mark.parametrize(
    ("text", "day", "hours"),
    [
        ("24 Dec 9-12", CHRISTMAS_EVE, MORNING),
        ("Dec 24 9am to 12", CHRISTMAS_EVE, MORNING),
        ("24.12. 9-12", CHRISTMAS_EVE, MORNING),
        ("2027-12-24 09:00-12:00", CHRISTMAS_EVE, MORNING),
        ("on 24 December 2027 from 9 to 12", CHRISTMAS_EVE, MORNING),
        ("24 Dec: 9-12", CHRISTMAS_EVE, MORNING),
        ("Fri 24 Dec 9-12, 13:30-17", CHRISTMAS_EVE, (*MORNING, Hours(time(13, 30), time(17)))),
        ("24 Dec 22-2", CHRISTMAS_EVE, (Hours(time(22), time(2)),)),
        ("24 Dec 22:00-24:00", CHRISTMAS_EVE, (Hours(time(22), time(0)),)),
        ("24 Dec closed", CHRISTMAS_EVE, ()),
        ("24 Dec off", CHRISTMAS_EVE, ()),
        ("24 Dec as usual", CHRISTMAS_EVE, None),
        ("tomorrow 9-12", date(2027, 5, 4), MORNING),
        ("today closed", MONDAY, ()),
        ("4 May 9-12", date(2027, 5, 4), MORNING),
    ],
)
def test_a_day_with_its_hours(text: str, day: date, hours: tuple[Hours, ...] | None) -> None:
    assert read_date_hours(text, MONDAY) == DateTyped(day, hours, has_hours=True)


def test_a_day_alone_has_no_hours_yet() -> None:
    assert read_date_hours("24 Dec", MONDAY) == DateTyped(CHRISTMAS_EVE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("whenever", BadDate),
        ("Mon 9-12", BadDate),
        ("17", BadDate),
        ("9-12", BadDate),
        ("Mon 9-25", BadDate),
        ("31 Feb 9-12", NoSuchDay),
        ("4/5 9-12", SeveralDays),
        ("Mon 24 Dec 9-12", WeekdayDiffers),
        ("24 Dec sometimes", BadHours),
        ("24 Dec 25-26", NoSuchTime),
        ("", BadDate),
    ],
)
def test_what_is_no_day_with_hours(text: str, expected: type[ClinicError]) -> None:
    with pytest.raises(expected):
        read_date_hours(text, MONDAY)


CLOCKS = st.integers(0, 24 * 12 - 1).map(lambda tick: time(tick // 12, tick % 12 * 5))


@given(st.dates(date(2027, 5, 3), date(2028, 5, 2)), CLOCKS, CLOCKS)
def test_a_day_in_full_and_its_hours_in_full_are_read_as_they_are_written(
    day: date, first: time, last: time
) -> None:
    for written in (f"{day:%-d %b %Y}", f"{day:%Y-%m-%d}", f"{day:%B %-d}", f"{day:%a} {day:%-d.%-m.%Y}"):
        typed = read_date_hours(f"{written} {first:%H:%M}-{last:%H:%M}", MONDAY)
        assert typed.day == day
        # Twelve hours later may be meant, as in 9:00-5:00.
        (hours,) = typed.hours or ()
        assert hours.start == first
        assert hours.end.minute == last.minute
        assert hours.end.hour in {last.hour, last.hour + 12}


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ClinicError):
        read_date_hours(text, MONDAY)
