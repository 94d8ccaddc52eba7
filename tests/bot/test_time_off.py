"""When a doctor is away, as it is typed."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.input_errors import BadDate, BadHours, NoSuchDay, NoSuchTime, SeveralDays, WeekdayDiffers
from bot.parsing.time_off import DaysOff, read_days_off, read_last_day, read_part
from services.errors import ClinicError
from services.models.scheduling import Hours

MONDAY = date(2027, 5, 3)
FOURTH, NINTH = date(2027, 5, 4), date(2027, 5, 9)
AFTERNOON = Hours(time(13), time(17))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 May", DaysOff(FOURTH)),
        ("tomorrow", DaysOff(FOURTH)),
        ("2027-05-04", DaysOff(FOURTH)),
        ("4.5.", DaysOff(FOURTH)),
        ("4 May to 9 May", DaysOff(FOURTH, NINTH)),
        ("from 4 May until 9 May", DaysOff(FOURTH, NINTH)),
        ("4-9 May", DaysOff(FOURTH, NINTH)),
        ("from the 4th of May to the 9th", DaysOff(FOURTH, NINTH)),
        ("May 4-9", DaysOff(FOURTH, NINTH)),
        ("May 4-9, 2028", DaysOff(date(2028, 5, 4), date(2028, 5, 9))),
        ("2027-05-04 - 2027-05-09", DaysOff(FOURTH, NINTH)),
        ("2027-05-04–2027-05-09", DaysOff(FOURTH, NINTH)),
        ("4.5.-9.5.", DaysOff(FOURTH, NINTH)),
        # Friday is meant that comes after that Monday, and not this week's.
        ("Mon-Fri", DaysOff(date(2027, 5, 10), date(2027, 5, 14))),
        ("28 Dec - 2 Jan", DaysOff(date(2027, 12, 28), date(2028, 1, 2))),
        ("10 Jan to 2 Jun", DaysOff(date(2028, 1, 10), date(2028, 6, 2))),
        ("20 Feb - 29 Feb", DaysOff(date(2028, 2, 20), date(2028, 2, 29))),
        ("1 Jun 2028 to 5 Jun", DaysOff(date(2028, 6, 1), date(2028, 6, 5))),
        ("Tue 4 May 2027 – Sun 9 May 2027.", DaysOff(FOURTH, NINTH)),
        ("２０２７／０５／０４ － ２０２７／０５／０９", DaysOff(FOURTH, NINTH)),
        ("Tue 4 May, half past one to 5 pm", DaysOff(FOURTH, FOURTH, Hours(time(13, 30), time(17)))),
        ("28 Dec to 3 Jan", DaysOff(date(2027, 12, 28), date(2028, 1, 3))),
        # Backwards is read as it is typed, and refused in services/working_hours/time_off.py.
        ("9 May to 4 May", DaysOff(NINTH, FOURTH)),
        ("4 May 13:00-17:00", DaysOff(FOURTH, FOURTH, AFTERNOON)),
        ("tomorrow 1 to 5 pm", DaysOff(FOURTH, FOURTH, AFTERNOON)),
        ("Tue, 13-17", DaysOff(FOURTH, FOURTH, AFTERNOON)),
        ("4 May 2027 from 1pm", DaysOff(FOURTH, FOURTH, Hours(time(13), time(0)))),
        ("tomorrow morning", DaysOff(FOURTH, FOURTH, Hours(time(0), time(12)))),
        ("4 May all day", DaysOff(FOURTH, FOURTH)),
    ],
)
def test_days_off(text: str, expected: DaysOff) -> None:
    assert read_days_off(text, MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28", DaysOff(date(2027, 6, 28))),
        ("the 28th", DaysOff(date(2027, 6, 28))),
        ("28 to 29", DaysOff(date(2027, 6, 28), date(2027, 6, 29))),
        ("28-29", DaysOff(date(2027, 6, 28), date(2027, 6, 29))),
        ("28th until 3rd", DaysOff(date(2027, 6, 28), date(2027, 7, 3))),
        # The month that is named, the year and the hours come before the month that is shown.
        ("4-9 May", DaysOff(FOURTH, NINTH)),
        ("4 May 13-17", DaysOff(FOURTH, FOURTH, AFTERNOON)),
        ("tomorrow 9-5", DaysOff(FOURTH, FOURTH, Hours(time(9), time(17)))),
        ("31", NoSuchDay),
        ("1 to 5 pm", BadDate),
    ],
)
def test_a_number_alone_is_a_day_of_the_month_that_is_shown(
    text: str, expected: DaysOff | type[ClinicError]
) -> None:
    june = date(2027, 6, 15)
    if isinstance(expected, DaysOff):
        assert read_days_off(text, MONDAY, june) == expected
    else:
        with pytest.raises(expected):
            read_days_off(text, MONDAY, june)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("some day", BadDate),
        ("4 May ish", BadDate),
        ("31.12.9999-Mon", BadDate),
        ("4 May 25:00-26:00", NoSuchTime),
        ("Wed 4 May to Sun 9 May", WeekdayDiffers),
        ("4/5 to 9/5", SeveralDays),
        ("4/5", SeveralDays),
    ],
)
def test_what_is_no_days_says_so(text: str, expected: type[ClinicError]) -> None:
    with pytest.raises(expected):
        read_days_off(text, MONDAY)


@given(st.dates(MONDAY, date(2029, 1, 1)), st.dates(MONDAY, date(2029, 1, 1)))
def test_any_two_days_come_back(first: date, last: date) -> None:
    for between in (" to ", " - ", "–", " until "):
        assert read_days_off(f"{first}{between}{last}", MONDAY) == DaysOff(first, last)
        written = f"{first:%-d %B %Y}{between}{last:%-d %b %Y}"
        assert read_days_off(written, MONDAY) == DaysOff(first, last)
    assert read_days_off(f"{first} 13:00-17:00", MONDAY) == DaysOff(first, first, AFTERNOON)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9 May", NINTH),
        ("until 9 May", NINTH),
        ("only that day", FOURTH),
        ("Sunday", NINTH),
        ("3 May", MONDAY),
        ("9", NINTH),
        ("until the 9th", NINTH),
        ("3", date(2027, 6, 3)),
    ],
)
def test_last_days(text: str, expected: date) -> None:
    assert read_last_day(text, FOURTH, MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13:00-17:00", AFTERNOON),
        ("from 13 to 17", AFTERNOON),
        ("from 3 pm", Hours(time(15), time(0))),
        ("until noon", Hours(time(0), time(12))),
        ("in the afternoon", Hours(time(12), time(0))),
        ("the whole day", None),
    ],
)
def test_parts(text: str, expected: Hours | None) -> None:
    assert read_part(text) == expected


@pytest.mark.parametrize("text", ["", "closed", "9-12, 13-17", "a while"])
def test_what_is_no_part_says_so(text: str) -> None:
    with pytest.raises(BadHours):
        read_part(text)


@given(st.text(max_size=40) | st.text("0123456789 mayto-:.", max_size=25))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with suppress(ClinicError):
        read_days_off(text, MONDAY)
    with suppress(ClinicError):
        read_days_off(text, MONDAY, MONDAY)
    with suppress(ClinicError):
        read_last_day(text, MONDAY, MONDAY)
    with suppress(ClinicError):
        read_part(text)
