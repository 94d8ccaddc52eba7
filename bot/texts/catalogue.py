"""What is said while admins keep the clinic's kinds of visit, its places and its rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.localization.messages import Phrase, number, phrase, say
from bot.texts import labels
from bot.texts.amounts import price
from bot.texts.formats import comma_list, esc, span
from services.models.catalogue import (
    AnswerType,
    Catalogue,
    ForPatients,
    Place,
    Question,
    Room,
    Video,
    VisitKind,
)
from services.models.slots import PlaceId
from services.patients.fields import shown_phone


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What is said of one sort of thing.

    They are its command, the label and the title of its list, how one adds one, what a card asks, that there
    are none, what follows once one is saved, and what stays once it is retired.
    """

    command: str
    label: Phrase
    title: Phrase
    add: Phrase
    change: Phrase
    none: Phrase
    stays: Phrase
    saved: Phrase | None = None


KINDS = EntryWords(
    command="kinds",  # no words
    label=labels.KINDS,
    title=phrase("🗂 <b>Kinds of visit</b>"),
    # Translators: what stands in quotation marks is an example of what can be typed: a name, how long it
    # takes, how long the doctor needs after it, and the price. "min" and "buffer" are always understood.
    add=phrase("To add one, type it in one line, like “First visit, 45 min, buffer 5, 80 EUR”."),
    change=phrase("Tap what you'd like to change on this kind of visit."),
    none=phrase("There are none yet, so each visit takes one of the doctor's slots."),
    stays=phrase("What is booked of it stays, and nobody can book more of it. You can bring it back later."),
    saved=phrase("Doctors choose it in /kinds."),
)
PLACES = EntryWords(
    command="places",  # no words
    label=labels.PLACES,
    title=phrase("📍 <b>Places</b>"),
    # Translators: what stands in quotation marks is an example: a name, an address and a telephone number.
    add=phrase(
        "To add one, type it in one line, like “Harbour Street, 12 Harbour Street, +44 20 7946 0123”."
    ),
    change=phrase("Tap what you'd like to change on this place."),
    none=phrase("There are none yet. A clinic at one address needs none."),
    stays=phrase(
        "What is booked there stays. Hours there offer no more times, and doctors see that in /hours."
        " You can bring it back later."
    ),
)
ROOMS = EntryWords(
    command="rooms",  # no words
    label=labels.ROOMS,
    title=phrase("🚪 <b>Rooms and equipment</b>"),
    # Translators: what stands in quotation marks is an example: a room or device, the group of those that
    # will do as well, and a place.
    add=phrase("To add one, type it in one line, like “Ultrasound 1, ultrasound, Harbour Street”."),
    change=phrase("Tap what you'd like to change on this room or device."),
    none=phrase(
        "There are none yet. A kind of visit that needs one is booked only while one of its group is free."
    ),
    stays=phrase(
        "What is booked in it stays, and nothing more is booked in it. You can bring it back later."
    ),
)
# For whom a kind of visit is, on its card.
PATIENTS = {
    # Translators: for whom a kind of visit is.
    ForPatients.ANYBODY: phrase("🙂 For all patients"),
    # Translators: for whom a kind of visit is: those who have not been here before.
    ForPatients.NEW: phrase("🙂 For new patients only"),
    # Translators: for whom a kind of visit is: those who have been here before.
    ForPatients.KNOWN: phrase("🙂 For known patients only"),
}
# Where it is, on its card. None: the kind leaves it to each doctor.
WAYS = {
    # Translators: where a kind of visit is.
    Video.OFF: phrase("🎥 In the clinic"),
    Video.OFFERED: phrase("🎥 In the clinic or by video"),
    Video.ONLY: phrase("🎥 By video"),
    # Translators: where a kind of visit is, in the clinic or by video.
    None: phrase("🎥 As the doctor offers"),
}


def entries(words: EntryWords, total: int, lines: Sequence[str]) -> str:
    """List them, and say how to add one."""
    if not total:
        return f"{words.title}\n\n{words.none} {words.add}"
    head = say("{title}: {count}", title=words.title, count=number(total))
    listed = "\n".join(f"• {each}" for each in lines)
    asked = say("Tap one to see or change it.")
    return f"{head}\n{listed}\n\n{asked} {words.add}"


