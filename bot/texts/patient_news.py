"""What is said of news about patients: who looks after them, and two who are one."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.texts.formats import call_the_clinic, moment
from bot.texts.notification_layouts import IN_THE_CHAT, News
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import User

Facts = Mapping[str, Any]


def _shared(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    # Events of the first version have the patient's name as `name`.
    name, carer = facts.get("name") or facts["patient"], facts.get("carer") or "Somebody else"
    return News(
        subject=f"{carer} looks after {name} now, too",
        headline=f"👪 {carer} looks after {name} now, too.",
        facts=(),
        closing=f"You both see {name}'s appointments, and can change them. If this is a mistake, please"
        f" {call_the_clinic(rules)}.",
    )


def _left(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    name = facts["name"]
    return News(
        subject=f"{name} has an account at {rules.name} now",
        headline=f"👋 {name} has an account of their own now.",
        facts=(),
        closing=f"So you no longer look after {name} here, and I won't write to you about {name}'s appointments."
        f" If this is a mistake, please {call_the_clinic(rules)}.",
    )


def _merged(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    name, kept = facts["name"], facts["kept"]
    if facts["is_you"]:
        headline = f"🔗 What was booked for {name} is yours now."
        closing = f"The clinic knew you twice. See all your appointments in /appointments{IN_THE_CHAT}."
    else:
        both = f"{name} was known here twice" if name == kept else f"{name} and {kept} are the same person"
        headline = f"🔗 {both}, and {'is' if name == kept else 'are'} one patient now."
        closing = f"You look after {kept}. See all appointments in /appointments{IN_THE_CHAT}."
    return News(
        subject=f"{name} is one patient now at {rules.name}",
        headline=headline,
        facts=(),
        closing=f"{closing} If this is a mistake, please {call_the_clinic(rules)}.",
    )


def _waits(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    name = facts["name"]
    return News(
        subject=f"Two appointments of {name} are at one time",
        headline=f"⚠️ {name} has two appointments at one time.",
        facts=(("When", moment(facts["start"], rules.zone)),),
        closing=f"Please cancel one of them: /appointments{IN_THE_CHAT}. The rest follows by itself.",
    )


SAID: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.PATIENT_SHARED: _shared,
    EventKind.PATIENT_LEFT: _left,
    EventKind.PATIENTS_MERGED: _merged,
    EventKind.MERGE_WAITS: _waits,
}
