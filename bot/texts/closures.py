"""What admins are told while they close the clinic, in the clinic's wall time."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.localization.messages import number, say, say_count
from bot.texts.bulk_cancellation import (
    beyond,
    booked_since,
    booked_then,
    were_cancelled,
    will_be_cancelled,
)
from bot.texts.formats import day, doctor, esc, in_zone, moment, short_day
from bot.texts.time_off import coming_up, nothing_booked_save_it, off, off_days, which_part
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.scheduling import Closure
from services.models.slots import Slot
from services.working_hours.closures import ProposedHoliday

MOST_NAMED = 10


def _title() -> str:
    return say("🔒 <b>Closures</b>")


def _line(closure: Closure, zone: ZoneInfo) -> str:
    # Translators: when the clinic is closed, and why.
    return "• " + say("{when}: {reason}", when=off(closure.slot, zone), reason=esc(closure.reason))


def _lines(closures: Sequence[Closure], zone: ZoneInfo) -> str:
    lines = [_line(each, zone) for each in closures[:MOST_NAMED]]
    return "\n".join([*lines, *beyond(len(closures) - MOST_NAMED, has_pages=False)])


def ask_first(page: Page[Closure], zone: ZoneInfo) -> str:
    """Show the closures to come, and ask for a new one's first day."""
    known = say("No closures are coming up.")
    if page.total:
        known = "\n".join([coming_up(page.total), *(_line(each, zone) for each in page.items)])
    # Translators: what stands in quotation marks are examples of what can be typed.
    asked = say(
        "Nobody can be booked while the clinic is closed."
        " What is the first day? Tap it, or type “25 Dec”, “24 Dec to 1 Jan” or “24 Dec 13:00-17:00”."
    )
    return f"{in_zone(_title(), zone)}\n{known}\n\n{asked}"


def reopen_button(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that removes a closure."""
    # Translators: a button; at most 40 characters. The days are short, such as 4 May.
    return say("↩ Reopen {days}", days=off_days(slot, zone))


def ask_last(first: str) -> str:
    """Ask for the last day."""
    asked = say("What is the last day on which the clinic is closed? Tap it, or type it.")
    begins = say("From {day}", day=first)
    return f"{_title()}\n{begins}\n\n{asked}"


def ask_part(first: str, zone: ZoneInfo) -> str:
    """Ask whether it is the whole day."""
    return f"{_title()}\n{in_zone(first, zone)}\n\n{which_part()}"


def ask_reason(slot: Slot, count: int, zone: ZoneInfo) -> str:
    """Ask for the reason that patients are told."""
    booked = booked_then(count) if count else say("Nothing is booked then.")
    asked = say("Why is the clinic closed? Type it, like “Christmas Day”: patients are told.")
    return f"{_title()}\n{off(slot, zone)}\n\n{booked} {asked}"


def summary(chosen: Sequence[Closure], page: Page[AppointmentCard], zone: ZoneInfo) -> str:
    """Show everything once more."""
    head = f"{in_zone(_title(), zone)}\n{_lines(chosen, zone)}"
    if not page.total:
        return f"{head}\n\n{nothing_booked_save_it()}"
    told = say_count(
        "The patient gets a message and an email right away, with the reason and other free times to"
        " book with one tap. The doctors are told, too.",
        "Each patient gets a message and an email right away, with the reason and other free times to"
        " book with one tap. The doctors are told, too.",
        page.total,
    )
    return f"{head}\n\n{will_be_cancelled(page.total)}\n{_booked(page, zone)}\n\n{told}"


def _booked(page: Page[AppointmentCard], zone: ZoneInfo, *, has_pages: bool = True) -> str:
    lines = [
        "• "
        + say(
            "{time} · {patient}, {doctor}",
            time=moment(card.appointment.slot.start, zone),
            patient=esc(card.patient.name),
            doctor=doctor(card.doctor.name),
        )
        for card in page.items
    ]
    return "\n".join([*lines, *beyond(page.total - len(page.items), has_pages=has_pages)])


def closed(
    chosen: Sequence[Closure],
    cancelled: int,
    more: Sequence[AppointmentCard],
    zone: ZoneInfo,
    *,
    is_again: bool,
) -> str:
    """Say that it is saved, and what became of what was booked.

    `more` are those that were booked after the summary was shown, so that nobody has read of them yet.
    """
    saved = say("🔒 Saved. The clinic is closed:")
    if is_again:
        saved = say("🔒 It was already saved, as you first confirmed it. The clinic is closed:")
    head = f"{saved}\n{_lines(chosen, zone)}"
    if not cancelled:
        nothing = say("Nothing was booked then.")
        return f"{head}\n{nothing}"
    said = f"{head}\n{were_cancelled(cancelled)}"
    if not more:
        return said
    named = Page(tuple(more[:MOST_NAMED]), 0, MOST_NAMED, len(more))
    return f"{said}\n\n{booked_since(len(more))}\n{_booked(named, zone, has_pages=False)}"


def ask_reopen(closure: Closure, zone: ZoneInfo) -> str:
    """Ask whether to remove a closure."""
    asked = say("Reopen it? Patients can book this time again. Cancelled appointments stay cancelled.")
    return f"{_title()}\n{_line(closure, zone)}\n\n{asked}"


def reopened(closure: Closure, zone: ZoneInfo) -> str:
    """Say that it was removed."""
    return say("↩ Reopened: {when}. The doctors' working hours apply again.", when=off(closure.slot, zone))


def holidays(page: Page[ProposedHoliday], closed_on: int) -> str:
    """Show the public holidays of the next twelve months."""
    if not page.total:
        title = say("🎉 <b>Public holidays</b>")
        none = say("There are none in the next 12 months. Go « Back to close single days.")
        return f"{title}\n\n{none}"
    head = say(
        "🎉 <b>Public holidays</b> in the next 12 months: {all}, closed on {closed}",
        all=number(page.total),
        closed=number(closed_on),
    )
    lines = "\n".join(
        f"{'🔒' if each.closure else '•'} {_holiday(day(each.holiday.day), esc(each.holiday.name))}"
        for each in page.items
    )
    asked = say("Tap one to close the clinic that day. Tap one with 🔒 to reopen it.")
    return f"{head}\n\n{lines}\n\n{asked}"


def _holiday(on: str, name: str) -> str:
    # Translators: a day, and the public holiday on that day.
    return say("{day}: {name}", day=on, name=name)


def holiday_button(proposed: ProposedHoliday) -> str:
    """Label the button of a holiday."""
    label = _holiday(short_day(proposed.holiday.day), proposed.holiday.name)
    return f"🔒 {label}" if proposed.closure else label


def close_on_all(count: int) -> str:
    """Label the button that closes on all holidays that are open."""
    # Translators: a button; at most 40 characters. To close the clinic on all public holidays of a list.
    return say_count("🔒 Close on this one", "🔒 Close on all {count}", count)
