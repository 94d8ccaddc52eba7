"""The collection `chat_holds`: until when Telegram wants nothing sent to a chat, which it tells with a 429.

It tells that to one worker, and means all of them.
"""

from datetime import datetime

from services.models.people import ChatId
from services.storage.mongo.driver import Collection, Database, translate_driver_errors


class ChatHoldStore:
    """Knows the chats that may get nothing for now."""

    def __init__(self, database: Database) -> None:
        self._holds: Collection = database["chat_holds"]

    async def prepare(self) -> None:
        """Make the index by which they are found, and by which the database removes what is over."""
        async with translate_driver_errors():
            await self._holds.create_index("until", expireAfterSeconds=0)

    async def hold(self, chat_id: ChatId, until: datetime) -> None:
        """Note that the chat may get nothing before that instant. Raises StorageDown."""
        async with translate_driver_errors():
            await self._holds.update_one({"_id": chat_id}, {"$max": {"until": until}}, upsert=True)

    async def held(self, now: datetime) -> dict[ChatId, datetime]:
        """Return the chats that may get nothing now, and until when. Raises StorageDown."""
        async with translate_driver_errors():
            rows = await self._holds.find({"until": {"$gt": now}}).to_list(None)
        return {ChatId(row["_id"]): row["until"] for row in rows}
