"""What is said of an appointment that was cancelled: by whom, why, and what to do next."""

from collections.abc import Mapping
from typing import Any

from bot.localization.messages import say
from bot.texts.formats import call_the_clinic, plain_doctor
from bot.texts.news_rows import (
    DESK_ROLES,
    about,
    by,
    by_clinic,
    by_patient,
    has_no_chat,
    is_doctor,
    is_patient,
    looks_after,
    note,
    reason,
    subject,
)
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News
from bot.texts.offer_news import how_to_take, links, offers
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.appointments import CancellationCause
from services.models.people import Role, User

Facts = Mapping[str, Any]


def cancelled(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say that an appointment was cancelled."""
    rows = about(facts, reader, rules)
    if facts["reason"] and is_doctor(reader):
        rows.append(reason(facts["reason"]))
    rows += [*_by(facts, reader), *_why(facts, reader)]
    if facts.get("why") != CancellationCause.CLOSURE.value:
        rows += note(facts, reader)
    if facts.get("offers"):
        rows.append(Fact(say("Other free times"), offers(facts, rules)))
    return News(
        # Translators: stands for an appointment, before a colon.
        subject=subject(say("Cancelled"), facts, reader, rules),
        headline=_headline(facts, reader),
        facts=tuple(rows),
        closing=_after_loss(facts, reader, rules),
        links=links(facts, reader, rules),
    )


def _headline(facts: Facts, reader: User) -> str:
    """Say that it is cancelled; to whoever looks after the patient also whose it was, and who did it."""
    # Whoever is at the desk, or waits for the patient, has to see to it at once.
    if facts.get("late") and not is_patient(reader):
        return say("✖ Cancelled at short notice")
    if not looks_after(facts, reader):
        return say("✖ Appointment cancelled")
    patient, carer = facts["patient"], facts.get("carer")
    if carer:
        return say("✖ {carer} cancelled the appointment of {patient}", carer=carer, patient=patient)
    return say("✖ {patient}'s appointment is cancelled", patient=patient)


def _by(facts: Facts, reader: User) -> list[Fact]:
    """Return who did it, where that is not whoever reads it."""
    role = facts.get("by")
    if role == reader.role.value:
        return []
    if role == Role.DOCTOR.value:
        return [by(plain_doctor(facts["doctor"]))]
    if role == Role.PATIENT.value:
        return [by_patient()]
    return [by_clinic()] if role in DESK_ROLES else []


def _why(facts: Facts, reader: User) -> list[Fact]:
    """Return why it was cancelled; causes that this version does not know are left out."""
    try:
        cause = CancellationCause(str(facts.get("why")))
    except ValueError:
        return []
    said = _closed(facts) if cause is CancellationCause.CLOSURE else _cause(cause, facts, reader)
    return [Fact(say("Why"), said)] if said else []


def _closed(facts: Facts) -> str:
    if facts.get("note"):
        return say("The clinic is closed: {why}", why=facts["note"])
    return say("The clinic is closed: no reason was given")


def _cause(cause: CancellationCause, facts: Facts, reader: User) -> str:
    doctor = plain_doctor(facts["doctor"])
    if cause is CancellationCause.TIME_OFF:
        return say("{doctor} is away that day.", doctor=doctor)
    if cause is CancellationCause.HOURS:
        return say("{doctor}'s working hours have changed.", doctor=doctor)
    if cause is CancellationCause.BLOCKED and is_doctor(reader):
        return say("The patient's account is blocked.")
    if cause is CancellationCause.BLOCKED:
        return say("{doctor} isn't seeing patients here at the moment.", doctor=doctor)
    if cause is CancellationCause.ACCOUNT_DELETED:
        return say("The account was deleted.")
    return _out_of_order(facts) if cause is CancellationCause.ROOM_OUT else ""


def _out_of_order(facts: Facts) -> str:
    """Say that the room or device is out of order that the visit was in."""
    room = (facts.get("visit") or {}).get("in_room")
    if room:
        return say("{room} is out of order.", room=room)
    return say("What the visit needs is out of order.")


def _after_loss(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Say what to do about an appointment that was cancelled."""
    if reader.role in DESK:
        return say(
            "The time is free again, and I offer it to the waiting list. See the day: /appointments{in_the_chat}",
            in_the_chat=IN_THE_CHAT,
        )
    is_own_time_off = (
        facts.get("why") == CancellationCause.TIME_OFF.value and facts.get("by") not in DESK_ROLES
    )
    if is_doctor(reader) and is_own_time_off:
        return say("A patient was booking it while that time off was taken.")
    if is_doctor(reader):
        # Whether that time is free now, or kept for who is next in line, is looked up where days are shown.
        return say("See your updated day: /schedule{in_the_chat}", in_the_chat=IN_THE_CHAT)
    return how_to_take(reader, rules) if facts.get("offers") else how_to_book_another(reader, rules)


def how_to_book_another(reader: User, rules: ClinicRules) -> str:
    """Say how a patient books another time."""
    if has_no_chat(reader):
        return say("To book another time, please {call}.", call=call_the_clinic(rules))
    return say("To book another time, type /book{in_the_chat}.", in_the_chat=IN_THE_CHAT)
