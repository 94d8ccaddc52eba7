"""The collection `abandoned_requests`: what nobody may store any more, as its person was told that it is not.

A request may still be under way when its dialog is left: in another process, or in one that hangs. So leaving
writes its id down first, then frees what is held for it, and only then looks whether it was stored. Who
stores it makes sure that the time is held, then looks here, and then takes what is held, or nothing.
Whichever of the two comes first, the other one finds it.
"""

from datetime import datetime, timedelta

from services.models.appointments import AppointmentId
from services.storage.mongo.driver import Collection, Database, translate_driver_errors

# Telegram keeps an update for a day, and what is handled then was begun before.
# Source: Bot API, getting updates.
REMEMBERED = timedelta(days=2)


class AbandonedRequests:
    """Knows the ids of requests that were left."""

    def __init__(self, database: Database) -> None:
        self._requests: Collection = database["abandoned_requests"]

    async def prepare(self) -> None:
        """Make the index by which the database forgets them."""
        async with translate_driver_errors():
            await self._requests.create_index("until", expireAfterSeconds=0)

    async def add(self, request_id: AppointmentId, now: datetime) -> None:
        """Note that the request was left."""
        async with translate_driver_errors():
            await self._requests.update_one(
                {"_id": request_id}, {"$set": {"until": now + REMEMBERED}}, upsert=True
            )

    async def has(self, request_id: AppointmentId) -> bool:
        """Tell whether the request was left."""
        async with translate_driver_errors():
            return await self._requests.find_one({"_id": request_id}) is not None
