"""What is said of several visits of a series at once: that they are booked, moved or cancelled."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.localization.messages import say, say_count
from bot.texts.cancellation_news import how_to_book_another
from bot.texts.formats import call_the_clinic, moment, moment_read, plain_doctor
from bot.texts.news_rows import (
    DESK_ROLES,
    by,
    by_clinic,
    by_patient,
    by_video,
    for_whom,
    has_no_chat,
    is_doctor,
    is_patient,
    looks_after,
    note,
    patient,
    reason,
    specialization,
    with_doctor,
)
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News, plain_facts
from bot.texts.visits import kind_rows, place_name, where_rows
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import Role, User

Facts = Mapping[str, Any]


def _booked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [
        *_about(facts, reader),
        *_visits(facts, rules),
        *_where(facts, reader, rules),
        *_by(facts, reader),
    ]
    if facts.get("reason"):
        rows.append(reason(facts["reason"]))
    number, name = _number(facts), facts["patient"]
    headline = (
        say_count(
            "✅ {patient}: {count} visit booked", "✅ {patient}: {count} visits booked", number, patient=name
        )
        if looks_after(facts, reader)
        else say_count("✅ {count} visit booked", "✅ {count} visits booked", number)
    )
    subject = _subject(say("Booked"), facts, reader, rules)
    return News(subject, headline, tuple(rows), _closing(reader, rules))


def _moved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [
        *_about(facts, reader),
        *_visits(facts, rules),
        *_where(facts, reader, rules),
        *_by(facts, reader),
        *note(facts, reader),
    ]
    number, name = _number(facts), facts["patient"]
    headline = (
        say_count(
            "🔁 {patient}: {count} visit of the series moved",
            "🔁 {patient}: {count} visits of the series moved",
            number,
            patient=name,
        )
        if looks_after(facts, reader)
        else say_count(
            "🔁 {count} visit of the series moved", "🔁 {count} visits of the series moved", number
        )
    )
    subject = _subject(say("Moved"), facts, reader, rules)
    return News(subject, headline, tuple(rows), _closing(reader, rules))


def _cancelled(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [*_about(facts, reader), *_visits(facts, rules), *_by(facts, reader), *note(facts, reader)]
    number, name = _number(facts), facts["patient"]
    headline = (
        say_count(
            "✖ {patient}: {count} visit of the series cancelled",
            "✖ {patient}: {count} visits of the series cancelled",
            number,
            patient=name,
        )
        if looks_after(facts, reader)
        else say_count(
            "✖ {count} visit of the series cancelled", "✖ {count} visits of the series cancelled", number
        )
    )
    closing = (
        say("See your updated days: /schedule{in_the_chat}", in_the_chat=IN_THE_CHAT)
        if is_doctor(reader)
        else how_to_book_another(reader, rules)
    )
    return News(_subject(say("Cancelled"), facts, reader, rules), headline, tuple(rows), closing)


def _number(facts: Facts) -> int:
    return len(facts.get("visits", ())) or 1


def _about(facts: Facts, reader: User) -> list[Fact]:
    """Return with whom the visits are, and of what kind."""
    rows = for_whom(facts, reader) if is_patient(reader) else [patient(facts)]
    if not is_doctor(reader):
        rows += [with_doctor(facts["doctor"]), *specialization(facts)]
    return [*rows, *plain_facts(kind_rows(facts))]


def _visits(facts: Facts, rules: ClinicRules) -> list[Fact]:
    """Return when each visit is, and was before."""
    return [
        # Translators: which visit of a series one is: "2 of 5".
        Fact(say("{number} of {count}", number=visit["number"], count=visit["of"]), _when(visit, rules))
        for visit in facts.get("visits", ())
    ]


def _when(visit: Facts, rules: ClinicRules) -> str:
    now = moment(visit["start"], rules.zone)
    if place := place_name(visit):
        now = say("{time}, {place}", time=now, place=place)
    if not visit.get("was"):
        return now
    # Translators: when a visit was before, and when it is now. The arrow points to what is read last.
    return say("{before} → {now}", before=moment(visit["was"], rules.zone), now=now)


def _where(facts: Facts, reader: User, rules: ClinicRules) -> list[Fact]:
    """Return where a patient comes to, what each visit costs, and what to do before."""
    rows = [by_video()] if facts.get("room") else []
    return [*rows, *plain_facts(where_rows(facts, reader, rules, each=True))]


def _by(facts: Facts, reader: User) -> list[Fact]:
    """Return who did it, where that is not whoever reads it."""
    role = facts.get("by")
    if role == Role.DOCTOR.value and not is_doctor(reader):
        return [by(plain_doctor(facts["doctor"]))]
    if facts.get("carer") and role == Role.PATIENT.value:
        return [by(str(facts["carer"]))]
    if role == reader.role.value:
        return []
    if role == Role.PATIENT.value:
        return [by_patient()]
    return [by_clinic()] if role in DESK_ROLES else []


def _subject(what: str, facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Return what is seen on locked screens: who, how many and when, never why."""
    whom = facts["patient"]
    if is_patient(reader):
        whom = plain_doctor(facts["doctor"])
    if looks_after(facts, reader):
        whom = say("{patient}: {doctor}", patient=facts["patient"], doctor=whom)
    # Translators: the subject of an email: "Booked: Dr Sen, 5 visits from Tue 4 May 2027, 10:30 AM".
    return say_count(
        "{what}: {whom}, {count} visit from {when}",
        "{what}: {whom}, {count} visits from {when}",
        _number(facts),
        what=what,
        whom=whom,
        when=moment_read(facts["start"], rules),
    )


def _closing(reader: User, rules: ClinicRules) -> str:
    if is_doctor(reader):
        return say("See your days: /schedule{in_the_chat}", in_the_chat=IN_THE_CHAT)
    if has_no_chat(reader):
        return say("To move or cancel a visit, please {call}.", call=call_the_clinic(rules))
    return say(
        "You can move or cancel one visit, the rest or all of them in /appointments{in_the_chat}.",
        in_the_chat=IN_THE_CHAT,
    )


SERIES_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.SERIES_BOOKED: _booked,
    EventKind.SERIES_MOVED: _moved,
    EventKind.SERIES_CANCELLED: _cancelled,
}
