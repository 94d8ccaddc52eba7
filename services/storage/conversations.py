"""The collection `conversations`: the state of each chat, such as its open dialog.

Several workers may handle updates of one chat. Each save compares the version that was read with the one that
is stored, and of two savers the later one loses (compare-and-set). Beside that a worker can take a lease on a
chat, which keeps the others away for as long as it handles an update; it lies in the same document, so that
the save which ends the handling ends the lease, too.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Collection as Some
from dataclasses import dataclass, field
from datetime import datetime

from pymongo import ReplaceOne, UpdateOne

from services.models.people import ChatId
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import (
    Collection,
    Database,
    Document,
    refused_writes,
    translate_driver_errors,
)

# How often it was saved, by whom it was saved last, and the lease. None of them is part of the state.
VERSION, SAVED_BY, HOLDER, HELD_UNTIL = "version", "saved_by", "holder", "held_until"
# A worker that dies keeps those on other machines away from a chat for this long, by the database's clock.
# One that is paused for longer does no harm, as its save is refused.
LEASE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Save:
    """The new state of a chat, as one that was read at `version` has become.

    `by` is different for each save. Where its acknowledgement was lost, it is recognized by that.
    """

    chat_id: ChatId
    document: Document = field(repr=False)
    version: int
    by: str


class ConversationStore:
    """Stores one document for each chat, as the bot's chat state gives it."""

    def __init__(self, database: Database) -> None:
        self._conversations: Collection = database["conversations"]
        self._put = Batcher(self._put_all)
        self._save = Batcher(self._save_all)
        self._claim = Batcher(self._claim_all)

    async def prepare(self) -> None:
        """Make the indexes by which dialogs that nobody answers and cards of those who wait are found."""
        async with translate_driver_errors():
            await self._conversations.create_index("expires_at", sparse=True)
            await self._conversations.create_index("live_card.until", sparse=True)

    async def of_chat(self, chat_id: ChatId) -> Document | None:
        """Return the state of a chat, or None."""
        async with translate_driver_errors():
            document: Document | None = await self._conversations.find_one({"_id": chat_id}, {"_id": False})
        return document

    async def put(self, chat_id: ChatId, document: Document) -> None:
        """Store the state of a chat."""
        await self._put((chat_id, document))

    async def _put_all(self, items: Sequence[tuple[ChatId, Document]]) -> list[None]:
        writes = [ReplaceOne({"_id": chat_id}, document, upsert=True) for chat_id, document in items]
        async with translate_driver_errors():
            await self._conversations.bulk_write(writes)
        return [None] * len(items)

    async def save(self, save: Save) -> bool:
        """Store a state, if nobody has saved another since it was read; tell whether it is stored.

        Where there is nothing any more, since somebody has erased it, it is stored.
        """
        return await self._save(save)

    async def _save_all(self, saves: Sequence[Save]) -> list[bool]:
        writes = [
            ReplaceOne(
                # What an earlier version of the program has written has no version. The save itself is
                # found where its acknowledgement was lost.
                {"_id": save.chat_id, "$or": [{VERSION: {"$in": [save.version, None]}}, {SAVED_BY: save.by}]},
                save.document | {VERSION: save.version + 1, SAVED_BY: save.by},
                upsert=True,
            )
            for save in saves
        ]
        async with translate_driver_errors():
            # One that finds another version tries to insert a second document, which is refused.
            refused = await refused_writes(self._conversations, writes)
        return [place not in refused for place in range(len(saves))]

    async def claim(self, chat_id: ChatId, holder: str) -> str:
        """Take the lease on a chat, unless another holder has it; return who has it then."""
        return await self._claim((chat_id, holder))

    async def _claim_all(self, items: Sequence[tuple[ChatId, str]]) -> list[str]:
        writes = [UpdateOne({"_id": chat_id}, _claimed(holder), upsert=True) for chat_id, holder in items]
        async with translate_driver_errors():
            done = await self._conversations.bulk_write(writes, ordered=False)
            if done.modified_count + done.upserted_count == len(items):
                return [holder for _, holder in items]
            those = {"_id": {"$in": [chat_id for chat_id, _ in items]}}
            rows = await self._conversations.find(those, {HOLDER: True}).to_list(None)
        holders = {row["_id"]: str(row.get(HOLDER, "")) for row in rows}
        return [holders.get(chat_id, "") for chat_id, _ in items]

    async def renew(self, chats: Some[ChatId], holder: str) -> None:
        """Prolong the leases on these chats that the holder has."""
        async with translate_driver_errors():
            await self._conversations.update_many(
                {"_id": {"$in": list(chats)}, HOLDER: holder}, [{"$set": _held_until()}]
            )

    async def release(self, chat_id: ChatId, holder: str) -> None:
        """Give the lease on a chat back, if it is this holder's."""
        async with translate_driver_errors():
            await self._conversations.update_one(
                {"_id": chat_id, HOLDER: holder}, {"$unset": {HOLDER: "", HELD_UNTIL: ""}}
            )

    async def spoken_in(self, chat_id: ChatId) -> str | None:
        """Return the language that was last spoken in a chat (field `spoken`), None where none is known."""
        async with translate_driver_errors():
            found = await self._conversations.find_one({"_id": chat_id}, {"spoken": True})
        spoken = (found or {}).get("spoken")
        return spoken if isinstance(spoken, str) else None

    async def notices_shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that cards in these chats have shown last (field `notices`)."""
        async with translate_driver_errors():
            cursor = self._conversations.find({"_id": {"$in": sorted(chats)}}, {"notices": True})
            rows = await cursor.to_list(None)
        found = [row.get("notices") for row in rows]
        return {str(notice) for notices in found if isinstance(notices, list) for notice in notices}

    async def live_cards(self, now: int) -> list[tuple[ChatId, Document]]:
        """Return the chats with a card that is kept up to date, and what is stored of it (field `live_card`).

        `now` is in seconds since 1970.
        """
        async with translate_driver_errors():
            cursor = self._conversations.find({"live_card.until": {"$gt": now}}, {"live_card": True})
            rows = await cursor.to_list(None)
        return [(ChatId(row["_id"]), row["live_card"]) for row in rows]

    async def expired(self, now: datetime) -> AsyncIterator[ChatId]:
        """Yield the chats whose dialog nobody has answered for too long."""
        async with translate_driver_errors():
            async for row in self._conversations.find({"expires_at": {"$lte": now}}, {"_id": True}):
                yield ChatId(row["_id"])


def _claimed(holder: str) -> list[Document]:
    """Return the update that gives the lease to a holder, or changes nothing where another has it."""
    is_over = {"$lte": [{"$ifNull": [f"${HELD_UNTIL}", "$$NOW"]}, "$$NOW"]}
    is_free = {"$or": [{"$eq": [f"${HOLDER}", holder]}, is_over]}
    taken = {HOLDER: holder, **_held_until()}
    return [{"$set": {name: {"$cond": [is_free, new, f"${name}"]} for name, new in taken.items()}}]


def _held_until() -> Document:
    return {HELD_UNTIL: {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}}
