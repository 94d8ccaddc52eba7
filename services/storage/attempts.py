"""The collection `attempts`: the recent tries of what is rate-limited, by a key."""

from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.storage.mongo.driver import SKEW, Collection, Database, Document, translate_driver_errors


class AttemptStore:
    """Counts tries in a sliding window. Counting is atomic, so many tries at once are all counted."""

    def __init__(self, database: Database) -> None:
        self._attempts: Collection = database["attempts"]

    async def prepare(self) -> None:
        """Make the index; the database itself removes what no longer counts."""
        async with translate_driver_errors():
            await self._attempts.create_index("expires_at", expireAfterSeconds=0)

    async def record(self, key: str, now: datetime, limit: int, window: timedelta) -> datetime | None:
        """Count a try of `key` at `now` unless `limit` tries stand in the `window` before it.

        Returns None if the try was counted, else the instant from which one is allowed again. A refused try
        is not counted, so waiting helps. Stored tries in the future (by more than SKEW) are ignored: the
        clock was set back.
        """
        counts = {"$and": [{"$gt": ["$$this", now - window]}, {"$lte": ["$$this", now + SKEW]}]}
        recent = {"$filter": {"input": {"$ifNull": ["$tries", []]}, "cond": counts}}
        counted = {
            "$cond": [
                {"$lt": [{"$size": "$recent"}, limit]},
                {"$concatArrays": ["$recent", [now]]},
                "$recent",
            ]
        }
        update: list[Document] = [
            {"$set": {"recent": recent}},
            {"$set": {"before": "$recent", "tries": counted, "expires_at": now + window}},
            {"$unset": "recent"},
        ]
        async with translate_driver_errors():
            try:
                document = await self._update(key, update)
            except DuplicateKeyError:
                # Two first tries at once: the document is there now.
                document = await self._update(key, update)
        return _allowed_at(document["before"], now, limit, window)

    async def look(self, key: str, now: datetime, limit: int, window: timedelta) -> datetime | None:
        """Return what `record` would return, without counting."""
        async with translate_driver_errors():
            document = await self._attempts.find_one({"_id": key}, {"tries": True})
        tries = document["tries"] if document else []
        recent = [at for at in tries if now - window < at <= now + SKEW]
        return _allowed_at(recent, now, limit, window)

    async def forget(self, key: str) -> None:
        """Forget the tries of `key`."""
        async with translate_driver_errors():
            await self._attempts.delete_one({"_id": key})

    async def take_back(self, key: str) -> None:
        """Remove the latest try."""
        async with translate_driver_errors():
            await self._attempts.update_one({"_id": key}, {"$pop": {"tries": 1}})

    async def _update(self, key: str, update: list[Document]) -> dict[str, list[datetime]]:
        document: dict[str, list[datetime]] = await self._attempts.find_one_and_update(
            {"_id": key}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return document


def _allowed_at(tries: list[datetime], now: datetime, limit: int, window: timedelta) -> datetime | None:
    """Return when the next try is allowed; None: now, as there are fewer than `limit`."""
    return min(sorted(tries)[-limit], now) + window if len(tries) >= limit else None
