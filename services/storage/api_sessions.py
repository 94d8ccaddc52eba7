"""The sessions of accounts over HTTP: the field `api_sessions` of a document of `users`.

They stand in the account's document, so that one read authenticates a request, and one write ends them all
together with a password. An entry that is not there is revoked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.errors import Unreadable
from services.models.people import AccountStatus, User, UserId
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import each_of, or_raise
from services.storage.user_documents import API_CLIENTS, API_SESSIONS, PUBLIC, read_user

# The newest are kept: whoever signs in more often ends the oldest session.
MOST_SESSIONS = 50
MOST_CLIENTS = 20
WITH_SESSIONS = {name: shown for name, shown in PUBLIC.items() if name != API_SESSIONS}


@dataclass(frozen=True, slots=True)
class ApiSession:
    """A session over HTTP: the id of its token (`jti`), the name of the program, since when, and until."""

    id: str
    name: str
    since: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApiAccount:
    """An account with its sessions over HTTP."""

    user: User
    sessions: tuple[ApiSession, ...]


class ApiSessionStore:
    """Keeps the sessions over HTTP."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]
        self._account = Batcher(self._accounts)

    async def open(self, user_id: UserId, password_hash: bytes, session: ApiSession, client: str) -> bool:
        """Add a session; False if the password was changed or the account blocked meanwhile.

        `client` stands for the address on the network, which is known from then on, until MOST_CLIENTS others
        were used after it. Sessions that have expired are left out.
        """
        there: Document = {"$ifNull": [f"${API_SESSIONS}", []]}
        valid = {"$filter": {"input": there, "cond": {"$gt": ["$$this.expires_at", session.since]}}}
        sessions = {"$concatArrays": [valid, [{"$literal": _as_stored(session)}]]}
        others = {
            "$filter": {"input": {"$ifNull": [f"${API_CLIENTS}", []]}, "cond": {"$ne": ["$$this", client]}}
        }
        clients = {"$concatArrays": [others, [client]]}
        update: Document = {
            API_SESSIONS: {"$slice": [sessions, -MOST_SESSIONS]},
            API_CLIENTS: {"$slice": [clients, -MOST_CLIENTS]},
        }
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, "password_hash": password_hash, "status": AccountStatus.ACTIVE.value},
                [{"$set": update}],
            )
        return bool(done.matched_count)

    async def account(self, user_id: UserId) -> ApiAccount | None:
        """Return the account with its sessions over HTTP, or None. Raises Unreadable."""
        return or_raise(await self._account(user_id))

    async def _accounts(self, ids: Sequence[UserId]) -> list[ApiAccount | Unreadable | None]:
        async with translate_driver_errors():
            rows = await self._users.find({"_id": {"$in": list(set(ids))}}, WITH_SESSIONS).to_list(None)
        return each_of(ids, rows, _read_account, "user")

    async def end(self, user_id: UserId, session_id: str) -> bool:
        """End a session of the account; tell whether there was one."""
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, f"{API_SESSIONS}.id": session_id},
                {"$pull": {API_SESSIONS: {"id": session_id}}},
            )
        return bool(done.modified_count)

    async def end_all(self, user_id: UserId, now: datetime) -> int:
        """End all sessions of the account; return how many had not expired at `now`."""
        async with translate_driver_errors():
            before = await self._users.find_one_and_update(
                {"_id": user_id, API_SESSIONS: {"$exists": True}},
                {"$set": {API_SESSIONS: []}},
                projection={API_SESSIONS: True},
            )
        return sum(each.expires_at > now for each in _read_sessions(before or {}))


def _read_account(document: Document) -> ApiAccount:
    return ApiAccount(read_user(document), _read_sessions(document))


def _read_sessions(document: Mapping[str, Any]) -> tuple[ApiSession, ...]:
    rows: Sequence[Mapping[str, Any]] = document.get(API_SESSIONS) or ()
    return tuple(ApiSession(row["id"], row["name"], row["since"], row["expires_at"]) for row in rows)


def _as_stored(session: ApiSession) -> Document:
    return {
        "id": session.id,
        "name": session.name,
        "since": session.since,
        "expires_at": session.expires_at,
    }
