"""Restoring a backup into an empty database.

All of the file is checked before anything is written. Until everything is there, the number of the last
migration is RESTORING, which no version knows: so no bot starts on a half of it. A restore that was cut off
is begun anew by the next one.
"""

import time
import uuid
from pathlib import Path

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from services.storage.backup.errors import BackupTooNew, DatabaseNotEmpty, RestoreRunning
from services.storage.backup.format import About, BackupReader, Sums
from services.storage.backup.taking import FLEETING, collections_of
from services.storage.migrations import COLLECTION, ID, RESTORING, migrations, newest, refuse_later_version
from services.storage.mongo.driver import Database, Document, insert_new, translate_driver_errors
from services.storage.storage import Storage

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
# After this time without a sign of life another restore may take over.
LEASE_SECONDS, RENEW_SECONDS = 20.0, 2.0


def verified(path: Path) -> tuple[About, Sums]:
    """Read all of a backup, and return what it says of itself. Raises BackupError, OSError."""
    with BackupReader(path) as reader:
        return reader.about, reader.verify()


async def restore(database: Database, path: Path) -> Sums:
    """Put a backup that was `verified` into an empty database, opened by PyMongo's own client.

    Indexes and migrations are left to the next start. Raises BackupError, StorageDown, DatabaseRefused,
    OSError.
    """
    with BackupReader(path) as reader:
        if reader.about.migration > newest(migrations(Storage.on(database).name_keys)):
            raise BackupTooNew(path, reader.about.program_version)
        async with translate_driver_errors():
            work = _Restore(database)
            await work.begin()
            try:
                for name, documents in reader.batches():
                    await work.add(name, documents)
                await work.finish(reader.about.migration)
            except BaseException:
                await work.give_up()
                raise
    return reader.sums


class _Restore:
    """One restore into a database, known by its `holder`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._steps = database[COLLECTION]
        self._mine = {"_id": ID, "holder": uuid.uuid4().hex}
        self._renewed = 0.0

    async def begin(self) -> None:
        """Claim the database. It must be empty; what a restore that was cut off has left there goes."""
        stored = await self._steps.find_one({"_id": ID})
        if not _is_cut_off(stored):
            await self._refuse_used()
        await insert_new(self._steps, [{"_id": ID, "number": 0}])
        # Only a restore that has ended may be begun anew. What is claimed is looked at again: another restore
        # may have begun and ended since.
        free: Document = {"_id": ID, "$expr": {"$lte": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}}
        claim = {"holder": self._mine["holder"], **_until()}
        before = await self._steps.find_one_and_update(free, [{"$set": claim}])
        if before is None:
            raise RestoreRunning
        try:
            is_cut_off = _is_cut_off(before)
            if not is_cut_off:
                await self._refuse_used()
            await self._change([{"$set": {"number": RESTORING}}])
            for name in await collections_of(self._database):
                if is_cut_off and name != COLLECTION:
                    await self._database.drop_collection(name)
        except BaseException:
            await self.give_up()
            raise

    async def _refuse_used(self) -> None:
        storage = Storage.on(self._database)
        await refuse_later_version(migrations(storage.name_keys), storage.migrations)
        for name in await collections_of(self._database):
            if name != COLLECTION and await self._database[name].find_one({}, {"_id": True}):
                raise DatabaseNotEmpty(name)

    async def add(self, name: str, documents: list[bytes]) -> None:
        """Store documents as they are."""
        if name in FLEETING:
            return
        rows = [RawBSONDocument(document) for document in documents]
        if name == COLLECTION:
            # Its number is stored when everything is there.
            rows = [row for row in rows if row["_id"] != ID]
        if rows:
            await self._database.get_collection(name, codec_options=RAW).insert_many(rows, ordered=False)
        if time.monotonic() - self._renewed > RENEW_SECONDS:
            self._renewed = time.monotonic()
            await self._change([{"$set": _until()}])

    async def finish(self, number: int) -> None:
        """Say that everything is there, with the number of the last migration that it has had."""
        await self._change([{"$set": {"number": number}}, {"$unset": ["holder", "until"]}])

    async def give_up(self) -> None:
        """Let another restore begin at once."""
        await self._change([{"$unset": ["holder", "until"]}])

    async def _change(self, change: list[Document]) -> None:
        done = await self._steps.update_one(self._mine, change)
        if not done.matched_count:
            raise RestoreRunning


def _is_cut_off(stored: Document | None) -> bool:
    return stored is not None and stored.get("number") == RESTORING


def _until() -> Document:
    return {"until": {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}}
