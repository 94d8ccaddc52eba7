"""What is noted about a booked appointment without changing its version: the collection `appointments`."""

from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.errors import RoomTaken
from services.models.appointments import Appointment, AppointmentStatus
from services.models.catalogue import Question, RoomId
from services.models.people import Author, UserId
from services.models.slots import LONGEST_INTERVAL, Slot, ticks
from services.storage.appointment_documents import ROOM, authored, read_appointment
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors


class AppointmentRemarkStore:
    """Notes what does not conflict with other changes of a booked visit."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]

    async def confirm(self, before: Appointment, by: UserId | Author, at: datetime) -> Appointment | None:
        """Note that the patient has confirmed; None if it is not booked for that time any more."""
        query = {"_id": before.id, "start": before.slot.start}
        return await self._remark(query, {"confirmed_at": at}, by, at)

    async def explain(
        self, before: Appointment, reason: str | None, by: UserId | Author, at: datetime
    ) -> Appointment | None:
        """Change the reason of a visit; None if it is not booked any more."""
        return await self._remark({"_id": before.id}, {"reason": reason}, by, at)

    async def change_room(
        self, before: Appointment, room_id: RoomId, by: UserId | Author, at: datetime, order: str
    ) -> Appointment | None:
        """Let a visit be in another room at its time, for an order; None if it is not there any more.

        The index over rooms and ticks guards it. Raises RoomTaken.
        """
        there = {"_id": before.id, "start": before.slot.start, ROOM: before.room_id}
        for is_last in (False, True):
            try:
                return await self._remark(there, {ROOM: room_id}, by, at, room_order=order)
            except DuplicateKeyError as error:
                if is_last:
                    raise RoomTaken(before.doctor_id, before.slot.start) from error
                await self._end_old_holds(room_id, before.slot, at)
        return None

    async def _end_old_holds(self, room_id: RoomId, slot: Slot, at: datetime) -> None:
        """Delete holds in a room that have ended: the database does so itself, but later."""
        over = {"status": AppointmentStatus.HELD.value, "held_until": {"$lte": at}}
        query = {ROOM: room_id, "ticks": {"$in": ticks(slot)}, **over}
        async with translate_driver_errors():
            await self._appointments.delete_many(query, hint="one_room_id")

    async def count_in_other_rooms(self, window: Slot, order: str) -> int:
        """Count the visits in the window that are in another room because of an order."""
        near = {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end}
        query = {"start": near, "history.room_order": order}
        async with translate_driver_errors():
            return int(await self._appointments.count_documents(query, hint=[("start", 1)]))

    async def answer(
        self, before: Appointment, question: Question, text: str | None, by: UserId | Author, at: datetime
    ) -> Appointment | None:
        """Note the answer to a question before the visit, in the place of an earlier one; None removes it.

        The others stay, whoever answers them at the same moment. None if it is not booked any more.
        """
        row = {"question_id": question.id, "question": question.text, "text": text}
        # Whatever people type is a value here, never a part of the expression.
        added: Document = {"$literal": [] if text is None else [row]}
        others = {
            "$filter": {
                "input": {"$ifNull": ["$answers", []]},
                "cond": {"$ne": ["$$this.question_id", {"$literal": question.id}]},
            }
        }
        entry = {"status": AppointmentStatus.BOOKED.value, "at": at, **authored(by), "noted": ["answers"]}
        changed = {
            "answers": {"$concatArrays": [others, added]},
            "history": {"$concatArrays": ["$history", {"$literal": [entry]}]},
        }
        query = {"_id": before.id, "status": AppointmentStatus.BOOKED.value}
        async with translate_driver_errors():
            document = await self._appointments.find_one_and_update(
                query, [{"$set": changed}], return_document=ReturnDocument.AFTER
            )
        return read_appointment(document) if document else None

    async def _remark(
        self, query: Document, noted: Document, by: UserId | Author, at: datetime, **more: str
    ) -> Appointment | None:
        """Change a field that does not conflict with other changes of a booked visit.

        The version stays the same, so that moving or cancelling it at the same moment does not fail.
        Raises DuplicateKeyError if a room is taken.
        """
        entry = {"status": AppointmentStatus.BOOKED.value, "at": at, **authored(by), "noted": sorted(noted)}
        entry |= more
        async with translate_driver_errors(let=DuplicateKeyError):
            document = await self._appointments.find_one_and_update(
                {**query, "status": AppointmentStatus.BOOKED.value},
                {"$set": noted, "$push": {"history": entry}},
                return_document=ReturnDocument.AFTER,
            )
        return read_appointment(document) if document else None
