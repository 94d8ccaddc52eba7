"""The month calendar: a keyboard in which only days with a free time can be tapped. Pure."""

import calendar
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from babel.dates import get_day_names

from bot.callbacks.steps import Nothing, PickDay, PickMonth
from bot.localization.reader import language
from bot.texts.formats import month
from bot.ui.keyboards import Button, Row, arrow, button

# For days that cannot be chosen. Telegram may drop a button without a visible label.
CLOSED = "·"
# A seventh of a message has room for so many letters.
MOST_LETTERS = 4


def month_span(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month of `day`."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_shown(turned_to: date | None, first: date, last: date) -> date:
    """Return a day of the month to show: the one that was turned to, but between `first` and `last`."""
    return min(max(turned_to or first, first), last)


def month_rows(shown: date, free: Collection[date], today: date, last: date) -> list[Row]:
    """Return the rows of the month of `shown`.

    They are its name between ‹ and ›, the weekdays, and the weeks that are not over. `free` are the days that
    can be chosen. ‹ and › lead to no month before that of `today` or after that of `last`.
    """
    first, end = month_span(shown)
    earlier, later = first - timedelta(days=1), end + timedelta(days=1)
    title = [
        _turn("‹", earlier) if earlier >= today.replace(day=1) else _blank(CLOSED),
        _blank(month(shown)),
        _turn("›", later) if later <= last else _blank(CLOSED),
    ]
    names = _weekdays()
    weeks = calendar.Calendar(language().regional.first_week_day).monthdatescalendar(shown.year, shown.month)
    header = [_blank(names[day.weekday()]) for day in weeks[0]]
    ahead = [week for week in weeks if week[-1] >= today]
    return [title, header, *([_day(day, shown, free, today) for day in week] for week in ahead)]


def _weekdays() -> Mapping[int, str]:
    """Return the names of the weekdays (0 is Monday), as short as seven buttons have room for."""
    names = get_day_names("short", locale=language().cldr)
    if max(map(len, names.values())) <= MOST_LETTERS:
        return names
    return get_day_names("narrow", locale=language().cldr)


def _day(day: date, shown: date, free: Collection[date], today: date) -> Button:
    if day.month != shown.month:
        return _blank(CLOSED)
    if day not in free:
        return _blank(f"[{CLOSED}]" if day == today else CLOSED)
    return button(f"[{day.day}]" if day == today else str(day.day), PickDay(day))


def _turn(label: str, day: date) -> Button:
    return button(arrow(label), PickMonth(day))


def _blank(label: str) -> Button:
    return button(label, Nothing())
