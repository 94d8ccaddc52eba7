"""What is noted on the day of a visit: how late a doctor is, who came, who was called in, who was written to.

How late a doctor is stands in the doctor's document in `schedules`, the rest in `appointments`. Each write is
a compare-and-set, and stores the event about it, if there is one. So of two that want the same one does it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pymongo import ReturnDocument

from services.models.appointments import Appointment, AppointmentId, AppointmentStatus, ToldLateness
from services.models.notifications import Event
from services.models.people import Author, UserId
from services.models.scheduling import Lateness
from services.models.slots import Slot
from services.storage.appointment_documents import authored, read_appointment
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.notifications import event_document
from services.storage.schedule_documents import read_lateness

IS_BOOKED: Document = {"status": AppointmentStatus.BOOKED.value}


class WaitingRoomStore:
    """Reads and writes what happens on the day of a visit."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]
        self._schedules: Collection = database["schedules"]

    async def prepare(self) -> None:
        """Make the index by which doctors who are late today are found."""
        async with translate_driver_errors():
            await self._schedules.create_index("late.end", sparse=True)

    async def set_late(self, doctor_id: UserId, day: Slot, minutes: int, at: datetime) -> Lateness:
        """Note how late a doctor is on a day of the clinic; what is so already keeps its number."""
        said: Document = {"start": day.start, "end": day.end, "minutes": minutes, "at": at}
        number = {"$add": [{"$ifNull": ["$late.number", 0]}, 1]}
        is_so = {"$and": [{"$eq": ["$late.minutes", minutes]}, {"$eq": ["$late.end", day.end]}]}
        late = {"$cond": [is_so, "$late", said | {"number": number}]}
        async with translate_driver_errors():
            row = await self._schedules.find_one_and_update(
                {"_id": doctor_id},
                [{"$set": {"late": late}}],
                projection={"late": True},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        found = read_lateness(row["late"])
        if found is None:
            raise LookupError("late")
        return found

    async def late_now(self, now: datetime) -> list[tuple[UserId, Lateness]]:
        """Return the doctors who have said today how late they are, also those who are on time again."""
        query = {"late.end": {"$gt": now, "$lt": EVER.end}, "late.start": {"$lte": now}}
        async with translate_driver_errors():
            cursor = self._schedules.find(query, {"late": True}).hint([("late.end", 1)])
            rows = await cursor.to_list(None)
        return readable(rows, _late_row, "schedule")

    async def tell_late(
        self, before: Appointment, told: ToldLateness, event: Event, by: UserId, at: datetime
    ) -> bool:
        """Note what a patient is told of the lateness, with the event; False if it was changed meanwhile."""
        number = before.told_late.number if before.told_late is not None else None
        query = {"told_late.number": number, "start": before.slot.start, "called_at": None}
        noted: Document = {"told_late": {"minutes": told.minutes, "number": told.number}}
        return await self._note(before, query, noted, by=Author(by), at=at, event=event) is not None

    async def arrive(self, before: Appointment, by: Author, at: datetime) -> Appointment | None:
        """Note that the patient is there; None if it is not booked for that time, or they were there."""
        query = {"start": before.slot.start, "arrived_at": None}
        return await self._note(before, query, {"arrived_at": at}, by=by, at=at)

    async def call(self, before: Appointment, event: Event, by: Author, at: datetime) -> Appointment | None:
        """Note that the patient is called in, with the event; None if they were called, or it was changed."""
        query = {"start": before.slot.start, "called_at": None}
        return await self._note(before, query, {"called_at": at}, by=by, at=at, event=event)

    async def _note(
        self,
        before: Appointment,
        query: Document,
        noted: Document,
        *,
        by: Author,
        at: datetime,
        event: Event | None = None,
    ) -> Appointment | None:
        """Change a field that conflicts with no other change of a booked visit: the version stays."""
        entry = {**IS_BOOKED, "at": at, **authored(by), "noted": sorted(noted)}
        pushed: Document = {"history": entry} | ({"unsent": event_document(event)} if event else {})
        async with translate_driver_errors():
            row = await self._appointments.find_one_and_update(
                {"_id": before.id, **IS_BOOKED, **query},
                {"$set": noted, "$push": pushed},
                return_document=ReturnDocument.AFTER,
            )
        return read_appointment(row) if row else None

    async def write_to(
        self, visit: Appointment, message_id: str, event: Event, by: Author, at: datetime
    ) -> bool:
        """Store the event of a message about a visit, once; tell whether it was stored now."""
        query: Document = {"_id": visit.id, "history.message": {"$ne": message_id}}
        status = visit.status.value
        entry = {"status": status, "at": at, **authored(by), "noted": ["message"], "message": message_id}
        async with translate_driver_errors():
            done = await self._appointments.update_one(
                query, {"$push": {"history": entry, "unsent": event_document(event)}}
            )
        return bool(done.modified_count)

    async def was_sent(self, visits: Iterable[AppointmentId], message_id: str) -> bool:
        """Tell whether that message was sent to somebody about one of these visits."""
        query = {"_id": {"$in": sorted(visits)}, "history.message": message_id}
        async with translate_driver_errors():
            return await self._appointments.find_one(query, {"_id": True}) is not None

    async def by_ids(self, ids: Sequence[AppointmentId]) -> list[Appointment]:
        """Return these appointments, as far as they are there."""
        async with translate_driver_errors():
            rows = await self._appointments.find({"_id": {"$in": list(ids)}}).to_list(None)
        return readable(rows, read_appointment, "appointment")


def _late_row(row: Document) -> tuple[UserId, Lateness]:
    found = read_lateness(row["late"])
    if found is None:
        raise TypeError
    return UserId(row["_id"]), found
