"""A backup is of one moment, complete and byte by byte; what is not is refused before anything is written."""

import asyncio
import gzip
import json
import os
import re
import uuid
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import BSON, Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from services.storage.backup import restoring
from services.storage.backup.errors import (
    BackupDamaged,
    BackupError,
    BackupTooNew,
    DatabaseNotEmpty,
    FileExists,
    NotABackup,
    NothingToBackUp,
    RestoreRunning,
)
from services.storage.backup.format import BackupReader, BackupWriter
from services.storage.backup.restoring import restore, verified
from services.storage.backup.taking import LOCK, SNAPSHOT, Taken, take
from services.storage.inspection import inspected
from services.storage.migrations import COLLECTION, ID, DatabaseTooNew, RestoreUnfinished
from services.storage.mongo.driver import Database, connect
from services.storage.mongo.embedded import EmbeddedMongo
from services.storage.storage import Storage
from tests.faults.database import Database as Server

NOW = datetime(2027, 5, 3, 6, tzinfo=UTC)
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
# Whole collections are read on purpose.
pytestmark = pytest.mark.dreadful

STRANGE = {
    "_id": ObjectId(),
    "of": [Decimal128("1.10"), Int64(5), 5, 5.0, Regex("a", "i"), Code("x"), Binary(b"\0", 128), None],
    "when": NOW,
    "ends": [MinKey(), MaxKey(), Timestamp(1, 2)],
    "": {"a.b": 1, "$c": "ü\0"},
}


async def taken(database: Database, path: Path) -> Taken:
    return await take(database, path, version="1.0.0", now=NOW, is_demo=False, on_lock=lambda: None)


async def stored(database: Database) -> dict[str, list[bytes]]:
    """Return all that is in the database, as it is."""
    return {
        name: sorted(
            row.raw for row in await database.get_collection(name, codec_options=RAW).find({}).to_list(None)
        )
        for name in sorted(await database.list_collection_names())
    }


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    async with connect(url, "pymongo") as database:
        yield database


