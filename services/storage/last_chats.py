"""The collection `last_chats`: the account that was used last in a chat, also after its session has ended.

There is one account for each chat. Whoever registers or signs in there replaces the one before, so that
nothing about an account is sent to a chat that somebody else uses. Signing out removes it at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.models.people import ChatId, UserId
from services.storage.mongo.driver import Collection, Database, translate_driver_errors

# After some months a phone number, and with it the chat, may belong to somebody else.
KEPT = timedelta(days=90)


class LastChatStore:
    """Remembers where an account was registered, and where it was used last."""

    def __init__(self, database: Database) -> None:
        self._chats: Collection = database["last_chats"]

    async def prepare(self) -> None:
        """Make the indexes; what is old is removed by the database itself."""
        async with translate_driver_errors():
            await self._chats.create_index("user_id")
            await self._chats.create_index("at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def note(self, chat_id: ChatId, user_id: UserId, at: datetime) -> None:
        """Note that the account is the one used in the chat."""
        async with translate_driver_errors():
            await self._chats.update_one(
                {"_id": chat_id}, {"$set": {"user_id": user_id, "at": at}}, upsert=True
            )

    async def note_if_new(self, chats: Iterable[ChatId], user_id: UserId, at: datetime) -> None:
        """Note it for chats for which no account is noted."""
        async with translate_driver_errors():
            for chat_id in chats:
                first = {"$setOnInsert": {"user_id": user_id, "at": at}}
                await self._chats.update_one({"_id": chat_id}, first, upsert=True)

    async def forget(self, chats: Iterable[ChatId]) -> None:
        """Forget who has used these chats."""
        async with translate_driver_errors():
            await self._chats.delete_many({"_id": {"$in": list(chats)}})

    async def of(self, users: Iterable[UserId]) -> dict[UserId, list[ChatId]]:
        """Return the chats in which each of `users` was the last to be there."""
        found: dict[UserId, list[ChatId]] = {user_id: [] for user_id in users}
        async with translate_driver_errors():
            for row in await self._chats.find({"user_id": {"$in": list(found)}}).to_list(None):
                found[row["user_id"]].append(ChatId(row["_id"]))
        return found
