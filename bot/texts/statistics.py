"""What is said of the clinic's figures."""

from collections.abc import Sequence
from datetime import timedelta

from bot.texts.formats import day, esc, shortened
from bot.texts.pictures import doctor_name
from services.administration.statistics import PERIODS, Ahead, DoctorCounts, Figures
from services.administration.visit_figures import RoomUse, StatusCounts, VisitFigures

# Under a picture there is room for 1,024 characters, and names may be long.
MOST_NAMED, LONGEST_NAME = 5, 40
AHEAD_PARTS = ("less than a day", "a day to a week", "a week to a month", "more")
# So many kinds, places and rooms are named in a line, each with a name of at most this length.
MOST_IN_LINE, LONGEST_OF_MANY = 3, 16
PERCENT = 100
MANY_HOURS = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def period_button(number: int, shown: int) -> str:
    """Label the button of a period; that which is shown is marked."""
    return f"· {number} days ·" if number == shown else f"{number} days"


def no_such_period(usual: int) -> str:
    """Say which periods there are, above the usual one."""
    *first, last = PERIODS
    others = ", ".join(str(days) for days in first)
    return f"I have statistics for the last {others} or {last} days. Here are the last {usual}:"


def nothing(number: int) -> str:
    """Say that there is nothing to count."""
    wider = " A longer period may have some." if number < max(PERIODS) else ""
    return (
        f"📊 There are no appointments in the last {number} days yet, so there's nothing to show.{wider}\n\n"
        "As soon as patients book, you'll see here how the clinic is doing."
    )


def caption(figures: Figures) -> str:
    """Tell the figures in words, 1,024 characters at most."""
    days, total = figures.days, figures.total
    busiest = max(figures.by_day, key=lambda found: found[1].total)
    paragraphs = [
        f"📊 <b>{day(days.first)} – {day(days.last)}</b>",
        _appointments(total) + f"\nMost on {day(busiest[0])}: {busiest[1].total}",
        _use(figures),
        _ahead(figures.ahead) if figures.ahead else "",
        _visits(figures.visits),
        _doctors(figures),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _appointments(total: StatusCounts) -> str:
    count = "1 appointment" if total.total == 1 else f"{total.total:,} appointments"
    return (
        f"<b>{count}</b>: {_share(total.kept, total.total)} seen or booked,"
        f" {_share(total.cancelled, total.total)} cancelled, {_share(total.noshow, total.total)} did not come"
    )


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({_percent(part, whole)})"


def _percent(part: float, whole: float) -> str:
    return f"{round(PERCENT * part / whole)}%"


def _use(figures: Figures) -> str:
    if not figures.offered:
        return "Offered time: none by today's working hours"
    booked, offered = figures.booked / HOUR, figures.offered / HOUR
    return (
        f"Offered time in use: <b>{_percent(booked, offered)}</b>"
        f" ({_hours(booked)} of {_hours(offered)} hours, by today's working hours)"
    )


def _hours(number: float) -> str:
    """Return a number of hours; small ones with a decimal, so that they agree with the percentage."""
    return f"{number:,.0f}" if number >= MANY_HOURS else f"{number:.1f}".removesuffix(".0")


def _ahead(ahead: Ahead) -> str:
    total = sum(ahead.parts)
    parts = (f"{_percent(part, total)} {words}" for part, words in zip(ahead.parts, AHEAD_PARTS, strict=True))
    return f"Booked ahead: <b>{_length(ahead.median)}</b> (median). " + ", ".join(parts)


def _length(ahead: timedelta) -> str:
    if ahead < DAY:
        hours = ahead // HOUR
        return "less than an hour" if not hours else "1 hour" if hours == 1 else f"{hours} hours"
    return "1 day" if ahead // DAY == 1 else f"{ahead // DAY} days"


def _visits(figures: VisitFigures) -> str:
    """Tell how many visits are of which kind and where, and how much of the rooms' time is used."""
    named = [
        ("By kind", [(kind.name, f"{tally.total:,}") for kind, tally in figures.by_kind]),
        ("By place", [(place.name, f"{tally.total:,}") for place, tally in figures.by_place]),
        ("Rooms in use", [(use.room.name, _room_use(use)) for use in figures.rooms]),
    ]
    return "\n".join(f"{heading}: {_listed(rows)}" for heading, rows in named if rows)


def _listed(rows: Sequence[tuple[str, str]]) -> str:
    shown = [f"{esc(shortened(name, LONGEST_OF_MANY))} {figure}" for name, figure in rows[:MOST_IN_LINE]]
    left = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {left:,} more" if left else "")


def _room_use(use: RoomUse) -> str:
    if not use.offered:
        return f"{_hours(use.booked / HOUR)} hours"
    return f"{_percent(use.booked / HOUR, use.offered / HOUR)} of {_hours(use.offered / HOUR)} hours"


def _doctors(figures: Figures) -> str:
    named = figures.by_doctor[:MOST_NAMED]
    lines = [f"{esc(_short(row))}: {row.tally.total:,}" for row in named]
    left = figures.doctors - len(named)
    more = ["and 1 more doctor" if left == 1 else f"and {left:,} more doctors"] if left else []
    return "\n".join([*lines, *more])


def _short(row: DoctorCounts) -> str:
    return shortened(doctor_name(row.doctor), LONGEST_NAME)
