"""What is said while the hours of a single day are changed, in the clinic's wall time."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.texts.bulk_cancellation import are, booked_lines, each_patient
from bot.texts.formats import NOWHERE, PlaceNames, doctor, stretches, wall_time, zone_name
from bot.texts.formats import day as written_day
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.scheduling import Hours, is_night


def _title(doctor_name: str) -> str:
    return f"📆 <b>Single days of {doctor(doctor_name)}</b>" if doctor_name else "📆 <b>Single days</b>"


def own_hours(hours: Sequence[Hours], places: PlaceNames = NOWHERE) -> str:
    """Return a day's own hours: 09:00 AM – 12:00 PM; a night ends on the next day."""
    told = stretches(hours, places)
    nights = [each for each in hours if is_night(each)]
    return f"{told} (until {wall_time(nights[-1].end)} on the next day)" if nights else told


def usual_hours(hours: Sequence[Hours], places: PlaceNames = NOWHERE) -> str:
    """Return the hours of a day that is as that weekday always is."""
    return f"as on that weekday, {stretches(hours, places)}"


def ask_day(
    page: Page[tuple[date, tuple[Hours, ...]]],
    zone: ZoneInfo,
    doctor_name: str,
    places: PlaceNames = NOWHERE,
) -> str:
    """Show the days with hours of their own, and ask for another."""
    known = "No day has hours of its own."
    if page.total:
        known = "\n".join(f"• {written_day(day)}: {own_hours(hours, places)}" for day, hours in page.items)
    return (
        f"{_title(doctor_name)} ({zone_name(zone)})\n{known}\n\n"
        "Which day is different? Tap it, or type it with its hours, like “24 Dec 9-12”, “24 Dec 22-2” or"
        " “24 Dec closed”."
    )


def usual_button(day: date) -> str:
    """Label the button that gives a day its usual hours again."""
    return f"↩ Usual hours on {day:%-d %b}"


def ask_hours(
    day: date, now: Sequence[Hours], zone: ZoneInfo, doctor_name: str, places: PlaceNames = NOWHERE
) -> str:
    """Ask for the hours of a day."""
    return (
        f"{_title(doctor_name)}\n{written_day(day)} ({zone_name(zone)})\nUsually: {stretches(now, places)}\n\n"
        "Which hours that day? Type them like “9-12, 13:30-17” or “22-2”."
    )


def summary(day: date, hours: str, page: Page[AppointmentCard], zone: ZoneInfo, doctor_name: str) -> str:
    """Show the change once more, with what it would cancel."""
    head = f"{_title(doctor_name)} ({zone_name(zone)})\n{written_day(day)}: {hours}"
    if not page.total:
        return f"{head}\n\nNo booked appointment is outside these hours. Save it?"
    those = "This appointment is" if page.total == 1 else f"These {page.total} appointments are"
    return (
        f"{head}\n\n⚠️ <b>{those} outside these hours and will be cancelled when you save</b>\n"
        f"{booked_lines(page, zone)}\n\n"
        f"{each_patient(page.total)} a message and an email right away, with other free times to book with one tap."
    )


def saved(day: date, hours: str, cancelled: int, doctor_name: str) -> str:
    """Say that it is saved, and what became of what was booked."""
    told = " The doctor is told." if doctor_name else ""
    head = f"✅ Saved for {written_day(day)}: {hours}. Patients see it right away.{told}"
    if not cancelled:
        return head
    return f"{head}\n{are(cancelled)} cancelled. {each_patient(cancelled)} a message and an email with other free times."
