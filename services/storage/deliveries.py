"""The collection `announcement_deliveries`: one document for each announcement and chat, or person by email.

Its id is made of both ids, so there is no second one. It is marked as `sending` in the database before it is
sent, and is sent again only if it certainly was not sent. So an announcement arrives in a chat at most once,
also after a crash.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pymongo import UpdateOne

from services.cancellation import wait_until_done
from services.errors import StorageDown
from services.models.announcements import AnnouncementId, Delivery, DeliveryState, MailDelivery, Tally
from services.models.people import ChatId, UserId
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
# In the ids of what is emailed; ids of chats are numbers, which come before it.
MAIL = "mail"
Taken = TypeVar("Taken", Delivery, MailDelivery)


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

    async def gather_emails(
        self, announcement_id: AnnouncementId, people: Iterable[UserId], at: datetime
    ) -> None:
        """Add people who get an announcement by email; those that are there already stay as they are."""
        rows = [
            {
                "_id": mail_delivery_id(announcement_id, user_id),
                "announcement": announcement_id,
                "user_id": user_id,
                "state": WAITING,
                "due": at,
            }
            for user_id in people
        ]
        async with translate_driver_errors():
            await insert_new(self._deliveries, rows)

    async def take(self, announcement_id: AnnouncementId, most: int) -> list[Delivery]:
        """Mark up to `most` chats that wait as being sent to, and return them.

        If that was done and the database did not answer, they wait again at the next call. If the caller is
        cancelled meanwhile, they wait again before CancelledError is raised, if the database answers.
        """
        chats = {"_id": {"$lt": mail_delivery_id(announcement_id)}}
        return await self._take(
            announcement_id,
            most,
            chats,
            lambda row, claim: Delivery(row["_id"], ChatId(int(row["chat_id"])), claim),
        )

    async def take_emails(
        self, announcement_id: AnnouncementId, most: int, now: datetime
    ) -> list[MailDelivery]:
        """Mark up to `most` emails that are due as being sent, and return them. See `take`."""
        return await self._take(
            announcement_id,
            most,
            {"_id": {"$gte": mail_delivery_id(announcement_id)}, "due": {"$lte": now}},
            lambda row, claim: MailDelivery(row["_id"], UserId(row["user_id"]), claim, row.get("tries", 0)),
        )

    async def next_email(self, announcement_id: AnnouncementId) -> datetime | None:
        """Return when the next email is due; None if none waits."""
        waiting = {**_waiting(announcement_id), "_id": {"$gte": mail_delivery_id(announcement_id)}}
        async with translate_driver_errors():
            rows = await self._deliveries.find(waiting, {"due": True}).hint(BY_STATE).to_list(None)
        return min((row["due"] for row in rows), default=None)

    async def _take(
        self,
        announcement_id: AnnouncementId,
        most: int,
        which: Document,
        read: Callable[[Document, str], Taken],
    ) -> list[Taken]:
        claim = secrets.token_hex(8)
        await self._put_back(announcement_id)
        async with translate_driver_errors():
            cursor = self._deliveries.find({**_waiting(announcement_id), **which}, {"_id": True})
            rows = await cursor.sort([("_id", 1)]).limit(most).hint(BY_STATE).to_list(None)
        if not rows:
            return []
        claiming = asyncio.create_task(self._claimed([row["_id"] for row in rows], claim))
        try:
            mine = await asyncio.shield(claiming)
        except StorageDown:
            self._unanswered[announcement_id] = claim
            raise
        except asyncio.CancelledError:
            # Nothing of it will be sent.
            self._unanswered[announcement_id] = claim
            await wait_until_done(asyncio.create_task(self._put_back_after(claiming, announcement_id)))
            raise
        return readable(mine, lambda row: read(row, claim), "delivery")

    async def _claimed(self, ids: Sequence[str], claim: str) -> list[Document]:
        async with translate_driver_errors():
            await self._deliveries.update_many(
                {"_id": {"$in": ids}, "state": WAITING}, {"$set": {"state": SENDING, "claim": claim}}
            )
            cursor = self._deliveries.find({"_id": {"$in": ids}, "claim": claim})
            mine: list[Document] = await cursor.to_list(None)
        return mine

    async def _put_back_after(self, claiming: asyncio.Task[Any], announcement_id: AnnouncementId) -> None:
        # What the database is doing has to end first.
        await wait_until_done(claiming)
        with suppress(StorageDown):
            await self._put_back(announcement_id)

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

    async def settle(self, delivery: Delivery | MailDelivery, state: DeliveryState, at: datetime) -> None:
        """Store the result, unless the delivery was given up meanwhile."""
        change: Document = {"$set": {"state": state.value}, "$unset": {"claim": ""}}
        if state is not DeliveryState.WAITING:
            change["$set"]["closed_at"] = at
        await self._update((delivery, change))

    async def postpone(self, delivery: MailDelivery, due: datetime) -> None:
        """Let an email wait that was not sent, unless the delivery was given up meanwhile."""
        change: Document = {"$set": {"state": WAITING, "due": due}, "$unset": {"claim": ""}}
        await self._update((delivery, {**change, "$inc": {"tries": 1}}))

    async def _update_all(self, changes: Sequence[tuple[Delivery | MailDelivery, Document]]) -> list[None]:
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
        """Return how many chats, and emails if there are any, are in each state."""
        is_email = {"$gte": ["$_id", mail_delivery_id(announcement_id)]}
        group = {"_id": {"state": "$state", "is_email": is_email}, "count": {"$sum": 1}}
        async with translate_driver_errors():
            rows = await aggregated(
                self._deliveries, [{"$match": {"announcement": announcement_id}}, {"$group": group}]
            )
        chats, emails = (_counted(rows, is_email=each) for each in (False, True))
        return replace(chats, emails=emails if emails != Tally() else None)


def mail_delivery_id(announcement_id: AnnouncementId, user_id: str = "") -> str:
    """Return the id of what a person gets by email; without a person, what all of those begin with."""
    return f"{announcement_id}.{MAIL}.{user_id}"


def _waiting(announcement_id: AnnouncementId) -> Document:
    return {"announcement": announcement_id, "state": WAITING}


def _counted(rows: Sequence[Document], *, is_email: bool) -> Tally:
    known = {state.value for state in DeliveryState}
    mine = [row for row in rows if row["_id"]["is_email"] is is_email and row["_id"]["state"] in known]
    return Tally(**{row["_id"]["state"]: row["count"] for row in mine})
