"""The collection `updates`: pending updates, which were acknowledged to Telegram and are not handled yet.

Each has a lease: `owner` is the process that handles it, `until` when the lease ends unless it is renewed.
When it has ended, anybody may claim the update; so it is with updates of older versions, which had no leases.
"""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from pymongo import ReturnDocument

from services.models.people import ChatId
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import (
    Collection,
    Database,
    Document,
    aggregated,
    insert_new,
    translate_driver_errors,
)

# A lease that ends later than this was given before the clock was set back, and does not count.
LONGEST_LEASE = timedelta(minutes=1)
# The name of the index of a chat's updates.
OF_CHAT = "chat_1__id_1"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who handles an update, and until when nobody else may."""

    owner: str
    until: datetime


class ClaimOutcome(Enum):
    """The result of claiming one update."""

    MINE = auto()
    TAKEN = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """A pending update: its id, the text as stored, and its chat.

    What an earlier version has written down names no chat.
    """

    update_id: int
    text: Any
    chat_id: ChatId | None = None


class PendingUpdateStore:
    """Stores updates as text, by their ids."""

    def __init__(self, database: Database) -> None:
        self._updates: Collection = database["updates"]
        self._first = Batcher(self._first_of_each)

    async def prepare(self) -> None:
        """Make the index by which the updates of a chat are found in their order."""
        async with translate_driver_errors():
            await self._updates.create_index([("chat", 1), ("_id", 1)], name=OF_CHAT)

    async def put(self, entries: Some[Entry], lease: Lease | None = None) -> set[int]:
        """Store these; return the ids of those that are stored already, which stay as they are."""
        leased = {"owner": lease.owner, "until": lease.until} if lease else {}
        rows: list[Document] = [
            {"_id": entry.update_id, "text": entry.text, "chat": entry.chat_id} | leased for entry in entries
        ]
        async with translate_driver_errors():
            refused = await insert_new(self._updates, rows)
        return {rows[place]["_id"] for place in refused}

    async def first_of(self, chat_id: ChatId) -> int | None:
        """Return the id of the oldest one of a chat, whoever handles it; None: there is none."""
        return await self._first(chat_id)

    async def _first_of_each(self, chats: Sequence[ChatId]) -> list[int | None]:
        oldest: list[Document] = [
            {"$match": {"chat": {"$in": list(chats)}}},
            # In the order of the index, so that of each chat one key is read, however many there are.
            {"$sort": {"chat": 1, "_id": 1}},
            {"$group": {"_id": "$chat", "first": {"$first": "$_id"}}},
        ]
        async with translate_driver_errors():
            rows = await aggregated(self._updates, oldest, hint=OF_CHAT)
        found = {row["_id"]: int(row["first"]) for row in rows}
        return [found.get(chat_id) for chat_id in chats]

    async def all(self) -> list[str]:
        """Return the texts of all, oldest first."""
        return [entry.text for entry in await self.entries()]

    async def entries(self) -> list[Entry]:
        """Return all, whoever handles them, oldest first."""
        return await self._found({})

    async def claim(self, update_id: int, lease: Lease, now: datetime) -> ClaimOutcome:
        """Claim one, unless another process has its lease."""
        mine = {"$or": [{"owner": lease.owner}, *_is_over(now)]}
        async with translate_driver_errors():
            claimed = await self._updates.find_one_and_update(
                {"_id": update_id} | mine,
                {"$set": {"owner": lease.owner, "until": lease.until}},
                projection={"_id": True},
                return_document=ReturnDocument.AFTER,
            )
            if claimed is not None:
                return ClaimOutcome.MINE
            is_there = await self._updates.find_one({"_id": update_id}, {"_id": True}) is not None
        return ClaimOutcome.TAKEN if is_there else ClaimOutcome.GONE

    async def owners(self) -> set[str]:
        """Return the processes that have leases, or had them."""
        async with translate_driver_errors():
            rows = await self._updates.find({}, {"owner": True}).hint("_id_").to_list(None)
        return {str(row["owner"]) for row in rows if row.get("owner")}

    async def claim_abandoned(
        self, lease: Lease, now: datetime, most: int, gone: Some[str] = ()
    ) -> list[Entry]:
        """Claim those whose leases have ended, and return them, oldest first.

        So have the leases of processes that are `gone`.
        """
        over = {"$or": [*_is_over(now), {"owner": {"$in": list(gone)}}]}
        found = [entry.update_id for entry in await self._found(over, most)]
        if not found:
            return []
        these: Document = {"_id": {"$in": found}}
        async with translate_driver_errors():
            await self._updates.update_many(
                these | over, {"$set": {"owner": lease.owner, "until": lease.until}}
            )
        return await self._found(these | {"owner": lease.owner})

    async def renew(self, update_ids: Some[int], lease: Lease) -> None:
        """Renew the leases of these, if the owner still has them."""
        async with translate_driver_errors():
            await self._updates.update_many(
                {"_id": {"$in": list(update_ids)}, "owner": lease.owner}, {"$set": {"until": lease.until}}
            )

    async def release(self, update_ids: Some[int], owner: str) -> None:
        """Give up the leases of these."""
        async with translate_driver_errors():
            await self._updates.update_many(
                {"_id": {"$in": list(update_ids)}, "owner": owner}, {"$unset": {"owner": True, "until": True}}
            )

    async def complete(self, update_id: int, text: str, owner: str) -> None:
        """Store another text for one that the owner has the lease of, in the place of the first one."""
        async with translate_driver_errors():
            await self._updates.update_one({"_id": update_id, "owner": owner}, {"$set": {"text": text}})

    async def remove(self, update_id: int) -> None:
        """Delete one that was handled."""
        async with translate_driver_errors():
            await self._updates.delete_one({"_id": update_id})

    async def _found(self, which: Document, most: int = 0) -> list[Entry]:
        async with translate_driver_errors():
            rows = self._updates.find(which).sort("_id", 1).hint("_id_").limit(most)
            return [
                Entry(row["_id"], row.get("text"), row.get("chat"))
                async for row in rows
                if _is_update_id(row["_id"])
            ]


def _is_over(now: datetime) -> list[Document]:
    return [{"until": None}, {"until": {"$lte": now}}, {"until": {"$gt": now + LONGEST_LEASE}}]


def _is_update_id(value: Any) -> bool:
    return isinstance(value, int)
