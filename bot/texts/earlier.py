"""What is said to those who wait for an earlier time for an appointment that they have."""

from datetime import datetime, timedelta

from bot.localization.messages import say, say_count
from bot.texts import labels
from bot.texts.formats import doctor, esc, moment, short_moment
from bot.texts.waitlist import ask_which_part, days, in_line, when_one_opens, wish
from bot.waiting_drafts import EarlierDraft
from services.clinic_rules import ClinicRules
from services.models.waitlist import WaitlistEntryCard
from services.waitlist.joining import Joined


def nothing_to_be_earlier() -> str:
    """Say where waiting for an earlier time begins."""
    return say(
        "To wait for an earlier time, open an appointment in /appointments and tap “{button}”.",
        button=labels.EARLIER,
    )


def _head(draft: EarlierDraft, rules: ClinicRules) -> str:
    whom = f"\n🙂 {esc(draft.patient_name)}" if draft.patient_name else ""
    kind = f"\n🩺 {esc(draft.kind_name)}" if draft.kind_name else ""
    head, now = (
        say("⏩ <b>An earlier time</b>"),
        say("📆 Now: {time}", time=moment(draft.moving.start, rules.zone)),
    )
    return f"{head}{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}{kind}\n{now}"


def ask_days(draft: EarlierDraft, rules: ClinicRules) -> str:
    """Ask on which days."""
    question = say(
        "I'll tell you when an earlier time opens up. Your appointment stays until you take one."
        " Which days would suit you? Tap one of these, or type a day."
    )
    return f"{_head(draft, rules)}\n\n{question}"


def before(start: datetime, rules: ClinicRules) -> str:
    """Label the button of all days until the appointment."""
    # Translators: a button; at most 40 characters with the time, such as "Tue 4 May, 10:30 AM".
    return say("Any time before {time}", time=short_moment(start, rules.zone))


def in_a_week() -> str:
    """Label the button of the next days."""
    # Translators: a button; at most 40 characters.
    return say("Only in the next 7 days")


def ask_part(draft: EarlierDraft, rules: ClinicRules, clinic: ClinicRules) -> str:
    """Ask for the part of the day; it goes by the clinic's clocks."""
    return f"{_head(draft, rules)}\n🔔 {days(draft.first, draft.last)}\n\n{ask_which_part(rules, clinic)}"


def ask_place(draft: EarlierDraft, rules: ClinicRules) -> str:
    """Ask where."""
    question = say("Where?")
    return f"{_head(draft, rules)}\n🔔 {days(draft.first, draft.last)}\n\n{question}"


def joined(found: Joined, lasts: timedelta, rules: ClinicRules) -> str:
    """Say that somebody waits now, for what, and what will come of it."""
    is_own = found.card.patient.has_account
    lines = [_waits_for(found.card, rules)]
    if found.has_replaced:
        lines.append(say("This replaces the earlier wish for this appointment."))
    stays = (
        say("Your appointment stays as it is until you take one.")
        if is_own
        else say("The appointment stays as it is until you take one.")
    )
    lines.append(f"{in_line(found.card.before, is_own=is_own)} {when_one_opens(lasts)} {stays}")
    if found.free:
        lines.append(_free_now(found.free))
    return "\n\n".join(lines)


def _waits_for(card: WaitlistEntryCard, rules: ClinicRules) -> str:
    than = moment(card.visit.slot.start, rules.zone) if card.visit is not None else ""
    name, wanted, patient = doctor(card.doctor.name), wish(card, rules), esc(card.patient.name)
    if card.patient.has_account and not than:
        return say("🔔 You're waiting for an earlier time with {doctor}: {wish}.", doctor=name, wish=wanted)
    if card.patient.has_account:
        return say(
            "🔔 You're waiting for an earlier time with {doctor} than {time}: {wish}.",
            doctor=name,
            time=than,
            wish=wanted,
        )
    if not than:
        return say(
            "🔔 {patient} is waiting for an earlier time with {doctor}: {wish}.",
            patient=patient,
            doctor=name,
            wish=wanted,
        )
    return say(
        "🔔 {patient} is waiting for an earlier time with {doctor} than {time}: {wish}.",
        patient=patient,
        doctor=name,
        time=than,
        wish=wanted,
    )


def _free_now(count: int) -> str:
    return say_count(
        "{count} earlier time is free now: tap “{move}” to choose. I'll tell you if more open up.",
        "{count} earlier times are free now: tap “{move}” to choose. I'll tell you if more open up.",
        count,
        move=labels.MOVE,
    )
