"""What is said on the day of a visit: late doctors, who is there, who is next, messages to patients."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.localization.messages import number, say, say_count
from bot.texts import labels
from bot.texts.appointments import card
from bot.texts.formats import and_more, clock_time, comma_list, day, doctor, esc, span, stretch, zone_note
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.people import Role
from services.waiting_room.lateness import LateDay
from services.waiting_room.standings import Standing

MOST_NAMED = 5
# What is typed for the doctor of that name.
LATE_EXAMPLE = "/late 20 Rao"  # no words


def waiting_card(item: AppointmentCard, standing: Standing, rules: ClinicRules) -> str:
    """Show a visit to the patient who is there, or who is there with them: the place in the line, and the time."""
    found = item.appointment
    other = "" if item.patient.has_account else esc(item.patient.name)
    if found.called_at is not None:
        return f"{card(item, Role.PATIENT, rules)}\n\n{_called_in(item, other)}"
    if standing.before is None or standing.expected is None:
        return card(item, Role.PATIENT, rules)
    at = f"{clock_time(standing.expected, rules.zone)}{zone_note(rules)}"
    expected = say("🕐 Expected about {time}. I'll keep this up to date, and call you.", time=at)
    return f"{card(item, Role.PATIENT, rules)}\n\n📍 <b>{_place(standing.before, other)}</b>\n{expected}"


def _called_in(item: AppointmentCard, other: str) -> str:
    """Say that the doctor is ready for the reader, or for the `other` with whom they are there."""
    name = doctor(item.doctor.name)
    ready = (
        say("🔔 <b>{doctor} is ready for {patient}.</b>", doctor=name, patient=other)
        if other
        else say("🔔 <b>{doctor} is ready for you.</b>", doctor=name)
    )
    if item.appointment.by_video:
        way = say("Please tap {join}.", join=labels.words_of(labels.JOIN))
        return f"{ready} {way}"
    way = say("Please come in.")
    return f"{ready} {way}"


def _place(before: int, other: str) -> str:
    """Say where in the line the reader is, or the `other` with whom they are there."""
    if other:
        here = say("{patient} is here.", patient=other)
        return f"{here} {_their_turn(before)}"
    here = say("You're here.")
    return f"{here} {_your_turn(before)}"


def _your_turn(before: int) -> str:
    if not before:
        return say("You're next.")
    return say_count(
        "You're number {place} in line: {count} person is before you.",
        "You're number {place} in line: {count} people are before you.",
        before,
        place=number(before + 1),
    )


def _their_turn(before: int) -> str:
    if not before:
        return say("They're next.")
    return say_count(
        "They're number {place} in line: {count} person is before them.",
        "They're number {place} in line: {count} people are before them.",
        before,
        place=number(before + 1),
    )


def noted_here(item: AppointmentCard) -> str:
    """Say to the clinic's people that a patient is noted as there."""
    return say("📍 Noted: {patient} is here.", patient=esc(item.patient.name))


def called(item: AppointmentCard, zone: ZoneInfo, *, is_new: bool) -> str:
    """Say to the doctor whom I have called in."""
    start, patient = clock_time(item.appointment.slot.start, zone), esc(item.patient.name)
    if is_new:
        return say("▶ I've called in {patient} ({time}).", patient=patient, time=start)
    return say(
        "▶ {patient} ({time}) was called in last. Tap again to call the next patient.",
        patient=patient,
        time=start,
    )


def ask_late(name: str | None, minutes: int) -> str:
    """Ask how late a doctor is (None: whoever reads it), and say what is known."""
    question = (
        say("🕐 <b>How late is {doctor} today?</b>", doctor=doctor(name))
        if name
        else say("🕐 <b>How late are you today?</b>")
    )
    # Translators: {length} is, for example, "20 minutes".
    now = "\n" + say("Now: {length} late", length=span(timedelta(minutes=minutes))) if minutes else ""
    will = say("I'll tell the patients who still come when they're expected. No appointment is moved.")
    return f"{question}{now}\n\n{will}"


def minutes_button(minutes: int) -> str:
    """Label the button that says how late a doctor is."""
    # Translators: a button, with four of them in a row; "min" is short for minutes.
    return say("{minutes} min", minutes=number(minutes))


