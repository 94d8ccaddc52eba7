"""The embedded database is started again when it ends by itself, for as long as the bot lives."""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from services.storage.mongo import embedded
from services.storage.mongo.driver import Database, connect
from services.storage.mongo.embedded import DiskFull, EmbeddedMongo
from services.storage.mongo.leftover_server import port_of, started_at
from tests.full_disk import FullDisk
from tests.waiting import PATIENCE_SECONDS, until

# The moments at which the server is stopped while it comes back: about as long as its driver takes to ask it.
INSTANTS, INSTANT_SECONDS = 40, 0.0005


def kill(server: EmbeddedMongo) -> int:
    """End the server as the kernel does when memory runs out; return its process id."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    return server.pid


async def replaced(server: EmbeddedMongo, *pids: int) -> int:
    """Wait until the server is none of those processes; return which it is."""
    await until(lambda: server.pid is not None and server.pid not in pids)
    assert server.pid is not None
    return server.pid


async def words(database: Database) -> list[str]:
    """Return what is stored, by a driver that was connected before; it looks for its server for a while."""
    return [row["_id"] for row in await database.words.find().sort("_id").to_list(None)]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    """The disk of the database, with all the room it wants for now."""
    made = FullDisk.made(tmp_path)
    monkeypatch.setattr(embedded, "find_program", lambda: made.program)
    return made


async def test_a_server_that_was_killed_comes_back_on_its_port_with_all_that_was_stored(
    tmp_path: Path,
) -> None:
    server = EmbeddedMongo(tmp_path)
    async with server as url, connect(url, serverSelectionTimeoutMS=PATIENCE_SECONDS * 1000) as database:
        for number in range(2):
            await database.words.insert_one({"_id": f"before kill {number}"})
            killed = kill(server)
            await replaced(server, killed)
            assert await words(database) == [f"before kill {n}" for n in range(number + 1)]
        last = server.pid
    assert last is not None
    assert not started_at(last)
    assert not (tmp_path / "mongod.pid").exists()


async def test_a_full_disk_is_said_once_and_the_server_is_back_when_there_is_room(
    tmp_path: Path, disk: FullDisk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "FIRST_PAUSE_SECONDS", 0.02)
    server = EmbeddedMongo(tmp_path / "data")
    async with server as url, connect(url, serverSelectionTimeoutMS=PATIENCE_SECONDS * 1000) as database:
        await database.words.insert_one({"_id": "kept"})
        with caplog.at_level(logging.WARNING, "services.storage.mongo.embedded"):
            disk.fill()
            tried = [kill(server)]
            while len(tried) < 4:
                tried.append(await replaced(server, *tried))
            disk.clear()
            assert await words(database) == ["kept"]
            await until(lambda: "database.back" in caplog.text)
    said = [record.getMessage() for record in caplog.records]
    (full,) = [line for line in said if "disk_full" in line]
    assert full == (
        f"database.disk_full: the disk that {tmp_path / 'data'} is on is full; make room there;"
        " the database then comes back"
    )
    assert "database.ended code=-9: starting it again" in said


async def test_a_start_on_a_full_disk_says_so_in_one_line(tmp_path: Path, disk: FullDisk) -> None:
    disk.fill()
    with pytest.raises(DiskFull) as refused:
        await EmbeddedMongo(tmp_path / "data").start()
    assert str(refused.value) == (
        f"data_dir: the disk that {tmp_path / 'data'} is on is full; make room there, and start again"
    )


async def test_a_disk_on_which_nothing_is_free_is_full_whatever_the_log_says(
    tmp_path: Path, disk: FullDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.fill()
    monkeypatch.setattr("services.storage.mongo.mongod_log.NO_SPACE", b"never written")
    monkeypatch.setattr("services.storage.mongo.mongod_log.LEAST_FREE_BYTES", 2**70)
    with pytest.raises(DiskFull):
        await EmbeddedMongo(tmp_path / "data").start()


async def test_no_server_is_left_by_a_stop_while_one_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is at: waiting for its next try, or for the new server to answer."""
    never = asyncio.Event()

    async def never_answers(*_: object) -> bool:
        await never.wait()
        return False

    for pause, answers in ((60.0, embedded._answers), (0.0, never_answers)):
        server = EmbeddedMongo(tmp_path)
        monkeypatch.setattr(embedded, "FIRST_PAUSE_SECONDS", pause)
        await server.start()
        monkeypatch.setattr(embedded, "_answers", answers)
        killed = kill(server)
        if not pause:
            await replaced(server, killed)
        last = server.pid
        await server.stop()
        assert last is not None
        assert not started_at(last)
        embedded._claim(tmp_path).close()


async def test_a_note_that_cannot_be_written_is_no_end_of_the_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server of which nobody knew could be left behind: so it is ended, and started once more."""
    monkeypatch.setattr(embedded, "FIRST_PAUSE_SECONDS", 0.02)
    server, noted = EmbeddedMongo(tmp_path), embedded._note_file
    refused: list[int] = []

    def note_file(data_dir: Path) -> Path:
        if len(refused) < 2 and server.pid is not None:
            refused.append(server.pid)
            return data_dir / "no" / "such" / "folder"
        return noted(data_dir)

    async with server as url, connect(url, serverSelectionTimeoutMS=PATIENCE_SECONDS * 1000) as database:
        await database.words.insert_one({"_id": "kept"})
        monkeypatch.setattr(embedded, "_note_file", note_file)
        killed = kill(server)
        await until(lambda: len(refused) == 2)
        await replaced(server, killed, *refused)
        assert await words(database) == ["kept"]
        assert not any(started_at(pid) for pid in refused)


async def test_a_stop_ends_whatever_moment_of_the_servers_coming_back_it_meets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver returns a result that comes together with a cancellation, as if nobody had cancelled."""
    server = EmbeddedMongo(tmp_path)
    async with server:
        process, program = server._process, embedded.find_program()
        port = port_of(embedded._note_file(tmp_path), embedded._db_folder(tmp_path))
        assert process is not None
        assert port is not None
        end = embedded._end
        # It ends again and again, and is back at once.
        monkeypatch.setattr(embedded, "_ended", lambda _: asyncio.sleep(0, -signal.SIGKILL))
        monkeypatch.setattr(embedded, "FIRST_PAUSE_SECONDS", 0)
        monkeypatch.setattr(embedded, "_spawn", lambda *_: process)
        monkeypatch.setattr(embedded, "_end", lambda _: 0)
        for instant in range(INSTANTS):
            back = EmbeddedMongo(tmp_path)
            back._process = process
            back._keeping = asyncio.create_task(back._keep(program, port))
            await asyncio.sleep(instant * INSTANT_SECONDS)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await back.stop()
        monkeypatch.setattr(embedded, "_end", end)


async def test_a_start_is_cancelled_although_the_driver_has_swallowed_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def answers(*_: object, **__: object) -> bool:
        asked.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return True

    monkeypatch.setattr(embedded, "_answers", answers)
    server = EmbeddedMongo(tmp_path)
    starting = asyncio.create_task(server.start())
    await asyncio.wait_for(asked.wait(), PATIENCE_SECONDS)
    pid = server.pid
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert pid is not None
    assert not started_at(pid)
    embedded._claim(tmp_path).close()
