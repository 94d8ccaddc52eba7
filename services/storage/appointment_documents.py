"""Appointments as documents of the collection `appointments`: what is stored of one, and how it is read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.access import DESK
from services.errors import PatientBusy, RoomTaken, SlotTaken
from services.models.appointments import Answer, Appointment, AppointmentId, AppointmentStatus, ToldLateness
from services.models.limits import HeldFor
from services.models.notifications import Event
from services.models.people import Author, Role, UserId
from services.models.series import SeriesPart
from services.models.slots import Slot, ticks
from services.storage.mongo.driver import Document
from services.storage.notifications import event_document

PARTY = {Role.DOCTOR: "doctor_id", Role.PATIENT: "patient_id"}
OTHER = {Role.DOCTOR: "patient_id", Role.PATIENT: "doctor_id"}
# The field with the room or device that a visit needs.
ROOM = "room_id"
# The ticks in which the doctor has no time for others: those of a visit of a kind, and of its buffer.
WITH_BUFFER = "doctor_ticks"
# What is noted on the day of the visit; of another time nothing of it is true.
OF_THE_DAY = ("arrived_at", "called_at", "told_late")
# A hold that lasts longer was made before the clock was set back, and does not count.
LONGEST_HOLD = timedelta(hours=1)


def authored(by: UserId | Author) -> Document:
    """Return how the history says who has changed an appointment, and from where if that is known."""
    author = by if isinstance(by, Author) else Author(by)
    via: Document = {"via": author.via.value} if author.via is not None else {}
    return {"by": author.user_id, **via}


def of_party(role: Role, user_id: UserId) -> tuple[Document, list[tuple[str, int]]]:
    """Return the query for a patient's or a doctor's appointments, and the index that answers it.

    For the desk they are those of the whole clinic.
    """
    if role in DESK:
        return {}, [("start", 1)]
    return {PARTY[role]: user_id}, [(PARTY[role], 1), ("start", 1)]


def appointment_document(
    appointment: Appointment, at: datetime, by: UserId | Author, *, events: Sequence[Event]
) -> Document:
    """Return the form in which an appointment is stored; one that takes time carries its ticks."""
    document = {
        "_id": appointment.id,
        "doctor_id": appointment.doctor_id,
        "patient_id": appointment.patient_id,
        "start": appointment.slot.start,
        "end": appointment.slot.end,
        "status": appointment.status.value,
        "reason": appointment.reason,
        "room": appointment.room,
        "version": appointment.version,
        # It is also in the history, but no index can have the first entry of that alone (see reporting.py).
        "booked_at": at,
        "remind_at": list(appointment.remind_at),
        "history": [{"status": AppointmentStatus.BOOKED.value, "at": at, **authored(by)}],
    }
    document |= visit_document(appointment)
    if appointment.status is not AppointmentStatus.CANCELLED:
        document |= taken_document(appointment)
    if events:
        document["unsent"] = [event_document(event) for event in events]
    return document


def visit_document(appointment: Appointment) -> Document:
    """Return the fields for the kind of visit and where it is: only those that it has.

    A room that is null would be guarded as one is.
    """
    found = {
        "kind_id": appointment.kind_id,
        "place_id": appointment.place_id,
        "room_id": appointment.room_id,
        "buffer_minutes": appointment.buffer_minutes or None,
        "series_id": appointment.series_id,
        "series": _series_document(appointment.series),
    }
    return {name: value for name, value in found.items() if value is not None}


def _series_document(part: SeriesPart | None) -> Document | None:
    return {"number": part.number, "of": part.of, "planned": part.planned} if part is not None else None


def taken_document(appointment: Appointment) -> Document:
    """Return the fields that the unique indexes guard: the time that the visit takes.

    A visit of a kind takes its doctor's time until its buffer is over. Those without a kind have none: their
    doctors' breaks are in the grid of their times.
    """
    taken: Document = {"ticks": ticks(appointment.slot)}
    if appointment.kind_id is not None:
        taken[WITH_BUFFER] = ticks(with_buffer(appointment))
    return taken


def with_buffer(appointment: Appointment) -> Slot:
    """Return how long the doctor is not free for anybody else."""
    buffer = timedelta(minutes=appointment.buffer_minutes)
    return Slot(appointment.slot.start, appointment.slot.end + buffer)


def held_document(appointment: Appointment, at: datetime, purpose: HeldFor) -> Document:
    """Return the form in which a hold is stored; its history begins with the booking."""
    document = appointment_document(appointment, at, appointment.patient_id, events=())
    held: Document = {"held_until": appointment.held_until, "held_for": purpose.value, "history": []}
    return document | held


def as_seen(before: Appointment) -> Document:
    """Return the query for an appointment that was not changed since `before` was read."""
    return {"_id": before.id, "status": before.status.value, "version": before.version}


def held_by(appointment: Appointment) -> Document:
    """Return the query for the hold of this booking."""
    return {
        "status": AppointmentStatus.HELD.value,
        "patient_id": appointment.patient_id,
        "doctor_id": appointment.doctor_id,
        "start": appointment.slot.start,
    }


def refusal(refused: Document, doctor_id: UserId, slot: Slot) -> SlotTaken | PatientBusy:
    """Return the error for a write that MongoDB refused, by the index that refused it."""
    refused_by = refused.get("keyPattern", {})
    if "patient_id" in refused_by:
        return PatientBusy(slot.start)
    if ROOM in refused_by:
        return RoomTaken(doctor_id, slot.start)
    return SlotTaken(doctor_id, slot.start)


def read_appointment(document: Document) -> Appointment:
    """Return the appointment that a document of the collection holds."""
    return Appointment(
        id=AppointmentId(document["_id"]),
        doctor_id=UserId(document["doctor_id"]),
        patient_id=UserId(document["patient_id"]),
        slot=Slot(document["start"], document["end"]),
        status=AppointmentStatus(document["status"]),
        reason=document.get("reason"),
        note=document.get("note"),
        held_until=document.get("held_until"),
        remind_at=tuple(document.get("remind_at", ())),
        confirmed_at=document.get("confirmed_at"),
        room=document.get("room"),
        arrived_at=document.get("arrived_at"),
        called_at=document.get("called_at"),
        told_late=_told_late(document.get("told_late")),
        version=document["version"],
        kind_id=document.get("kind_id"),
        place_id=document.get("place_id"),
        room_id=document.get("room_id"),
        buffer_minutes=document.get("buffer_minutes", 0),
        series_id=document.get("series_id"),
        series=_series(document.get("series")),
        answers=tuple(_answer(row) for row in document.get("answers", ())),
    )


def _series(row: Document | None) -> SeriesPart | None:
    return SeriesPart(row["number"], row["of"], row["planned"]) if row is not None else None


def _answer(row: Document) -> Answer:
    return Answer(row["question_id"], row["question"], row["text"])


def _told_late(row: Document | None) -> ToldLateness | None:
    return ToldLateness(row["minutes"], row["number"]) if row is not None else None


def cleared(before: Appointment, after: Appointment) -> Document:
    """Return the part of an update that removes what is not so any more after the change."""
    gone: Document = {}
    if after.status is AppointmentStatus.CANCELLED:
        gone = {"ticks": "", WITH_BUFFER: "", "moving_to": ""}
    if after.slot != before.slot:
        gone |= dict.fromkeys(OF_THE_DAY, "")
        had, has = ({**visit_document(each), **taken_document(each)} for each in (before, after))
        gone |= dict.fromkeys(had.keys() - has.keys(), "")
    return {"$unset": gone} if gone else {}
