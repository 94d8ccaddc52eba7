"""What is said of the clinic's figures."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from babel.units import format_unit

from bot.localization.messages import number, say, say_count
from bot.localization.reader import language
from bot.texts.amounts import decimal, percent
from bot.texts.formats import and_more, comma_list, day, either, esc, language_name, shortened
from bot.texts.pictures import doctor_name
from services.administration.statistics import PERIODS, Ahead, DoctorCounts, Figures
from services.administration.visit_figures import RoomUse, StatusCounts, VisitFigures
from services.understanding import UnderstandingCount

# Under a picture there is room for 1,024 characters, and names may be long.
MOST_NAMED, LONGEST_NAME = 5, 40
# So many kinds, places and rooms are named in a line, each with a name of at most this length.
MOST_IN_LINE, LONGEST_OF_MANY = 3, 16
PERCENT = 100
MANY_HOURS = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def period_button(days: int, shown: int) -> str:
    """Label the button of a period; that which is shown is marked."""
    label = say_count("{count} day", "{count} days", days)
    return f"· {label} ·" if days == shown else label


def no_such_period(usual: int) -> str:
    """Say which periods there are, above the usual one."""
    return say(
        "I have statistics for the last {numbers} days. Here are the last {usual}:",
        numbers=either([number(days) for days in PERIODS]),
        usual=number(usual),
    )


def nothing(days: int, counts: Sequence[UnderstandingCount] = ()) -> str:
    """Say that there is nothing to count."""
    sentences = [
        say_count(
            "📊 There are no appointments in the last {count} day yet, so there's nothing to show.",
            "📊 There are no appointments in the last {count} days yet, so there's nothing to show.",
            days,
        ),
        say("A longer period may have some.") if days < max(PERIODS) else "",
    ]
    later = say("As soon as patients book, you'll see here how the clinic is doing.")
    paragraphs = [" ".join(filter(None, sentences)), later, understood(counts)]
    return "\n\n".join(filter(None, paragraphs))


def caption(figures: Figures, counts: Sequence[UnderstandingCount] = ()) -> str:
    """Tell the figures in words, 1,024 characters at most."""
    days = figures.days
    period = say("{start} – {end}", start=day(days.first), end=day(days.last))
    busiest = max(figures.by_day, key=lambda found: found[1].total)
    most = say("Most on {day}: {number}", day=day(busiest[0]), number=number(busiest[1].total))
    paragraphs = [
        f"📊 <b>{period}</b>",
        f"{_appointments(figures.total)}\n{most}",
        _use(figures),
        _ahead(figures.ahead) if figures.ahead else "",
        _visits(figures.visits),
        _doctors(figures),
        understood(counts),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _appointments(total: StatusCounts) -> str:
    # Translators: {kept} and the others are such as "12 (80%)".
    return say_count(
        "<b>{count} appointment</b>: {kept} seen or booked, {cancelled} cancelled, {noshow} did not come",
        "<b>{count} appointments</b>: {kept} seen or booked, {cancelled} cancelled, {noshow} did not come",
        total.total,
        kept=_share(total.kept, total.total),
        cancelled=_share(total.cancelled, total.total),
        noshow=_share(total.noshow, total.total),
    )


def _share(part: int, whole: int) -> str:
    return say("{number} ({percent})", number=number(part), percent=_percent(part, whole))


def _percent(part: float, whole: float) -> str:
    return percent(round(PERCENT * part / whole))


def _use(figures: Figures) -> str:
    if not figures.offered:
        return say("Offered time: none by today's working hours")
    booked, offered = figures.booked / HOUR, figures.offered / HOUR
    # Translators: {booked} is a number, {offered} one with its unit: "12 of 40 hours". Where the unit would need
    # another form, a slash helps: "12 / 40 hours".
    return say(
        "Offered time in use: <b>{percent}</b> ({booked} of {offered}, by today's working hours)",
        percent=_percent(booked, offered),
        booked=_number(booked),
        offered=_hours(offered),
    )


def _number(hours: float) -> str:
    """Return a number of hours; small ones with a decimal, so that they agree with the percentage."""
    return number(round(hours)) if hours >= MANY_HOURS else decimal(hours)


def _hours(hours: float) -> str:
    """Return the same with its unit, in the form that CLDR has for that number: 2.5 hours."""
    shown = Decimal(round(hours)) if hours >= MANY_HOURS else Decimal(f"{hours:.1f}").normalize()
    return str(format_unit(shown, "duration-hour", locale=language().cldr))


def _ahead(ahead: Ahead) -> str:
    median = say("Booked ahead: <b>{length}</b> (median).", length=_length(ahead.median))
    within_a_day, within_a_week, within_a_month, later = (
        _percent(part, sum(ahead.parts)) for part in ahead.parts
    )
    parts = say(
        "{day} less than a day, {week} a day to a week, {month} a week to a month, {later} more",
        day=within_a_day,
        week=within_a_week,
        month=within_a_month,
        later=later,
    )
    return f"{median} {parts}"


def _length(ahead: timedelta) -> str:
    if ahead >= DAY:
        return say_count("{count} day", "{count} days", ahead // DAY)
    hours = ahead // HOUR
    return say_count("{count} hour", "{count} hours", hours) if hours else say("less than an hour")


def _visits(figures: VisitFigures) -> str:
    """Tell how many visits are of which kind and where, and how much of the rooms' time is used."""
    lines = [
        say(
            "By kind: {rows}",
            rows=_rows([(kind.name, number(tally.total)) for kind, tally in figures.by_kind]),
        )
        if figures.by_kind
        else "",
        say(
            "By place: {rows}",
            rows=_rows([(place.name, number(tally.total)) for place, tally in figures.by_place]),
        )
        if figures.by_place
        else "",
        say("Rooms in use: {rows}", rows=_rows([(use.room.name, _room_use(use)) for use in figures.rooms]))
        if figures.rooms
        else "",
    ]
    return "\n".join(filter(None, lines))


