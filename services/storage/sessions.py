"""The collection `sessions`: which signed token stands for which chat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.models import ChatId, UserId
from services.storage.driver import Collection, Database, border


@dataclass(frozen=True, slots=True)
class StoredSession:
    """The session of a chat. The token is not shown in a repr."""

    chat_id: ChatId
    token: str

    def __repr__(self) -> str:
        return f"StoredSession({self.chat_id})"


class Sessions:
    """Stores one session a chat; what is not here is revoked."""

    def __init__(self, database: Database) -> None:
        self._sessions: Collection = database["sessions"]

    async def prepare(self) -> None:
        """Make the indexes. A session that has expired is removed by the database itself."""
        async with border():
            await self._sessions.create_index("user_id")
            await self._sessions.create_index("expires_at", expireAfterSeconds=0)

    async def put(self, session: StoredSession, user_id: UserId, expires_at: datetime) -> None:
        """Make this the chat's session, in the place of any other."""
        document = {"user_id": user_id, "token": session.token, "expires_at": expires_at}
        async with border():
            await self._sessions.update_one({"_id": session.chat_id}, {"$set": document}, upsert=True)

    async def chats_of(self, users: Iterable[UserId], now: datetime) -> dict[UserId, list[ChatId]]:
        """Return the chats in which each of `users` is signed in at `now`."""
        found: dict[UserId, list[ChatId]] = {user_id: [] for user_id in users}
        query = {"user_id": {"$in": list(found)}, "expires_at": {"$gt": now}}
        async with border():
            for row in await self._sessions.find(query, {"user_id": True}).to_list(None):
                found[row["user_id"]].append(ChatId(row["_id"]))
        return found

    async def remove(self, chat_id: ChatId) -> None:
        """Forget the chat's session."""
        async with border():
            await self._sessions.delete_one({"_id": chat_id})
