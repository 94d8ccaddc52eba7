"""The collection `announcements`, and which worker is sending one.

An announcement that is not over has the field `open` (since when). The oldest of those is sent; any number of
workers send one announcement at a time. Claiming it moves `due` into the future by the lease and stores a
`claim`. The worker renews the lease; if it crashes, another takes over when the lease ends.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from services.models.announcements import UNDER_WAY, Announcement, AnnouncementId, AnnouncementState, Audience
from services.models.people import ChatId, UserId
from services.storage.mongo.driver import (
    EVER,
    SKEW,
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)
from services.storage.mongo.row_reading import UNREADABLE, note_unreadable

KEPT = timedelta(days=30)


class AnnouncementStore:
    """Stores announcements until some time after they are over."""

    def __init__(self, database: Database) -> None:
        self._announcements: Collection = database["announcements"]

    async def prepare(self) -> None:
        """Make the indexes; what is over is removed by the database itself after `KEPT`."""
        async with translate_driver_errors():
            await self._announcements.create_index("open", sparse=True)
            await self._announcements.create_index("closed_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def add(self, announcement: Announcement) -> bool:
        """Store a new one; tell whether it was not there yet."""
        document = {
            "_id": announcement.id,
            "by": announcement.by,
            "chat_id": announcement.chat_id,
            "audience": announcement.audience.value,
            "text": announcement.text,
            "at": announcement.at,
            "state": announcement.state.value,
            "open": announcement.at,
            "due": announcement.at,
            "by_email": announcement.by_email,
        }
        async with translate_driver_errors():
            return not await insert_new(self._announcements, [document])

    async def by_id(self, announcement_id: AnnouncementId) -> Announcement | None:
        """Return the announcement, or None."""
        async with translate_driver_errors():
            row = await self._announcements.find_one({"_id": announcement_id})
        return _announcement(row) if row else None

    async def stop(self, announcement_id: AnnouncementId) -> bool:
        """Stop it; tell whether it was under way."""
        under_way = {"$in": [state.value for state in UNDER_WAY]}
        async with translate_driver_errors():
            done = await self._announcements.update_one(
                {"_id": announcement_id, "state": under_way},
                {"$set": {"state": AnnouncementState.STOPPED.value}},
            )
        return bool(done.modified_count)

    async def claim(self, now: datetime, lease: timedelta) -> tuple[Announcement, str] | None:
        """Claim the oldest open announcement under a lease; return it with the claim.

        None if there is none, if another worker has it, or if it has to wait. If it was claimed at an instant
        in the future, the clock was set back since, and it is free.
        """
        claim = secrets.token_hex(8)
        ever = {"$gte": EVER.start, "$lt": EVER.end}
        async with translate_driver_errors():
            oldest = self._announcements.find({"open": ever}, {"_id": True}).sort([("open", 1)]).limit(1)
            rows = await oldest.to_list(None)
            if not rows:
                return None
            row = await self._announcements.find_one_and_update(
                {
                    "_id": rows[0]["_id"],
                    "$or": [{"due": {"$lte": now}}, {"held_at": {"$gt": now + SKEW}}],
                },
                {"$set": {"due": now + lease, "held_at": now, "claim": claim}},
                return_document=ReturnDocument.AFTER,
            )
        if row is None:
            return None
        try:
            return _announcement(row), claim
        except UNREADABLE:
            note_unreadable("announcement", row["_id"])
            await self._set_aside(row["_id"], claim)
            return await self.claim(now, lease)

    async def _set_aside(self, held: str, claim: str) -> None:
        """Close one that can't be read, so that the next one is sent."""
        gone = {"$unset": {"open": "", "due": "", "claim": ""}}
        async with translate_driver_errors():
            await self._announcements.update_one({"_id": held, "claim": claim}, gone)

    async def renew(
        self, held: AnnouncementId, claim: str, until: datetime, setbacks: int
    ) -> Announcement | None:
        """Renew the lease, and return the announcement as it is now; None if another worker has it."""
        return await self._change(held, claim, {"$set": {"due": until, "setbacks": setbacks}})

    async def gathered(self, held: AnnouncementId, claim: str) -> None:
        """Note that all its chats are collected."""
        async with translate_driver_errors():
            await self._announcements.update_one(
                {"_id": held, "claim": claim, "state": AnnouncementState.GATHERING.value},
                {"$set": {"state": AnnouncementState.SENDING.value}},
            )

    async def shown(self, held: AnnouncementId, claim: str, message_id: int) -> None:
        """Note which message shows the progress to the admin."""
        await self._change(held, claim, {"$set": {"message_id": message_id}})

    async def let_go(
        self,
        held: AnnouncementId,
        claim: str,
        until: datetime,
        setbacks: int,
        *,
        lets_others_pass: bool = False,
    ) -> None:
        """Release the claim: anybody may take it from `until` on. Those started before then may pass it."""
        values: Document = {"due": until, "setbacks": setbacks}
        if lets_others_pass:
            values["open"] = until
        await self._change(held, claim, {"$set": values, "$unset": {"claim": ""}})

    async def close(self, held: AnnouncementId, claim: str, state: AnnouncementState, at: datetime) -> None:
        """Close it: nothing more is to be done."""
        gone = {"open": "", "due": "", "claim": ""}
        change = {"$set": {"state": state.value, "closed_at": at}, "$unset": gone}
        await self._change(held, claim, change)

    async def _change(self, held: AnnouncementId, claim: str, change: Document) -> Announcement | None:
        async with translate_driver_errors():
            row: Any = await self._announcements.find_one_and_update(
                {"_id": held, "claim": claim}, change, return_document=ReturnDocument.AFTER
            )
        return _announcement(row) if row else None


def _announcement(row: Document) -> Announcement:
    return Announcement(
        id=AnnouncementId(row["_id"]),
        by=UserId(row["by"]),
        chat_id=ChatId(row["chat_id"]),
        audience=Audience(row["audience"]),
        text=row["text"],
        at=row["at"],
        state=AnnouncementState(row["state"]),
        message_id=row.get("message_id"),
        setbacks=row.get("setbacks", 0),
        # Those of earlier versions went to chats alone.
        by_email=row.get("by_email", False),
    )
