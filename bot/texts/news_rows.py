"""What several kinds of news about an appointment say: with whom, when, for whom, by whom; and to whom it goes."""

from collections.abc import Mapping
from typing import Any

from bot.localization.messages import say
from bot.texts.formats import call_the_clinic, moment, moment_read, plain_doctor, stretch
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, Secret, plain_facts
from bot.texts.specializations import specialization as shown_specialization
from bot.texts.visits import kind_rows
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.patients import has_no_account
from services.models.people import Role, User
from services.models.slots import Slot

Facts = Mapping[str, Any]
# The stored roles of those who act for the clinic.
DESK_ROLES = frozenset(role.value for role in DESK)


def is_doctor(reader: User) -> bool:
    """Tell whether the reader is a doctor."""
    return reader.role is Role.DOCTOR


def is_patient(reader: User) -> bool:
    """Tell whether the reader is a patient."""
    return reader.role is Role.PATIENT


def has_no_chat(reader: User) -> bool:
    """Tell whether the reader is a patient without an account, who has emails only."""
    return has_no_account(reader.id)


def looks_after(facts: Facts, reader: User) -> bool:
    """Tell whether the appointment is somebody's whom the reader looks after."""
    patient_id = str(facts.get("patient_id"))
    return reader.role is Role.PATIENT and has_no_account(patient_id) and reader.id != patient_id


def about(facts: Facts, reader: User, rules: ClinicRules) -> list[Fact]:
    """Return with whom and when, and if it is by video; at the desk, for whom, too."""
    rows = for_whom(facts, reader) if is_patient(reader) else [patient(facts)]
    if not is_doctor(reader):
        rows += [with_doctor(facts["doctor"]), *specialization(facts)]
    rows += plain_facts(kind_rows(facts))
    rows.append(Fact(say("When"), stretch(Slot(facts["start"], facts["end"]), rules.zone)))
    if series := facts.get("series"):
        which = say("{number} of {count}", number=series["number"], count=series["of"])
        rows.append(Fact(say("Series"), which))
    return [*rows, by_video()] if facts.get("room") else rows


def patient(facts: Facts) -> Fact:
    """Return who the patient is."""
    return Fact(say("Patient"), facts["patient"])


def with_doctor(name: str) -> Fact:
    """Return with which doctor it is."""
    # Translators: the label of a line; a doctor's name follows.
    return Fact(say("With"), plain_doctor(name))


def specialization(facts: Facts) -> list[Fact]:
    """Return the doctor's specialization, if it is known."""
    known = facts.get("specialization")
    return [Fact(say("Specialization"), shown_specialization(known))] if known else []


def by_video() -> Fact:
    """Return that it is by video."""
    return Fact(say("Where"), say("By video"))


def for_whom(facts: Facts, reader: User) -> list[Fact]:
    """Return for whom it is, to whoever looks after the patient."""
    # Translators: the label of a line; the name of a patient follows.
    return [Fact(say("For"), facts["patient"])] if looks_after(facts, reader) else []


def by(who: str) -> Fact:
    """Return who did it."""
    # Translators: the label of a line that tells who did something; a name, "the clinic" or "the patient" follows.
    return Fact(say("By"), who)


def by_clinic() -> Fact:
    """Return that the clinic did it."""
    # Translators: stands alone, behind "By:".
    return by(say("the clinic"))


def by_patient() -> Fact:
    """Return that the patient did it."""
    # Translators: stands alone, behind "By:".
    return by(say("the patient"))


def on_behalf(facts: Facts) -> list[Fact]:
    """Return who did it, where that is nobody of the two."""
    return [by_clinic()] if facts.get("by") in DESK_ROLES else []


def reason(text: str) -> Fact:
    """Return why a patient comes, which nobody else should glimpse."""
    return Secret(say("Reason"), text)


def note(facts: Facts, reader: User) -> list[Fact]:
    """Return what the patient is told about it, which the doctor reads as such."""
    if not facts.get("note"):
        return []
    return [Fact(say("Told the patient") if is_doctor(reader) else say("Note"), facts["note"])]


def doctor_for(facts: Facts, reader: User) -> str:
    """Return with which doctor it is, after the patient's name where the reader looks after the patient."""
    doctor = plain_doctor(facts["doctor"])
    if not looks_after(facts, reader):
        return doctor
    return say("{patient} with {doctor}", patient=facts["patient"], doctor=doctor)


def subject(what: str, facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Return what is seen on locked screens: who and when, never why."""
    other = doctor_for(facts, reader) if is_patient(reader) else facts["patient"]
    # Translators: the subject of an email: "Booked: Dr Sen, Tue 4 May 2027, 10:30 AM".
    return say("{what}: {whom}, {when}", what=what, whom=other, when=moment_read(facts["start"], rules))


def may_change(facts: Facts) -> bool:
    """Tell whether the patient could still move or cancel it when the news was made."""
    until = facts.get("changes_until")
    return until is None or facts["at"] <= until


def how_to_change(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Say how a patient moves or cancels, and until when."""
    call = call_the_clinic(rules)
    if not may_change(facts) or has_no_chat(reader):
        return say("To move or cancel it, please {call}.", call=call)
    until = facts.get("changes_until")
    if until is None:  # news from before it was told
        return say("You can move or cancel it in /appointments{in_the_chat}.", in_the_chat=IN_THE_CHAT)
    if until == facts["start"]:
        return say(
            "You can move or cancel it in /appointments{in_the_chat} until it begins.",
            in_the_chat=IN_THE_CHAT,
        )
    return say(
        "You can move or cancel it in /appointments{in_the_chat} until {until}. After that, please {call}.",
        in_the_chat=IN_THE_CHAT,
        until=moment(until, rules.zone),
        call=call,
    )


def see_your_day() -> str:
    """Say where a doctor's day is seen."""
    return say("See your day: /schedule{in_the_chat}", in_the_chat=IN_THE_CHAT)


def if_mistaken(rules: ClinicRules) -> str:
    """Say what to do about what may be a mistake."""
    return say("If you think this is a mistake, please {call}.", call=call_the_clinic(rules))
