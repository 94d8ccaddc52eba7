"""The collection `closures`: stretches in which nobody can be booked in the whole clinic."""

from collections.abc import Sequence
from datetime import datetime

from services.models.people import UserId
from services.models.scheduling import Closure
from services.models.slots import Slot
from services.storage.freed_times import FreedTimes
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable

BY_END, BY_AUTHOR = [("end", 1)], [("by", 1)]


class ClosureStore:
    """Stores closures. One that was removed stays, marked, so that its order does not add it again."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._entries: Collection = database["waitlist"]
        self._closures: Collection = database["closures"]
        self._after = Batcher(self._after_each)

    async def prepare(self) -> None:
        """Make the indexes: by when they end, and by who has made them."""
        async with translate_driver_errors():
            await self._closures.create_index(BY_END)
            await self._closures.create_index(BY_AUTHOR)

    async def add(self, closure: Closure, by: UserId, at: datetime) -> bool:
        """Add a closure, once; what was removed stays removed. Tell whether it was added."""
        document: Document = {
            "start": closure.slot.start,
            "end": closure.slot.end,
            "reason": closure.reason,
            "by": by,
            "at": at,
        }
        async with translate_driver_errors():
            done = await self._closures.update_one(
                {"_id": closure.id}, {"$setOnInsert": document}, upsert=True
            )
        return done.upserted_id is not None

    async def prune(self, ended_before: datetime) -> None:
        """Delete those that ended before an instant."""
        async with translate_driver_errors():
            await self._closures.delete_many({"end": {"$lt": ended_before}}, hint=BY_END)

    async def remove(self, closure_id: str, at: datetime) -> bool:
        """Remove a closure for good; tell whether it was there."""
        async with translate_driver_errors():
            done = await self._closures.update_one(
                {"_id": closure_id, "removed_at": None}, {"$set": {"removed_at": at}}
            )
            waited_for = await self._entries.distinct("doctor_id") if done.modified_count else []
        for doctor_id in waited_for:
            self._freed_times.freed(UserId(doctor_id))
        return bool(done.modified_count)

    async def after(self, instant: datetime) -> tuple[Closure, ...]:
        """Return the closures that end after an instant, earliest first."""
        return await self._after(instant)

    async def _after_each(self, instants: Sequence[datetime]) -> list[tuple[Closure, ...]]:
        query = {"end": {"$gt": min(instants)}, "removed_at": None}
        async with translate_driver_errors():
            rows = await self._closures.find(query).hint(BY_END).to_list(None)
        found = sorted(readable(rows, _closure, "closure"), key=lambda closure: (closure.slot, closure.id))
        return [tuple(each for each in found if each.slot.end > instant) for instant in instants]


def _closure(row: Document) -> Closure:
    return Closure(row["_id"], Slot(row["start"], row["end"]), row["reason"])
