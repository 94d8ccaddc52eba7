"""The collection `sessions`: the signed token of each chat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.models.people import ChatId, SignedIn, UserId
from services.storage.api_sessions import ApiSessionStore
from services.storage.known_chats import KnownChatStore
from services.storage.last_chats import LastChatStore
from services.storage.missed_notices import MissedNoticeStore
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors


@dataclass(frozen=True, slots=True)
class StoredSession:
    """The session of a chat: its token, since when, and the Telegram name of whoever signed in.

    The token is not shown in a repr.
    """

    chat_id: ChatId
    token: str
    since: datetime | None = None
    label: str = ""

    def __repr__(self) -> str:
        return f"StoredSession({self.chat_id})"


class SessionStore:
    """Stores one session for each chat; a session that is not here is revoked."""

    def __init__(self, database: Database) -> None:
        self._sessions: Collection = database["sessions"]
        self.last_chats = LastChatStore(database)
        self.missed_notices = MissedNoticeStore(database)
        self._known = KnownChatStore(database)
        self._api = ApiSessionStore(database)

    async def prepare(self) -> None:
        """Make the indexes. A session that has expired is removed by the database itself."""
        await self.last_chats.prepare()
        await self.missed_notices.prepare()
        async with translate_driver_errors():
            await self._sessions.create_index("user_id")
            await self._sessions.create_index("expires_at", expireAfterSeconds=0)

    async def put(self, session: StoredSession, user_id: UserId, expires_at: datetime) -> None:
        """Store the chat's session, replacing any other."""
        document = {
            "user_id": user_id,
            "token": session.token,
            "expires_at": expires_at,
            "since": session.since,
            "label": session.label,
        }
        async with translate_driver_errors():
            before = await self._sessions.find_one_and_update(
                {"_id": session.chat_id},
                {"$set": document, "$unset": {"blocked_at": ""}},
                projection={"user_id": True},
                upsert=True,
            )
        if session.since is not None:
            await self.last_chats.note(session.chat_id, user_id, session.since)
        if before and before["user_id"] != user_id:
            await self._known.sign_out(before["user_id"], session.chat_id)

    async def chats_of(self, users: Iterable[UserId], now: datetime) -> dict[UserId, list[ChatId]]:
        """Return the chats in which each of `users` is signed in at `now` and can be reached."""
        found: dict[UserId, list[ChatId]] = {user_id: [] for user_id in users}
        query = {"user_id": {"$in": list(found)}, "expires_at": {"$gt": now}, "blocked_at": None}
        async with translate_driver_errors():
            for row in await self._sessions.find(query, {"user_id": True}).to_list(None):
                found[row["user_id"]].append(ChatId(row["_id"]))
        return found

    async def mark_blocked(self, chat_id: ChatId, at: datetime) -> None:
        """Note that the chat refuses our messages: it is left out of `chats_of` until it is unmarked."""
        async with translate_driver_errors():
            await self._sessions.update_one({"_id": chat_id}, {"$set": {"blocked_at": at}})

    async def marked_blocked(self, chat_id: ChatId, now: datetime) -> UserId | None:
        """Return who is signed in in the chat at `now`, if it is marked as refusing messages."""
        query = {"_id": chat_id, "blocked_at": {"$ne": None}, "expires_at": {"$gt": now}}
        async with translate_driver_errors():
            row = await self._sessions.find_one(query, {"user_id": True})
        return UserId(row["user_id"]) if row else None

    async def unmark_blocked(self, chat_id: ChatId) -> None:
        """Note that the chat accepts messages again."""
        async with translate_driver_errors():
            await self._sessions.update_one({"_id": chat_id}, {"$unset": {"blocked_at": ""}})

    async def of_user(self, user_id: UserId, now: datetime) -> list[SignedIn]:
        """Return where somebody is signed in at `now`, latest first."""
        query = {"user_id": user_id, "expires_at": {"$gt": now}}
        async with translate_driver_errors():
            rows = await self._sessions.find(query, {"since": True, "label": True}).to_list(None)
        found = [SignedIn(ChatId(row["_id"]), row.get("since"), row.get("label") or "") for row in rows]
        return sorted(found, key=_latest_first)

    async def end(self, user_id: UserId, chat_id: ChatId) -> bool:
        """Delete the chat's session if it is that user's; tell whether it was."""
        async with translate_driver_errors():
            result = await self._sessions.delete_one({"_id": chat_id, "user_id": user_id})
        if result.deleted_count:
            await self.last_chats.forget([chat_id])
        await self._known.sign_out(user_id, chat_id)
        return bool(result.deleted_count)

    async def end_all(
        self, user_id: UserId, *, but: ChatId | None = None, told_at: datetime | None = None
    ) -> int:
        """Delete all sessions of a user, `but` that of one chat; return how many there were in chats.

        Those over HTTP end, too. `last_chats` forgets the chats; but with `told_at` it keeps them, so that
        the person can be told why.
        """
        query: Document = {"user_id": user_id}
        if but is not None:
            query["_id"] = {"$ne": but}
        await self._known.sign_out_all(user_id, but=but)
        await self._api.end_all(user_id, EVER.start)
        async with translate_driver_errors():
            rows = await self._sessions.find(query, {"_id": True}).to_list(None)
        chats = [ChatId(row["_id"]) for row in rows]
        if told_at is None:
            await self.last_chats.forget(chats)
        else:
            await self.last_chats.note_if_new(chats, user_id, told_at)
        async with translate_driver_errors():
            result = await self._sessions.delete_many(query)
        return int(result.deleted_count)

    async def remove(self, chat_id: ChatId) -> None:
        """Forget the chat's session, and whose it was."""
        async with translate_driver_errors():
            found = await self._sessions.find_one_and_delete({"_id": chat_id}, {"user_id": True})
        await self.last_chats.forget([chat_id])
        if found:
            await self._known.sign_out(found["user_id"], chat_id)


def _latest_first(session: SignedIn) -> float:
    return -session.since.timestamp() if session.since else 0.0