@pytest.fixture(scope="module")
def single_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A single server for the tests here alone, as a backup holds back all writes to it; its address."""
    server = Server(tmp_path_factory.mktemp("single"))
    with asyncio.Runner() as runner:
        runner.run(server.start())
    yield server.url
    server.kill()


@pytest.fixture
async def single(single_server: str) -> AsyncIterator[Database]:
    """A prepared database on a single server, with something in it."""
    async with opened(f"{single_server}{uuid.uuid4().hex}") as database:
        await Storage.on(database).prepare()
        await database.people.insert_many([{"_id": f"{n:04}", "name": "x" * 50} for n in range(3000)])
        yield database


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """Where it goes."""
    async with opened(database_url) as database:
        yield database


async def test_all_comes_back_as_it_was_and_nobody_else_may_read_the_file(
    single: Database, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "clinic.backup"
    await single.strange.insert_one(STRANGE)
    before = await stored(single)
    backup = await taken(single, path)
    assert backup.sums.total == 3002
    assert path.stat().st_mode & 0o777 == 0o600
    assert verified(path) == (backup.about, backup.sums)
    await restore(empty, path)
    after = await stored(empty)
    assert {name: rows for name, rows in after.items() if rows} == {
        name: rows for name, rows in before.items() if rows
    }
    assert BSON(after["strange"][0]).decode(CodecOptions(tz_aware=True)) == STRANGE
    await Storage.on(empty).prepare()
    assert (await inspected(empty)).missing == []


async def test_all_collections_are_of_one_moment_while_people_go_on(tmp_path: Path) -> None:
    """Each number is written to `a` and then to `z`; between them there is much to read."""
    path = tmp_path / "clinic.backup"
    numbers: list[int] = []
    is_enough = asyncio.Event()
    async with EmbeddedMongo(tmp_path) as url, opened(url) as database:
        await database.m.insert_many([{"filling": "x" * 200} for _ in range(40_000)])
        await database.a.insert_one({"_id": -2})
        await database.z.insert_one({"_id": -1})

        async def writing() -> None:
            while not is_enough.is_set():
                number = len(numbers)
                await database.a.insert_one({"_id": number})
                await database.z.insert_one({"_id": number})
                numbers.append(number)

        busy = asyncio.create_task(writing())
        while len(numbers) < 3 and not busy.done():  # noqa: ASYNC110 - it is writing
            await asyncio.sleep(0)
        acknowledged = len(numbers)
        backup = await taken(database, path)
        assert len(numbers) > acknowledged, "nothing was written meanwhile"
        # Not cancelled: the driver may swallow that.
        is_enough.set()
        await busy
    assert backup.about.consistency == SNAPSHOT
    a, z = backup.sums.counts["a"] - 1, backup.sums.counts["z"] - 1
    assert acknowledged <= z <= a <= z + 1


async def test_a_single_server_holds_back_writes_meanwhile_and_lets_them_go_on(
    single: Database, tmp_path: Path
) -> None:
    held: list[asyncio.Task[Any]] = []

    def on_lock() -> None:
        held.append(asyncio.create_task(single.people.insert_one({"_id": "later"})))

    path = tmp_path / "clinic.backup"
    backup = await take(single, path, version="1", now=NOW, is_demo=False, on_lock=on_lock)
    assert backup.about.consistency == LOCK
    assert backup.sums.counts["people"] == 3000
    await held[0]
    assert await single.people.count_documents({}) == 3001


async def test_writes_go_on_also_where_a_backup_is_interrupted_again_and_again(
    single: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left of the file either."""
    begun, add = asyncio.Event(), BackupWriter.add

    def noting(writer: BackupWriter, collection: str, documents: bytes) -> None:
        begun.set()
        add(writer, collection, documents)

    monkeypatch.setattr(BackupWriter, "add", noting)
    files = set(os.listdir(tmp_path))  # noqa: PTH208
    working = asyncio.create_task(taken(single, tmp_path / "clinic.backup"))
    await begun.wait()
    while not working.done():
        working.cancel()
        await asyncio.sleep(0)
    assert working.cancelled()
    await single.people.insert_one({"_id": "later"})
    assert set(os.listdir(tmp_path)) == files  # noqa: PTH208


