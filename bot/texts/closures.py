"""What admins are told while they close the clinic, in the clinic's wall time."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.texts.bulk_cancellation import are, each_patient
from bot.texts.formats import day, doctor, esc, moment, zone_name
from bot.texts.time_off import off, off_days
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.scheduling import Closure
from services.models.slots import Slot
from services.working_hours.closures import ProposedHoliday

TITLE = "🔒 <b>Closures</b>"
MOST_NAMED = 10


def _line(closure: Closure, zone: ZoneInfo) -> str:
    return f"• {off(closure.slot, zone)}: {esc(closure.reason)}"


def _lines(closures: Sequence[Closure], zone: ZoneInfo) -> str:
    more = len(closures) - MOST_NAMED
    lines = [_line(each, zone) for each in closures[:MOST_NAMED]]
    return "\n".join([*lines, *([f"… and {more} more"] if more > 0 else [])])


def ask_first(page: Page[Closure], zone: ZoneInfo) -> str:
    """Show the closures to come, and ask for a new one's first day."""
    known = "No closures are coming up."
    if page.total:
        lines = "\n".join(_line(each, zone) for each in page.items)
        known = f"{page.total} coming up:\n{lines}"
    return (
        f"{TITLE} ({zone_name(zone)})\n{known}\n\nNobody can be booked while the clinic is closed."
        " What is the first day? Tap it, or type “25 Dec”, “24 Dec to 1 Jan” or “24 Dec 13:00-17:00”."
    )


def reopen_button(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that removes a closure."""
    return f"↩ Reopen {off_days(slot, zone)}"


def ask_last(first: str) -> str:
    """Ask for the last day."""
    return f"{TITLE}\nFrom {first}\n\nWhat is the last day on which the clinic is closed? Tap it, or type it."


def ask_part(first: str, zone: ZoneInfo) -> str:
    """Ask whether it is the whole day."""
    return (
        f"{TITLE}\n{first} ({zone_name(zone)})\n\n"
        "The whole day, or part of it? Type a part like “13:00-17:00”, “from 3 pm” or “until noon”."
    )


def ask_reason(slot: Slot, count: int, zone: ZoneInfo) -> str:
    """Ask for the reason that patients are told."""
    booked = f"{are(count)} booked then and will be cancelled when you save." if count else ""
    return (
        f"{TITLE}\n{off(slot, zone)}\n\n{booked or 'Nothing is booked then.'}"
        " Why is the clinic closed? Type it, like “Christmas Day”: patients are told."
    )


def summary(chosen: Sequence[Closure], page: Page[AppointmentCard], zone: ZoneInfo) -> str:
    """Show everything once more."""
    head = f"{TITLE} ({zone_name(zone)})\n{_lines(chosen, zone)}"
    if not page.total:
        return f"{head}\n\nNothing is booked then. After you save, nobody can book it. Save it?"
    those = "This appointment" if page.total == 1 else f"These {page.total} appointments"
    return (
        f"{head}\n\n⚠️ <b>{those} will be cancelled when you save</b>\n{_booked(page, zone)}\n\n"
        f"{each_patient(page.total)} a message and an email right away, with the reason and other free times to"
        " book with one tap. The doctors are told, too."
    )


def _booked(page: Page[AppointmentCard], zone: ZoneInfo, rest: str = "more on the other pages") -> str:
    lines = [
        f"• {moment(card.appointment.slot.start, zone)} · {esc(card.patient.name)}, {doctor(card.doctor.name)}"
        for card in page.items
    ]
    more = page.total - len(page.items)
    return "\n".join([*lines, *([f"… and {more} {rest}"] if more else [])])


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
    saved = "It was already saved, as you first confirmed it" if is_again else "Saved"
    head = f"🔒 {saved}. The clinic is closed:\n{_lines(chosen, zone)}"
    if not cancelled:
        return f"{head}\nNothing was booked then."
    said = (
        f"{head}\n{are(cancelled)} cancelled. {each_patient(cancelled)} a message and an email"
        " with other free times."
    )
    if not more:
        return said
    named = Page(tuple(more[:MOST_NAMED]), 0, MOST_NAMED, len(more))
    came = "One of them was" if len(more) == 1 else f"{len(more)} of them were"
    return f"{said}\n\n{came} booked after you saw the list:\n{_booked(named, zone, 'more')}"


def ask_reopen(closure: Closure, zone: ZoneInfo) -> str:
    """Ask whether to remove a closure."""
    return (
        f"{TITLE}\n{_line(closure, zone)}\n\n"
        "Reopen it? Patients can book this time again. Cancelled appointments stay cancelled."
    )


def reopened(closure: Closure, zone: ZoneInfo) -> str:
    """Say that it was removed."""
    return f"↩ Reopened: {off(closure.slot, zone)}. The doctors' working hours apply again."


def holidays(page: Page[ProposedHoliday], closed_on: int) -> str:
    """Show the public holidays of the next twelve months."""
    if not page.total:
        return "🎉 <b>Public holidays</b>\n\nThere are none in the next 12 months. Go « Back to close single days."
    lines = "\n".join(
        f"{'🔒' if each.closure else '•'} {day(each.holiday.day)}: {esc(each.holiday.name)}"
        for each in page.items
    )
    return (
        f"🎉 <b>Public holidays</b> in the next 12 months: {page.total}, closed on {closed_on}\n\n{lines}\n\n"
        "Tap one to close the clinic that day. Tap one with 🔒 to reopen it."
    )


def holiday_button(proposed: ProposedHoliday) -> str:
    """Label the button of a holiday."""
    is_closed = "🔒 " if proposed.closure else ""
    return f"{is_closed}{proposed.holiday.day:%-d %b}: {proposed.holiday.name}"


def close_on_all(count: int) -> str:
    """Label the button that closes on all holidays that are open."""
    return f"🔒 Close on all {count}" if count > 1 else "🔒 Close on this one"
