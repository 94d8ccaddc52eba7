"""The collection `appointments`, which makes a double booking impossible.

While an appointment takes time it carries every five-minute tick of its slot; one that was
cancelled carries none. Two unique partial indexes, over (doctor, ticks) and (patient, ticks),
make the database refuse any overlap, for the doctor and for the patient, whatever the lengths.
What was looked up before a write is a courtesy to the person, never the guard.
"""

from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.errors import PatientBusy, SlotTaken
from services.models import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Page,
    Period,
    Role,
    Slot,
    UserId,
    page_number,
)
from services.news import Event
from services.slots import LONGEST_SLOT, ticks
from services.storage.driver import Collection, Database, Document, border
from services.storage.notifications import event_document

PARTY = {Role.DOCTOR: "doctor_id", Role.PATIENT: "patient_id"}


class Appointments:
    """Stores appointments, each with the news about it that has yet to be handed to the outbox."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]

    async def prepare(self) -> None:
        """Make the indexes; the first two are the guard."""
        taken = {"ticks": {"$exists": True}}
        async with border():
            for party in PARTY.values():
                await self._appointments.create_index(
                    [(party, 1), ("ticks", 1)],
                    unique=True,
                    partialFilterExpression=taken,
                    name=f"one_{party}",
                )
                await self._appointments.create_index([(party, 1), ("start", 1)])
            await self._appointments.create_index("unsent.id", sparse=True)

    async def add(self, appointment: Appointment, event: Event, at: datetime) -> Appointment:
        """Store a new appointment and the news of it in one write.

        The same appointment added twice is one: the second call returns what is stored.
        Raises SlotTaken, PatientBusy.
        """
        document = {
            "_id": appointment.id,
            "doctor_id": appointment.doctor_id,
            "patient_id": appointment.patient_id,
            "start": appointment.slot.start,
            "end": appointment.slot.end,
            "ticks": ticks(appointment.slot),
            "status": appointment.status.value,
            "reason": appointment.reason,
            "version": appointment.version,
            "history": [{"status": appointment.status.value, "at": at, "by": appointment.patient_id}],
            "unsent": [event_document(event)],
        }
        async with border():
            try:
                await self._appointments.insert_one(document)
            except DuplicateKeyError as error:
                return await self._explain(error, appointment)
        return appointment

    async def _explain(self, error: DuplicateKeyError, appointment: Appointment) -> Appointment:
        stored = await self._appointments.find_one({"_id": appointment.id})
        if stored:
            return _appointment(stored)
        if "patient_id" in (error.details or {}).get("keyPattern", {}):
            raise PatientBusy(appointment.slot.start) from error
        raise SlotTaken(appointment.doctor_id, appointment.slot.start) from error

    async def cancel(
        self, appointment_id: AppointmentId, by: UserId, before: Appointment, event: Event, at: datetime
    ) -> Appointment | None:
        """Cancel a booked appointment, free its time and note the news, in one write.

        Returns it as it is afterwards, or None where it has changed since `before` was read.
        """
        async with border():
            document = await self._appointments.find_one_and_update(
                {
                    "_id": appointment_id,
                    "status": AppointmentStatus.BOOKED.value,
                    "version": before.version,
                },
                {
                    "$set": {"status": AppointmentStatus.CANCELLED.value},
                    "$unset": {"ticks": ""},
                    "$inc": {"version": 1},
                    "$push": {
                        "history": {"status": AppointmentStatus.CANCELLED.value, "at": at, "by": by},
                        "unsent": event_document(event),
                    },
                },
                return_document=ReturnDocument.AFTER,
            )
        return _appointment(document) if document else None

    async def by_id(self, appointment_id: AppointmentId) -> Appointment | None:
        """Return the appointment, or None."""
        async with border():
            document = await self._appointments.find_one({"_id": appointment_id})
        return _appointment(document) if document else None

    async def busy(self, people: dict[Role, UserId], window: Slot) -> list[Slot]:
        """Return the stretches within `window` in which any of `people` (by their part) has no time."""
        near = {"$gt": window.start - LONGEST_SLOT, "$lt": window.end}
        query = {
            "$or": [
                {PARTY[role]: user_id, "start": near, "ticks": {"$exists": True}}
                for role, user_id in people.items()
            ]
        }
        async with border():
            cursor = self._appointments.find(query, {"start": True, "end": True, "_id": False})
            return [Slot(row["start"], row["end"]) async for row in cursor]

    async def page(
        self, role: Role, user_id: UserId, period: Period, now: datetime, *, number: int, size: int
    ) -> Page[Appointment]:
        """Return a page of a person's appointments: to come, soonest first; past, latest first."""
        booked = AppointmentStatus.BOOKED.value
        query: Document = {PARTY[role]: user_id}
        if period is Period.UPCOMING:
            query |= {"start": {"$gt": now}, "status": booked}
        else:
            query |= {"$or": [{"start": {"$lte": now}}, {"status": AppointmentStatus.CANCELLED.value}]}
        order = 1 if period is Period.UPCOMING else -1
        index = [(PARTY[role], 1), ("start", 1)]
        async with border():
            total = await self._appointments.count_documents(query, hint=index)
            number = page_number(number, total, size)
            cursor = self._appointments.find(query).sort([(PARTY[role], order), ("start", order)]).hint(index)
            found = [_appointment(row) async for row in cursor.skip(number * size).limit(size)]
        return Page(tuple(found), number, size, total)


def _appointment(document: Document) -> Appointment:
    return Appointment(
        id=AppointmentId(document["_id"]),
        doctor_id=UserId(document["doctor_id"]),
        patient_id=UserId(document["patient_id"]),
        slot=Slot(document["start"], document["end"]),
        status=AppointmentStatus(document["status"]),
        reason=document.get("reason"),
        version=document["version"],
    )
