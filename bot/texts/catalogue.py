"""What is said while admins keep the clinic's kinds of visit, its places and its rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.localization.messages import Phrase
from bot.texts import labels
from bot.texts.formats import esc, price, span
from bot.texts.visits import WAYS
from services.models.catalogue import (
    AnswerType,
    Catalogue,
    ForPatients,
    Place,
    Question,
    Room,
    VisitKind,
)
from services.models.slots import PlaceId
from services.patients.fields import shown_phone


@dataclass(frozen=True, slots=True)
class Words:
    """How one sort of thing is called: its command, the label of its list, and what stays once it is retired."""

    command: str
    label: Phrase
    title: str
    one: str
    none: str
    like: str
    stays: str


KINDS = Words(
    command="kinds",
    label=labels.KINDS,
    title="🗂 <b>Kinds of visit</b>",
    one="kind of visit",
    none="There are none yet, so each visit takes one of the doctor's slots.",
    like="First visit, 45 min, buffer 5, 80 EUR",
    stays="What is booked of it stays, and nobody can book more of it.",
)
PLACES = Words(
    command="places",
    label=labels.PLACES,
    title="📍 <b>Places</b>",
    one="place",
    none="There are none yet. A clinic at one address needs none.",
    like="Harbour Street, 12 Harbour Street, +44 20 7946 0123",
    stays="What is booked there stays. Hours there offer no more times, and doctors see that in /hours.",
)
ROOMS = Words(
    command="rooms",
    label=labels.ROOMS,
    title="🚪 <b>Rooms and equipment</b>",
    one="room or device",
    none="There are none yet. A kind of visit that needs one is booked only while one of its group is free.",
    like="Ultrasound 1, ultrasound, Harbour Street",
    stays="What is booked in it stays, and nothing more is booked in it.",
)
PATIENTS = {
    ForPatients.ANYBODY: "all patients",
    ForPatients.NEW: "new patients only",
    ForPatients.KNOWN: "known patients only",
}
ANYWHERE = "anywhere"


def entries(words: Words, total: int, lines: Sequence[str]) -> str:
    """List them, and say how to add one."""
    shown = f"{words.title}: {total}\n" + "\n".join(f"• {each}" for each in lines) if total else words.title
    known = f"{shown}\n\nTap one to see or change it." if total else f"{shown}\n\n{words.none}"
    return f"{known} To add one, type it in one line, like “{words.like}”."


def entry_button(name: str, is_retired: bool) -> str:
    """Label the button that opens a card."""
    return f"🚫 {name}" if is_retired else name


def card(words: Words, facts: str, is_retired: bool, *, is_new: bool) -> str:
    """Show one, and what can be done with it."""
    if is_new:
        return f"{facts}\n\n✏️ Not saved yet. Save it, or tap what you'd like to change first."
    retired = "\n\n🚫 Retired: nothing new is booked of it." if is_retired else ""
    return f"{facts}{retired}\n\nTap what you'd like to change on this {words.one}."


def ask(name: str, label: str, question: str) -> str:
    """Ask for a setting."""
    return f"<b>{esc(name)}</b>\nNow: {esc(label)}\n\n{question}"


def saved(words: Words, line: str) -> str:
    """Say that it was added."""
    more = " Doctors choose it in /kinds." if words is KINDS else ""
    return f"✅ Saved: {line}.{more}"


def ask_retire(words: Words, name: str) -> str:
    """Ask whether to retire it."""
    return f"🚫 <b>Retire “{esc(name)}”?</b>\n\n{words.stays} You can bring it back later."


def minutes(value: int) -> str:
    """Return a length."""
    return span(timedelta(minutes=value))


def kind_line(kind: VisitKind) -> str:
    """Return a kind of visit in a line."""
    parts = [minutes(kind.minutes)]
    if kind.price is not None:
        parts.append(price(kind.price))
    if kind.desk_only:
        parts.append("desk only")
    return f"<b>{esc(kind.name)}</b> · {' · '.join(parts)}{' · 🚫 retired' if kind.is_retired else ''}"


def kind_card(kind: VisitKind, catalogue: Catalogue) -> str:
    """Return all that is known of a kind of visit."""
    lead = f", at least {span(kind.lead_time)} before" if kind.lead_time is not None else ""
    horizon = f", up to {span(kind.horizon)} ahead" if kind.horizon is not None else ""
    rows = [
        f"🗂 <b>{esc(kind.name)}</b>",
        f"⏱ {minutes(kind.minutes)}{f', then {minutes(kind.buffer_minutes)} free' if kind.buffer_minutes else ''}",
        f"💳 {price(kind.price)}" if kind.price is not None else "💳 No price is shown",
        f"🎥 {str(WAYS[kind.video]).capitalize()}",
        f"🙂 For {PATIENTS[kind.for_patients]}, booked {'by the desk only' if kind.desk_only else 'by patients and the desk'}{lead}{horizon}",
    ]
    if kind.group:
        rows.append(f"🚪 Needs: {esc(kind.group)}{_missing(kind.group, catalogue)}")
    if kind.in_series > 1:
        rows.append(f"🔁 In a series: at most {kind.in_series}")
    if kind.for_follow_ups:
        rows.append("↪ Proposed for follow-ups")
    if kind.preparation:
        rows.append(f"📌 {esc(kind.preparation)}")
    rows += [f"❓ {question_line(each)}" for each in kind.questions]
    return "\n".join(rows)


def _missing(group: str, catalogue: Catalogue) -> str:
    """Say that the clinic has no such room or device, so that nobody can book what needs one."""
    is_there = any(room.group == group and not room.is_retired for room in catalogue.rooms.values())
    return "" if is_there else ". ⚠️ There is none in /rooms, so nobody can book it yet"


def question_line(question: Question) -> str:
    """Return a question before the visit, with its choices."""
    answers = {AnswerType.TEXT: "", AnswerType.YES_NO: " (yes/no)"}
    return esc(question.text) + answers.get(question.answered_by, f" ({esc(', '.join(question.choices))})")


def ask_questions(kind: VisitKind, most: int) -> str:
    """Show the questions before the visit, and ask for another."""
    lines = "\n".join(f"{number}. {question_line(each)}" for number, each in enumerate(kind.questions, 1))
    return (
        f"❓ <b>Before “{esc(kind.name)}”</b>\n{lines or 'Patients are asked nothing.'}\n\n"
        "Type a question, like “What do you take?”, “Are you pregnant? yes/no” or “Which side? left, right”."
        f" Up to {most} are asked, and the doctor alone sees the answers."
    )


def remove_question(number: int) -> str:
    """Label the button that removes a question."""
    return f"🗑 Remove {number}"


def place_line(place: Place, region: str | None = None) -> str:
    """Return a place in a line."""
    facts = [
        part for part in (place.address, shown_phone(place.phone, region) if place.phone else "") if part
    ]
    shown = "".join(f" · {esc(part)}" for part in facts)
    return f"<b>{esc(place.name)}</b>{shown}{' · 🚫 retired' if place.is_retired else ''}"


def place_card(place: Place) -> str:
    """Return all that is known of a place."""
    rows = [f"📍 <b>{esc(place.name)}</b>", f"🏠 {esc(place.address) or 'No address'}"]
    rows.append(f"☎️ {esc(shown_phone(place.phone)) if place.phone else 'No telephone number'}")
    rows.append(f"🚌 {esc(place.directions) or 'No directions'}")
    return "\n".join(rows)


def room_line(room: Room, catalogue: Catalogue) -> str:
    """Return a room in a line."""
    where = place_name(room.place, catalogue)
    retired = " · 🚫 retired" if room.is_retired else ""
    return f"<b>{esc(room.name)}</b> · {esc(room.group)}{f' · {esc(where)}' if room.place else ''}{retired}"


def room_card(room: Room, catalogue: Catalogue) -> str:
    """Return all that is known of a room."""
    where = place_name(room.place, catalogue)
    needing = [esc(kind.name) for kind in catalogue.offered_kinds if kind.group == room.group]
    return "\n".join(
        (
            f"🚪 <b>{esc(room.name)}</b>",
            f"🧩 Group: {esc(room.group)}",
            f"📍 {esc(where if room.place else where.capitalize())}",
            f"🗂 Needed for: {', '.join(needing) or 'no kind of visit yet'}",
        )
    )


def place_name(place_id: PlaceId | None, catalogue: Catalogue) -> str:
    """Return the name of a place."""
    place = catalogue.places.get(place_id) if place_id is not None else None
    return place.name if place is not None else ANYWHERE
