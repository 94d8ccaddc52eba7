"""Lists of booked appointments that somebody is about to cancel in one go."""

from zoneinfo import ZoneInfo

from bot.texts.formats import esc, moment
from services.models.appointments import AppointmentCard
from services.models.paging import Page


def booked_lines(
    page: Page[AppointmentCard], zone: ZoneInfo, *, rest: str = "more on the other pages"
) -> str:
    """Return a page of them, a line each, by time and patient, and how many there are beyond it."""
    lines = [
        f"• {moment(card.appointment.slot.start, zone)} · {esc(card.patient.name)}" for card in page.items
    ]
    more = page.total - len(page.items)
    return "\n".join([*lines, *([f"… and {more} {rest}"] if more else [])])


def each_patient(count: int) -> str:
    """Return who hears of so many cancellations, and that they get something."""
    return "The patient gets" if count == 1 else "Each patient gets"


def are(count: int) -> str:
    """Return how many appointments are something."""
    return "1 appointment is" if count == 1 else f"{count} appointments are"


def save_and_cancel(count: int) -> str:
    """Label the button that saves, and cancels so many."""
    if not count:
        return "✅ Save"
    return f"✅ Save, cancel {'that one' if count == 1 else f'those {count}'}"