def entry_button(name: str, is_retired: bool) -> str:
    """Label the button that opens a card."""
    return f"🚫 {name}" if is_retired else name


def card(words: EntryWords, facts: str, is_retired: bool, *, is_new: bool) -> str:
    """Show one, and what can be done with it."""
    if is_new:
        asked = say("✏️ Not saved yet. Save it, or tap what you'd like to change first.")
        return f"{facts}\n\n{asked}"
    retired = [say("🚫 Retired: nothing new is booked of it.")] if is_retired else []
    return "\n\n".join([facts, *retired, str(words.change)])


def ask(name: str, label: str, question: str) -> str:
    """Ask for a setting."""
    now = say("Now: {value}", value=esc(label))
    return f"<b>{esc(name)}</b>\n{now}\n\n{question}"


def saved(words: EntryWords, line: str) -> str:
    """Say that it was added."""
    # Translators: what was saved.
    done = say("✅ Saved: {entry}.", entry=line)
    return f"{done} {words.saved}" if words.saved else done


def ask_retire(words: EntryWords, name: str) -> str:
    """Ask whether to retire it."""
    # Translators: whether to offer it no more.
    title = say("🚫 <b>Retire “{name}”?</b>", name=esc(name))
    return f"{title}\n\n{words.stays}"


def minutes(value: int) -> str:
    """Return a length."""
    return span(timedelta(minutes=value))


def kind_line(kind: VisitKind) -> str:
    """Return a kind of visit in a line."""
    parts = [f"<b>{esc(kind.name)}</b>", minutes(kind.minutes)]
    if kind.price is not None:
        parts.append(price(kind.price))
    if kind.desk_only:
        # Translators: only the desk books this kind of visit, and patients cannot.
        parts.append(say("desk only"))
    return " · ".join([*parts, *_retired(is_retired=kind.is_retired)])


def _retired(*, is_retired: bool) -> list[str]:
    # Translators: it is offered no more.
    return [say("🚫 retired")] if is_retired else []


def kind_card(kind: VisitKind, catalogue: Catalogue) -> str:
    """Return all that is known of a kind of visit."""
    rows = [
        f"🗂 <b>{esc(kind.name)}</b>",
        _length(kind),
        f"💳 {price(kind.price)}" if kind.price is not None else say("💳 No price is shown"),
        str(WAYS[kind.video]),
        _who_books(kind),
    ]
    if kind.group:
        rows.append(_needs(kind.group, catalogue))
    if kind.in_series > 1:
        rows.append(say("🔁 In a series: at most {count}", count=number(kind.in_series)))
    if kind.for_follow_ups:
        rows.append(say("↪ Proposed for follow-ups"))
    if kind.preparation:
        rows.append(f"📌 {esc(kind.preparation)}")
    rows += [f"❓ {question_line(each)}" for each in kind.questions]
    return "\n".join(rows)


def _length(kind: VisitKind) -> str:
    length = minutes(kind.minutes)
    if not kind.buffer_minutes:
        return f"⏱ {length}"
    # Translators: how long a visit takes, and how long the doctor is free after it.
    return say("⏱ {length}, then {buffer} free", length=length, buffer=minutes(kind.buffer_minutes))


def _who_books(kind: VisitKind) -> str:
    """Return for whom a kind is, who books it, and when."""
    # Translators: who books a kind of visit.
    facts = [say("booked by the desk only") if kind.desk_only else say("booked by patients and the desk")]
    if kind.lead_time is not None:
        # Translators: how long before a visit it can be booked.
        facts.append(say("at least {span} before", span=span(kind.lead_time)))
    if kind.horizon is not None:
        # Translators: how far ahead a visit can be booked.
        facts.append(say("up to {span} ahead", span=span(kind.horizon)))
    return comma_list([str(PATIENTS[kind.for_patients]), *facts])


