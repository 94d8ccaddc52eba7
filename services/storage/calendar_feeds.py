"""Calendar feeds: the field `feed` of a document of `users`, with the digest of the secret address.

It is in the account's document, so that a block ends it in the same write, it goes with the account, and one
query by the digest finds feed and account. The number stays when a feed is ended: no address is ever given
twice.
"""

from typing import Any

from services.models.calendar_feeds import StoredFeed
from services.models.people import AccountStatus, User, UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.user_documents import FEED, FEED_DIGEST, PUBLIC, read_user

NUMBER, NAMES = f"{FEED}.number", f"{FEED}.full_names"
# An account as others see it, and its feed.
WITH_FEED = {name: shown for name, shown in PUBLIC.items() if name != FEED}


class CalendarFeedStore:
    """Keeps the addresses of feeds."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def prepare(self) -> None:
        """Make the index by which a feed is found."""
        async with translate_driver_errors():
            await self._users.create_index(FEED_DIGEST, unique=True, sparse=True)

    async def of(self, user_id: UserId) -> StoredFeed | None:
        """Return the feed of an active account; None if there is no such account."""
        query = {"_id": user_id, "status": AccountStatus.ACTIVE.value}
        async with translate_driver_errors():
            row = await self._users.find_one(query, {FEED: True})
        return None if row is None else _read(row)

    async def by_digest(self, digest: str) -> tuple[User, StoredFeed] | None:
        """Return the account whose address has that digest, and its feed."""
        async with translate_driver_errors():
            row = await self._users.find_one({FEED_DIGEST: digest}, WITH_FEED)
        return None if row is None else (read_user(row), _read(row))

    async def put(self, user_id: UserId, before: StoredFeed, number: int, digest: str) -> bool:
        """Store a new address of an active account; False if it was changed since `before` was read."""
        query = {"_id": user_id, "status": AccountStatus.ACTIVE.value, **_as_seen(before)}
        async with translate_driver_errors():
            done = await self._users.update_one(query, {"$set": {NUMBER: number, FEED_DIGEST: digest}})
        return bool(done.matched_count)

    async def end(self, user_id: UserId, before: StoredFeed) -> bool:
        """Remove an address; False if it was changed since `before` was read."""
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, **_as_seen(before)}, {"$unset": {FEED_DIGEST: ""}}
            )
        return bool(done.modified_count)

    async def set_names(self, user_id: UserId, *, in_full: bool) -> bool:
        """Choose full names or initials; tell whether that is a change."""
        query = {"_id": user_id, NAMES: True if not in_full else {"$ne": True}}
        async with translate_driver_errors():
            done = await self._users.update_one(query, {"$set": {NAMES: in_full}})
        return bool(done.matched_count)


def _as_seen(before: StoredFeed) -> Document:
    """Return the query for a feed that was neither renewed nor ended since `before` was read."""
    absent = {"$exists": False}
    return {NUMBER: before.number or absent, FEED_DIGEST: before.digest or absent}


def _read(row: Document) -> StoredFeed:
    feed: dict[str, Any] = row.get(FEED) or {}
    return StoredFeed(int(feed.get("number", 0)), feed.get("digest"), bool(feed.get("full_names")))
