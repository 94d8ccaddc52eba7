"""The month calendar."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.steps import Nothing, PickDay, PickMonth
from bot.callbacks.tap import Tap
from bot.ui.keyboards import Button
from bot.ui.month_calendar import CLOSED, month_rows, month_span

days = st.dates(date(2025, 1, 1), date(2035, 12, 31))


@given(days, st.integers(0, 120), st.sets(st.integers(0, 41)))
def test_exactly_the_free_days_of_the_month_can_be_tapped(today: date, ahead: int, offsets: set[int]) -> None:
    shown = today + timedelta(days=ahead)
    last = shown + timedelta(days=60)
    first, end = month_span(shown)
    free = {day for n in offsets if today <= (day := first + timedelta(days=n)) <= end}
    rows = month_rows(shown, free, today, last)
    taps = [Tap.unpack(key.callback_data) for row in rows for key in row if isinstance(key, Button)]
    assert {tap.day for tap in taps if isinstance(tap, PickDay)} == free
    assert all(len(row) == 7 for row in rows[1:])
    assert all(key.text for row in rows for key in row)


def test_today_is_marked_and_weeks_that_are_over_are_left_out() -> None:
    rows = month_rows(date(2027, 5, 20), {date(2027, 5, 20)}, date(2027, 5, 20), date(2027, 7, 1))
    assert [key.text for key in rows[1]] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert [key.text for key in rows[2]] == [CLOSED, CLOSED, CLOSED, "[20]", CLOSED, CLOSED, CLOSED]
    assert len(rows) == 5


def test_nobody_turns_to_where_nothing_can_be_booked() -> None:
    def turns(shown: date) -> list[Tap]:
        title = month_rows(shown, set(), date(2027, 5, 20), date(2027, 7, 1))[0]
        return [Tap.unpack(key.callback_data) for key in title if isinstance(key, Button)]

    assert turns(date(2027, 5, 1)) == [Nothing(), Nothing(), PickMonth(date(2027, 6, 1))]
    assert turns(date(2027, 6, 1)) == [PickMonth(date(2027, 5, 31)), Nothing(), PickMonth(date(2027, 7, 1))]
    assert turns(date(2027, 7, 1)) == [PickMonth(date(2027, 6, 30)), Nothing(), Nothing()]
