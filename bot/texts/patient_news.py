"""What is said of news about patients: who looks after them, and two who are one."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.localization.messages import say
from bot.texts.formats import call_the_clinic, moment
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import User

Facts = Mapping[str, Any]


def _shared(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    # Events of the first version have the patient's name as `name`.
    name, carer = facts.get("name") or facts["patient"], facts.get("carer")
    if carer:
        subject = say("{carer} looks after {patient} now, too", carer=carer, patient=name)
        headline = say("👪 {carer} looks after {patient} now, too.", carer=carer, patient=name)
    else:
        subject = say("Somebody else looks after {patient} now, too", patient=name)
        headline = say("👪 Somebody else looks after {patient} now, too.", patient=name)
    both = say("You both see {patient}'s appointments, and can change them.", patient=name)
    return News(subject=subject, headline=headline, facts=(), closing=f"{both} {_if_mistaken(rules)}")


def _left(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    name = facts["name"]
    so = say(
        "So you no longer look after {patient} here, and I won't write to you about {patient}'s appointments.",
        patient=name,
    )
    return News(
        subject=say("{patient} has an account at {clinic} now", patient=name, clinic=rules.name),
        headline=say("👋 {patient} has an account of their own now.", patient=name),
        facts=(),
        closing=f"{so} {_if_mistaken(rules)}",
    )


def _merged(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    name = facts["name"]
    headline, closing = _yours_now(facts) if facts["is_you"] else _one_now(facts)
    return News(
        subject=say("{patient} is one patient now at {clinic}", patient=name, clinic=rules.name),
        headline=headline,
        facts=(),
        closing=f"{closing} {_if_mistaken(rules)}",
    )


def _yours_now(facts: Facts) -> tuple[str, str]:
    return say("🔗 What was booked for {patient} is yours now.", patient=facts["name"]), say(
        "The clinic knew you twice. See all your appointments in /appointments{in_the_chat}.",
        in_the_chat=IN_THE_CHAT,
    )


def _one_now(facts: Facts) -> tuple[str, str]:
    name, kept = facts["name"], facts["kept"]
    headline = (
        say("🔗 {patient} was known here twice, and is one patient now.", patient=name)
        if name == kept
        else say(
            "🔗 {patient} and {kept} are the same person, and are one patient now.", patient=name, kept=kept
        )
    )
    return headline, say(
        "You look after {patient}. See all appointments in /appointments{in_the_chat}.",
        patient=kept,
        in_the_chat=IN_THE_CHAT,
    )


def _waits(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    name = facts["name"]
    return News(
        subject=say("Two appointments of {patient} are at one time", patient=name),
        headline=say("⚠️ {patient} has two appointments at one time.", patient=name),
        facts=(Fact(say("When"), moment(facts["start"], rules.zone)),),
        closing=say(
            "Please cancel one of them: /appointments{in_the_chat}. The rest follows by itself.",
            in_the_chat=IN_THE_CHAT,
        ),
    )


def _if_mistaken(rules: ClinicRules) -> str:
    return say("If this is a mistake, please {call}.", call=call_the_clinic(rules))


PATIENT_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.PATIENT_SHARED: _shared,
    EventKind.PATIENT_LEFT: _left,
    EventKind.PATIENTS_MERGED: _merged,
    EventKind.MERGE_WAITS: _waits,
}
