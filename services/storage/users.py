"""The collection `users`: accounts, and the events about them that are not spread yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.errors import EmailTaken, Unreadable
from services.models.notifications import Event
from services.models.people import (
    REFUSAL_LASTS,
    AccountStatus,
    ChatId,
    Origin,
    Role,
    User,
    UserId,
)
from services.storage.email_verification import ASKED_AT
from services.storage.freed_times import FreedTimes
from services.storage.known_chats import (
    FIELD,
    OLDER_ENDED,
    KnownChat,
    as_stored,
    read_known,
    signed_out,
    with_chat,
)
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import (
    EVER,
    Collection,
    Database,
    Document,
    translate_driver_errors,
)
from services.storage.mongo.row_reading import each_of, or_raise, readable
from services.storage.name_keys import email_keys, name_keys
from services.storage.notifications import event_document
from services.storage.user_documents import API_CLIENTS, API_SESSIONS, BY_ROLE, FEED_DIGEST, PUBLIC, read_user


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user, the bcrypt hash of the password, which the repr does not show, and the known chats.

    `clients` are the known addresses on the network, as keyed hashes.
    """

    user: User
    password_hash: bytes
    chats: tuple[KnownChat, ...] = ()
    clients: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Credentials({self.user.id})"

    def know(self, origin: Origin) -> bool:
        """Tell whether the account is or was signed in in that chat."""
        return any(chat.chat_id == origin for chat in self.chats)


@dataclass(frozen=True, slots=True)
class Decision:
    """The last decision about an account: who made it, and the id of its audit entry."""

    id: str
    by: UserId


