"""What is said to those who wait for an earlier time for an appointment that they have."""

from datetime import datetime, timedelta

from bot.texts import labels
from bot.texts.formats import clock_time, doctor, esc, moment, span, zone_name
from bot.texts.waitlist import days, in_line, wish
from bot.waiting_drafts import EarlierDraft
from services.clinic_rules import ClinicRules
from services.waitlist.joining import Joined


def nothing_to_be_earlier() -> str:
    """Say where waiting for an earlier time begins."""
    return f"To wait for an earlier time, open an appointment in /appointments and tap “{labels.EARLIER}”."


def _head(draft: EarlierDraft, rules: ClinicRules) -> str:
    whom = f"\n🙂 {esc(draft.patient_name)}" if draft.patient_name else ""
    kind = f"\n🩺 {esc(draft.kind_name)}" if draft.kind_name else ""
    now = moment(draft.moving.start, rules.zone)
    return f"⏩ <b>An earlier time</b>{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}{kind}\n📆 Now: {now}"


def ask_days(draft: EarlierDraft, rules: ClinicRules) -> str:
    """Ask on which days."""
    return (
        f"{_head(draft, rules)}\n\nI'll tell you when an earlier time opens up. Your appointment stays until you"
        " take one. Which days would suit you? Tap one of these, or type a day."
    )


def before(start: datetime, rules: ClinicRules) -> str:
    """Label the button of all days until the appointment."""
    # A label has room for 40 characters.
    return f"Any time before {start.astimezone(rules.zone):%a %-d %b}, {clock_time(start, rules.zone)}"


def in_a_week() -> str:
    """Label the button of the next days."""
    return "Only in the next 7 days"


def ask_part(draft: EarlierDraft, rules: ClinicRules, clinic: ClinicRules) -> str:
    """Ask for the part of the day; it goes by the clinic's clocks."""
    where = f" ({zone_name(clinic.zone)})" if rules.elsewhere else ""
    return f"{_head(draft, rules)}\n🔔 {days(draft.first, draft.last)}\n\nWhich part of the day suits you{where}?"


def ask_place(draft: EarlierDraft, rules: ClinicRules) -> str:
    """Ask where."""
    return f"{_head(draft, rules)}\n🔔 {days(draft.first, draft.last)}\n\nWhere?"


def joined(found: Joined, lasts: timedelta, rules: ClinicRules) -> str:
    """Say that somebody waits now, for what, and what will come of it."""
    card, is_own = found.card, found.card.patient.has_account
    who = "You're" if is_own else f"{esc(card.patient.name)} is"
    than = f" than {moment(card.visit.slot.start, rules.zone)}" if card.visit is not None else ""
    sooner = f"an earlier time with {doctor(card.doctor.name)}{than}"
    lines = [f"🔔 {who} waiting for {sooner}: {wish(card, rules)}."]
    if found.has_replaced:
        lines.append("This replaces the earlier wish for this appointment.")
    whose = "Your appointment" if is_own else "The appointment"
    lines.append(
        f"{in_line(card.before, is_own=is_own)} When a time opens up, I'll offer it to you here and by email, and"
        f" keep it for {span(lasts)}, or less if it's soon. {whose} stays as it is until you take one."
    )
    if found.free:
        count = "1 earlier time is" if found.free == 1 else f"{found.free} earlier times are"
        lines.append(f"{count} free now: tap “{labels.MOVE}” to choose. I'll tell you if more open up.")
    return "\n\n".join(lines)
