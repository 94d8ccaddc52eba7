"""The collection `conversations`: the state of each chat, such as its open dialog."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from pymongo import ReplaceOne

from services.models.people import ChatId
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors


class ConversationStore:
    """Stores one document for each chat, as the bot's chat state gives it."""

    def __init__(self, database: Database) -> None:
        self._conversations: Collection = database["conversations"]
        self._put = Batcher(self._put_all)

    async def prepare(self) -> None:
        """Make the index by which dialogs that nobody answers are found."""
        async with translate_driver_errors():
            await self._conversations.create_index("expires_at", sparse=True)

    async def of_chat(self, chat_id: ChatId) -> Document | None:
        """Return the state of a chat, or None."""
        async with translate_driver_errors():
            document: Document | None = await self._conversations.find_one({"_id": chat_id}, {"_id": False})
        return document

    async def put(self, chat_id: ChatId, document: Document) -> None:
        """Store the state of a chat."""
        await self._put((chat_id, document))

    async def _put_all(self, items: Sequence[tuple[ChatId, Document]]) -> list[None]:
        writes = [ReplaceOne({"_id": chat_id}, document, upsert=True) for chat_id, document in items]
        async with translate_driver_errors():
            await self._conversations.bulk_write(writes)
        return [None] * len(items)

    async def notices_shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that cards in these chats have shown last (field `notices`)."""
        async with translate_driver_errors():
            cursor = self._conversations.find({"_id": {"$in": sorted(chats)}}, {"notices": True})
            rows = await cursor.to_list(None)
        found = [row.get("notices") for row in rows]
        return {str(notice) for notices in found if isinstance(notices, list) for notice in notices}

    async def expired(self, now: datetime) -> AsyncIterator[ChatId]:
        """Yield the chats whose dialog nobody has answered for too long."""
        async with translate_driver_errors():
            async for row in self._conversations.find({"expires_at": {"$lte": now}}, {"_id": True}):
                yield ChatId(row["_id"])
