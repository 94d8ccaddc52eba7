"""What is said on the day of a visit: late doctors, who is there, who is next, messages to patients."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.texts.appointments import card
from bot.texts.formats import clock_time, day, doctor, esc, span, stretch, zone_note
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.people import Role
from services.waiting_room.lateness import LateDay
from services.waiting_room.standings import Standing

MOST_NAMED = 5


def waiting_card(item: AppointmentCard, standing: Standing, rules: ClinicRules) -> str:
    """Show a visit to the patient who is there, or who is there with them: the place in the line, and the time."""
    found = item.appointment
    other = "" if item.patient.has_account else esc(item.patient.name)
    if found.called_at is not None:
        how = "Please tap Join." if found.by_video else "Please come in."
        return f"{card(item, Role.PATIENT, rules)}\n\n🔔 <b>{doctor(item.doctor.name)} is ready for {other or 'you'}.</b> {how}"
    if standing.before is None or standing.expected is None:
        return card(item, Role.PATIENT, rules)
    at = f"{clock_time(standing.expected, rules.zone)}{zone_note(rules)}"
    return (
        f"{card(item, Role.PATIENT, rules)}\n\n"
        f"📍 <b>{_place(standing.before, other)}</b>\n🕐 Expected about {at}. I'll keep this up to date, and call you."
    )


def _place(before: int, other: str) -> str:
    """Say where in the line the reader is, or the `other` with whom they are there."""
    here, they, them = (
        (f"{other} is here.", "They're", "them") if other else ("You're here.", "You're", "you")
    )
    if not before:
        return f"{here} {they} next."
    who = "1 person is" if before == 1 else f"{before} people are"
    return f"{here} {they} number {before + 1} in line: {who} before {them}."


def noted_here(item: AppointmentCard) -> str:
    """Say to the clinic's people that a patient is noted as there."""
    return f"📍 Noted: {esc(item.patient.name)} is here."


def called(item: AppointmentCard, zone: ZoneInfo, *, is_new: bool) -> str:
    """Say to the doctor whom I have called in."""
    start = clock_time(item.appointment.slot.start, zone)
    if is_new:
        return f"▶ I've called in {esc(item.patient.name)} ({start})."
    return f"▶ {esc(item.patient.name)} ({start}) was called in last. Tap again to call the next patient."


def ask_late(name: str | None, minutes: int) -> str:
    """Ask how late a doctor is (None: whoever reads it), and say what is known."""
    who = f"is {doctor(name)}" if name else "are you"
    now = f"\nNow: {span(timedelta(minutes=minutes))} late" if minutes else ""
    return (
        f"🕐 <b>How late {who} today?</b>{now}\n\nI'll tell the patients who still come when they're expected."
        " No appointment is moved."
    )


def minutes_button(minutes: int) -> str:
    """Label the button that says how late a doctor is."""
    return f"{minutes} min"


def who_is_late(minutes: int | None) -> str:
    """Ask an admin which doctor is late."""
    how = f"{minutes} minutes late" if minutes else "on time again" if minutes == 0 else "running late"
    return f"🕐 Which doctor is {how}? Tap, or type it like /late 20 Rao."


def no_such_doctor(typed: str) -> str:
    """Say that no doctor has that name, or that there is none at all."""
    if not typed:
        return "No doctor works here yet."
    return f"🔎 I couldn't find a doctor called “{esc(typed)}”. Please type it like /late 20 Rao."


def late_set(found: LateDay, *, is_own: bool) -> str:
    """Say what was noted, and who is told."""
    minutes = found.late.minutes
    who = "you're" if is_own else f"{doctor(found.doctor.name)} is"
    how = f"about {span(timedelta(minutes=minutes))} late" if minutes else "on time again"
    return f"🕐 Noted: {who} {how}. {_told(found)}"


def _told(found: LateDay) -> str:
    if not found.to_come:
        return "No patient is left to tell today."
    if not found.told:
        return "The patients know that already, or it changes little, so I don't tell them again."
    return (
        "I'm telling 1 patient who still comes."
        if found.told == 1
        else f"I'm telling {found.told} patients who still come."
    )


def ask_message(cards: Sequence[AppointmentCard], on: date | None, rules: ClinicRules, most: int) -> str:
    """Ask for a message to a patient, or to all of a day."""
    return f"{_to(cards, on, rules)}\n\nWhat should I tell them? Type it, up to {most} characters."


def message_preview(cards: Sequence[AppointmentCard], on: date | None, text: str, rules: ClinicRules) -> str:
    """Show a message before it is sent."""
    return f"{_to(cards, on, rules)}\n\n“{esc(text)}”\n\nSend this? I'll tell them here and by email. No appointment is changed."


def message_sent(cards: Sequence[AppointmentCard]) -> str:
    """Say that a message is on its way."""
    who = esc(cards[0].patient.name) if len(cards) == 1 else f"{len(cards)} patients"
    return f"📨 On its way to {who}, here and by email."


def _to(cards: Sequence[AppointmentCard], on: date | None, rules: ClinicRules) -> str:
    if on is None:
        (item,) = cards
        with_whom = doctor(item.doctor.name)
        when = stretch(item.appointment.slot, rules.zone)
        return f"💬 <b>Message to {esc(item.patient.name)}</b>\n👩‍⚕️ {with_whom}\n🕑 {when}"
    count = "1 patient" if len(cards) == 1 else f"{len(cards)} patients"
    names = ", ".join(esc(item.patient.name) for item in cards[:MOST_NAMED])
    more = f" and {len(cards) - MOST_NAMED} more" if len(cards) > MOST_NAMED else ""
    return f"💬 <b>Message to {count} of {day(on)}</b>\n🙂 {names}{more}"
