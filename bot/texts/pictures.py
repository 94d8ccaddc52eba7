"""The words in pictures, which have no markup and little room."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_time

from bot.localization.languages import Language
from bot.localization.messages import apart, number, phrase, phrase_in, say, say_count, say_in
from bot.localization.reader import language
from bot.texts import formats
from bot.texts.appointments import STATUSES
from bot.texts.formats import comma_list, day, named, plain_doctor, wall_time, zone_name
from bot.texts.visits import plain_what
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.people import User
from services.models.scheduling import Days

# Beside a word, or in its place where there is room for one sign only.
MARKS = {AppointmentStatus.FULFILLED: "✓", AppointmentStatus.NOSHOW: "✗"}
TIME_OFF = phrase("time off")
CLINIC_CLOSED = phrase("clinic closed")
CLOSED = phrase("not working")
# Parts of the bars of a chart, which count appointments.
KEPT = phrase_in("appointments in a chart", "seen or booked")
CANCELLED = phrase_in("appointments in a chart", "cancelled")
NOSHOW = phrase_in("appointments in a chart", "did not come")
BY_DAY = phrase("Appointments by day")
DAY_OFF = phrase("No working hours on this day")
MINUTE = timedelta(minutes=1)
# Where hours are counted to twelve: of an hour on the axis, and of a time beside it.
HOUR, HOUR_AND_MINUTE = "h a", "h:mm"  # no words


def status(value: AppointmentStatus) -> str:
    """Say what became of an appointment: ✓ seen."""
    mark = MARKS.get(value)
    return f"{mark} {STATUSES[value]}" if mark else str(STATUSES[value])


def hour(instant: datetime, zone: ZoneInfo) -> str:
    """Name an hour of the day: 9 AM."""
    return _time(instant, zone, HOUR)


def short_time(instant: datetime, zone: ZoneInfo) -> str:
    """Return a time of day where the hours stand beside it: 9:30."""
    return _time(instant, zone, HOUR_AND_MINUTE)


def _time(instant: datetime, zone: ZoneInfo, of_twelve: str) -> str:
    reads = language()
    pattern = of_twelve if _counts_to_twelve(reads) else reads.patterns.time
    return format_time(instant.astimezone(zone).time(), pattern, locale=reads.cldr)


@lru_cache(maxsize=20)
def _counts_to_twelve(reads: Language) -> bool:
    # UTS 35, Date Field Symbol Table: h and K are hours of half a day.
    return bool(set("hK") & set(reads.patterns.time))  # no words


def who_and_what(card: AppointmentCard) -> str:
    """Say who comes, and to which kind of visit, where it is known."""
    return f"{apart(named(card.patient.name))}{plain_what(card)}"


def several_free(count: int) -> str:
    """Say that there are free times."""
    # Translators: a time of a day that can be booked, in little room.
    return say_in("a time of day", "free") if count == 1 else _free(count)


def together(booked: int, free: int) -> str:
    """Say what a block holds where there are too many for one each."""
    taken = say_count("{count} taken", "{count} taken", booked)
    return comma_list([taken, _free(free)]) if free else taken


def day_summary(statuses: Iterable[AppointmentStatus], free: int) -> str:
    """Say in a line what a day holds."""
    all_of_them = list(statuses)
    counts = {value: all_of_them.count(value) for value in AppointmentStatus}
    parts = [_counted(value, count) for value, count in counts.items() if count] or [say("nothing booked")]
    return " · ".join([*parts, _free(free)] if free else parts)


def _free(count: int) -> str:
    return say_count("{count} free", "{count} free", count)


def _counted(value: AppointmentStatus, count: int) -> str:
    """Return so many appointments of a status."""
    match value:
        case AppointmentStatus.HELD:
            return say_count("{count} being booked", "{count} being booked", count)
        case AppointmentStatus.BOOKED:
            return say_count("{count} booked", "{count} booked", count)
        case AppointmentStatus.CANCELLED:
            return say_count("{count} cancelled", "{count} cancelled", count)
        case AppointmentStatus.FULFILLED:
            return say_count("{count} seen", "{count} seen", count)
        case AppointmentStatus.NOSHOW:
            return say_count("{count} did not come", "{count} did not come", count)


def times_are(zone: ZoneInfo, changes: Iterable[tuple[datetime, timedelta]]) -> str:
    """Say whose times these are, and when the clocks are changed, by how much."""
    whose = say("Times are in {zone}", zone=zone_name(zone))
    return say("; ").join([whose, *(_changed(at, by, zone) for at, by in changes)])


def _changed(at: datetime, by: timedelta, zone: ZoneInfo) -> str:
    # The time at which it happens is told as the clocks say it before.
    before = wall_time(((at - MINUTE).astimezone(zone) + MINUTE).time())
    minutes = abs(by) // MINUTE
    if by > timedelta():
        return say_count(
            "at {time} clocks go forward {count} min",
            "at {time} clocks go forward {count} min",
            minutes,
            time=before,
        )
    return say_count(
        "at {time} clocks go back {count} min", "at {time} clocks go back {count} min", minutes, time=before
    )


def period(days: Days) -> str:
    """Name a period: Tue 27 Apr 2027 – Mon 3 May 2027."""
    return say("{start} – {end}", start=day(days.first), end=day(days.last))


def short_day(value: date) -> str:
    """Name a day where there is little room: 3 May."""
    return formats.short_day(value)


def by_doctor(shown: int, total: int) -> str:
    """Head the doctors, who may be more than are shown."""
    if shown == total:
        return say("Appointments by doctor")
    return say_count(
        "The {shown} busiest of {count} doctor",
        "The {shown} busiest of {count} doctors",
        total,
        shown=number(shown),
    )


def doctor_name(doctor: User | None) -> str:
    """Name a doctor; one whose account is there no more has no name."""
    return plain_doctor(doctor.name) if doctor else say("A former doctor")