async def test_what_can_not_be_backed_up_is_refused_and_no_file_is_replaced(
    single: Database, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "clinic.backup"
    path.write_text("precious")
    with pytest.raises(FileExists):
        await taken(single, path)
    assert path.read_text() == "precious"
    with pytest.raises(NothingToBackUp):
        await taken(empty.client["nothing_at_all"], tmp_path / "other")
    assert not (tmp_path / "other").exists()


async def test_a_file_that_is_not_as_it_was_written_is_refused_before_anything_is_stored(
    single: Database, empty: Database, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    await taken(single, good)
    data = good.read_bytes()
    plain = gzip.decompress(data)
    assert b'"counts"' in plain
    changed = [data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :] for at in range(12, len(data), 997)]
    cut = [data[:at] for at in (0, 5, 40, len(data) // 2, len(data) - 9, len(data) - 1)]
    # Whole for gzip: a name is another one, a document is missing, and something is behind the end.
    other = [
        plain.replace(b"0007", b"0008"),
        plain.replace(b'"people": 3000', b'"people": 2999'),
        plain + b"x",
    ]
    before = await stored(empty)
    for wrong in [*changed, *cut, *map(gzip.compress, other), gzip.compress(b'{"format": 1}\n'), b"PK\3\4"]:
        bad.write_bytes(wrong)
        with pytest.raises((BackupDamaged, NotABackup)):
            verified(bad)
    assert await stored(empty) == before


async def test_a_database_with_anything_in_it_is_left_as_it_is(
    single: Database, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "clinic.backup"
    await taken(single, path)
    await empty.people.insert_one({"_id": "somebody"})
    before = await stored(empty)
    with pytest.raises(DatabaseNotEmpty):
        await restore(empty, path)
    assert await stored(empty) == before


async def test_what_a_later_version_has_made_is_refused(
    single: Database, empty: Database, tmp_path: Path
) -> None:
    path, before = tmp_path / "clinic.backup", await stored(empty)
    await single[COLLECTION].update_one({"_id": ID}, {"$set": {"number": 1000}})
    await take(single, path, version="7.0.0", now=NOW, is_demo=False, on_lock=lambda: None)
    with pytest.raises(BackupTooNew, match=r"7\.0\.0"):
        await restore(empty, path)
    path.write_bytes(
        gzip.compress(
            re.sub(rb'"format_version": 1', b'"format_version": 2', gzip.decompress(path.read_bytes()))
        )
    )
    with pytest.raises(BackupTooNew):
        verified(path)
    assert await stored(empty) == before


@pytest.mark.parametrize("is_killed", [False, True])
async def test_no_version_starts_on_a_half_and_another_restore_begins_anew(
    single: Database, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_killed: bool
) -> None:
    path, batches = tmp_path / "clinic.backup", BackupReader.batches
    await taken(single, path)

    def failing(reader: BackupReader) -> Any:
        for number, batch in enumerate(batches(reader)):
            if number == 3:
                raise BackupDamaged(path)
            yield batch

    async def nothing(_restore: object) -> None:
        """Do nothing, as whoever was killed."""

    with monkeypatch.context() as patch:
        patch.setattr(BackupReader, "batches", failing)
        if is_killed:
            patch.setattr(restoring._Restore, "give_up", nothing)
            patch.setattr(restoring, "LEASE_SECONDS", 0.3)
        with pytest.raises(BackupError):
            await restore(empty, path)
    assert 0 < await empty.people.count_documents({}) < 3000
    storage = Storage.on(empty)
    with pytest.raises(RestoreUnfinished):
        await storage.prepare()
    # What an earlier version says, which knows nothing of this.
    assert await storage.migrations.number() > 1_000_000
    async with asyncio.timeout(60):
        while True:
            try:
                await restore(empty, path)
                break
            except RestoreRunning:
                assert is_killed
    await storage.prepare()
    assert await empty.people.count_documents({}) == 3000


async def test_a_restore_that_began_before_another_has_ended_does_not_mix_with_it(
    single: Database, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clinic.backup"
    await taken(single, path)
    claim: Any = vars(restoring)["insert_new"]
    is_first = iter([True])

    async def after_another(*args: Any) -> Any:
        if next(is_first, False):
            await restore(empty, path)
        return await claim(*args)

    monkeypatch.setattr(restoring, "insert_new", after_another)
    with pytest.raises(DatabaseNotEmpty):
        await restore(empty, path)
    assert await empty.people.count_documents({}) == 3000


async def test_of_two_restores_at_once_one_is_told_of_the_other(
    single: Database, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "clinic.backup"
    await taken(single, path)
    ends = await asyncio.gather(restore(empty, path), restore(empty, path), return_exceptions=True)
    refused = [end for end in ends if isinstance(end, RestoreRunning | DatabaseNotEmpty | DatabaseTooNew)]
    assert len(refused) == 1, ends
    assert await empty.people.count_documents({}) == 3000


async def test_the_document_says_how_to_look_into_a_file_without_the_bot(
    single: Database, tmp_path: Path
) -> None:
    path = tmp_path / "FILE"
    await single.zebras.insert_many([{"_id": number, "stripes": "a\nb"} for number in range(3)])
    backup = await taken(single, path)
    text = (Path(__file__).parent.parent.parent / "docs" / "backup-format.md").read_text()
    first, last = re.findall(r"`(gzip -dc FILE \|[^`]+)`", text)
    for command, of in ((first, asdict(backup.about)), (last, asdict(backup.sums))):
        done = await asyncio.create_subprocess_shell(command, cwd=tmp_path, stdout=PIPE)
        output, _ = await done.communicate()
        assert of.items() <= json.loads(output).items()
