"""What is said to those who wait for a time to open."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.drafts import WaitDraft
from bot.texts.formats import day, doctor, esc, moment, plain_doctor, span, zone_name, zone_note
from services.clinic_rules import ClinicRules
from services.models.scheduling import PartOfDay
from services.models.waitlist import SlotOffer, WaitlistEntry, WaitlistEntryCard
from services.waitlist.entries import Joined

TELL_ME = "🔔 Tell me when something opens"
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
    return f"🔔 <b>Wait for a time</b>\n👩‍⚕️ {doctor(draft.doctor_name)}"


def ask_days(draft: WaitDraft) -> str:
    """Ask on which days."""
    return (
        f"{_head(draft)}\n\nI tell you when a time opens, and keep it for you while you decide."
        " On which days would one suit you? Tap, or type a day."
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
    place = found.card.place
    lines = [f"🔔 You wait for a time with {doctor(found.card.doctor.name)}: {wish(place, rules)}."]
    if found.has_replaced:
        lines.append("This takes the place of what you waited for there before.")
    lines.append(
        f"{before(found.card.before).capitalize()}. When a time opens, I offer it to you here and by mail,"
        f" and keep it for {span(lasts)}, or less where it is near."
    )
    if found.free:
        count = "1 time like that is" if found.free == 1 else f"{found.free} times like that are"
        lines.append(f"{count} free already; I tell you of others.")
    return "\n\n".join(lines)


def before(count: int) -> str:
    """Return how many are before somebody in the line."""
    if not count:
        return "nobody is before you"
    return "1 person is before you" if count == 1 else f"{count} people are before you"


def places(found: Sequence[tuple[WaitlistEntryCard, SlotOffer | None]], rules: ClinicRules) -> str:
    """List where somebody waits."""
    if not found:
        return (
            "🔔 You wait for no time at the moment.\n\nWhere a doctor has none that suits you,"
            f" “{TELL_ME}” is below the days in /book and on the doctor's card in /doctors."
        )
    count = "1 place" if len(found) == 1 else f"{len(found)} places"
    items = [_place(card, offer, rules) for card, offer in found]
    return "\n\n".join([f"🔔 <b>Waiting list</b>: {count}{zone_note(rules)}", *items])


def _place(card: WaitlistEntryCard, offer: SlotOffer | None, rules: ClinicRules) -> str:
    lines = [
        f"👩‍⚕️ {doctor(card.doctor.name)}: {esc(wish(card.place, rules))}",
        f"Since {moment(card.place.since, rules.zone)}; {before(card.before)}.",
    ]
    if offer is not None:
        lines.append(
            f"➡️ Kept for you until {moment(offer.until, rules.zone)}: <b>{moment(offer.slot.start, rules.zone)}</b>"
        )
    return "\n".join(lines)


def take(offer: SlotOffer, rules: ClinicRules) -> str:
    """Label the button that takes what is offered."""
    return f"✅ Take {moment(offer.slot.start, rules.zone)}"


def leave(name: str) -> str:
    """Label the button that leaves a line."""
    return f"✖ Leave: {plain_doctor(name)}"


def left(*, was_there: bool) -> str:
    """Say that somebody waits there no more."""
    return "You have left that line." if was_there else "You were not in that line any more."


def passed() -> str:
    """Say that what was offered goes on to the next."""
    return "👋 Passed on to the next in line. You keep your place, and hear of the next time that opens."


def nothing_to_wait_for() -> str:
    """Say where waiting begins."""
    return f"“{TELL_ME}” is below the days in /book, and on the doctor's card in /doctors."
