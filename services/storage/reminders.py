"""The reminders of appointments: instants in `appointments.remind_at`, each removed when it is told.

Storing the event and removing the instant is one write, so that of two workers only one does it.
"""

from collections.abc import Sequence
from datetime import datetime

from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import Event
from services.storage.appointment_documents import read_appointment
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.notifications import event_document


class ReminderStore:
    """Reads and writes when patients are reminded of appointments."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]

    async def prepare(self) -> None:
        """Make the index by which reminders that are due are found."""
        async with translate_driver_errors():
            await self._appointments.create_index("remind_at", sparse=True)

    async def due(self, now: datetime, limit: int) -> list[Appointment]:
        """Return appointments of which a reminder is due."""
        query = {"remind_at": {"$gt": EVER.start, "$lte": now}}
        async with translate_driver_errors():
            cursor = self._appointments.find(query).hint([("remind_at", 1)]).limit(limit)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def put(
        self, before: Appointment, remind_at: Sequence[datetime], event: Event | None = None
    ) -> bool:
        """Store the reminders that are left, with the event of one in the same write.

        False if the appointment was changed, or another worker was faster.
        """
        update: Document = {"$set": {"remind_at": list(remind_at)}}
        if event is not None:
            update["$push"] = {"unsent": event_document(event)}
        # None finds documents without the field: nobody has planned reminders for them.
        as_before: Document = {"$in": [list(before.remind_at), *([] if before.remind_at else [None])]}
        query = {"_id": before.id, "version": before.version, "remind_at": as_before}
        async with translate_driver_errors():
            done = await self._appointments.update_one(query, update)
        return bool(done.modified_count)

    async def unplanned(self, now: datetime, after: AppointmentId, limit: int) -> list[Appointment]:
        """Return booked appointments to come that nobody ever planned reminders for, by their ids."""
        query = {
            "_id": {"$gt": after},
            "start": {"$gt": now},
            "status": AppointmentStatus.BOOKED.value,
            "remind_at": {"$exists": False},
        }
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort("_id", 1).hint("_id_").limit(limit)
            return readable(await cursor.to_list(None), read_appointment, "appointment")
