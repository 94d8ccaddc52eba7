"""The notices among `notifications` that wait for an admin: each has a `ticket`, by which it is found.

A ticket is new with each parking, so that nobody decides about what somebody else has decided and what was
parked again since. Of those that are `untold` no admin has heard.
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
# What is said of a notice to those who are not its readers: never what it says.
SHOWN = dict.fromkeys(("reader", "channel", "event.kind", "since", "parked_at", "why", "ticket"), True)
E = TypeVar("E", bound=StrEnum)


class DeadLetterStore:
    """Reads what is parked, and brings it back or drops it."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]

    async def backlog(self, late: datetime) -> Backlog:
        """Return how many there are; those are late that were due first before an instant."""
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
        """Return a page, of the one nearest to `number` that there is, those parked first coming first."""
        async with translate_driver_errors():
            total = int(await self._notifications.count_documents(IS_DEAD_LETTER, hint=BY_TICKET))
            number = page_number(number, total, size)
            cursor = self._notifications.find(IS_DEAD_LETTER, SHOWN).sort(BY_TICKET).hint(BY_TICKET)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(map(_dead_letter, rows)), number, size, total)

    async def retry(self, ticket: str, now: datetime) -> DeadLetter | None:
        """Make a notice due, with fresh attempts; None where it is not parked any more."""
        return await self._take({"ticket": ticket}, _due_again(now))

    async def retry_all(self, now: datetime) -> int:
        """Make all that are parked due, with fresh attempts; return how many there were."""
        async with translate_driver_errors():
            done = await self._notifications.update_many(IS_DEAD_LETTER, _due_again(now), hint=BY_TICKET)
        return int(done.modified_count)

    async def drop(self, ticket: str, now: datetime) -> DeadLetter | None:
        """Close a notice undelivered; None where it is not parked any more."""
        closed = {"closed_at": now, "outcome": "dropped"}
        return await self._take({"ticket": ticket}, {"$unset": dict.fromkeys(OPEN, ""), "$set": closed})

    async def _take(self, query: Document, change: Document) -> DeadLetter | None:
        async with translate_driver_errors():
            row = await self._notifications.find_one_and_update(
                query, change, projection=SHOWN, return_document=ReturnDocument.BEFORE
            )
        return _dead_letter(row) if row else None

    async def untold(self) -> int:
        """Return how many are parked of which no admin has heard."""
        async with translate_driver_errors():
            return int(await self._notifications.count_documents({"untold": True}, hint=[("untold", 1)]))

    async def tell(self, notices: Sequence[Notice], now: datetime) -> bool:
        """Store notices of what is parked by now, with which it is told; not if they are there already."""
        rows = [notice_document(notice, now) for notice in notices]
        async with translate_driver_errors():
            if await insert_new(self._notifications, rows, ordered=True):
                return False
            told = {"untold": True, "parked_at": {"$lte": now}}
            await self._notifications.update_many(told, {"$unset": {"untold": ""}}, hint=[("untold", 1)])
        return True


def _due_again(now: datetime) -> Document:
    ended = ("ticket", "parked_at", "untold", "failing_since")
    return {"$set": {"due": now, "attempts": 0}, "$unset": dict.fromkeys(ended, "")}


def _dead_letter(row: Document) -> DeadLetter:
    """Return what is shown of a notice, as far as this version can read it."""
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
    """Return the member that a stored word means, or None where this version knows none."""
    return next((member for member in words if member.value == word), None)