def who_is_late(minutes: int | None) -> str:
    """Ask an admin which doctor is late."""
    if minutes is None:
        return say("🕐 Which doctor is running late? Tap, or type it like {example}.", example=LATE_EXAMPLE)
    if not minutes:
        return say("🕐 Which doctor is on time again? Tap, or type it like {example}.", example=LATE_EXAMPLE)
    return say_count(
        "🕐 Which doctor is {count} minute late? Tap, or type it like {example}.",
        "🕐 Which doctor is {count} minutes late? Tap, or type it like {example}.",
        minutes,
        example=LATE_EXAMPLE,
    )


def no_such_doctor(typed: str) -> str:
    """Say that no doctor has that name, or that there is none at all."""
    if not typed:
        return say("No doctor works here yet.")
    return say(
        "🔎 I couldn't find a doctor called “{name}”. Please type it like {example}.",
        name=esc(typed),
        example=LATE_EXAMPLE,
    )


def late_set(found: LateDay, *, is_own: bool) -> str:
    """Say what was noted, and who is told."""
    noted = _you_are_late(found) if is_own else _doctor_is_late(found)
    return f"{noted} {_told(found)}"


def _you_are_late(found: LateDay) -> str:
    if not found.late.minutes:
        return say("🕐 Noted: you're on time again.")
    return say("🕐 Noted: you're about {length} late.", length=span(timedelta(minutes=found.late.minutes)))


def _doctor_is_late(found: LateDay) -> str:
    name = doctor(found.doctor.name)
    if not found.late.minutes:
        return say("🕐 Noted: {doctor} is on time again.", doctor=name)
    return say(
        "🕐 Noted: {doctor} is about {length} late.",
        doctor=name,
        length=span(timedelta(minutes=found.late.minutes)),
    )


def _told(found: LateDay) -> str:
    if not found.to_come:
        return say("No patient is left to tell today.")
    if not found.told:
        return say("The patients know that already, or it changes little, so I don't tell them again.")
    return say_count(
        "I'm telling {count} patient who still comes.",
        "I'm telling {count} patients who still come.",
        found.told,
    )


def ask_message(cards: Sequence[AppointmentCard], on: date | None, rules: ClinicRules, most: int) -> str:
    """Ask for a message to a patient, or to all of a day."""
    question = say_count(
        "What should I tell them? Type it, up to {count} character.",
        "What should I tell them? Type it, up to {count} characters.",
        most,
    )
    return f"{_to(cards, on, rules)}\n\n{question}"


def message_preview(cards: Sequence[AppointmentCard], on: date | None, text: str, rules: ClinicRules) -> str:
    """Show a message before it is sent."""
    question = say("Send this? I'll tell them here and by email. No appointment is changed.")
    quoted = say("“{text}”", text=esc(text))
    return f"{_to(cards, on, rules)}\n\n{quoted}\n\n{question}"


def message_sent(cards: Sequence[AppointmentCard]) -> str:
    """Say that a message is on its way."""
    if len(cards) == 1:
        return say("📨 On its way to {patient}, here and by email.", patient=esc(cards[0].patient.name))
    return say_count(
        "📨 On its way to {count} patient, here and by email.",
        "📨 On its way to {count} patients, here and by email.",
        len(cards),
    )


def _to(cards: Sequence[AppointmentCard], on: date | None, rules: ClinicRules) -> str:
    if on is None:
        (item,) = cards
        head = say("💬 <b>Message to {patient}</b>", patient=esc(item.patient.name))
        when = stretch(item.appointment.slot, rules.zone)
        return f"{head}\n👩‍⚕️ {doctor(item.doctor.name)}\n🕑 {when}"
    head = say_count(
        "💬 <b>Message to {count} patient of {day}</b>",
        "💬 <b>Message to {count} patients of {day}</b>",
        len(cards),
        day=day(on),
    )
    names = comma_list([esc(item.patient.name) for item in cards[:MOST_NAMED]])
    return f"{head}\n🙂 {and_more(names, len(cards) - MOST_NAMED)}"
