"""The admins among `users`, of whom one must stay.

Whoever is to go is marked first. If then there is an admin who is active and not marked, the one who is
marked may go; so of two who send each other away at once, whoever marks last finds nobody who would stay.
A mark that was left behind by a crash is taken away after a while, and with it the right to go on.
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
        """Note that an active admin is about to go; tell whether there is such a one."""
        async with translate_driver_errors():
            done = await self._users.update_one(
                ACTIVE_ADMINS | {"_id": admin_id}, {"$set": {"leaving": {"mark": mark, "at": at}}}
            )
        return bool(done.matched_count)

    async def staying(self, stale: datetime, now: datetime) -> int:
        """Return how many active admins are not about to go.

        Marks from `stale` or before are taken away, and so are those from before the clock was set back.
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
        """Take a mark away, where it is there still."""
        async with translate_driver_errors():
            await self._users.update_one({"_id": admin_id, "leaving.mark": mark}, {"$unset": {"leaving": ""}})
