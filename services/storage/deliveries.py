"""The collection `announcement_deliveries`: one document for each announcement and chat.

Its id is made of both ids, so there is no second one. It is marked as `sending` in the database before it is
sent, and is sent again only if it certainly was not sent. So an announcement arrives in a chat at most once,
also after a crash.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pymongo import UpdateOne

from services.errors import StorageDown
from services.models.announcements import AnnouncementId, Delivery, DeliveryState, Tally
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
from services.storage.mongo.row_reading import readable

KEPT = timedelta(days=30)
BY_STATE = [("announcement", 1), ("state", 1), ("_id", 1)]
WAITING, SENDING = DeliveryState.WAITING.value, DeliveryState.SENDING.value


class DeliveryStore:
    """Stores the state of announcements in each chat, for KEPT after they are settled."""

    def __init__(self, database: Database) -> None:
        self._deliveries: Collection = database["announcement_deliveries"]
        self._update = Batcher(self._update_all)
        # Claims without an answer from the database, by announcement: what they took was certainly not sent.
        self._unanswered: dict[AnnouncementId, str] = {}

    async def prepare(self) -> None:
        """Make the indexes; the database itself removes settled ones after `KEPT`."""
        async with translate_driver_errors():
            await self._deliveries.create_index(BY_STATE)
            await self._deliveries.create_index("closed_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def gather(self, announcement_id: AnnouncementId, chats: Iterable[ChatId]) -> None:
        """Add chats to an announcement; those that are there already stay as they are."""
        rows = [
            {
                "_id": f"{announcement_id}.{chat}",
                "announcement": announcement_id,
                "chat_id": chat,
                "state": WAITING,
            }
            for chat in chats
        ]
        async with translate_driver_errors():
            await insert_new(self._deliveries, rows)

    async def take(self, announcement_id: AnnouncementId, most: int) -> list[Delivery]:
        """Mark up to `most` waiting ones as being sent, and return them.

        If that was done and the database did not answer, they wait again at the next call.
        """
        claim = secrets.token_hex(8)
        await self._put_back(announcement_id)
        async with translate_driver_errors():
            ids = await self._waiting(announcement_id, most)
        if not ids:
            return []
        try:
            mine = await self._claimed(ids, claim)
        except StorageDown:
            self._unanswered[announcement_id] = claim
            raise
        return readable(
            mine, lambda row: Delivery(row["_id"], ChatId(int(row["chat_id"])), claim), "delivery"
        )

    async def _claimed(self, ids: Sequence[str], claim: str) -> list[Document]:
        async with translate_driver_errors():
            await self._deliveries.update_many(
                {"_id": {"$in": ids}, "state": WAITING}, {"$set": {"state": SENDING, "claim": claim}}
            )
            cursor = self._deliveries.find({"_id": {"$in": ids}, "claim": claim})
            mine: list[Document] = await cursor.to_list(None)
        return mine

    async def _waiting(self, announcement_id: AnnouncementId, most: int) -> list[str]:
        waiting = {"announcement": announcement_id, "state": WAITING}
        cursor = self._deliveries.find(waiting, {"_id": True}).sort([("_id", 1)]).limit(most)
        return [row["_id"] for row in await cursor.hint(BY_STATE).to_list(None)]

    async def _put_back(self, announcement_id: AnnouncementId) -> None:
        """Let those wait again that were taken without an answer from the database: they were not sent."""
        if (claim := self._unanswered.get(announcement_id)) is None:
            return
        taken = {"announcement": announcement_id, "state": SENDING, "claim": claim}
        async with translate_driver_errors():
            await self._deliveries.update_many(
                taken, {"$set": {"state": WAITING}, "$unset": {"claim": ""}}, hint=BY_STATE
            )
        self._unanswered.pop(announcement_id, None)

    async def settle(self, delivery: Delivery, state: DeliveryState, at: datetime) -> None:
        """Store the result, unless the delivery was given up meanwhile."""
        change: Document = {"$set": {"state": state.value}, "$unset": {"claim": ""}}
        if state is not DeliveryState.WAITING:
            change["$set"]["closed_at"] = at
        await self._update((delivery, change))

    async def _update_all(self, changes: Sequence[tuple[Delivery, Document]]) -> list[None]:
        async with translate_driver_errors():
            await self._deliveries.bulk_write(
                [
                    UpdateOne({"_id": delivery.id, "claim": delivery.claim}, change)
                    for delivery, change in changes
                ]
            )
        return [None] * len(changes)

    async def give_up(self, announcement_id: AnnouncementId, at: datetime) -> None:
        """Mark those as failed that a crashed process was sending: they may have arrived."""
        failed = {"state": DeliveryState.FAILED.value, "closed_at": at}
        await self._put_back(announcement_id)
        async with translate_driver_errors():
            await self._deliveries.update_many(
                {"announcement": announcement_id, "state": SENDING},
                {"$set": failed, "$unset": {"claim": ""}},
            )

    async def tally(self, announcement_id: AnnouncementId) -> Tally:
        """Return how many are in each state."""
        each = {"$group": {"_id": "$state", "count": {"$sum": 1}}}
        async with translate_driver_errors():
            rows = await aggregated(self._deliveries, [{"$match": {"announcement": announcement_id}}, each])
        known = {state.value for state in DeliveryState}
        return Tally(**{row["_id"]: row["count"] for row in rows if row["_id"] in known})
