"""Migrations: numbered steps that bring what earlier versions have stored to the form of this one.

Each step runs once in a database, before anything else is done there, and one worker at a time runs them: it
holds a lease, and the others wait until it is done. The number of the last step is stored; a database with a
higher number than this version knows is refused.

The numbers never change, and a new step is added at the end. A worker may die in the middle of a step, which
is then run again: so a step finds by an index what it has still to do. While versions are exchanged one after
the other, the earlier one is still at work beside the new one: a step leaves what that one can read.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from services.cancellation import cancel_and_wait
from services.errors import StorageDown
from services.storage.mongo.driver import (
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)
from services.storage.name_keys import NameKeyStore

log = logging.getLogger(__name__)

# Where the number is stored, and the lease beside it.
COLLECTION, ID = "migrations", "steps"
# A worker that dies holds up the others for this long. It is measured by the database's clock.
LEASE_SECONDS = 10.0
RENEW_SECONDS = 3.0
# How often those that wait look again.
LOOK_SECONDS = 0.2


# Stands for the number as long as a backup is being restored: no version has so many steps, so that none
# starts on a half of it.
RESTORING = 1_000_000_000


class DatabaseRefused(Exception):
    """This version can't work with the database; the text is one line that says why."""


class DatabaseTooNew(DatabaseRefused):
    """The database was used by a later version: it has had step `stored`, and this one knows `known`."""

    def __init__(self, stored: int, known: int) -> None:
        super().__init__(
            f"the database was used by a later version of MediConnect (step {stored}, this knows {known})."
            " Start that version again, or restore a backup from before it"
        )
        self.stored = stored
        self.known = known


class RestoreUnfinished(DatabaseRefused):
    """A backup is being restored there, or that was cut off."""

    def __init__(self) -> None:
        super().__init__(
            "only a part of a backup has been restored into this database."
            " Let `restore` finish, or run it again, before anything else"
        )


@dataclass(frozen=True, slots=True)
class Migration:
    """A step: `run` returns how many documents it has changed."""

    number: int
    name: str
    run: Callable[[], Awaitable[int]]


def migrations(name_keys: NameKeyStore) -> tuple[Migration, ...]:
    """Return the steps, in their order."""
    return (Migration(1, "keys_of_names", name_keys.write_missing),)


class MigrationStore:
    """Knows which steps were run in this database, and who may run the next."""

    def __init__(self, database: Database) -> None:
        self._steps: Collection = database[COLLECTION]

    async def number(self) -> int:
        """Return the number of the last step that was run; 0: none."""
        async with translate_driver_errors():
            row = await self._steps.find_one({"_id": ID}, {"number": True})
        return int(row.get("number", 0)) if row else 0

    async def claim(self, holder: str) -> bool:
        """Take the lease, if nobody has it or it has ended; tell whether it was taken."""
        over: Document = {"_id": ID, "$expr": {"$lte": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}}
        async with translate_driver_errors():
            await insert_new(self._steps, [{"_id": ID, "number": 0}])
            done = await self._steps.update_one(over, [{"$set": {"holder": holder, **_until()}}])
        return bool(done.matched_count)

    async def renew(self, holder: str) -> None:
        """Prolong the lease, if it is still this holder's."""
        async with translate_driver_errors():
            await self._steps.update_one({"_id": ID, "holder": holder}, [{"$set": _until()}])

    async def note(self, holder: str, number: int) -> bool:
        """Store that a step was run; False if somebody else has taken the lease meanwhile."""
        async with translate_driver_errors():
            done = await self._steps.update_one(
                {"_id": ID, "holder": holder}, [{"$set": {"number": number, **_until()}}]
            )
        return bool(done.matched_count)

    async def release(self, holder: str) -> None:
        """Give the lease back."""
        async with translate_driver_errors():
            await self._steps.update_one(
                {"_id": ID, "holder": holder}, {"$unset": {"holder": "", "until": ""}}
            )


async def refuse_later_version(steps: Sequence[Migration], store: MigrationStore) -> None:
    """Return if this version knows all that was done in the database.

    Raises DatabaseTooNew, RestoreUnfinished, StorageDown.
    """
    stored, known = await store.number(), newest(steps)
    if stored == RESTORING:
        raise RestoreUnfinished
    if stored > known:
        raise DatabaseTooNew(stored, known)


def newest(steps: Sequence[Migration]) -> int:
    """Return the number of the last step."""
    return max(step.number for step in steps)


async def migrate(steps: Sequence[Migration], store: MigrationStore) -> None:
    """Run the steps that were not run yet, in their order, or wait until another worker has.

    Raises StorageDown, DatabaseRefused.
    """
    while await store.number() < newest(steps):
        holder = uuid.uuid4().hex
        if await store.claim(holder):
            async with _lease(store, holder):
                await _run(steps, store, holder)
        else:
            await asyncio.sleep(LOOK_SECONDS)
    await refuse_later_version(steps, store)


async def _run(steps: Sequence[Migration], store: MigrationStore, holder: str) -> None:
    done = await store.number()
    for step in steps:
        if step.number <= done:
            continue
        count = await step.run()
        if not await store.note(holder, step.number):
            return
        if count:
            log.info("migration.done number=%d name=%s documents=%d", step.number, step.name, count)


@asynccontextmanager
async def _lease(store: MigrationStore, holder: str) -> AsyncIterator[None]:
    """Keep the lease until the block ends, and give it back then."""

    async def keep() -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(StorageDown):
                await store.renew(holder)

    keeping = asyncio.create_task(keep(), name="migrations")
    try:
        yield
    finally:
        await cancel_and_wait(keeping)
        with suppress(StorageDown):  # it ends by itself soon
            await store.release(holder)


def _until() -> Document:
    return {"until": {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}}
