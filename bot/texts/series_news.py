"""What is said of several visits of a series at once: that they are booked, moved or cancelled."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.texts.formats import call_the_clinic, moment, moment_read, plain_doctor
from bot.texts.notification_layouts import IN_THE_CHAT, News
from bot.texts.visits import kind_rows, place_name, where_rows
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.patients import has_no_account
from services.models.people import Role, User

Facts = Mapping[str, Any]
_BY = {
    Role.PATIENT.value: "the patient",
    **dict.fromkeys((role.value for role in DESK), "the clinic"),
}


def counted(number: int) -> str:
    """Return so many visits, in words."""
    return "1 visit" if number == 1 else f"{number} visits"


def _booked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [
        *_about(facts, reader),
        *_visits(facts, rules),
        *_where(facts, reader, rules),
        *_by(facts, reader),
    ]
    if facts.get("reason"):
        rows.append(("Reason", facts["reason"]))
    return News(
        subject=_subject("Booked", facts, reader, rules),
        headline=f"✅ {_whose(facts, reader)}{counted(_number(facts))} booked",
        facts=tuple(rows),
        closing=_closing(reader, rules),
    )


def _moved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [
        *_about(facts, reader),
        *_visits(facts, rules),
        *_where(facts, reader, rules),
        *_by(facts, reader),
    ]
    return News(
        subject=_subject("Moved", facts, reader, rules),
        headline=f"🔁 {_whose(facts, reader)}{counted(_number(facts))} of the series moved",
        facts=(*rows, *_note(facts, reader)),
        closing=_closing(reader, rules),
    )


def _cancelled(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [*_about(facts, reader), *_visits(facts, rules), *_by(facts, reader), *_note(facts, reader)]
    another = f"To book another time, type /book{IN_THE_CHAT}."
    if has_no_account(reader.id):
        another = f"To book another time, please {call_the_clinic(rules)}."
    return News(
        subject=_subject("Cancelled", facts, reader, rules),
        headline=f"✖ {_whose(facts, reader)}{counted(_number(facts))} of the series cancelled",
        facts=tuple(rows),
        closing=f"See your updated days: /schedule{IN_THE_CHAT}" if _is_doctor(reader) else another,
    )


def _is_doctor(reader: User) -> bool:
    return reader.role is Role.DOCTOR


def _number(facts: Facts) -> int:
    return len(facts.get("visits", ())) or 1


def _whose(facts: Facts, reader: User) -> str:
    """Say whose visits they are, to whoever looks after the patient, and who has done it."""
    patient_id = str(facts.get("patient_id"))
    if reader.role is not Role.PATIENT or not has_no_account(patient_id) or reader.id == patient_id:
        return ""
    return f"{facts['patient']}: "


def _about(facts: Facts, reader: User) -> list[tuple[str, str]]:
    """Return with whom the visits are, and of what kind."""
    rows = []
    if reader.role is not Role.PATIENT or _whose(facts, reader):
        rows.append(("For" if reader.role is Role.PATIENT else "Patient", facts["patient"]))
    if not _is_doctor(reader):
        rows.append(("With", plain_doctor(facts["doctor"])))
        if facts.get("specialization"):
            rows.append(("Specialization", facts["specialization"]))
    return [*rows, *kind_rows(facts)]


def _visits(facts: Facts, rules: ClinicRules) -> list[tuple[str, str]]:
    """Return when each visit is, and was before."""
    return [(f"{visit['number']} of {visit['of']}", _when(visit, rules)) for visit in facts.get("visits", ())]


def _when(visit: Facts, rules: ClinicRules) -> str:
    now = moment(visit["start"], rules.zone)
    if place := place_name(visit):
        now = f"{now}, {place}"
    return f"{moment(visit['was'], rules.zone)} → {now}" if visit.get("was") else now


def _where(facts: Facts, reader: User, rules: ClinicRules) -> list[tuple[str, str]]:
    """Return where a patient comes to, and what to do before."""
    by_video = [("Where", "By video")] if facts.get("room") else []
    return [*by_video, *where_rows(facts, reader, rules, each=True)]


def _by(facts: Facts, reader: User) -> list[tuple[str, str]]:
    """Return who did it, where that is not whoever reads it."""
    by = facts.get("by")
    if by == Role.DOCTOR.value and not _is_doctor(reader):
        return [("By", plain_doctor(facts["doctor"]))]
    if facts.get("carer") and by == Role.PATIENT.value:
        return [("By", str(facts["carer"]))]
    return [("By", _BY[by])] if by in _BY and by != reader.role.value else []


def _note(facts: Facts, reader: User) -> list[tuple[str, str]]:
    return (
        [("Told the patient" if _is_doctor(reader) else "Note", facts["note"])] if facts.get("note") else []
    )


def _subject(what: str, facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Return what is seen on locked screens: who, how many and when, never why."""
    whose = _whose(facts, reader)
    other = facts["patient"] if reader.role is not Role.PATIENT else f"{whose}{plain_doctor(facts['doctor'])}"
    return f"{what}: {other}, {counted(_number(facts))} from {moment_read(facts['start'], rules)}"


def _closing(reader: User, rules: ClinicRules) -> str:
    if _is_doctor(reader):
        return f"See your days: /schedule{IN_THE_CHAT}"
    if has_no_account(reader.id):
        return f"To move or cancel a visit, please {call_the_clinic(rules)}."
    return f"You can move or cancel one visit, the rest or all of them in /appointments{IN_THE_CHAT}."


SERIES_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.SERIES_BOOKED: _booked,
    EventKind.SERIES_MOVED: _moved,
    EventKind.SERIES_CANCELLED: _cancelled,
}