def _needs(group: str, catalogue: Catalogue) -> str:
    """Return the group; nobody can book what needs a room or device that the clinic does not have."""
    if any(room.group == group and not room.is_retired for room in catalogue.rooms.values()):
        # Translators: which group of rooms or devices a kind of visit needs.
        return say("🚪 Needs: {group}", group=esc(group))
    return say("🚪 Needs: {group}. ⚠️ There is none in /rooms, so nobody can book it yet", group=esc(group))


def question_line(question: Question) -> str:
    """Return a question before the visit, with its choices."""
    asked = esc(question.text)
    if question.answered_by is AnswerType.TEXT:
        return asked
    if question.answered_by is AnswerType.YES_NO:
        return say("{question} (yes/no)", question=asked)
    # Translators: a question, and the answers that one can choose from.
    return say("{question} ({choices})", question=asked, choices=esc(comma_list(question.choices)))


def ask_questions(kind: VisitKind, most: int) -> str:
    """Show the questions before the visit, and ask for another."""
    lines = [f"{place}. {question_line(each)}" for place, each in enumerate(kind.questions, 1)]
    shown = "\n".join(lines) or say("Patients are asked nothing.")
    # Translators: what stands in quotation marks are examples of what can be typed, with the answers that
    # one can choose from behind the question mark. "yes/no" is always understood.
    asked = say(
        "Type a question, like “What do you take?”, “Are you pregnant? yes/no” or “Which side? left, right”."
        " Up to {most} are asked, and the doctor alone sees the answers.",
        most=number(most),
    )
    # Translators: heads the questions that patients are asked before a kind of visit.
    title = say("❓ <b>Before “{kind}”</b>", kind=esc(kind.name))
    return f"{title}\n{shown}\n\n{asked}"


def remove_question(place: int) -> str:
    """Label the button that removes a question."""
    # Translators: a button; at most 40 characters. The number of a question in the list above it.
    return say("🗑 Remove {number}", number=number(place))


def place_line(place: Place, region: str | None = None) -> str:
    """Return a place in a line."""
    phone = shown_phone(place.phone, region) if place.phone else ""
    facts = [esc(each) for each in (place.address, phone) if each]
    return " · ".join([f"<b>{esc(place.name)}</b>", *facts, *_retired(is_retired=place.is_retired)])


def place_card(place: Place) -> str:
    """Return all that is known of a place."""
    rows = [
        f"📍 <b>{esc(place.name)}</b>",
        f"🏠 {esc(place.address)}" if place.address else say("🏠 No address"),
        f"☎️ {esc(shown_phone(place.phone))}" if place.phone else say("☎️ No telephone number"),
        # Translators: how one gets there is not said.
        f"🚌 {esc(place.directions)}" if place.directions else say("🚌 No directions"),
    ]
    return "\n".join(rows)


def room_line(room: Room, catalogue: Catalogue) -> str:
    """Return a room in a line."""
    where = [esc(place_name(room.place, catalogue))] if room.place else []
    parts = [f"<b>{esc(room.name)}</b>", esc(room.group), *where]
    return " · ".join([*parts, *_retired(is_retired=room.is_retired)])


def room_card(room: Room, catalogue: Catalogue) -> str:
    """Return all that is known of a room."""
    needing = [esc(kind.name) for kind in catalogue.offered_kinds if kind.group == room.group]
    rows = [
        f"🚪 <b>{esc(room.name)}</b>",
        # Translators: of which group of rooms or devices this one is.
        say("🧩 Group: {group}", group=esc(room.group)),
        f"📍 {esc(place_name(room.place, catalogue))}" if room.place else say("📍 Anywhere"),
    ]
    if needing:
        # Translators: which kinds of visit need this room or device.
        rows.append(say("🗂 Needed for: {kinds}", kinds=comma_list(needing)))
    else:
        rows.append(say("🗂 Needed for: no kind of visit yet"))
    return "\n".join(rows)


def place_name(place_id: PlaceId | None, catalogue: Catalogue) -> str:
    """Return the name of a place."""
    place = catalogue.places.get(place_id) if place_id is not None else None
    # Translators: a room or device that is at no fixed place, behind "Place:".
    return place.name if place is not None else say("anywhere")
