"""What is said of rooms and devices that are out of order, in the clinic's wall time."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.texts.bulk_cancellation import are, each_patient
from bot.texts.formats import day, doctor, esc, moment, zone_name
from bot.texts.time_off import off, off_days
from services.catalogue.outages import OutageResult, RoomChange
from services.models.paging import Page
from services.models.slots import Slot, TimeOff


def _title(name: str) -> str:
    return f"🔧 <b>{esc(name)} out of order</b>"


def ask_first(name: str, page: Page[TimeOff], zone: ZoneInfo) -> str:
    """Show when it is out of order, and ask for more."""
    known = "It is in order."
    if page.total:
        known = f"{page.total} coming up:\n" + "\n".join(f"• {off(each.slot, zone)}" for each in page.items)
    return (
        f"{_title(name)} ({zone_name(zone)})\n{known}\n\n"
        "From which day can't it be used? Tap it, or type “4 May”, “4 May to 9 May” or “4 May 13:00-17:00”."
    )


def again_button(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that says that it is in order again."""
    return f"↩ In order again {off_days(slot, zone)}"


def ask_last(name: str, first: date) -> str:
    """Ask for the last day."""
    return f"{_title(name)}\nFrom {day(first)}\n\nUntil which day? Tap it, or type it."


def ask_part(name: str, first: date, zone: ZoneInfo) -> str:
    """Ask whether it is the whole day."""
    return (
        f"{_title(name)}\n{day(first)} ({zone_name(zone)})\n\n"
        "The whole day, or part of it? Type a part like “13:00-17:00”, “from 3 pm” or “until noon”."
    )


def summary(name: str, slot: Slot, page: Page[RoomChange], lost: int, zone: ZoneInfo) -> str:
    """Show everything once more, and what becomes of what is booked in it."""
    head = f"{_title(name)} ({zone_name(zone)})\n{off(slot, zone)}"
    if not page.total:
        return f"{head}\n\nNothing is booked in it then. Save it?"
    lines = "\n".join(_line(each, zone) for each in page.items)
    more = page.total - len(page.items)
    rest = f"\n… and {more} more on the other pages" if more else ""
    told = (
        f"\n\n{each_patient(lost)} a message and an email right away, with other free times to book with one tap."
        " The doctor is told, too."
        if lost
        else "\n\nNobody needs to be told, as no time changes."
    )
    return f"{head}\n\n⚠️ <b>{are(page.total)} booked in it</b>\n{lines}{rest}{told}"


def _line(change: RoomChange, zone: ZoneInfo) -> str:
    card = change.card
    becomes = f"moves to {esc(change.room.name)}" if change.room is not None else "is cancelled"
    who = f"{esc(card.patient.name)} with {doctor(card.doctor.name)}"
    return f"• {moment(card.appointment.slot.start, zone)} · {who}: {becomes}"


def confirm(count: int, lost: int) -> str:
    """Label the summary's button."""
    if not count:
        return "✅ Save"
    parts = [f"move {count - lost}"] if count > lost else []
    parts += [f"cancel {lost}"] if lost else []
    return f"✅ Save, {', '.join(parts)}"


def begun(name: str, slot: Slot, done: OutageResult, zone: ZoneInfo) -> str:
    """Say that it is noted, and what became of what was booked."""
    said = [noted(name, slot, zone)]
    if done.moved:
        said.append(f"{are(done.moved)} in another room of the group now.")
    if done.cancelled:
        said.append(
            f"{are(done.cancelled)} cancelled. {each_patient(done.cancelled)} a message and an email with other free times."
        )
    return "\n".join(said) if done.moved or done.cancelled else f"{said[0]} Nothing was booked in it then."


def noted(name: str, slot: Slot, zone: ZoneInfo) -> str:
    """Say that it is noted."""
    return f"🔧 Saved: {esc(name)} is out of order, {off(slot, zone)}."


def ask_back(name: str, slot: Slot, zone: ZoneInfo) -> str:
    """Ask whether it is in order again."""
    return (
        f"{_title(name)}\n{off(slot, zone)}\n\n"
        "Is it in order again? Patients can book this time again. Cancelled appointments stay cancelled."
    )


def ended(name: str, slot: Slot, zone: ZoneInfo) -> str:
    """Say that it is in order again."""
    return f"↩ {esc(name)} is in order again: {off(slot, zone)}."
