"""What people type is read forgivingly."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.input_errors import (
    BadDate,
    BadPeriod,
    BadTime,
    NoSuchDay,
    PeriodBackwards,
    SeveralDays,
    WeekdayDiffers,
)
from bot.parsing.clock_grammar import read_time, read_times
from bot.parsing.dates import read_date, read_days, read_past_date
from bot.parsing.moments import Moment, read_moment
from services.errors import ClinicError
from services.models.scheduling import Days

TODAY = date(2027, 5, 3)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-05-04", date(2027, 5, 4)),
        (" Tomorrow ", date(2027, 5, 4)),
        ("today", TODAY),
        ("day after tomorrow", date(2027, 5, 5)),
        ("tomorow", date(2027, 5, 4)),
        ("a week from Friday", date(2027, 5, 14)),
        ("Friday in two weeks", date(2027, 5, 21)),
        ("coming Friday", date(2027, 5, 7)),
        ("in a month", date(2027, 6, 3)),
        ("a week from Friday at 3", BadDate),
        ("on Tuesday", date(2027, 5, 4)),
        ("next mon", date(2027, 5, 10)),
        ("monday", date(2027, 5, 10)),
        ("4 May", date(2027, 5, 4)),
        ("May 4th", date(2027, 5, 4)),
        ("4th of may", date(2027, 5, 4)),
        ("4 and may", BadDate),
        ("4 may 2028", date(2028, 5, 4)),
        ("May 4, 2028", date(2028, 5, 4)),
        ("4.5.", date(2027, 5, 4)),
        ("13/5/2027", date(2027, 5, 13)),
        ("5/13/2027", date(2027, 5, 13)),
        ("5/5", date(2027, 5, 5)),
        ("4/5/2027", SeveralDays),
        ("02/12", SeveralDays),
        ("2-12", SeveralDays),
        ("04 05 2027", SeveralDays),
        ("Tue 4/5/2027", date(2027, 5, 4)),
        ("2027/12/02", date(2027, 12, 2)),
        ("２０２７／１２／０２", date(2027, 12, 2)),
        ("٢٠٢٧-١٢-٠٢", date(2027, 12, 2)),
        ("20271202", date(2027, 12, 2)),
        ("02.12.2027", date(2027, 12, 2)),
        ("2. 12. 2027", date(2027, 12, 2)),
        ("2.12.", date(2027, 12, 2)),
        ("2-12-2027", date(2027, 12, 2)),
        ("Dec 2nd", date(2027, 12, 2)),
        ("2nd of December", date(2027, 12, 2)),
        ("the second of december", date(2027, 12, 2)),
        ("twenty first May", date(2027, 5, 21)),
        ("2dec", date(2027, 12, 2)),
        ("Thu, 2 Dec.", date(2027, 12, 2)),
        ("2 Dec, Thursday", date(2027, 12, 2)),
        ("Weds", date(2027, 5, 5)),
        ("Tomorrow.", date(2027, 5, 4)),
        ("“tomorrow!”", date(2027, 5, 4)),
        ("in 3 days", date(2027, 5, 6)),
        ("in two weeks", date(2027, 5, 17)),
        ("the day after tomorrow", date(2027, 5, 5)),
        ("29 Feb", date(2028, 2, 29)),
        ("29 Feb 2027", NoSuchDay),
        ("Wed 2 Dec 2027", WeekdayDiffers),
        ("tuesday the 3rd of may", WeekdayDiffers),
        ("May 2027", BadDate),
        ("10.30", BadDate),
        ("4 5", BadDate),
        ("tomorrow friday", BadDate),
        ("2 Dec or 3 Dec", BadDate),
        ("4.5.27", date(2027, 5, 4)),
        ("2 May", date(2028, 5, 2)),
        ("yesterday", date(2027, 5, 2)),
        ("day before yesterday", date(2027, 5, 1)),
        ("2027-02-30", NoSuchDay),
        ("31.02.2027", NoSuchDay),
        ("31 june", NoSuchDay),
        ("1.1.99999999999999999999", NoSuchDay),
        ("someday", BadDate),
        ("", BadDate),
        ("99", BadDate),
        ("1 2 3 4", BadDate),
    ],
)
def test_dates(text: str, expected: date | type[ClinicError]) -> None:
    if isinstance(expected, date):
        assert read_date(text, TODAY) == expected
    else:
        with pytest.raises(expected):
            read_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 May", TODAY),
        ("4 May", date(2026, 5, 4)),
        ("2 may", date(2027, 5, 2)),
        ("4.5.2027", date(2027, 5, 4)),
        ("2028-01-01", date(2028, 1, 1)),
        ("Monday", TODAY),
        ("last Tuesday", date(2027, 4, 27)),
        ("tomorrow", date(2027, 5, 4)),
        ("yesterday", date(2027, 5, 2)),
        ("29 Feb", date(2024, 2, 29)),
        ("Mon 3 May", TODAY),
        ("rao", BadDate),
    ],
)
def test_dates_that_are_over(text: str, expected: date | type[ClinicError]) -> None:
    if isinstance(expected, date):
        assert read_past_date(text, TODAY) == expected
    else:
        with pytest.raises(expected):
            read_past_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:30 AM", time(10, 30)),
        ("10:30 pm", time(22, 30)),
        ("9:30", time(9, 30)),
        ("0930", time(9, 30)),
        ("9.30", time(9, 30)),
        ("at 2pm", time(14)),
        ("2 p.m.", time(14)),
        ("14:00", time(14)),
        ("9", time(9)),
        ("12 am", time(0)),
        ("12:15 PM", time(12, 15)),
        ("noon", time(12)),
        ("25:00", None),
        ("10:75", None),
        ("13 pm", None),
        ("soon", None),
        ("", None),
    ],
)
def test_times(text: str, expected: time | None) -> None:
    if expected is None:
        with pytest.raises(BadTime):
            read_time(text)
    else:
        assert read_time(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", (time(3), time(15))),
        ("2:30", (time(2, 30), time(14, 30))),
        ("12:15", (time(12, 15), time(0, 15))),
        ("2:30 am", (time(2, 30),)),
        ("14:30", (time(14, 30),)),
        ("0:30", (time(0, 30),)),
        ("noon", (time(12),)),
    ],
)
def test_an_hour_of_which_nobody_says_which_half_of_the_day_may_be_in_either(
    text: str, expected: tuple[time, ...]
) -> None:
    assert read_times(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-01 2027-03-31", Days(date(2027, 1, 1), date(2027, 3, 31))),
        ("2027-01-01  to 2027-03-31", Days(date(2027, 1, 1), date(2027, 3, 31))),
        ("1 Jan 2027 – 31 Mar 2027", Days(date(2027, 1, 1), date(2027, 3, 31))),
        ("1 Apr to 30 Apr", Days(date(2027, 4, 1), date(2027, 4, 30))),
        ("1 May until 31 May", Days(date(2027, 5, 1), date(2027, 5, 31))),
        ("1 Dec – 31 Jan", Days(date(2026, 12, 1), date(2027, 1, 31))),
        ("yesterday today", Days(TODAY - timedelta(days=1), TODAY)),
        ("2027-05-03 2027-05-03", Days(TODAY, TODAY)),
        ("2027-03-31 2027-01-01", PeriodBackwards),
        ("2027-02-30 2027-03-31", BadPeriod),
        ("2027-01-01", BadPeriod),
        ("2027-01-01 2027-02-01 2027-03-01", BadPeriod),
        ("last summer", BadPeriod),
        ("0001-01-01 9999-12-31", BadPeriod),
        ("1 Jun 2024 to 30 Jun", Days(date(2024, 6, 1), date(2024, 6, 30))),
        ("1 Jul to 30 Jun", Days(date(2026, 7, 1), date(2027, 6, 30))),
        ("2026-12-28–2027-01-02", Days(date(2026, 12, 28), date(2027, 1, 2))),
        ("1 Jan 2027 31 Mar 2027", Days(date(2027, 1, 1), date(2027, 3, 31))),
        ("02/12 to 03/12", SeveralDays),
        ("", BadPeriod),
    ],
)
def test_periods(text: str, expected: Days | type[ClinicError]) -> None:
    if isinstance(expected, Days):
        assert read_days(text, TODAY) == expected
    else:
        with pytest.raises(expected):
            read_days(text, TODAY)


@pytest.mark.parametrize(
    ("text", "shown", "expected"),
    [
        ("28", TODAY, date(2027, 5, 28)),
        ("the 3rd", TODAY, TODAY),
        ("2.", TODAY, date(2027, 6, 2)),
        ("2", date(2027, 6, 15), date(2027, 6, 2)),
        ("31", date(2027, 6, 1), NoSuchDay),
        ("0", TODAY, BadDate),
        ("99", TODAY, BadDate),
        ("280", TODAY, BadDate),
        ("1", date.max.replace(day=15), date(9999, 12, 1)),
        ("the ninth", TODAY, date(2027, 5, 9)),
        ("Tue 4", TODAY, date(2027, 5, 4)),
        ("Wed 4", TODAY, BadDate),  # a Wednesday at four
        ("Wed 4th", TODAY, WeekdayDiffers),
    ],
)
def test_a_number_alone_is_a_day_of_the_month_that_is_shown(
    text: str, shown: date, expected: date | type[ClinicError]
) -> None:
    if isinstance(expected, date):
        assert read_date(text, TODAY, shown) == expected
    else:
        with pytest.raises(expected):
            read_date(text, TODAY, shown)


parts = st.sampled_from(
    [
        *("4", "12", "29", "31", "2027", "May", "feb", "tue", "Wed"),
        *("/", ".", "-", "th", "the", "of", "in", "to"),
    ]
)
NO_DAY = (BadDate, NoSuchDay, WeekdayDiffers, SeveralDays)


@given(st.lists(parts, max_size=8).map(" ".join) | st.lists(parts, max_size=8).map("".join))
def test_no_date_is_read_out_of_more_than_a_date(text: str) -> None:
    with suppress(*NO_DAY):
        read_date(text, TODAY)
        for more in ("10:30", "please", "noon"):
            with pytest.raises(NO_DAY):
                read_date(f"{text} {more}", TODAY)


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2027, 7, 1), "29 Feb", date(2028, 2, 29)),
        (date(2028, 3, 1), "29 Feb", date(2032, 2, 29)),
        (date(2097, 1, 1), "29 Feb", date(2104, 2, 29)),
        (date(2028, 2, 29), "29 Feb", date(2028, 2, 29)),
        (date(2026, 12, 3), "2 Dec", date(2027, 12, 2)),
    ],
)
def test_a_date_without_a_year_is_the_next_that_exists(today: date, text: str, expected: date) -> None:
    assert read_date(text, today) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow 10:30", Moment(date(2027, 5, 4), (time(10, 30), time(22, 30)))),
        ("2pm on Friday", Moment(date(2027, 5, 7), (time(14),))),
        ("4 May at half past ten", Moment(date(2027, 5, 4), (time(10, 30), time(22, 30)))),
        ("Tue 4 May 2027, 10:30 AM", Moment(date(2027, 5, 4), (time(10, 30),))),
        ("31 June 10:30", NoSuchDay),
        ("Wed 4 May 10:30", WeekdayDiffers),
        ("4/5 10:30", SeveralDays),
        ("4 May 10", SeveralDays),
        ("tomorrow friday 10:30", BadDate),
        ("tomorrow", BadDate),
    ],
)
def test_a_day_and_a_time_are_read_in_one_go(text: str, expected: Moment | type[ClinicError]) -> None:
    if isinstance(expected, Moment):
        assert read_moment(text, TODAY) == expected
    else:
        with pytest.raises(expected):
            read_moment(text, TODAY)


@example("MACRH")
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    for read, refusals in (
        (lambda t: read_date(t, TODAY), NO_DAY),
        (lambda t: read_date(t, TODAY, TODAY), NO_DAY),
        (lambda t: read_date(t, date.max, date.max), NO_DAY),
        (lambda t: read_past_date(t, date.min), NO_DAY),
        (lambda t: read_moment(t, TODAY), NO_DAY),
        (lambda t: read_days(t, TODAY), (BadPeriod, PeriodBackwards, WeekdayDiffers, SeveralDays)),
        (read_time, (BadTime,)),
    ):
        with suppress(*refusals):
            assert read(text) is not None
