"""What is said of rooms and devices that are out of order, in the clinic's wall time."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.localization.messages import number, say, say_count
from bot.texts import labels
from bot.texts.bulk_cancellation import beyond, were_cancelled
from bot.texts.formats import day, doctor, esc, in_zone, moment
from bot.texts.time_off import coming_up, from_day, off, off_days, which_part
from services.catalogue.outages import OutageResult, RoomChange
from services.models.paging import Page
from services.models.slots import Slot, TimeOff


def _title(name: str) -> str:
    return say("🔧 <b>{room} out of order</b>", room=esc(name))


def ask_first(name: str, page: Page[TimeOff], zone: ZoneInfo) -> str:
    """Show when it is out of order, and ask for more."""
    known = say("It is in order.")
    if page.total:
        known = "\n".join([coming_up(page.total), *(f"• {off(each.slot, zone)}" for each in page.items)])
    # Translators: what stands in quotation marks are examples of what can be typed.
    asked = say(
        "From which day can't it be used? Tap it, or type “4 May”, “4 May to 9 May” or “4 May 13:00-17:00”."
    )
    return f"{in_zone(_title(name), zone)}\n{known}\n\n{asked}"


def again_button(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that says that it is in order again."""
    # Translators: a button; at most 40 characters. The days are short, such as 4 May.
    return say("↩ In order again {days}", days=off_days(slot, zone))


def ask_last(name: str, first: date) -> str:
    """Ask for the last day."""
    asked = say("Until which day? Tap it, or type it.")
    return f"{_title(name)}\n{from_day(first)}\n\n{asked}"


def ask_part(name: str, first: date, zone: ZoneInfo) -> str:
    """Ask whether it is the whole day."""
    return f"{_title(name)}\n{in_zone(day(first), zone)}\n\n{which_part()}"


def summary(name: str, slot: Slot, page: Page[RoomChange], lost: int, zone: ZoneInfo) -> str:
    """Show everything once more, and what becomes of what is booked in it."""
    head = f"{in_zone(_title(name), zone)}\n{off(slot, zone)}"
    if not page.total:
        asked = say("Nothing is booked in it then. Save it?")
        return f"{head}\n\n{asked}"
    booked = say_count(
        "⚠️ <b>{count} appointment is booked in it</b>",
        "⚠️ <b>{count} appointments are booked in it</b>",
        page.total,
    )
    lines = [_line(each, zone) for each in page.items]
    rest = beyond(page.total - len(page.items), has_pages=True)
    told = _told(lost) if lost else say("Nobody needs to be told, as no time changes.")
    shown = "\n".join([booked, *lines, *rest])
    return f"{head}\n\n{shown}\n\n{told}"


def _told(lost: int) -> str:
    return say_count(
        "The patient gets a message and an email right away, with other free times to book with one tap."
        " The doctor is told, too.",
        "Each patient gets a message and an email right away, with other free times to book with one tap."
        " The doctor is told, too.",
        lost,
    )


def _line(change: RoomChange, zone: ZoneInfo) -> str:
    card = change.card
    when, patient = moment(card.appointment.slot.start, zone), esc(card.patient.name)
    if change.room is None:
        return "• " + say(
            "{time} · {patient} with {doctor}: is cancelled",
            time=when,
            patient=patient,
            doctor=doctor(card.doctor.name),
        )
    return "• " + say(
        "{time} · {patient} with {doctor}: moves to {room}",
        time=when,
        patient=patient,
        doctor=doctor(card.doctor.name),
        room=esc(change.room.name),
    )


def confirm(count: int, lost: int) -> str:
    """Label the summary's button."""
    moved = number(count - lost)
    if not count:
        return str(labels.SAVE)
    if not lost:
        # Translators: a button; at most 40 characters. So many appointments move to another room.
        return say("✅ Save, move {count}", count=moved)
    if lost == count:
        # Translators: a button; at most 40 characters. So many appointments are cancelled.
        return say("✅ Save, cancel {count}", count=number(lost))
    # Translators: a button; at most 40 characters. So many appointments move to another room.
    return say("✅ Save, move {moved}, cancel {cancelled}", moved=moved, cancelled=number(lost))


def begun(name: str, slot: Slot, done: OutageResult, zone: ZoneInfo) -> str:
    """Say that it is noted, and what became of what was booked."""
    said = [noted(name, slot, zone)]
    if done.moved:
        said.append(_moved(done.moved))
    if done.cancelled:
        said.append(were_cancelled(done.cancelled))
    if done.moved or done.cancelled:
        return "\n".join(said)
    nothing = say("Nothing was booked in it then.")
    return f"{said[0]} {nothing}"


def _moved(count: int) -> str:
    return say_count(
        "{count} appointment is in another room of the group now.",
        "{count} appointments are in another room of the group now.",
        count,
    )


def noted(name: str, slot: Slot, zone: ZoneInfo) -> str:
    """Say that it is noted."""
    return say("🔧 Saved: {room} is out of order, {when}.", room=esc(name), when=off(slot, zone))


def ask_back(name: str, slot: Slot, zone: ZoneInfo) -> str:
    """Ask whether it is in order again."""
    asked = say(
        "Is it in order again? Patients can book this time again. Cancelled appointments stay cancelled."
    )
    return f"{_title(name)}\n{off(slot, zone)}\n\n{asked}"


def ended(name: str, slot: Slot, zone: ZoneInfo) -> str:
    """Say that it is in order again."""
    return say("↩ {room} is in order again: {when}.", room=esc(name), when=off(slot, zone))