def _rows(rows: Sequence[tuple[str, str]]) -> str:
    named = comma_list(
        [
            # Translators: The name of a kind of visit, a place or a room, and its figure.
            say("{name} {figure}", name=esc(shortened(name, LONGEST_OF_MANY)), figure=figure)
            for name, figure in rows[:MOST_IN_LINE]
        ]
    )
    return and_more(named, len(rows) - MOST_IN_LINE)


def _room_use(use: RoomUse) -> str:
    if not use.offered:
        return _hours(use.booked / HOUR)
    percentage = _percent(use.booked / HOUR, use.offered / HOUR)
    # Translators: how much of a room's time is used: "8% of 40 hours". Where the unit would need another
    # form, let it stand alone: "40 hours: 8%".
    return say("{percent} of {length}", percent=percentage, length=_hours(use.offered / HOUR))


def _doctors(figures: Figures) -> str:
    named = figures.by_doctor[:MOST_NAMED]
    lines = [
        say("{doctor}: {number}", doctor=esc(_short(row)), number=number(row.tally.total)) for row in named
    ]
    left = figures.doctors - len(named)
    more = [say_count("and {count} more doctor", "and {count} more doctors", left)] if left else []
    return "\n".join([*lines, *more])


def _short(row: DoctorCounts) -> str:
    return shortened(doctor_name(row.doctor), LONGEST_NAME)


def understood(counts: Sequence[UnderstandingCount]) -> str:
    """Say how many messages were understood, and in which languages how many were not."""
    total, missed = sum(count.total for count in counts), sum(count.not_understood for count in counts)
    if not total:
        return ""
    share = say_count(
        "💬 I understood {share} of {count} message.",
        "💬 I understood {share} of {count} messages.",
        total,
        share=_percent(total - missed, total),
    )
    by_language = [(each.not_understood, each.language) for each in counts if each.not_understood]
    if not by_language:
        return share
    named = comma_list(
        [
            say("{language} {number}", language=language_name(code), number=number(missed_there))
            for missed_there, code in sorted(by_language, reverse=True)[:MOST_IN_LINE]
        ]
    )
    # Translators: {languages} are such as "English 12, German 3".
    missing = say("Not understood: {languages}", languages=named)
    return f"{share} {missing}"
