"""What is said to those who wait for a time to open."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.texts import labels
from bot.texts.formats import day, doctor, esc, moment, plain_doctor, span, zone_name, zone_note
from bot.waiting_drafts import WaitDraft
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.scheduling import PartOfDay
from services.models.waitlist import SlotOffer, WaitlistEntryCard
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
    wanted = " · ".join(filter(None, (draft.kind_name, draft.place_name)))
    visit = f"\n🩺 {esc(wanted)}" if wanted else ""
    return f"🔔 <b>Join the waiting list</b>{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}{visit}"


def for_whom(draft: WaitDraft) -> str:
    """Return what stands above the question who waits."""
    return _head(draft)


def ask_kind(draft: WaitDraft) -> str:
    """Ask which kind of visit it is."""
    return f"{_head(draft)}\n\nWhich kind of visit?"


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
    return f"{_head(draft)}\n📆 {days(draft.first, draft.last)}\n\nWhich part of the day suits you{where}?"


def days(first: date | None, last: date | None) -> str:
    """Return the days from one to another."""
    if first is None or last is None:
        return ""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def wish(card: WaitlistEntryCard, rules: ClinicRules) -> str:
    """Return what somebody waits for, escaped: the days, the part of the day, which kind of visit, and where."""
    place, zone = card.entry, rules.zone
    first = place.window.start.astimezone(zone).date()
    # The end is no part of it.
    last = (place.window.end - timedelta(minutes=1)).astimezone(zone).date()
    said = f"{days(first, last)}{_IN[place.part]}"
    visit = " · ".join(esc(each.name) for each in (card.details.kind, card.details.place) if each is not None)
    return f"{said} ({visit})" if visit else said


def joined(found: Joined, lasts: timedelta, rules: ClinicRules) -> str:
    """Say that somebody waits now, for what, and what will come of it."""
    patient = found.card.patient
    who = "You're" if patient.has_account else f"{esc(patient.name)} is"
    lines = [f"🔔 {who} on the waiting list for {doctor(found.card.doctor.name)}: {wish(found.card, rules)}."]
    if found.has_replaced:
        you = "you were" if patient.has_account else "they were"
        lines.append(f"This replaces what {you} waiting for there before.")
    lines.append(
        f"{in_line(found.card.before, is_own=patient.has_account)} When a time opens up, I'll offer it to you here and by email,"
        f" and keep it for {span(lasts)}, or less if it's soon."
    )
    if found.free:
        count = "1 matching time is" if found.free == 1 else f"{found.free} matching times are"
        lines.append(f"{count} free now. I'll tell you if more open up.")
    return "\n\n".join(lines)


def in_line(count: int, *, is_own: bool = True) -> str:
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
    doctors = len({card.entry.doctor_id for card, _ in found})
    count = "1 doctor" if doctors == 1 else f"{doctors} doctors"
    items = [_place(card, offer, rules) for card, offer in found]
    return "\n\n".join([f"🔔 <b>Waiting list</b>: {count}{zone_note(rules)}", *items])


def _place(card: WaitlistEntryCard, offer: SlotOffer | None, rules: ClinicRules) -> str:
    is_own = card.patient.has_account
    whom = "" if is_own else f", for {esc(card.patient.name)}"
    wanted = f" {wish(card, rules)}"
    if card.visit is not None:
        wanted = f" an earlier time\nNow: {moment(card.visit.slot.start, rules.zone)}\nWanted:{wanted}"
    lines = [
        f"👩‍⚕️ {doctor(card.doctor.name)}{whom}:{wanted}",
        f"Since {moment(card.entry.since, rules.zone)}. {in_line(card.before, is_own=is_own)}",
    ]
    if not card.is_offered:
        lines.append("⚠️ The doctor doesn't offer that any more. You keep your turn in case it comes back.")
    if offer is not None:
        time = f"<b>{moment(offer.slot.start, rules.zone)}</b>"
        if offer.was is not None:
            time = f"{time} in place of {moment(offer.was, rules.zone)}"
        lines.append(f"➡️ Kept for you until {moment(offer.until, rules.zone)}: {time}")
    return "\n".join(lines)


def take(offer: SlotOffer, rules: ClinicRules) -> str:
    """Label the button that takes what is offered."""
    return f"✅ Take {moment(offer.slot.start, rules.zone)}"


def leave(name: str, patient: str = "") -> str:
    """Label the button that leaves a line; with the patient whom the reader looks after."""
    return f"✖ Leave the list: {f'{patient} · ' if patient else ''}{plain_doctor(name)}"


def leave_earlier(name: str, start: datetime, rules: ClinicRules, patient: str = "") -> str:
    """Label the button to wait no more for an earlier time; with the patient whom the reader looks after."""
    at = day(start.astimezone(rules.zone).date()).rpartition(" ")[0]  # without the year
    return f"✖ Stop waiting ({at}): {f'{patient}, ' if patient else ''}{plain_doctor(name)}"


def left_earlier(*, was_there: bool) -> str:
    """Say that nobody waits for an earlier time there any more."""
    if was_there:
        return "You're no longer waiting for an earlier time. Your appointment stays as it is."
    return "You were no longer waiting for an earlier time there."


def moved(found: AppointmentCard, rules: ClinicRules) -> str:
    """Say that an earlier time was taken."""
    start = moment(found.appointment.slot.start, rules.zone)
    return f"✅ Your appointment with {doctor(found.doctor.name)} is now on {start}."


def left(*, was_there: bool) -> str:
    """Say that somebody waits there no more."""
    return "You have left that waiting list." if was_there else "You were no longer on that waiting list."


def passed() -> str:
    """Say that what was offered goes on to the next."""
    return "👋 Passed on to the next person in line. You keep your place. I'll tell you when the next time opens up."


def nothing_to_wait_for() -> str:
    """Say where waiting begins."""
    return f"To join a waiting list, tap “{labels.TELL_ME}” below the days in /book, or on the doctor's card in /doctors."
