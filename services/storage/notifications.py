"""The collection `notifications`: the outbox.

News is born as an `unsent` event inside the thing that it is about, in the same write, so that no
crash can part the two. From there it is copied here, one notice a reader and channel, under ids
that make a second copy impossible, and is then removed at its birthplace.

A notice that is due has the field `due`; claiming one moves `due` into the future by the lease, so
that a claimer that dies loses only that time. One that was sent, or given up, has no `due`.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError

from services.models import ChatId, UserId
from services.news import ChannelName, Event, EventKind, Notice
from services.storage.driver import DUPLICATE_KEY, Collection, Database, Document, border

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)


# In whose documents news of each kind is born.
BIRTHPLACES = {
    EventKind.BOOKED: "appointments",
    EventKind.CANCELLED: "appointments",
    EventKind.DOCTOR_APPROVED: "users",
    EventKind.DOCTOR_REFUSED: "users",
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

    async def prepare(self) -> None:
        """Make the indexes; what was sent is removed by the database itself after `KEPT`."""
        async with border():
            await self._notifications.create_index([("channel", 1), ("due", 1)], sparse=True)
            await self._notifications.create_index("closed_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def newborn(self, limit: int) -> list[Event]:
        """Return events that have not been copied here yet."""
        events: list[Event] = []
        async with border():
            for births in self._births.values():
                cursor = births.find({"unsent.id": {"$exists": True}}, {"unsent": True}).limit(limit)
                async for row in cursor:
                    events += _readable(row["unsent"])
        return events

    async def add(self, event: Event, notices: Sequence[Notice], due: datetime) -> None:
        """Store the notices of an event, those that are not here yet, and end its waiting."""
        rows = [_document(notice, due) for notice in notices]
        async with border():
            if rows:
                await self._insert_new(rows)
            births = self._births[BIRTHPLACES[event.kind]]
            await births.update_many({"unsent.id": event.id}, {"$pull": {"unsent": {"id": event.id}}})

    async def _insert_new(self, rows: list[Document]) -> None:
        try:
            await self._notifications.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            if any(problem["code"] != DUPLICATE_KEY for problem in details.get("writeErrors", ())):
                raise

    async def claim(self, channel: ChannelName, now: datetime, lease: timedelta) -> Notice | None:
        """Take the notice that has been due the longest, for the time of the lease; None: nothing is due."""
        async with border():
            row = await self._notifications.find_one_and_update(
                {"channel": channel.value, "due": {"$lte": now}},
                {"$set": {"due": now + lease}, "$inc": {"attempts": 1}},
                sort=[("due", 1)],
                return_document=ReturnDocument.AFTER,
            )
        return _notice(row) if row else None

    async def close(self, notice: Notice, at: datetime, why: str) -> None:
        """Note that the notice needs nothing more: `why` is "sent", or the reason it was given up."""
        async with border():
            await self._notifications.update_one(
                {"_id": notice.id}, {"$unset": {"due": ""}, "$set": {"closed_at": at, "outcome": why}}
            )

    async def postpone(self, notice: Notice, due: datetime) -> None:
        """Make the notice due again later."""
        async with border():
            await self._notifications.update_one({"_id": notice.id}, {"$set": {"due": due}})


def _readable(rows: list[Document]) -> list[Event]:
    """Return the events that this version understands; one that it does not must not stop the rest."""
    events = []
    for row in rows:
        try:
            events.append(_event(row))
        except (KeyError, ValueError):
            log.exception("outbox.unreadable event=%s", row.get("id"))
    return events


def _document(notice: Notice, due: datetime) -> Document:
    return {
        "_id": notice.id,
        "event": event_document(notice.event),
        "reader": notice.reader,
        "channel": notice.channel.value,
        "chat_id": notice.chat_id,
        "attempts": notice.attempts,
        "due": due,
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
    )


def _event(row: Document) -> Event:
    readers = tuple(UserId(reader) for reader in row["readers"])
    return Event(row["id"], EventKind(row["kind"]), readers, row["facts"])
