"""What is said while a doctor takes time off, in the clinic's wall time."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.localization.messages import say, say_count
from bot.texts.bulk_cancellation import (
    booked_lines,
    booked_since,
    booked_then,
    patients_get,
    save_and_cancel,
    were_cancelled,
    what_to_tell,
    will_be_cancelled,
)
from bot.texts.formats import (
    NOWHERE,
    PlaceNames,
    clock_time,
    day,
    doctor,
    esc,
    in_zone,
    short_day,
    weekday_and_day,
)
from services.local_time import day_bounds
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.slots import Slot, TimeOff

MOST_NAMED = 10


def title(doctor_name: str) -> str:
    """Head the card; a name where an admin acts for a doctor."""
    if doctor_name:
        return say("⛱ <b>Time off of {doctor}</b>", doctor=doctor(doctor_name))
    return say("⛱ <b>Time off</b>")


def off(slot: Slot, zone: ZoneInfo) -> str:
    """Return when somebody is away: Tue 4 May 2027; … – Sun 9 May 2027; …, 01:00 PM – 05:00 PM."""
    first, last = _days(slot, zone)
    days = day(first) if first == last else say("{start} – {end}", start=day(first), end=day(last))
    if day_bounds(first, last, zone) == slot:
        return days
    start, end = clock_time(slot.start, zone), clock_time(slot.end, zone)
    # Translators: which day or days, and from when to when.
    return say("{days}, {start} – {end}", days=days, start=start, end=end)


def _days(slot: Slot, zone: ZoneInfo) -> tuple[date, date]:
    last = (slot.end - timedelta(microseconds=1)).astimezone(zone).date()
    return slot.start.astimezone(zone).date(), last


def off_button(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that takes time off back."""
    # Translators: a button; at most 40 characters. The days are short, such as 4 May.
    return say("↩ Take back {days}", days=off_days(slot, zone))


def off_days(slot: Slot, zone: ZoneInfo) -> str:
    """Return a stretch as short as a button wants it: 4 May; 4 May – 9 May; 4 May, 01:00 PM."""
    first, last = _days(slot, zone)
    days = short_day(first)
    if first != last:
        days = say("{start} – {end}", start=days, end=short_day(last))
    if day_bounds(first, last, zone) == slot:
        return days
    return say("{day}, {time}", day=days, time=clock_time(slot.start, zone))


def off_at(slot: Slot, zone: ZoneInfo, place_name: str) -> str:
    """Return when somebody is away, and where, if it is at one place only."""
    if not place_name:
        return off(slot, zone)
    # Translators: when somebody is away, and the only place where they are away then.
    return say("{when}, at {place} only", when=off(slot, zone), place=esc(place_name))


def ask_first(
    coming: Sequence[TimeOff],
    page: Page[TimeOff],
    zone: ZoneInfo,
    doctor_name: str = "",
    places: PlaceNames = NOWHERE,
) -> str:
    """Show the time off to come, and ask for a new one's first day."""
    lines = [
        f"• {off_at(each.slot, zone, places.get(each.place, '') if each.place else '')}"
        for each in page.items
    ]
    known = "\n".join([coming_up(len(coming)), *lines]) if coming else _nothing_coming(doctor_name)
    asked = f"{_which_first(doctor_name)} {how_to_type_days()}"
    return f"{in_zone(title(doctor_name), zone)}\n{known}\n\n{asked}"


def coming_up(count: int) -> str:
    """Head the list of the stretches that are still to come."""
    # Translators: heads a list of days off, of days on which the clinic is closed or a room is out of order.
    return say_count("{count} coming up:", "{count} coming up:", count)


def _nothing_coming(doctor_name: str) -> str:
    if doctor_name:
        return say("{doctor} has no upcoming time off.", doctor=doctor(doctor_name))
    return say("You have no upcoming time off.")


def _which_first(doctor_name: str) -> str:
    if doctor_name:
        return say("What is the first day of {doctor}'s new time off?", doctor=doctor(doctor_name))
    return say("What is the first day of your new time off?")


def how_to_type_days() -> str:
    """Say how one answers which days or which part of a day."""
    # Translators: what stands in quotation marks are examples of what can be typed.
    return say("Tap it, or type “4 May”, “4 May to 9 May” or “4 May 13:00-17:00”.")


