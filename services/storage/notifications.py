"""The collection `notifications`: the outbox.

News is born as an `unsent` event inside the thing that it is about, in the same write, so that no
crash can part the two. From there it is copied here, one notice a reader and channel, under ids
that make a second copy impossible, and is then removed at its birthplace.

A notice that is due has the field `due`; claiming one moves `due` into the future by the lease, so
that a claimer that dies loses only that time, and marks it with a `claim` of its own, so that of two who
want the same notices each gets some and none gets another's. One that was sent, or given up, has no `due`.
Nor has one that is parked (see services/storage/parked.py): that one has a `ticket`.

`since` is when an open notice was due first, `failing_since` when it failed first, `why` what failed last.
"""

import logging
import secrets
from collections.abc import Collection as Some
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import UpdateOne

from services.ids import new_id
from services.models import ChatId, UserId
from services.news import ChannelName, Event, EventKind, Notice
from services.storage.driver import Collection, Database, Document, border, insert_new
from services.storage.together import Together

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
# How far one looks for notices to chats that may have one now.
LOOKED_AT = 100

# In whose documents news of each kind is born.
BIRTHPLACES = {
    EventKind.BOOKED: "appointments",
    EventKind.CANCELLED: "appointments",
    EventKind.MOVED: "appointments",
    EventKind.REMINDER: "appointments",
    EventKind.FOLLOW_UP: "appointments",
    EventKind.DIGEST: "schedules",
    EventKind.SLOT_OPENED: "waitlist",
    EventKind.DOCTOR_WAITS: "users",
    EventKind.DOCTOR_APPROVED: "users",
    EventKind.DOCTOR_REFUSED: "users",
    EventKind.ACCOUNT_BLOCKED: "users",
    EventKind.ACCOUNT_UNBLOCKED: "users",
    EventKind.EMAIL_CHANGED: "users",
    EventKind.PASSWORD_CHANGED: "users",
    EventKind.ADDRESS_TRIED: "users",
}


def event_document(event: Event) -> Document:
    """Return the form in which an event is stored, at its birthplace and in its notices."""
    return {
        "id": event.id,
        "kind": event.kind.value,
        "readers": list(event.readers),
        "facts": dict(event.facts),
    }


