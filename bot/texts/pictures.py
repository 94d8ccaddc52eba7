"""The words in pictures, which have no markup and little room."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from bot.localization.reader import language
from bot.texts.appointments import STATUSES
from bot.texts.formats import day, plain_doctor, zone_name
from services.models.appointments import AppointmentStatus
from services.models.people import User
from services.models.scheduling import Days

# Beside a word, or in its place where there is room for one sign only.
MARKS = {AppointmentStatus.FULFILLED: "✓", AppointmentStatus.NOSHOW: "✗"}
FREE = "free"
TIME_OFF = "time off"
CLINIC_CLOSED = "clinic closed"
CLOSED = "not working"
KEPT = "seen or booked"
CANCELLED = STATUSES[AppointmentStatus.CANCELLED]
NOSHOW = STATUSES[AppointmentStatus.NOSHOW]
BY_DAY = "Appointments by day"
DAY_OFF = "No working hours on this day"
MINUTE = timedelta(minutes=1)


def status(value: AppointmentStatus) -> str:
    """Say what became of an appointment: ✓ seen."""
    mark = MARKS.get(value)
    return f"{mark} {STATUSES[value]}" if mark else str(STATUSES[value])


def hour(instant: datetime, zone: ZoneInfo) -> str:
    """Name an hour of the day: 9 AM."""
    return format_time(instant.astimezone(zone).time(), "h a", locale=language().cldr)


def short_time(instant: datetime, zone: ZoneInfo) -> str:
    """Return a time of day where the hours stand beside it: 9:30."""
    return format_time(instant.astimezone(zone).time(), "h:mm", locale=language().cldr)


def several_free(number: int) -> str:
    """Say that there are free times."""
    return FREE if number == 1 else f"{number} {FREE}"


def together(booked: int, free: int) -> str:
    """Say what a block holds where there are too many for one each."""
    return f"{booked} taken, {free} {FREE}" if free else f"{booked} taken"


def day_summary(statuses: Iterable[AppointmentStatus], free: int) -> str:
    """Say in a line what a day holds."""
    all_of_them = list(statuses)
    counts = {value: all_of_them.count(value) for value in AppointmentStatus}
    parts = [f"{count} {STATUSES[value]}" for value, count in counts.items() if count] or ["nothing booked"]
    return " · ".join([*parts, f"{free} {FREE}"] if free else parts)


def times_are(zone: ZoneInfo, changes: Iterable[tuple[datetime, timedelta]]) -> str:
    """Say whose times these are, and when the clocks are changed, by how much."""
    return "; ".join([f"Times are in {zone_name(zone)}", *(_changed(at, by, zone) for at, by in changes)])


def _changed(at: datetime, by: timedelta, zone: ZoneInfo) -> str:
    # The time at which it happens is told as the clocks say it before.
    before = ((at - MINUTE).astimezone(zone) + MINUTE).time()
    way = "forward" if by > timedelta() else "back"
    return (
        f"at {format_time(before, 'hh:mm a', locale=language().cldr)} clocks go {way} {abs(by) // MINUTE} min"
    )


def period(days: Days) -> str:
    """Name a period: Tue 27 Apr 2027 – Mon 3 May 2027."""
    return f"{day(days.first)} – {day(days.last)}"


def short_day(value: date) -> str:
    """Name a day where there is little room: 3 May."""
    return format_date(value, "d MMM", locale=language().cldr)


def by_doctor(shown: int, total: int) -> str:
    """Head the doctors, who may be more than are shown."""
    return "Appointments by doctor" if shown == total else f"The {shown} busiest of {total} doctors"


def doctor_name(doctor: User | None) -> str:
    """Name a doctor; one whose account is there no more has no name."""
    return plain_doctor(doctor.name) if doctor else "A former doctor"