def from_day(first: date) -> str:
    """Return the first day, on a line of its own."""
    return say("From {day}", day=day(first))


def ask_last(first: date, doctor_name: str = "") -> str:
    """Ask for the last day."""
    # Translators: "they" is one doctor.
    asked = say("What is the last day they're away? Tap it, or type it.")
    if not doctor_name:
        asked = say("What is the last day you're away? Tap it, or type it.")
    return f"{title(doctor_name)}\n{from_day(first)}\n\n{asked}"


def only(first: date) -> str:
    """Label the button for one day."""
    # Translators: a button; at most 40 characters. That one day, and no other.
    return say("Only {day}", day=weekday_and_day(first))


def ask_part(first: date, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Ask whether it is the whole day."""
    return f"{title(doctor_name)}\n{in_zone(day(first), zone)}\n\n{which_part()}"


def which_part() -> str:
    """Ask whether it is a whole day, or which part of it."""
    # Translators: what stands in quotation marks are examples of what can be typed.
    return say("The whole day, or part of it? Type a part like “13:00-17:00”, “from 3 pm” or “until noon”.")


def ask_place(slot: Slot, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Ask whether it is everywhere, or at one place only."""
    asked = say("Is that everywhere, or only at one place?")
    # Translators: "they" is one doctor.
    cancelled = say("Where they're away, what is booked is cancelled when you save.")
    if not doctor_name:
        cancelled = say("Where you're away, what is booked is cancelled when you save.")
    return f"{title(doctor_name)}\n{off(slot, zone)}\n\n{asked} {cancelled}"


def ask_note(slot: Slot, count: int, zone: ZoneInfo, doctor_name: str = "", place_name: str = "") -> str:
    """Ask what to tell the patients."""
    return f"{title(doctor_name)}\n{off_at(slot, zone, place_name)}\n\n{booked_then(count)} {what_to_tell(count)}"


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
    head = f"{in_zone(title(doctor_name), zone)}\n{off_at(slot, zone, place_name)}"
    if not page.total:
        return f"{head}\n\n{nothing_booked_save_it()}"
    # Translators: what the patients are told.
    said = [say("💬 To them: {note}", note=esc(note))] if note else []
    lines = "\n".join([will_be_cancelled(page.total), booked_lines(page, zone), *said])
    return f"{head}\n\n{lines}\n\n{patients_get(page.total)}"


def nothing_booked_save_it() -> str:
    """Ask whether to save a stretch in which nothing is booked."""
    return say("Nothing is booked then. After you save, nobody can book it. Save it?")


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
    head = _saved(off_at(slot, zone, place_name), doctor_name, is_again=is_again)
    if not cancelled:
        nothing = say("Nothing was booked then.")
        return f"{head} {nothing}"
    said = f"{head}\n{were_cancelled(cancelled)}"
    if not more:
        return said
    lines = booked_lines(Page(tuple(more[:MOST_NAMED]), 0, MOST_NAMED, len(more)), zone, has_pages=False)
    return f"{said}\n\n{booked_since(len(more))}\n{lines}"


def _saved(when: str, doctor_name: str, *, is_again: bool) -> str:
    if not doctor_name:
        if is_again:
            return say("⛱ Your time off was already saved, as you first confirmed it: {when}.", when=when)
        return say("⛱ Your time off is saved: {when}.", when=when)
    name = doctor(doctor_name)
    if is_again:
        return say(
            "⛱ {doctor}'s time off was already saved, as you first confirmed it: {when}. The doctor is told.",
            doctor=name,
            when=when,
        )
    return say("⛱ {doctor}'s time off is saved: {when}. The doctor is told.", doctor=name, when=when)


def ask_take_back(slot: Slot, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Ask whether to take it back."""
    asked = say("Take it back? Patients can book this time again. Cancelled appointments stay cancelled.")
    return f"{title(doctor_name)}\n{off(slot, zone)}\n\n{asked}"


def taken_back(slot: Slot, zone: ZoneInfo, doctor_name: str = "") -> str:
    """Say that it was taken back."""
    when = off(slot, zone)
    if doctor_name:
        return say(
            "↩ Taken back: {when}. {doctor}'s working hours apply again.",
            when=when,
            doctor=doctor(doctor_name),
        )
    return say("↩ Taken back: {when}. Your working hours apply again.", when=when)