class Notifications:
    """Stores notices until they are delivered, and for a while after."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]
        self._births: dict[str, Collection] = {
            name: database[name] for name in dict.fromkeys(BIRTHPLACES.values())
        }
        self._update = Together(self._update_all)

    async def prepare(self) -> None:
        """Make the indexes; what was sent, or parked, is removed by the database itself after `KEPT`."""
        async with border():
            await self._notifications.create_index([("channel", 1), ("due", 1)], sparse=True)
            await self._notifications.create_index("reader")
            await self._notifications.create_index("event.facts.offers.doctor_id", sparse=True)
            await self._notifications.create_index("since", sparse=True)
            await self._notifications.create_index("ticket", sparse=True)
            await self._notifications.create_index("untold", sparse=True)
            # What is parked holds what it would say, so it is not kept for longer either.
            await self._notifications.create_index("parked_at", expireAfterSeconds=int(KEPT.total_seconds()))
            await self._notifications.create_index("closed_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def newborn(self, limit: int) -> list[Event]:
        """Return events that have not been copied here yet."""
        events: list[Event] = []
        async with border():
            for births in self._births.values():
                cursor = births.find({"unsent.id": {"$exists": True}}, {"unsent": True}).limit(limit)
                for row in await cursor.to_list(None):
                    events += _readable(row["unsent"])
        return events

    async def add(self, events: Sequence[Event], notices: Sequence[Notice], due: datetime) -> None:
        """Store the notices of the events, those that are not here yet, and end the events' waiting."""
        rows = [notice_document(notice, due) for notice in notices]
        async with border():
            await insert_new(self._notifications, rows)
            for name, births in self._births.items():
                ids = [event.id for event in events if BIRTHPLACES[event.kind] == name]
                if ids:
                    gone = {"$pull": {"unsent": {"id": {"$in": ids}}}}
                    await births.update_many({"unsent.id": {"$in": ids}}, gone)

    async def claim(
        self,
        channel: ChannelName,
        now: datetime,
        lease: timedelta,
        limit: int = 1,
        *,
        busy: Some[ChatId] | None = None,
    ) -> list[Notice]:
        """Take the notices that have been due the longest, `limit` at the most, for the time of the lease.

        Where it is known which chats are `busy`, those get none, and each other chat one at the most.
        """
        claim = secrets.token_hex(8)
        is_due: Document = {"channel": channel.value, "due": {"$lte": now}}
        wanted = is_due | ({"chat_id": {"$nin": list(busy)}} if busy else {})
        async with border():
            cursor = self._notifications.find(wanted, {"chat_id": True}).sort([("due", 1)])
            rows = await cursor.limit(limit if busy is None else limit + LOOKED_AT).to_list(None)
            ids = [row["_id"] for row in (rows if busy is None else _one_a_chat(rows))][:limit]
            if not ids:
                return []
            await self._notifications.update_many(
                {"_id": {"$in": ids}, **is_due},
                {"$set": {"due": now + lease, "claim": claim}, "$inc": {"attempts": 1}},
            )
            mine = self._notifications.find({"_id": {"$in": ids}, "claim": claim})
            found = {row["_id"]: _notice(row) for row in await mine.to_list(None)}
        return [found[notice_id] for notice_id in ids if notice_id in found]

    async def is_due(self, channel: ChannelName, now: datetime, *, but: Some[ChatId] = ()) -> bool:
        """Tell whether a notice is due, `but` for those to some chats."""
        query = {"channel": channel.value, "due": {"$lte": now}, "chat_id": {"$nin": list(but)}}
        async with border():
            return await self._notifications.find_one(query, {"_id": True}) is not None

    async def close(self, notice: Notice, at: datetime, why: str) -> None:
        """Note that the notice needs nothing more: `why` is "sent", or the reason it was given up."""
        await self._update(
            (
                {"_id": notice.id},
                {"$unset": dict.fromkeys(OPEN, ""), "$set": {"closed_at": at, "outcome": why}},
            )
        )

    async def postpone(self, notice: Notice, due: datetime, *, failed_at: datetime, why: str) -> None:
        """Make the notice due again later; `why` is what failed."""
        since = {"since": failed_at, "failing_since": failed_at}
        await self._update((_waiting(notice), {"$set": {"due": due, "why": why}, "$min": since}))

    async def park(self, notice: Notice, at: datetime, why: str) -> None:
        """Let the notice rest until an admin has decided what to do with it."""
        parked = {"ticket": new_id(at), "parked_at": at, "why": why, "untold": True}
        await self._update(
            (_waiting(notice), {"$unset": {"due": "", "claim": ""}, "$set": parked, "$min": {"since": at}})
        )

    async def _update_all(self, changes: Sequence[tuple[Document, Document]]) -> list[None]:
        async with border():
            await self._notifications.bulk_write([UpdateOne(query, change) for query, change in changes])
        return [None] * len(changes)


# What only a notice has that waits, or is parked.
OPEN = ("due", "claim", "since", "failing_since", "ticket", "parked_at", "untold")


def _waiting(notice: Notice) -> Document:
    """Return what finds the notice as long as it waits: one that somebody else has closed stays so."""
    return {"_id": notice.id, "due": {"$exists": True}}


def _one_a_chat(rows: list[Document]) -> list[Document]:
    """Return the first row of each chat."""
    first: dict[ChatId, Document] = {}
    for row in rows:
        first.setdefault(row["chat_id"], row)
    return list(first.values())


def _readable(rows: list[Document]) -> list[Event]:
    """Return the events that this version understands; one that it does not must not stop the rest."""
    events = []
    for row in rows:
        try:
            events.append(_event(row))
        except (KeyError, ValueError):
            log.exception("outbox.unreadable event=%s", row.get("id"))
    return events


def notice_document(notice: Notice, due: datetime) -> Document:
    """Return the form in which a notice is stored that is due for the first time."""
    return {
        "_id": notice.id,
        "event": event_document(notice.event),
        "reader": notice.reader,
        "channel": notice.channel.value,
        "chat_id": notice.chat_id,
        "attempts": notice.attempts,
        "due": due,
        "since": due,
    }


def _notice(row: Document) -> Notice:
    chat_id = row["chat_id"]
    return Notice(
        id=row["_id"],
        event=_event(row["event"]),
        reader=UserId(row["reader"]),
        channel=ChannelName(row["channel"]),
        chat_id=ChatId(chat_id) if chat_id is not None else None,
        attempts=row["attempts"],
        since=row.get("since"),
        failing_since=row.get("failing_since"),
    )


def _event(row: Document) -> Event:
    readers = tuple(UserId(reader) for reader in row["readers"])
    return Event(row["id"], EventKind(row["kind"]), readers, row["facts"])
