"""The collection `leases`: what one worker at a time does, by a name, and which worker does it now.

A lease ends by the database's clock, so that the workers' clocks need not agree. A worker that dies holds up
the others only until then.
"""

from services.storage.mongo.driver import Collection, Database, Document, insert_new, translate_driver_errors


class LeaseStore:
    """Gives each named lease to one holder at a time."""

    def __init__(self, database: Database) -> None:
        self._leases: Collection = database["leases"]

    async def claim(self, name: str, holder: str, seconds: float) -> bool:
        """Take the lease for so long, or prolong it where the holder has it; False if somebody else has it.

        Raises StorageDown.
        """
        async with translate_driver_errors():
            if await self._taken(name, holder, seconds):
                return True
            # Nobody has ever had it, or somebody else has just taken it.
            refused = await insert_new(self._leases, [{"_id": name}])
            return not refused and await self._taken(name, holder, seconds)

    async def _taken(self, name: str, holder: str, seconds: float) -> bool:
        is_ours = {"$eq": ["$holder", holder]}
        is_over = {"$lte": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        free: Document = {"_id": name, "$expr": {"$or": [is_ours, is_over]}}
        done = await self._leases.update_one(free, [{"$set": {"holder": holder, "until": until}}])
        return bool(done.matched_count)

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back, if it is this holder's, so that another can take it at once.

        Raises StorageDown.
        """
        async with translate_driver_errors():
            await self._leases.update_one(
                {"_id": name, "holder": holder}, {"$unset": {"holder": "", "until": ""}}
            )

    async def holder(self, name: str) -> str | None:
        """Return who has the lease, None if nobody has. Raises StorageDown."""
        valid: Document = {"_id": name, "$expr": {"$gt": ["$until", "$$NOW"]}}
        async with translate_driver_errors():
            row = await self._leases.find_one(valid, {"holder": True})
        return row.get("holder") if row else None
