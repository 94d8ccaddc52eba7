"""What is said to those who wait for a time to open."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.drafts import WaitDraft
from bot.texts import labels
from bot.texts.formats import day, doctor, esc, moment, plain_doctor, span, zone_name, zone_note
from services.clinic_rules import ClinicRules
from services.models.scheduling import PartOfDay
from services.models.waitlist import SlotOffer, WaitlistEntry, WaitlistEntryCard
from services.waitlist.joining import Joined

PARTS = {
    PartOfDay.MORNING: "Morning",
    PartOfDay.AFTERNOON: "Afternoon",
    PartOfDay.EVENING: "Evening",
    PartOfDay.ANY: "Any time of the day",
}
_IN = {
    PartOfDay.MORNING: ", before noon",
    PartOfDay.AFTERNOON: ", from noon to 5 PM",
    PartOfDay.EVENING: ", from 5 PM on",
    PartOfDay.ANY: "",
}


def _head(draft: WaitDraft) -> str:
    whom = f"\n🙂 {esc(draft.patient_name)}" if draft.patient_name else ""
    return f"🔔 <b>Join the waiting list</b>{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}"


def for_whom(draft: WaitDraft) -> str:
    """Return what stands above the question who waits."""
    return _head(draft)


def ask_days(draft: WaitDraft) -> str:
    """Ask on which days."""
    return (
        f"{_head(draft)}\n\nI'll tell you when a time opens up, and keep it for you while you decide."
        " Which days would suit you? Tap one of these, or type a day."
    )


def only(value: date) -> str:
    """Label the button of the one day that was full."""
    return f"Only {day(value)}"


def two_weeks() -> str:
    """Label the button of the days that are near."""
    return "Any day in the next 2 weeks"


def until(last: date) -> str:
    """Label the button of all days that can be booked."""
    return f"Any day until {day(last)}"


def ask_part(draft: WaitDraft, rules: ClinicRules, clinic: ClinicRules) -> str:
    """Ask for the part of the day; it goes by the clinic's clocks."""
    where = f" ({zone_name(clinic.zone)})" if rules.elsewhere else ""
    return f"{_head(draft)}\n📆 {_days(draft.first, draft.last)}\n\nWhich part of the day suits you{where}?"


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def wish(place: WaitlistEntry, rules: ClinicRules) -> str:
    """Return what somebody waits for: the days, and the part of the day."""
    zone = rules.zone
    first = place.window.start.astimezone(zone).date()
    # The end is no part of it.
    last = (place.window.end - timedelta(minutes=1)).astimezone(zone).date()
    return f"{_days(first, last)}{_IN[place.part]}"


def joined(found: Joined, lasts: timedelta, rules: ClinicRules) -> str:
    """Say that somebody waits now, for what, and what will come of it."""
    place = found.card.entry
    patient = found.card.patient
    who = "You're" if patient.has_account else f"{esc(patient.name)} is"
    lines = [f"🔔 {who} on the waiting list for {doctor(found.card.doctor.name)}: {wish(place, rules)}."]
    if found.has_replaced:
        you = "you were" if patient.has_account else "they were"
        lines.append(f"This replaces what {you} waiting for there before.")
    lines.append(
        f"{before(found.card.before, is_own=patient.has_account)} When a time opens up, I'll offer it to you here and by email,"
        f" and keep it for {span(lasts)}, or less if it's soon."
    )
    if found.free:
        count = "1 matching time is" if found.free == 1 else f"{found.free} matching times are"
        lines.append(f"{count} free now. I'll tell you if more open up.")
    return "\n\n".join(lines)


def before(count: int, *, is_own: bool = True) -> str:
    """Say how many are before somebody in the line: before the reader, or whom the reader looks after."""
    if not count:
        return "You're first in line." if is_own else "They're first in line."
    whom = "you" if is_own else "them"
    return f"1 person is ahead of {whom}." if count == 1 else f"{count} people are ahead of {whom}."


def places(found: Sequence[tuple[WaitlistEntryCard, SlotOffer | None]], rules: ClinicRules) -> str:
    """List where somebody waits."""
    if not found:
        return (
            "🔔 You're not on any waiting list.\n\nIf a doctor has no time that suits you,"
            f" tap “{labels.TELL_ME}” below the days in /book or on the doctor's card in /doctors."
        )
    count = "1 doctor" if len(found) == 1 else f"{len(found)} doctors"
    items = [_place(card, offer, rules) for card, offer in found]
    return "\n\n".join([f"🔔 <b>Waiting list</b>: {count}{zone_note(rules)}", *items])


def _place(card: WaitlistEntryCard, offer: SlotOffer | None, rules: ClinicRules) -> str:
    is_own = card.patient.has_account
    whom = "" if is_own else f", for {esc(card.patient.name)}"
    lines = [
        f"👩‍⚕️ {doctor(card.doctor.name)}{whom}: {esc(wish(card.entry, rules))}",
        f"Since {moment(card.entry.since, rules.zone)}. {before(card.before, is_own=is_own)}",
    ]
    if offer is not None:
        lines.append(
            f"➡️ Kept for you until {moment(offer.until, rules.zone)}: <b>{moment(offer.slot.start, rules.zone)}</b>"
        )
    return "\n".join(lines)


def take(offer: SlotOffer, rules: ClinicRules) -> str:
    """Label the button that takes what is offered."""
    return f"✅ Take {moment(offer.slot.start, rules.zone)}"


def leave(name: str, patient: str = "") -> str:
    """Label the button that leaves a line; with the patient whom the reader looks after."""
    return f"✖ Leave the list: {f'{patient} · ' if patient else ''}{plain_doctor(name)}"


def left(*, was_there: bool) -> str:
    """Say that somebody waits there no more."""
    return "You have left that waiting list." if was_there else "You were no longer on that waiting list."


def passed() -> str:
    """Say that what was offered goes on to the next."""
    return "👋 Passed on to the next person in line. You keep your place. I'll tell you when the next time opens up."


def nothing_to_wait_for() -> str:
    """Say where waiting begins."""
    return f"To join a waiting list, tap “{labels.TELL_ME}” below the days in /book, or on the doctor's card in /doctors."
