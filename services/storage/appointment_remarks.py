"""What is noted about a booked appointment without changing its version: the collection `appointments`."""

from datetime import datetime

from pymongo import ReturnDocument

from services.models.appointments import Appointment, AppointmentStatus
from services.models.catalogue import Question
from services.models.people import Author, UserId
from services.storage.appointment_documents import authored, read_appointment
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
        self, query: Document, noted: Document, by: UserId | Author, at: datetime
    ) -> Appointment | None:
        """Change a field that does not conflict with other changes of a booked visit.

        The version stays the same, so that moving or cancelling it at the same moment does not fail.
        """
        entry = {"status": AppointmentStatus.BOOKED.value, "at": at, **authored(by), "noted": sorted(noted)}
        async with translate_driver_errors():
            document = await self._appointments.find_one_and_update(
                {**query, "status": AppointmentStatus.BOOKED.value},
                {"$set": noted, "$push": {"history": entry}},
                return_document=ReturnDocument.AFTER,
            )
        return read_appointment(document) if document else None
