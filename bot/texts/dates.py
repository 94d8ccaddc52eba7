"""What is said while the hours of a single day are changed, in the clinic's wall time."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.localization.messages import say, say_count
from bot.texts.bulk_cancellation import booked_lines, patients_get, were_cancelled
from bot.texts.formats import NOWHERE, PlaceNames, doctor, in_zone, short_day, stretches, wall_time
from bot.texts.formats import day as written_day
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.scheduling import Hours, is_night


def _title(doctor_name: str) -> str:
    if doctor_name:
        return say("📆 <b>Single days of {doctor}</b>", doctor=doctor(doctor_name))
    return say("📆 <b>Single days</b>")


def own_hours(hours: Sequence[Hours], places: PlaceNames = NOWHERE) -> str:
    """Return a day's own hours: 09:00 AM – 12:00 PM; a night ends on the next day."""
    told = stretches(hours, places)
    nights = [each for each in hours if is_night(each)]
    if not nights:
        return told
    return say("{hours} (until {time} on the next day)", hours=told, time=wall_time(nights[-1].end))


def usual_hours(hours: Sequence[Hours], places: PlaceNames = NOWHERE) -> str:
    """Return the hours of a day that is as that weekday always is."""
    return say("as on that weekday, {hours}", hours=stretches(hours, places))


def _on(day: date, hours: str) -> str:
    return say("{day}: {hours}", day=written_day(day), hours=hours)


def ask_day(
    page: Page[tuple[date, tuple[Hours, ...]]],
    zone: ZoneInfo,
    doctor_name: str,
    places: PlaceNames = NOWHERE,
) -> str:
    """Show the days with hours of their own, and ask for another."""
    known = "\n".join(f"• {_on(day, own_hours(hours, places))}" for day, hours in page.items)
    if not page.total:
        known = say("No day has hours of its own.")
    asked = say(
        "Which day is different? Tap it, or type it with its hours, like “24 Dec 9-12”, “24 Dec 22-2” or"
        " “24 Dec closed”."
    )
    return f"{in_zone(_title(doctor_name), zone)}\n{known}\n\n{asked}"


def usual_button(day: date) -> str:
    """Label the button that gives a day its usual hours again."""
    # Translators: a button; at most 40 characters. The day is short, such as 24 Dec.
    return say("↩ Usual hours on {day}", day=short_day(day))


def ask_hours(
    day: date, now: Sequence[Hours], zone: ZoneInfo, doctor_name: str, places: PlaceNames = NOWHERE
) -> str:
    """Ask for the hours of a day."""
    usual = say("Usually: {hours}", hours=stretches(now, places))
    asked = say("Which hours that day? Type them like “9-12, 13:30-17” or “22-2”.")
    return f"{_title(doctor_name)}\n{in_zone(written_day(day), zone)}\n{usual}\n\n{asked}"


def summary(day: date, hours: str, page: Page[AppointmentCard], zone: ZoneInfo, doctor_name: str) -> str:
    """Show the change once more, with what it would cancel."""
    head = f"{in_zone(_title(doctor_name), zone)}\n{_on(day, hours)}"
    if not page.total:
        asked = say("No booked appointment is outside these hours. Save it?")
        return f"{head}\n\n{asked}"
    outside = say_count(
        "⚠️ <b>This appointment is outside these hours and will be cancelled when you save</b>",
        "⚠️ <b>These {count} appointments are outside these hours and will be cancelled when you save</b>",
        page.total,
    )
    return f"{head}\n\n{outside}\n{booked_lines(page, zone)}\n\n{patients_get(page.total)}"


def saved(day: date, hours: str, cancelled: int, doctor_name: str) -> str:
    """Say that it is saved, and what became of what was booked."""
    head = say("✅ Saved for {day}: {hours}. Patients see it right away.", day=written_day(day), hours=hours)
    if doctor_name:
        head += " " + say("The doctor is told.")
    return f"{head}\n{were_cancelled(cancelled)}" if cancelled else head
