"""The collection `abandoned_requests`: requests that must not be stored any more, as the person was told so.

A request may still be under way when its dialog is left, in another process or in one that hangs. So leaving
first stores the request's id here, then deletes its hold, and only then checks whether an appointment was
stored. Booking first makes sure that the time is held, then checks here, and then turns the hold into a
booking. Whichever comes first, the other one notices.
"""

from datetime import datetime, timedelta

from services.models.appointments import AppointmentId
from services.storage.mongo.driver import Collection, Database, translate_driver_errors

# Telegram keeps an update for a day (Bot API, getting updates), so no request is handled later than that.
REMEMBERED = timedelta(days=2)


class AbandonedRequests:
    """Knows the ids of abandoned requests."""

    def __init__(self, database: Database) -> None:
        self._requests: Collection = database["abandoned_requests"]

    async def prepare(self) -> None:
        """Make the index by which the database removes old ones."""
        async with translate_driver_errors():
            await self._requests.create_index("until", expireAfterSeconds=0)

    async def add(self, request_id: AppointmentId, now: datetime) -> None:
        """Note that the request was abandoned."""
        async with translate_driver_errors():
            await self._requests.update_one(
                {"_id": request_id}, {"$set": {"until": now + REMEMBERED}}, upsert=True
            )

    async def has(self, request_id: AppointmentId) -> bool:
        """Tell whether the request was abandoned."""
        async with translate_driver_errors():
            return await self._requests.find_one({"_id": request_id}) is not None
