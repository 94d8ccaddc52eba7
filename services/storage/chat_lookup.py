"""All that is known of a chat in one query: its dialog, its session, and the account."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.models.people import ChatId, User
from services.storage.known_chats import KnownChat, read_known
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, aggregated, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.user_documents import API_CLIENTS, API_SESSIONS, read_user

# Added to a conversation's own fields, none of which begins with an underscore.
SESSION, USER = "_session", "_user"
# The password's hash stays in the database except where a login needs it.
PRIVATE = {f"{USER}.{name}": False for name in ("password_hash", "unsent", API_SESSIONS, API_CLIENTS)}
WHOSE: list[Document] = [
    {"$lookup": {"from": "sessions", "localField": "_id", "foreignField": "_id", "as": SESSION}},
    {"$lookup": {"from": "users", "localField": f"{SESSION}.user_id", "foreignField": "_id", "as": USER}},
    {"$project": PRIVATE},
]


@dataclass(frozen=True, slots=True)
class FoundChat:
    """What is known of a chat: its dialog state, the token of its session, and the account.

    `is_marked`: it refused messages when it was last sent one. `chats` are the known chats of the account.
    """

    conversation: Document | None = None
    token: str | None = field(default=None, repr=False)
    user: User | None = None
    is_marked: bool = False
    chats: tuple[KnownChat, ...] = ()


class ChatLookup:
    """Reads `conversations`, `sessions` and `users` in one query for all chats that come in at once."""

    def __init__(self, database: Database) -> None:
        self._conversations: Collection = database["conversations"]
        self._sessions: Collection = database["sessions"]
        self._of_chat = Batcher(self._of_chats)

    async def of_chat(self, chat_id: ChatId) -> FoundChat:
        """Return what is known of a chat."""
        return await self._of_chat(chat_id)

    async def _of_chats(self, chats: Sequence[ChatId]) -> list[FoundChat]:
        async with translate_driver_errors():
            rows = await aggregated(self._conversations, [_these(chats), *WHOSE])
            found = {row["_id"]: _arrival(row, conversation=_conversation(row)) for row in rows}
            # There may be a session without a conversation.
            if rest := [chat for chat in chats if chat not in found]:
                rows = await aggregated(self._sessions, [_these(rest), *WHOSE])
                found |= {row["_id"]: _arrival(row) for row in rows}
        return [found.get(chat, FoundChat()) for chat in chats]


def _these(chats: Sequence[ChatId]) -> Document:
    return {"$match": {"_id": {"$in": list(chats)}}}


def _conversation(row: Document) -> Document:
    return {name: value for name, value in row.items() if name not in {"_id", SESSION, USER}}


def _arrival(row: Document, conversation: Document | None = None) -> FoundChat:
    session, user = next(iter(row[SESSION]), None), next(iter(row[USER]), None)
    return FoundChat(
        conversation,
        session["token"] if session else None,
        next(iter(readable([user], read_user, "user")), None) if user else None,
        bool(session and session.get("blocked_at")),
        read_known(user) if user else (),
    )
