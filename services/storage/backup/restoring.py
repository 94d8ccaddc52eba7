"""Restoring a backup into an empty database.

All of the file is checked before anything is written. Until everything is there, the number of the last
migration is RESTORING, which no version knows: so no bot starts on a half of it. A restore that was cut off
is begun anew by the next one, and nothing is left of one whose content the database has refused.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Event

from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from pymongo.errors import PyMongoError

from services.cancellation import raise_if_cancelled
from services.storage.backup.errors import (
    BackupDamaged,
    BackupRefused,
    BackupTooNew,
    DatabaseNotEmpty,
    RestoreRunning,
    ServerRefused,
)
from services.storage.backup.format import About, BackupReader, Sums
from services.storage.backup.server_errors import server_errors_told
from services.storage.backup.taking import FLEETING, collections_of
from services.storage.migrations import COLLECTION, ID, RESTORING, migrations, newest, refuse_later_version
from services.storage.mongo.driver import (
    DUPLICATE_KEY,
    Database,
    Document,
    insert_new,
)
from services.storage.storage import Storage

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
# After this time without a sign of life another restore may take over.
LEASE_SECONDS, RENEW_SECONDS = 20.0, 2.0
# MongoDB's codes (its error_codes.yml) for what it stores from nobody: bad values, BSON, names of fields and
# of collections, and documents that are nested too deeply or too large. Other codes are of the server.
OF_CONTENT = frozenset({2, 9, 15, 22, 52, 53, 56, 57, 67, 73, 121, 171, 10334, DUPLICATE_KEY, 17280})


def verified(path: Path, stop: Event | None = None) -> tuple[About, Sums]:
    """Read all of a backup, and return what it says of itself.

    It takes a while and may be done in a thread, where `stop` ends it. Raises BackupError, OSError.
    """
    with BackupReader(path, stop) as reader:
        return reader.about, reader.verify()


async def restore(database: Database, path: Path) -> Sums:
    """Put a backup that was `verified` into an empty database, opened by PyMongo's own client.

    The indexes are made, too, as they may refuse what is in it. Migrations are left to the next start.
    Raises BackupError, StorageDown, DatabaseRefused, OSError.
    """
    with BackupReader(path) as reader:
        if reader.about.migration > newest(migrations(Storage.on(database).name_keys)):
            raise BackupTooNew(path, reader.about.program_version)
        async with server_errors_told():
            work = _Restore(database)
            await work.begin()
            try:
                await work.fill(reader, path)
            except BackupRefused:
                await work.undo()
                raise
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
        self._is_lost = False

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
            if is_cut_off:
                await self._clear()
        except BaseException:
            await self.give_up()
            raise

    async def _refuse_used(self) -> None:
        storage = Storage.on(self._database)
        await refuse_later_version(migrations(storage.name_keys), storage.migrations)
        for name in await collections_of(self._database):
            if name != COLLECTION and await self._database[name].find_one({}, {"_id": True}):
                raise DatabaseNotEmpty(name)

    async def fill(self, reader: BackupReader, path: Path) -> None:
        """Store all that is in the file, make the indexes, and say that everything is there."""
        async with self._kept():
            for name, documents in reader.batches():
                raise_if_cancelled()
                async with _refusals_told(path, name):
                    await self._add(name, documents)
            async with _refusals_told(path, "the indexes"):
                await Storage.on(self._database).make_indexes()
        # The number of the last migration that it has had.
        await self._change([{"$set": {"number": reader.about.migration}}, {"$unset": ["holder", "until"]}])

    async def _add(self, name: str, documents: list[bytes]) -> None:
        """Store documents as they are. Raises RestoreRunning if somebody else has taken over meanwhile."""
        if self._is_lost:
            raise RestoreRunning
        if name in FLEETING:
            return
        rows = [RawBSONDocument(document) for document in documents]
        if name == COLLECTION:
            # Its number is stored when everything is there.
            rows = [row for row in rows if row["_id"] != ID]
        if rows:
            await self._database.get_collection(name, codec_options=RAW).insert_many(rows, ordered=False)

    async def undo(self) -> None:
        """Leave the database empty, so that it can be used."""
        await self._change([{"$set": _until()}])
        await self._clear()
        await self._steps.delete_one(self._mine)

    async def _clear(self) -> None:
        """Remove all but the claim."""
        for name in await collections_of(self._database):
            if name != COLLECTION:
                await self._database.drop_collection(name)
        await self._steps.delete_many({"_id": {"$ne": ID}})

    @asynccontextmanager
    async def _kept(self) -> AsyncIterator[None]:
        """Renew the claim during the block; whoever has lost it adds no more."""
        ended = asyncio.Event()

        async def renewing() -> None:
            # It is not cancelled in the middle of a command: the driver may swallow that, or wait for ever.
            while not ended.is_set():
                try:
                    with suppress(PyMongoError):
                        await self._change([{"$set": _until()}])
                except RestoreRunning:
                    self._is_lost = True
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), RENEW_SECONDS)

        task = asyncio.create_task(renewing())
        try:
            yield
        finally:
            ended.set()
            done, _ = await asyncio.wait([task], timeout=RENEW_SECONDS)
            if not done:
                task.cancel()

    async def give_up(self) -> None:
        """Let another restore begin at once."""
        await self._change([{"$unset": ["holder", "until"]}])

    async def _change(self, change: list[Document]) -> None:
        done = await self._steps.update_one(self._mine, change)
        if not done.matched_count:
            raise RestoreRunning


@asynccontextmanager
async def _refusals_told(path: Path, part: str) -> AsyncIterator[None]:
    """Raise BackupRefused where the database does not take this part, whoever sends it.

    Raises ServerRefused where it refuses it for another reason.
    """
    try:
        async with server_errors_told(part):
            yield
    except (BSONError, KeyError) as error:
        # It is not the file any more that was verified, or a document is longer than the server takes.
        raise BackupDamaged(path) from error
    except ServerRefused as error:
        codes = error.codes
        if not codes <= OF_CONTENT:
            raise
        is_twice = DUPLICATE_KEY in codes
        why = (
            "something that may be there once is there twice" if is_twice else f"MongoDB's error {min(codes)}"
        )
        raise BackupRefused(path, part, why) from error


def _is_cut_off(stored: Document | None) -> bool:
    return stored is not None and stored.get("number") == RESTORING


def _until() -> Document:
    return {"until": {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}}
