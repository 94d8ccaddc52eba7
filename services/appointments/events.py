"""Events about appointments, with the facts as they were when it happened.

They name the patient as a reader. Who is told in the place of a patient without an account is looked up later
(see services/notifications/readers.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.models.appointments import (
    Alternative,
    Answer,
    Appointment,
    AppointmentCard,
    AppointmentStatus,
    CancellationCause,
    open_questions,
)
from services.models.catalogue import NO_DETAILS, VisitDetails
from services.models.notifications import LATER_CHANGES, Event, EventKind
from services.models.patients import Patient
from services.models.people import Author, ChatId, Role, User, UserId
from services.models.series import SeriesId, SeriesPart
from services.models.slots import Slot
from services.models.waitlist import SlotOffer

# What may happen to an appointment several times: it is booked once and cancelled once.
OFTEN = LATER_CHANGES - {EventKind.CANCELLED}


def appointment_event(
    kind: EventKind,
    appointment: Appointment,
    doctor: User,
    patient: Patient,
    by: Role,
    *,
    at: datetime,
    was: datetime | None = None,
    note: str | None = None,
    why: CancellationCause | None = None,
    alternatives: Sequence[Alternative] = (),
    readers: Sequence[UserId] | None = None,
    number: str = "",
    changes_until: datetime | None = None,
    in_chat: ChatId | None = None,
    author: Author | None = None,
    details: VisitDetails = NO_DETAILS,
) -> Event:
    """Return an event about an appointment, for its patient and its doctor, or for `readers` only.

    `by` is who did it, `at` when (aware UTC); the `version` in the facts is the one after the change. `was`
    is the start before a move. For a cancellation, `note` is the message to the patient, `why` the cause if
    many were cancelled at once, and `alternatives` other times to take. `changes_until` is until when the
    patient may move or cancel it. `in_chat` is the chat in which it was done, if the person who did it is
    being answered there. The `author` is named in the audit. `details`: which kind of visit it is, and where.
    """
    version = appointment.version + (kind in LATER_CHANGES or kind is EventKind.FOLLOW_UP)
    facts: dict[str, Any] = {
        "appointment_id": appointment.id,
        "version": version,
        "at": at,
        "start": appointment.slot.start,
        "end": appointment.slot.end,
        "doctor_id": doctor.id,
        "doctor": doctor.name,
        "specialization": doctor.specialization,
        "patient_id": patient.id,
        "patient": patient.name,
        "reason": appointment.reason,
        "room": appointment.room,
        "by": by.value,
        "was": was,
        "note": note,
        "why": why.value if why else None,
        "changes_until": changes_until,
        "offers": [_offer_facts(offer) for offer in alternatives],
    }
    if appointment.series is not None:
        facts["series"] = series_facts(appointment.series_id, appointment.series)
    if details != NO_DETAILS:
        facts["visit"] = visit_facts(details, appointment.answers)
    if in_chat is not None:
        facts["in_chat"] = in_chat
    if author is not None:
        facts["actor"] = author.user_id
        facts["via"] = author.via.value if author.via else None
    number = str(version) if kind in OFTEN else number
    hear = tuple(readers) if readers is not None else (patient.id, doctor.id)
    return Event(".".join(filter(None, (appointment.id, kind, number))), kind, hear, facts)


def _offer_facts(offer: Alternative) -> dict[str, Any]:
    return {"doctor_id": offer.doctor.id, "doctor": offer.doctor.name, "start": offer.slot.start}


def series_facts(series_id: SeriesId | None, part: SeriesPart) -> dict[str, Any]:
    """Return the facts about a visit's place in its series: calendars know it by `planned`."""
    return {"id": series_id, "number": part.number, "of": part.of, "planned": part.planned}


def visit_facts(details: VisitDetails, answers: Sequence[Answer] = ()) -> dict[str, Any]:
    """Return the facts about the kind of a visit and where it is, as they are now; only those that it has.

    Of the questions before the visit it is how many are open, after these `answers`; never an answer.
    """
    kind, place, room = details.kind, details.place, details.room
    facts: dict[str, Any] = {}
    if kind is not None:
        price = {"minor": kind.price.minor, "currency": kind.price.currency} if kind.price else None
        facts["kind"] = {"name": kind.name, "price": price, "preparation": kind.preparation}
        facts["questions"] = len(open_questions(kind, answers))
    if place is not None:
        facts["place"] = {
            "name": place.name,
            "address": place.address,
            "phone": place.phone,
            "directions": place.directions,
        }
    if room is not None:
        # Not known yet of a new booking: its room is chosen in the write that stores the event.
        facts["in_room"] = room.name
    return facts


def slot_event(
    offer: SlotOffer,
    doctor: User,
    patient_id: UserId,
    details: VisitDetails = NO_DETAILS,
    instead_of: Slot | None = None,
) -> Event:
    """Return the event that tells a waiting patient that a time has opened and is kept for them.

    `details` say which kind of visit it would be, and where; `instead_of` is the time that is given up.
    """
    facts: dict[str, Any] = {
        "offer_id": offer.id,
        "patient_id": patient_id,
        "specialization": doctor.specialization,
        # Stored like the alternatives to a cancelled appointment, so that erasing a doctor finds both.
        "offers": [{"doctor_id": doctor.id, "doctor": doctor.name, "start": offer.slot.start}],
        "end": offer.slot.end,
        "until": offer.until,
    }
    if details != NO_DETAILS:
        facts["visit"] = visit_facts(details)
    number = ""
    if instead_of is not None:
        facts["instead_of"] = {"start": instead_of.start, "end": instead_of.end}
        # The same time may be offered in the place of the same appointment again, under the same id.
        number = str(int(offer.until.timestamp()))
    key = ".".join(filter(None, (offer.id, EventKind.SLOT_OPENED, number)))
    return Event(key, EventKind.SLOT_OPENED, (patient_id,), facts)


def day_facts(day: str, items: Sequence[AppointmentCard]) -> dict[str, Any]:
    """Return the facts of a doctor's digest: the day (ISO 8601) and its appointments, earliest first."""
    booked = (card for card in items if card.appointment.status is AppointmentStatus.BOOKED)
    return {"day": day, "items": [_item_facts(card) for card in booked]}


def _item_facts(card: AppointmentCard) -> dict[str, Any]:
    slot, details = card.appointment.slot, card.details
    facts = {
        "start": slot.start,
        "end": slot.end,
        "patient": card.patient.name,
        "reason": card.appointment.reason,
    }
    return facts if details == NO_DETAILS else {**facts, "visit": visit_facts(details)}
