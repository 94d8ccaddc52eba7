"""The embedded database, with the real server: it serves, survives, and is never left behind."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymongo.uri_parser import parse_uri

from services.storage.mongo import embedded
from services.storage.mongo.driver import connect
from services.storage.mongo.embedded import (
    DatabaseProgramMissing,
    DataDirInUse,
    EmbeddedError,
    EmbeddedMongo,
    find_program,
)
from services.storage.mongo.leftover_server import end_left_over, started_at

PATIENCE_SECONDS = 60


async def put(url: str, word: str) -> None:
    async with connect(url) as database:
        await database.words.insert_one({"_id": word})


async def words(url: str) -> list[str]:
    async with connect(url) as database:
        return [row["_id"] for row in await database.words.find().sort("_id").to_list(None)]


def port_in(url: str) -> int:
    """Return the port of a connection string."""
    ((_, port),) = parse_uri(url)["nodelist"]
    return int(port)


def is_gone(pid: int) -> bool:
    """Whether the process ends within PATIENCE_SECONDS; the kernel tells when (pidfd_open)."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(handle)


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that can't outlive the test."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def fake_mongod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `mongod` on the PATH that never answers."""
    program = tmp_path / "bin" / "mongod"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return program


async def test_it_serves_on_loopback_only(tmp_path: Path) -> None:
    async with EmbeddedMongo(tmp_path) as url:
        await put(url, "here")
        assert await words(url) == ["here"]
        port = port_in(url)
        # All of 127.0.0.0/8 is this machine: a server on every address would answer there.
        with socket.socket() as elsewhere:
            assert elsewhere.connect_ex(("127.0.0.2", port)) != 0


async def test_what_was_stored_is_there_at_the_next_start_with_nothing_to_recover(tmp_path: Path) -> None:
    lock = tmp_path / "db" / "mongod.lock"
    async with EmbeddedMongo(tmp_path) as url:
        await put(url, "kept")
        assert lock.read_text().strip()
    # MongoDB empties its lock file when it ends in order, and recovers where it is not empty.
    assert lock.read_text() == ""
    async with EmbeddedMongo(tmp_path) as url:
        assert await words(url) == ["kept"]


async def test_a_large_journal_of_an_earlier_version_is_read_and_goes_on_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = EmbeddedMongo(tmp_path)
    with monkeypatch.context() as before:
        before.setattr(embedded, "SMALL_JOURNAL", ())
        await put(await earlier.start(), "kept")
    assert earlier.pid is not None
    os.kill(earlier.pid, signal.SIGKILL)
    await earlier.stop()
    async with EmbeddedMongo(tmp_path) as url:
        assert await words(url) == ["kept"]
        newest = max((tmp_path / "db" / "journal").glob("WiredTigerLog.*"))
        assert newest.stat().st_size <= 16 * 1024**2


async def test_it_comes_up_again_after_the_server_was_killed_and_nothing_is_lost(tmp_path: Path) -> None:
    first = EmbeddedMongo(tmp_path)
    url = await first.start()
    await put(url, "acknowledged")
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    await first.stop()
    async with EmbeddedMongo(tmp_path) as url:
        assert await words(url) == ["acknowledged"]


async def test_nothing_is_left_after_a_stop_and_stopping_twice_is_harmless(tmp_path: Path) -> None:
    server = EmbeddedMongo(tmp_path)
    await server.start()
    pid = server.pid
    await server.stop()
    await server.stop()
    assert pid is not None
    assert is_gone(pid)
    assert not (tmp_path / "mongod.pid").exists()


async def test_it_is_out_of_reach_of_the_terminals_ctrl_c(tmp_path: Path) -> None:
    server = EmbeddedMongo(tmp_path)
    async with server:
        assert server.pid is not None
        assert os.getsid(server.pid) != os.getsid(0)
        assert os.getpgid(server.pid) != os.getpgid(0)


async def test_the_server_ends_when_the_bot_is_killed(tmp_path: Path) -> None:
    """A bot that gets SIGKILL can't stop anything: the kernel does."""
    bot = (
        "import asyncio, sys, pathlib\n"
        "from services.storage.mongo.embedded import EmbeddedMongo\n"
        "async def serve():\n"
        "    server = EmbeddedMongo(pathlib.Path(sys.argv[1]))\n"
        "    print(await server.start(), server.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(serve())\n"
    )
    with running(sys.executable, "-c", bot, str(tmp_path)) as process:
        assert process.stdout is not None
        url, pid = process.stdout.readline().split()
        await put(url, "before the end")
        process.kill()
        assert await asyncio.to_thread(is_gone, int(pid))
    async with EmbeddedMongo(tmp_path) as url:
        assert await words(url) == ["before the end"]


