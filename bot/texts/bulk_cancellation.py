"""Lists of booked appointments that somebody is about to cancel in one go, and what becomes of them."""

from zoneinfo import ZoneInfo

from bot.localization.messages import say, say_count
from bot.texts import labels
from bot.texts.formats import esc, moment
from services.models.appointments import AppointmentCard
from services.models.paging import Page


def booked_lines(page: Page[AppointmentCard], zone: ZoneInfo, *, has_pages: bool = True) -> str:
    """Return a page of them, a line each, by time and patient, and how many there are beyond it."""
    lines = [
        "• "
        + say(
            "{time} · {patient}",
            time=moment(card.appointment.slot.start, zone),
            patient=esc(card.patient.name),
        )
        for card in page.items
    ]
    return "\n".join([*lines, *beyond(page.total - len(page.items), has_pages=has_pages)])


def beyond(left: int, *, has_pages: bool) -> list[str]:
    """Return the line that says how many a list does not show, and whether other pages do; none for none."""
    if left <= 0:
        return []
    if has_pages:
        return [
            say_count("… and {count} more on the other pages", "… and {count} more on the other pages", left)
        ]
    return [say_count("… and {count} more", "… and {count} more", left)]


def booked_then(count: int) -> str:
    """Say how many are booked in a stretch that is about to be taken away."""
    return say_count(
        "{count} appointment is booked then and will be cancelled when you save.",
        "{count} appointments are booked then and will be cancelled when you save.",
        count,
    )


def will_be_cancelled(count: int) -> str:
    """Head the list of those that are cancelled once it is saved."""
    return say_count(
        "⚠️ <b>This appointment will be cancelled when you save</b>",
        "⚠️ <b>These {count} appointments will be cancelled when you save</b>",
        count,
    )


def patients_get(count: int) -> str:
    """Say what the patients of so many get as soon as it is saved."""
    return say_count(
        "The patient gets a message and an email right away, with other free times to book with one tap.",
        "Each patient gets a message and an email right away, with other free times to book with one tap.",
        count,
    )


def were_cancelled(count: int) -> str:
    """Say that so many are cancelled, and what their patients get."""
    return say_count(
        "{count} appointment is cancelled. The patient gets a message and an email with other free times.",
        "{count} appointments are cancelled. Each patient gets a message and an email with other free times.",
        count,
    )


def booked_since(count: int) -> str:
    """Head the list of those that nobody had read of before they were cancelled."""
    return say_count(
        "One of them was booked after you saw the list:",
        "{count} of them were booked after you saw the list:",
        count,
    )


def what_to_tell(count: int) -> str:
    """Ask for a note to the patients of so many."""
    return say_count(
        "What should I tell the patient? Type it, or skip this.",
        "What should I tell the patients? Type it, or skip this.",
        count,
    )


def save_and_cancel(count: int) -> str:
    """Label the button that saves, and cancels so many."""
    if not count:
        return str(labels.SAVE)
    # Translators: a button; at most 40 characters. "Those" are appointments.
    return say_count("✅ Save, cancel that one", "✅ Save, cancel those {count}", count)
