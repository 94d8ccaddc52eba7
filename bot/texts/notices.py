"""News, as a chat message and as a mail: the same facts, said to the one who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.texts.formats import esc, moment, plain_doctor, stretch
from services.clinic import ClinicRules
from services.models import Role, Slot, User
from services.news import EventKind


@dataclass(frozen=True, slots=True)
class News:
    """What a notice says: a headline, a line for each fact (label, value), and what to do next.

    Plain text; whoever shows it escapes it. `secret` names the fact that nobody else should glimpse.
    """

    subject: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    closing: str
    secret: str = "Reason"  # noqa: S105 - the label of a fact


def news(kind: EventKind, facts: Mapping[str, Any], reader: User, rules: ClinicRules) -> News:
    """Return what to say of an event to one of its readers."""
    if kind is EventKind.DOCTOR_APPROVED:
        return _approved(facts, rules)
    if kind is EventKind.DOCTOR_REFUSED:
        return _refused(facts, rules)
    return _appointment(kind, facts, reader, rules)


def _approved(facts: Mapping[str, Any], rules: ClinicRules) -> News:
    return News(
        subject=f"Your registration at {rules.name} is approved",
        headline=f"✅ Welcome, {plain_doctor(facts['name'])}: your registration is approved.",
        facts=(),
        closing="You can sign in now with /login in the chat.",
    )


def _refused(facts: Mapping[str, Any], rules: ClinicRules) -> News:
    return News(
        subject=f"Your registration at {rules.name}",
        headline=f"{plain_doctor(facts['name'])}, your registration was not approved.",
        facts=(),
        closing="If you think that this is a mistake, please call the clinic.",
    )


def _appointment(kind: EventKind, facts: Mapping[str, Any], reader: User, rules: ClinicRules) -> News:
    is_doctor = reader.role is Role.DOCTOR
    other = facts["patient"] if is_doctor else plain_doctor(facts["doctor"])
    start = moment(facts["start"], rules.zone)
    rows = [("With" if not is_doctor else "Patient", other)]
    if not is_doctor and facts["specialization"]:
        rows.append(("Specialization", facts["specialization"]))
    rows.append(("When", stretch(Slot(facts["start"], facts["end"]), rules.zone)))
    if facts["reason"] and (is_doctor or kind is EventKind.BOOKED):
        rows.append(("Reason", facts["reason"]))
    return News(
        # Subjects are seen on locked screens: who and when, never why.
        subject=_SUBJECTS[kind].format(other=other, start=start),
        headline=_HEADLINES[kind],
        facts=tuple(rows),
        closing=_CLOSINGS[kind, is_doctor],
    )


_SUBJECTS = {
    EventKind.BOOKED: "Booked: {other}, {start}",
    EventKind.CANCELLED: "Cancelled: {other}, {start}",
}
_HEADLINES = {
    EventKind.BOOKED: "✅ Appointment booked",
    EventKind.CANCELLED: "✖ Appointment cancelled",
}
_CLOSINGS = {
    (EventKind.BOOKED, False): "To cancel it, open it in /appointments in the chat.",
    (EventKind.BOOKED, True): "Your day is in /appointments in the chat.",
    (EventKind.CANCELLED, False): "To take another time: /book in the chat.",
    (EventKind.CANCELLED, True): "That time is free again.",
}


def as_message(said: News) -> str:
    """Return the news in Telegram's HTML."""
    lines = [f"<b>{esc(said.headline)}</b>"]
    for label, value in said.facts:
        shown = f"<tg-spoiler>{esc(value)}</tg-spoiler>" if label == said.secret else esc(value)
        lines.append(f"{label}: {shown}")
    return "\n".join(lines) + f"\n\n{esc(said.closing)}"


def as_plain_mail(said: News, clinic: str) -> str:
    """Return the text part of a mail."""
    rows = "".join(f"{label}: {value}\n" for label, value in said.facts)
    return f"{said.headline}\n\n{rows}\n{said.closing}\n\n{clinic}\n"


def as_html_mail(said: News, clinic: str) -> str:
    """Return the HTML part of a mail: one column, plain colours, readable anywhere."""
    rows = "".join(
        f'<p style="margin:0 0 12px;font-size:15px;color:#14212e">'
        f'<span style="font-size:13px;color:#566573">{esc(label)}</span><br><strong>{esc(value)}</strong></p>'
        for label, value in said.facts
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>'
        f"{esc(said.subject)}</title></head>"
        '<body style="margin:0;padding:16px;background:#eef3f7;font-family:Helvetica,Arial,sans-serif">'
        '<div style="max-width:520px;margin:0 auto;background:#ffffff;border-radius:12px;padding:22px">'
        f'<p style="margin:0 0 16px;color:#0b6e8a;font-size:14px">{esc(clinic)}</p>'
        f'<h1 style="margin:0 0 16px;font-size:20px;color:#14212e">{esc(said.headline)}</h1>'
        f"{rows}"
        f'<p style="margin:20px 0 0;color:#14212e;font-size:15px">{esc(said.closing)}</p>'
        "</div></body></html>"
    )
