"""What is said while a doctor takes time off, in the clinic's wall time."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.texts.bulk_cancellation import are, booked_lines, each_patient, save_and_cancel
from bot.texts.formats import NOWHERE, PlaceNames, clock_time, day, doctor, esc, zone_name
from services.local_time import day_bounds
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.slots import Slot, TimeOff

MOST_NAMED = 10


def title(doctor_name: str) -> str:
    """Head the card; a name where an admin acts for a doctor."""
    return f"⛱ <b>Time off of {doctor(doctor_name)}</b>" if doctor_name else "⛱ <b>Time off</b>"


def _whose(doctor_name: str) -> str:
    return f"{doctor(doctor_name)}'s" if doctor_name else "your"


def _who_has(doctor_name: str) -> str:
    return f"{doctor(doctor_name)} has" if doctor_name else "You have"


def off(slot: Slot, zone: ZoneInfo) -> str:
    """Return when somebody is away: Tue 4 May 2027; … – Sun 9 May 2027; …, 01:00 PM – 05:00 PM."""
    first, last = _days(slot, zone)
    days = day(first) if first == last else f"{day(first)} – {day(last)}"
    if day_bounds(first, last, zone) == slot:
        return days
    return f"{days}, {clock_time(slot.start, zone)} – {clock_time(slot.end, zone)}"


def _days(slot: Slot, zone: ZoneInfo) -> tuple[date, date]:
    last = (slot.end - timedelta(microseconds=1)).astimezone(zone).date()
    return slot.start.astimezone(zone).date(), last


def off_button(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that takes time off back."""
    return f"↩ Take back {off_days(slot, zone)}"


def off_days(slot: Slot, zone: ZoneInfo) -> str:
    """Return a stretch as short as a button wants it: 4 May; 4 May – 9 May; 4 May, 01:00 PM."""
    first, last = _days(slot, zone)
    days = f"{first:%-d %b}" if first == last else f"{first:%-d %b} – {last:%-d %b}"
    part = "" if day_bounds(first, last, zone) == slot else f", {clock_time(slot.start, zone)}"
    return f"{days}{part}"


def ask_first(
    coming: Sequence[TimeOff],
    page: Page[TimeOff],
    zone: ZoneInfo,
    doctor_name: str = "",
    places: PlaceNames = NOWHERE,
) -> str:
    """Show the time off to come, and ask for a new one's first day."""
    count = len(coming)

    known = f"{_who_has(doctor_name)} no upcoming time off."
    if count:
        lines = "\n".join(
            f"• {off(each.slot, zone)}{_only_at(places.get(each.place, '') if each.place else '')}"
            for each in page.items
        )

        known = f"{count} coming up:\n{lines}"
    return (
        f"{title(doctor_name)} ({zone_name(zone)})\n{known}\n\n"
        f"What is the first day of {_whose(doctor_name)} new time off? Tap it, or type “4 May”, “4 May to 9 May” or “4 May 13:00-17:00”."
    )


def ask_last(first: date, doctor_name: str = "") -> str:
    """Ask for the last day."""
    who = "they're" if doctor_name else "you're"
    return f"{title(doctor_name)}\nFrom {day(first)}\n\nWhat is the last day {who} away? Tap it, or type it."


def only(first: date) -> str:
    """Label the button for one day."""
    return f"Only {first:%a %-d %b}"


def ask_part(first: date, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Ask whether it is the whole day."""
    return (
        f"{title(doctor_name)}\n{day(first)} ({zone_name(zone)})\n\n"
        "The whole day, or part of it? Type a part like “13:00-17:00”, “from 3 pm” or “until noon”."
    )


def _only_at(place_name: str) -> str:
    """Say where it is, if it is at one place only."""
    return f", at {esc(place_name)} only" if place_name else ""


def ask_place(slot: Slot, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Ask whether it is everywhere, or at one place only."""
    who = "they're" if doctor_name else "you're"
    return (
        f"{title(doctor_name)}\n{off(slot, zone)}\n\nIs that everywhere, or only at one place?"
        f" Where {who} away, what is booked is cancelled when you save."
    )


def ask_note(slot: Slot, count: int, zone: ZoneInfo, doctor_name: str = "", place_name: str = "") -> str:
    """Ask what to tell the patients."""
    whom = "the patient" if count == 1 else "the patients"
    return (
        f"{title(doctor_name)}\n{off(slot, zone)}{_only_at(place_name)}\n\n{are(count)} booked then and will be cancelled when you save."
        f" What should I tell {whom}? Type it, or skip this."
    )


def summary(
    slot: Slot,
    page: Page[AppointmentCard],
    note: str | None,
    zone: ZoneInfo,
    doctor_name: str = "",
    *,
    place_name: str = "",
) -> str:
    """Show everything once more."""
    head = f"{title(doctor_name)} ({zone_name(zone)})\n{off(slot, zone)}{_only_at(place_name)}"
    if not page.total:
        return f"{head}\n\nNothing is booked then. After you save, nobody can book it. Save it?"
    said = f"\n💬 To them: {esc(note)}" if note else ""
    those = "This appointment" if page.total == 1 else f"These {page.total} appointments"
    return (
        f"{head}\n\n⚠️ <b>{those} will be cancelled when you save</b>\n{booked_lines(page, zone)}{said}\n\n"
        f"{each_patient(page.total)} a message and an email right away, with other free times to book with one tap."
    )


def confirm(count: int) -> str:
    """Label the summary's button."""
    return save_and_cancel(count)


def taken(
    slot: Slot,
    cancelled: int,
    more: Sequence[AppointmentCard],
    zone: ZoneInfo,
    doctor_name: str = "",
    *,
    place_name: str = "",
    is_again: bool,
) -> str:
    """Say that the time off is saved, and what became of what was booked.

    `more` are those that were booked after the summary was shown, so that nobody has read of them yet. One
    that is saved `again` stays as it was the first time, with the note that the patients got then.
    """
    saved = "was already saved, as you first confirmed it" if is_again else "is saved"
    whose = _whose(doctor_name)
    head = f"⛱ {whose[0].upper()}{whose[1:]} time off {saved}: {off(slot, zone)}{_only_at(place_name)}."
    if doctor_name:
        head += " The doctor is told."
    if not cancelled:
        return f"{head} Nothing was booked then."
    said = f"{head}\n{are(cancelled)} cancelled. {each_patient(cancelled)} a message and an email with other free times."
    if not more:
        return said
    lines = booked_lines(Page(tuple(more[:MOST_NAMED]), 0, MOST_NAMED, len(more)), zone, rest="more")
    came = "One of them was" if len(more) == 1 else f"{len(more)} of them were"
    return f"{said}\n\n{came} booked after you saw the list:\n{lines}"


def ask_take_back(slot: Slot, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Ask whether to take it back."""
    return (
        f"{title(doctor_name)}\n{off(slot, zone)}\n\n"
        "Take it back? Patients can book this time again. Cancelled appointments stay cancelled."
    )


def taken_back(slot: Slot, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Say that it was taken back."""
    whose = _whose(doctor_name)
    return f"↩ Taken back: {off(slot, zone)}. {whose[0].upper()}{whose[1:]} working hours apply again."