async def test_a_server_that_outlived_its_bot_is_ended_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    # As where the kernel knows no parent-death signal: a server whose starter is not asked for.
    left_over = [str(find_program()), "--dbpath", str(tmp_path / "db"), "--port", str(embedded._free_port())]
    with running(*left_over, "--bind_ip", "127.0.0.1", "--nounixsocket") as process:
        assert process.stdout is not None
        assert any("Waiting for connections" in line for line in process.stdout)
        (tmp_path / "mongod.pid").write_text(f"{process.pid} {started_at(process.pid)}")
        async with EmbeddedMongo(tmp_path) as url:
            await put(url, "anew")
            assert process.poll() is not None
            assert await words(url) == ["anew"]


@pytest.mark.parametrize(
    ("note", "folder"),
    [
        pytest.param("{pid} 12345", "db", id="born at another time"),
        pytest.param("{pid} {started_at}", "elsewhere", id="another folder"),
        pytest.param("{pid} ", "db", id="birth unknown"),
        pytest.param("{pid}", "db", id="half a note"),
        pytest.param("", "db", id="no note"),
        pytest.param("nonsense", "db", id="nonsense"),
        pytest.param("\0\0", "db", id="what a power cut leaves"),
    ],
)
def test_a_process_that_is_not_verifiably_ours_is_let_live(tmp_path: Path, note: str, folder: str) -> None:
    """Ids are used again: somebody else's process may have the one that was noted."""
    sleep = "import time; time.sleep(60)"
    with running(sys.executable, "-c", sleep, "--dbpath", str(tmp_path / folder)) as stranger:
        birth = started_at(stranger.pid)
        (tmp_path / "mongod.pid").write_text(note.format(pid=stranger.pid, started_at=birth))
        end_left_over(tmp_path / "mongod.pid", tmp_path / "db")
        assert stranger.poll() is None
        assert not (tmp_path / "mongod.pid").exists()


async def test_a_second_bot_on_one_folder_is_told_that_it_is_in_use(tmp_path: Path) -> None:
    async with EmbeddedMongo(tmp_path) as url:
        with pytest.raises(DataDirInUse) as refused:
            await EmbeddedMongo(tmp_path).start()
        assert "\n" not in str(refused.value)
        assert str(refused.value).startswith(f"data_dir: {tmp_path} is in use")
        await put(url, "unharmed")
        assert await words(url) == ["unharmed"]
    async with EmbeddedMongo(tmp_path) as url:
        assert await words(url) == ["unharmed"]


async def test_two_on_two_folders_run_side_by_side(tmp_path: Path) -> None:
    async with EmbeddedMongo(tmp_path / "one") as one, EmbeddedMongo(tmp_path / "two") as two:
        await asyncio.gather(put(one, "in one"), put(two, "in two"))
        assert [await words(one), await words(two)] == [["in one"], ["in two"]]


async def test_a_port_that_another_server_took_first_is_not_mistaken_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with EmbeddedMongo(tmp_path / "one") as one:
        await put(one, "in one")
        free = embedded._free_port
        ports = iter([port_in(one)])
        monkeypatch.setattr(embedded, "_free_port", lambda: next(ports, None) or free())
        async with EmbeddedMongo(tmp_path / "two") as two:
            assert two != one
            assert await words(two) == []


async def test_files_that_cannot_be_read_are_said_in_one_line_with_the_servers_last_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "storage.bson").write_text("this is no BSON")
    with pytest.raises(EmbeddedError) as failed:
        await EmbeddedMongo(tmp_path).start()
    assert str(failed.value).startswith("data_dir: the embedded database does not start: ")
    assert "InvalidBSON" in str(failed.value)
    assert "\n" not in str(failed.value)


async def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError) as failed:
        await EmbeddedMongo(tmp_path / "file").start()
    assert str(failed.value).startswith(f"data_dir: {tmp_path / 'file'} can't be used")
    assert "\n" not in str(failed.value)


@pytest.mark.usefixtures("fake_mongod")
async def test_a_start_that_is_cancelled_leaves_nothing_behind(tmp_path: Path) -> None:
    server = EmbeddedMongo(tmp_path)
    starting = asyncio.create_task(server.start())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while server.pid is None:  # noqa: ASYNC110 - the start has no event to wait for
            await asyncio.sleep(0)
    pid = server.pid
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert is_gone(pid)
    embedded._claim(tmp_path).close()


@pytest.mark.usefixtures("fake_mongod")
async def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "START_SECONDS", 0.2)
    with pytest.raises(EmbeddedError, match=r"does not start: it wrote no log$"):
        await EmbeddedMongo(tmp_path).start()


def test_the_mongod_on_the_path_is_taken_first(fake_mongod: Path) -> None:
    assert find_program() == fake_mongod


def test_the_packaged_mongod_gets_its_run_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = tmp_path / "mongod"
    packaged.touch(mode=0o644)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(embedded, "_packaged_programs", lambda: iter([packaged]))
    assert os.access(find_program(), os.X_OK)


def test_without_any_mongod_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(embedded, "find_spec", lambda _name: None)
    with pytest.raises(DatabaseProgramMissing) as missing:
        find_program()
    assert "Install MongoDB" in str(missing.value)
    assert "DB_URL=" in str(missing.value)
    assert "\n" not in str(missing.value)