class UserStore:
    """Stores accounts."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._users: Collection = database["users"]
        self._by_id = Batcher(self._each_by_id)

    async def prepare(self) -> None:
        """Make the indexes."""
        async with translate_driver_errors():
            await self._users.create_index("email", unique=True)
            await self._users.create_index(
                [("role", 1), ("status", 1), ("specialization", 1), ("name", 1), ("_id", 1)]
            )
            await self._users.create_index([("role", 1), ("status", 1), ("name", 1), ("_id", 1)])
            await self._users.create_index([("name", 1), ("_id", 1)])
            await self._users.create_index(BY_ROLE)
            await self._users.create_index("unsent.id", sparse=True)
            await self._users.create_index("going", sparse=True)

    async def add(
        self,
        user: User,
        password_hash: bytes,
        at: datetime,
        event: Event | None = None,
        *,
        chat_id: ChatId | None = None,
    ) -> None:
        """Store a new account, with its event and the chat in which it is made, in one write.

        Raises EmailTaken, also if there is an account with that id.
        """
        document = {
            "_id": user.id,
            "name": user.name,
            "email": user.email,
            "password_hash": password_hash,
            "role": user.role.value,
            "status": user.status.value,
            "gender": user.gender.value if user.gender else None,
            "specialization": user.specialization,
            "language": user.language,
            "zone": user.zone,
            "created_at": at,
            **name_keys(user.name),
            **email_keys(user.email),
        } | ({"unsent": [event_document(event)]} if event else {})
        if user.email_verified is not None:
            document |= {"email_verified": user.email_verified, ASKED_AT: at}
        if user.language_chosen:
            document["language_chosen"] = True
        if chat_id is not None:
            document[FIELD] = [as_stored(KnownChat(chat_id, None), at)]
        async with translate_driver_errors():
            try:
                await self._users.insert_one(document)
            except DuplicateKeyError as error:
                raise EmailTaken(user.email) from error

    async def by_id(self, user_id: UserId) -> User | None:
        """Return the account, or None. Raises Unreadable."""
        return or_raise(await self._by_id(user_id))

    async def _each_by_id(self, ids: Sequence[UserId]) -> list[User | Unreadable | None]:
        async with translate_driver_errors():
            rows = await self._users.find({"_id": {"$in": list(set(ids))}}, PUBLIC).to_list(None)
        return each_of(ids, rows, read_user, "user")

    async def by_ids(self, ids: Iterable[UserId]) -> dict[UserId, User]:
        """Return the accounts among `ids` that exist and can be read."""
        async with translate_driver_errors():
            cursor = self._users.find({"_id": {"$in": list(set(ids))}}, PUBLIC)
            found = readable(await cursor.to_list(None), read_user, "user")
        return {user.id: user for user in found}

    async def email_exists(self, email: str) -> bool:
        """Tell whether an account has that (case-folded) address."""
        async with translate_driver_errors():
            return await self._users.find_one({"email": email}, {"_id": True}) is not None

    async def credentials(self, email: str) -> Credentials | None:
        """Return the account with that (case-folded) address and its password's hash, or None."""
        async with translate_driver_errors():
            document = await self._users.find_one({"email": email}, {"unsent": False})
        if document is None:
            return None
        clients = frozenset(document.get(API_CLIENTS) or ())
        return Credentials(
            read_user(document), bytes(document["password_hash"]), read_known(document), clients
        )

    async def change(
        self,
        user_id: UserId,
        values: Mapping[str, str | bytes | bool | list[int] | None],
        event: Event | None = None,
    ) -> User | None:
        """Set fields of an account, with its search keys and an event, in one write.

        Returns the account as it is afterwards, or None if there is none. Raises EmailTaken.
        """
        update: Document = {"$set": dict(values)}
        if "name" in values:
            update["$set"] |= name_keys(str(values["name"]))
        if "email" in values:
            update["$set"] |= email_keys(str(values["email"]))
        if event is not None:
            update["$push"] = {"unsent": event_document(event)}
        async with translate_driver_errors():
            try:
                document = await self._users.find_one_and_update(
                    {"_id": user_id}, update, projection=PUBLIC, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError as error:
                raise EmailTaken(str(values["email"]), is_change=True) from error
        if document and "status" in values:
            self._freed_times.freed(user_id, user_id)
        return read_user(document) if document else None

    async def set_password(
        self,
        user_id: UserId,
        password_hash: bytes,
        at: datetime,
        event: Event | None = None,
        *,
        keep: ChatId | None = None,
        learn: ChatId | None = None,
    ) -> User | None:
        """Change the password and end all sessions except that of the chat `keep`, with an event.

        Those over HTTP end, too.

        `learn` is a chat that becomes a known chat of the account. Returns the account, or None.
        """
        chats = signed_out(keep)
        if learn is not None:
            chats = with_chat(KnownChat(learn, None), at, chats)
        fields: Document = {"password_hash": password_hash, FIELD: chats, OLDER_ENDED: True, API_SESSIONS: []}
        if event is not None:
            unsent = [{"$literal": event_document(event)}]
            fields["unsent"] = {"$concatArrays": [{"$ifNull": ["$unsent", []]}, unsent]}
        async with translate_driver_errors():
            document = await self._users.find_one_and_update(
                {"_id": user_id}, [{"$set": fields}], projection=PUBLIC, return_document=ReturnDocument.AFTER
            )
        return read_user(document) if document else None

    async def with_password(self, user_id: UserId, password_hash: bytes) -> User | None:
        """Return the account if that is the hash of its password."""
        async with translate_driver_errors():
            document = await self._users.find_one({"_id": user_id, "password_hash": password_hash}, PUBLIC)
        return read_user(document) if document else None

    async def tell_owner(self, email: str, event: Event, at: datetime, pause: timedelta) -> bool:
        """Store an event for the owner of an address that somebody else has entered, once in each `pause`.

        Tells whether it was stored. An instant in the future does not count, as the clock was set back.
        """
        told = "address_tried_at"
        of_late = {"$gt": at - pause, "$lte": at}
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"email": email, told: {"$not": of_late}},
                {"$set": {told: at}, "$push": {"unsent": event_document(event)}},
            )
        return bool(done.matched_count)

    async def refuse_mail(self, user_id: UserId, address: str, at: datetime) -> None:
        """Note that the account's address refuses email, if it is still the address.

        If it was tried again after REFUSAL_LASTS, the owner is told again.
        """
        refused = {"mail_refused": address, "mail_refused_at": at, "refusal_told_at": None}
        is_old = [{"mail_refused": {"$ne": address}}, {"mail_refused_at": {"$lte": at - REFUSAL_LASTS}}]
        async with translate_driver_errors():
            await self._users.update_one({"_id": user_id, "email": address, "$or": is_old}, {"$set": refused})

    async def accept_mail(self, user_id: UserId, address: str) -> None:
        """Note that an address accepts email again."""
        async with translate_driver_errors():
            await self._users.update_one(
                {"_id": user_id, "mail_refused": address}, {"$set": {"mail_refused": None}}
            )

    async def tell_refusal(self, user_id: UserId, address: str, at: datetime) -> None:
        """Note that the person was told that the address refuses email."""
        async with translate_driver_errors():
            await self._users.update_one(
                {"_id": user_id, "mail_refused": address}, {"$set": {"refusal_told_at": at}}
            )

    async def active(self, role: Role, after: UserId, limit: int) -> list[UserId]:
        """Return active accounts of a role in the order of their ids, beginning after one id ("": all)."""
        query = {"role": role.value, "status": AccountStatus.ACTIVE.value, "_id": {"$gt": after}}
        async with translate_driver_errors():
            cursor = self._users.find(query, {"_id": True}).sort([("_id", 1)]).hint(BY_ROLE).limit(limit)
            return [UserId(row["_id"]) for row in await cursor.to_list(None)]

    async def go(self, user_id: UserId, at: datetime, mark: str | None) -> bool:
        """Close an active account that is to be deleted, and note that (`going`) until nothing is left of it.

        Tells whether it was done: for an admin only if the mark is still there (see
        services/storage/admins.py).
        """
        query: Document = {"_id": user_id, "status": AccountStatus.ACTIVE.value}
        if mark is not None:
            query["leaving.mark"] = mark
        closed = {"status": AccountStatus.BLOCKED.value, "going": at}
        async with translate_driver_errors():
            done = await self._users.update_one(
                query, {"$set": closed, "$unset": {"leaving": "", FEED_DIGEST: ""}}
            )
        return bool(done.matched_count)

    async def going(self, before: datetime) -> list[User]:
        """Return accounts whose deletion began before an instant and is not finished."""
        query = {"going": {"$gte": EVER.start, "$lt": before}}
        async with translate_driver_errors():
            return readable(await self._users.find(query, PUBLIC).to_list(None), read_user, "user")

    async def decide(
        self,
        user_id: UserId,
        before: AccountStatus,
        after: AccountStatus,
        event: Event | None = None,
        *,
        mark: str | None = None,
        decision: Decision | None = None,
    ) -> User | None:
        """Change the status of an account, with an event in the same write. A block ends its calendar feed.

        Returns the account as it is afterwards, or None if it was not in the status `before`, or, for an
        admin, the `mark` is gone (see services/storage/admins.py).
        """
        query: Document = {"_id": user_id, "status": before.value}
        update: Document = {"$set": {"status": after.value}}
        if decision is not None:
            update["$set"]["decision"] = {"id": decision.id, "by": decision.by}
        if event is not None:
            update["$push"] = {"unsent": event_document(event)}
        gone: Document = {FEED_DIGEST: ""} if after is AccountStatus.BLOCKED else {}
        if mark is not None:
            query["leaving.mark"] = mark
            gone["leaving"] = ""
        if gone:
            update["$unset"] = gone
        async with translate_driver_errors():
            document = await self._users.find_one_and_update(
                query, update, projection=PUBLIC, return_document=ReturnDocument.AFTER
            )
        if document:
            # A doctor who is unblocked has times again, and who is blocked waits for none.
            self._freed_times.freed(user_id, user_id)
        return read_user(document) if document else None

    async def settle_name(self, user_id: UserId, wanted: str, *, approve: bool, event: Event) -> User | None:
        """Approve or refuse the name that waits, with an event in the same write.

        Returns the account as it is afterwards, or None if another name waits, or none.
        """
        values: Document = {"wanted_name": None} | ({"name": wanted, **name_keys(wanted)} if approve else {})
        update = {"$set": values, "$push": {"unsent": event_document(event)}}
        async with translate_driver_errors():
            document = await self._users.find_one_and_update(
                {"_id": user_id, "wanted_name": wanted},
                update,
                projection=PUBLIC,
                return_document=ReturnDocument.AFTER,
            )
        return read_user(document) if document else None

    async def decided(self, user_id: UserId, status: AccountStatus) -> tuple[User, Decision] | None:
        """Return the account and the decision about it, if it is in that status by a stored decision."""
        query: Document = {"_id": user_id, "status": status.value, "decision.id": {"$exists": True}}
        async with translate_driver_errors():
            document = await self._users.find_one(query, PUBLIC)
        if document is None:
            return None
        made = document["decision"]
        return read_user(document), Decision(made["id"], UserId(made["by"]))
