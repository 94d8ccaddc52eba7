"""Dead letters: the notices among `notifications` that have a `ticket` and wait for an admin.

A notice gets a new ticket each time that it becomes a dead letter, so that an old button does not decide
about it again. Admins have not been told yet of those that are `untold`.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from pymongo import ReturnDocument

from services.models.notifications import Backlog, ChannelName, DeadLetter, EventKind, Notice
from services.models.paging import Page, page_number
from services.models.people import UserId
from services.storage.mongo.driver import (
    EVER,
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)
from services.storage.notifications import OPEN, UNREAD, notice_document

IS_DEAD_LETTER: Document = {"ticket": {"$gt": ""}}
BY_TICKET = [("ticket", 1)]
# The fields that admins may see, who are not the readers: never its text.
SHOWN = dict.fromkeys(("reader", "channel", "event.kind", "since", "parked_at", "why", "ticket"), True)
E = TypeVar("E", bound=StrEnum)


class DeadLetterStore:
    """Reads dead letters, and retries or drops them."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]

    async def backlog(self, late: datetime) -> Backlog:
        """Return how many notices there are; those are late that were first due before `late`."""
        every = {"channel": {"$in": [channel.value for channel in ChannelName]}}
        waiting = every | {"due": {"$gte": EVER.start, "$lt": EVER.end}}
        are_late = {"since": {"$gte": EVER.start, "$lt": late}, "due": {"$exists": True}}
        async with translate_driver_errors():
            count = self._notifications.count_documents
            return Backlog(
                waiting=int(await count(waiting, hint=[("channel", 1), ("due", 1)])),
                late=int(await count(are_late, hint=[("since", 1)])),
                dead_letters=int(await count(IS_DEAD_LETTER, hint=BY_TICKET)),
            )

    async def page(self, number: int, size: int) -> Page[DeadLetter]:
        """Return the page nearest to `number`, oldest dead letters first."""
        async with translate_driver_errors():
            total = int(await self._notifications.count_documents(IS_DEAD_LETTER, hint=BY_TICKET))
            number = page_number(number, total, size)
            cursor = self._notifications.find(IS_DEAD_LETTER, SHOWN).sort(BY_TICKET).hint(BY_TICKET)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(map(_dead_letter, rows)), number, size, total)

    async def retry(self, ticket: str, now: datetime) -> DeadLetter | None:
        """Make a dead letter due again, with its attempts counted anew; None if it is settled already."""
        return await self._take({"ticket": ticket}, due_again(now))

    async def retry_all(self, now: datetime) -> int:
        """Make all dead letters due again; return how many there were."""
        async with translate_driver_errors():
            done = await self._notifications.update_many(IS_DEAD_LETTER, due_again(now), hint=BY_TICKET)
        return int(done.modified_count)

    async def drop(self, ticket: str, now: datetime) -> DeadLetter | None:
        """Drop a dead letter; None if it is settled already."""
        closed = {"closed_at": now, "outcome": "dropped"}
        return await self._take({"ticket": ticket}, {"$unset": dict.fromkeys(OPEN, ""), "$set": closed})

    async def _take(self, query: Document, change: Document) -> DeadLetter | None:
        async with translate_driver_errors():
            row = await self._notifications.find_one_and_update(
                query, change, projection=SHOWN, return_document=ReturnDocument.BEFORE
            )
        return _dead_letter(row) if row else None

    async def untold(self) -> int:
        """Return how many dead letters the admins have not been told of."""
        async with translate_driver_errors():
            return int(await self._notifications.count_documents({"untold": True}, hint=[("untold", 1)]))

    async def tell(self, notices: Sequence[Notice], now: datetime) -> bool:
        """Store notices that tell admins of dead letters, and mark these as told; False: they were there."""
        rows = [notice_document(notice, now) for notice in notices]
        async with translate_driver_errors():
            if await insert_new(self._notifications, rows, ordered=True):
                return False
            told = {"untold": True, "parked_at": {"$lte": now}}
            await self._notifications.update_many(told, {"$unset": {"untold": ""}}, hint=[("untold", 1)])
        return True


def due_again(now: datetime) -> Document:
    """Return the change that makes a dead letter due, with its attempts counted anew."""
    ended = ("ticket", "parked_at", "untold", "failing_since")
    return {"$set": {"due": now, "attempts": 0, "again": True}, "$unset": dict.fromkeys(ended, "")}


def _dead_letter(row: Document) -> DeadLetter:
    """Return what admins see of a notice, as far as this version can read it."""
    event = row.get("event")
    named = str(event.get("kind") or "") if isinstance(event, dict) else ""
    since = row.get("since")
    return DeadLetter(
        ticket=row["ticket"],
        reader=UserId(str(row.get("reader") or "")),
        channel=known(ChannelName, row.get("channel")),
        kind=known(EventKind, named) if row.get("why") != UNREAD else None,
        since=since if isinstance(since, datetime) else row["parked_at"],
        why=str(row.get("why") or ""),
        named=named,
    )


def known(words: type[E], word: Any) -> E | None:
    """Return the enum member of a stored value, or None if this version does not know it."""
    return next((member for member in words if member.value == word), None)
