"""Taking a backup: all collections as they were at one moment, while people go on.

On a replica set that is a snapshot. A single server has none, so it holds back all writes meanwhile.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pymongo.errors import OperationFailure, PyMongoError

from services.cancellation import raise_if_cancelled
from services.storage.backup.errors import FileExists, LockRefused, NothingToBackUp, SnapshotLost, StillLocked
from services.storage.backup.format import About, BackupWriter, Sums
from services.storage.backup.server_errors import server_errors_told
from services.storage.migrations import COLLECTION, ID, RESTORING, RestoreUnfinished
from services.storage.mongo.driver import Database

SNAPSHOT, LOCK = "snapshot", "lock"
# MongoDB's error codes (its error_codes.yml): the snapshot is too old, or collections were made or indexed at
# that moment, as a start does. Another snapshot is taken then.
SNAPSHOT_UNAVAILABLE, SNAPSHOT_TOO_OLD = 246, 239
NOT_ALLOWED = 13
TRIES, PAUSE_SECONDS = 5, 1.0
# Whoever has held back writes tries for this long to let them go on.
UNLOCK_TRIES, UNLOCK_PAUSE_SECONDS = 60, 0.5
# What one worker at a time does: nobody does it in a database that was just restored.
FLEETING = frozenset({"leases"})


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken."""

    about: About
    sums: Sums
    size: int


async def collections_of(database: Database) -> list[str]:
    """Return the names of all collections of ours that a backup has in it. Raises PyMongoError."""
    names = await database.list_collection_names(filter={"type": "collection"})
    return sorted(name for name in names if not name.startswith("system.") and name not in FLEETING)


async def take(
    database: Database,
    path: Path,
    *,
    version: str,
    now: datetime,
    is_demo: bool,
    on_lock: Callable[[], None],
) -> Taken:
    """Write the database, opened by PyMongo's own client, into a new file that only its owner may read.

    `on_lock` is called where writes are held back. There is no file unless it is complete.
    Raises BackupError, StorageDown, RestoreUnfinished, OSError.
    """
    if os.path.lexists(path):  # noqa: ASYNC240 - one look
        raise FileExists(path)
    async with server_errors_told():
        hello = await database.client.admin.command("hello")
        if not await collections_of(database):
            raise NothingToBackUp
        has_snapshots = "setName" in hello or hello.get("msg") == "isdbgrid"
        server = str((await database.client.server_info())["version"])
        stated = {
            "program_version": version,
            "created_at": now.isoformat(timespec="seconds"),
            "is_demo": is_demo,
            "server_version": server,
        }
        with _new_file(path) as file:
            if has_snapshots:
                about, sums = await _at_one_moment(database, file, stated)
            else:
                async with _writes_held_back(database, on_lock):
                    about, sums = await _written(database, file, stated | {"consistency": LOCK}, None)
            size = file.tell()
    return Taken(about, sums, size)


async def _at_one_moment(database: Database, file: IO[bytes], stated: dict[str, Any]) -> tuple[About, Sums]:
    for number in range(TRIES):
        try:
            async with database.client.start_session(snapshot=True) as session:
                return await _written(database, file, stated | {"consistency": SNAPSHOT}, session)
        except OperationFailure as error:
            if error.code == SNAPSHOT_TOO_OLD or (error.code == SNAPSHOT_UNAVAILABLE and number == TRIES - 1):
                raise SnapshotLost from error
            if error.code != SNAPSHOT_UNAVAILABLE:
                raise
        file.seek(0)
        file.truncate()
        await asyncio.sleep(PAUSE_SECONDS)
    raise SnapshotLost


async def _written(
    database: Database, file: IO[bytes], stated: dict[str, Any], session: Any
) -> tuple[About, Sums]:
    # The first look decides of which moment the snapshot is. Collections are listed after it: one that is
    # made in between is found to be empty, and none is missed.
    steps = await database[COLLECTION].find_one({"_id": ID}, session=session)
    number = int(steps.get("number", 0)) if steps else 0
    if number == RESTORING:
        raise RestoreUnfinished
    about = About(migration=number, **stated)
    writer = BackupWriter(file, about)
    for name in await collections_of(database):
        writer.begin(name)
        async for documents in database[name].find_raw_batches({}, session=session):
            raise_if_cancelled()
            writer.add(name, documents)
        writer.end()
    return about, writer.finish()


@asynccontextmanager
async def _writes_held_back(database: Database, on_lock: Callable[[], None]) -> AsyncIterator[None]:
    """Hold back all writes on a single server, and let them go on whatever happens.

    Raises LockRefused, StillLocked. Source: MongoDB's commands fsync and fsyncUnlock.
    """
    is_locked = False
    try:
        try:
            await database.client.admin.command({"fsync": 1, "lock": True})
            is_locked = True
        except OperationFailure as error:
            if error.code == NOT_ALLOWED:
                raise LockRefused from error
            raise
        except (PyMongoError, asyncio.CancelledError):
            # It may have been locked: only the answer is missing.
            is_locked = True
            raise
        on_lock()
        yield
    finally:
        if is_locked:
            await _finished(asyncio.create_task(_unlocked(database)))


async def _unlocked(database: Database) -> None:
    for _ in range(UNLOCK_TRIES):
        try:
            await database.client.admin.command("fsyncUnlock")
        except OperationFailure:
            # It is not locked any more: it was restarted, or the answer to an earlier try was lost.
            return
        except PyMongoError:
            await asyncio.sleep(UNLOCK_PAUSE_SECONDS)
        else:
            return
    raise StillLocked


async def _finished(task: asyncio.Task[None]) -> None:
    """Wait for the task, also if this one is cancelled meanwhile, and raise what it raises."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    task.result()


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Give an open file that gets its name only when it is complete and on the disk. Raises FileExists."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(handle)
        _name(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _name(unfinished: Path, path: Path) -> None:
    """Give the file its name, unless somebody else has taken it meanwhile. Raises FileExists."""
    try:
        # A rename would replace what is there.
        path.hardlink_to(unfinished)
    except FileExistsError as error:
        raise FileExists(path) from error
    except OSError:
        # A file system without links, such as a USB stick's.
        if os.path.lexists(path):
            raise FileExists(path) from None
        unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
