"""The admins among `users`, of whom one must stay.

An admin who is to be blocked or deleted is marked first. That may go on only if another active admin is not
marked. So if two admins block each other at the same time, the one who marks last finds nobody who would
stay. A mark that a crash has left behind is removed after a while; without the mark the blocking can't go on
either.
"""

from datetime import datetime

from services.models.people import AccountStatus, Role, UserId
from services.storage.mongo.driver import SKEW, Collection, Database, Document, translate_driver_errors

ACTIVE_ADMINS: Document = {"role": Role.ADMIN.value, "status": AccountStatus.ACTIVE.value}
BY_NAME = [("role", 1), ("status", 1), ("name", 1), ("_id", 1)]


class AdminStore:
    """Marks and counts the active admins."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def active(self) -> list[UserId]:
        """Return all active admins."""
        async with translate_driver_errors():
            rows = await self._users.find(ACTIVE_ADMINS, {"_id": True}).hint(BY_NAME).to_list(None)
        return [UserId(row["_id"]) for row in rows]

    async def mark(self, admin_id: UserId, mark: str, at: datetime) -> bool:
        """Mark an active admin who is about to be blocked or deleted; tell whether there is one."""
        async with translate_driver_errors():
            done = await self._users.update_one(
                ACTIVE_ADMINS | {"_id": admin_id}, {"$set": {"leaving": {"mark": mark, "at": at}}}
            )
        return bool(done.matched_count)

    async def staying(self, stale: datetime, now: datetime) -> int:
        """Return how many active admins are not marked.

        Marks from `stale` or earlier are removed, and so are marks in the future (the clock was set back).
        """
        left_behind = [{"leaving.at": {"$lte": stale}}, {"leaving.at": {"$gt": now + SKEW}}]
        async with translate_driver_errors():
            await self._users.update_many(
                ACTIVE_ADMINS | {"$or": left_behind}, {"$unset": {"leaving": ""}}, hint=BY_NAME
            )
            return int(
                await self._users.count_documents(
                    ACTIVE_ADMINS | {"leaving": {"$exists": False}}, hint=BY_NAME
                )
            )

    async def unmark(self, admin_id: UserId, mark: str) -> None:
        """Remove a mark, if it is there still."""
        async with translate_driver_errors():
            await self._users.update_one({"_id": admin_id, "leaving.mark": mark}, {"$unset": {"leaving": ""}})
