"""The chats in which an account is or was signed in: the field `known_chats` of a document of `users`.

Each has the id of its session (the token's `jti`), or none if the session was ended. So an ended session
stays ended whatever its document in `sessions` says, and a session is valid in its own chat only. Sessions of
older versions are bound to a chat once each (`bound`), and no more after all sessions were ended
(`older_ended`). The fields are in the account's document, which is read with each update anyway and changes
in one write with the password.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.models.people import ChatId, UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors

FIELD = "known_chats"
# Fields: the ids of older versions' sessions that were bound, and whether all others were ended.
BOUND, OLDER_ENDED = "bound", "older_ended"
# The newest are kept: few people have more than three, and the document is read at each tap.
MOST_KNOWN = 50
CHATS: Document = {"$ifNull": [f"${FIELD}", []]}


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A chat, and the id of its open session, if any."""

    chat_id: ChatId
    session_id: str | None


class KnownChatStore:
    """Keeps the chats of accounts."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def sign_in(self, user_id: UserId, password_hash: bytes, chat: KnownChat, at: datetime) -> bool:
        """Open a session; False if the password was changed meanwhile."""
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, "password_hash": password_hash}, [{"$set": {FIELD: with_chat(chat, at)}}]
            )
        return bool(done.matched_count)

    async def bind(self, user_id: UserId, chat: KnownChat, at: datetime) -> bool:
        """Bind a session of an older version to a chat; False: its chat or its id is known already."""
        new = {
            f"{FIELD}.chat": {"$ne": chat.chat_id},
            f"{FIELD}.session": {"$ne": chat.session_id},
            BOUND: {"$ne": chat.session_id},
            OLDER_ENDED: {"$ne": True},
        }
        bound = {"$concatArrays": [{"$ifNull": [f"${BOUND}", []]}, [{"$literal": chat.session_id}]]}
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, **new},
                [{"$set": {FIELD: with_chat(chat, at), BOUND: {"$slice": [bound, -MOST_KNOWN]}}}],
            )
        return bool(done.matched_count)

    async def sign_out(self, user_id: UserId, chat_id: ChatId) -> None:
        """End the account's session in a chat."""
        async with translate_driver_errors():
            await self._users.update_one(
                {"_id": user_id, f"{FIELD}.chat": chat_id}, {"$set": {f"{FIELD}.$.session": None}}
            )

    async def sign_out_all(self, user_id: UserId, *, but: ChatId | None = None) -> None:
        """End all of the account's sessions, `but` that in one chat."""
        async with translate_driver_errors():
            await self._users.update_one(
                {"_id": user_id}, [{"$set": {FIELD: signed_out(but), OLDER_ENDED: True}}]
            )


def read_known(document: Mapping[str, Any]) -> tuple[KnownChat, ...]:
    """Return the chats in an account's document; documents of older versions have none."""
    rows: Sequence[Mapping[str, Any]] = document.get(FIELD) or ()
    return tuple(KnownChat(ChatId(row["chat"]), row.get("session")) for row in rows)


def as_stored(chat: KnownChat, at: datetime) -> Document:
    """Return the form in which a chat is stored."""
    return {"chat": chat.chat_id, "session": chat.session_id, "at": at}


def with_chat(chat: KnownChat, at: datetime, chats: Document = CHATS) -> Document:
    """Return the update expression that adds a chat, or moves it to the end."""
    others = {"$filter": {"input": chats, "cond": {"$ne": ["$$this.chat", chat.chat_id]}}}
    return {"$slice": [{"$concatArrays": [others, [{"$literal": as_stored(chat, at)}]]}, -MOST_KNOWN]}


def signed_out(but: ChatId | None = None) -> Document:
    """Return the update expression that ends all sessions, `but` that of one chat."""
    session = {"$cond": [{"$eq": ["$$this.chat", but]}, "$$this.session", None]}
    return {"$map": {"input": CHATS, "in": {"$mergeObjects": ["$$this", {"session": session}]}}}
