"""A MongoDB server of the bot's own, for those who have none: started, stopped, and never left behind."""

import asyncio
import ctypes
import fcntl
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

START_SECONDS = 30.0
STOP_SECONDS = 20.0
PORT_TRIES = 3
PR_SET_PDEATHSIG = 1


class EmbeddedError(Exception):
    """The embedded database can't run; the text is one line that says why and what to do."""


class DatabaseProgramMissing(EmbeddedError):
    """There is no `mongod` on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "db_url is not set and there is no mongod: install MongoDB, or the package fiftyone-db,"
            " or set db_url, for example mongodb://localhost:27017/mediconnect"
        )


class DataDirInUse(EmbeddedError):
    """Another bot keeps its database in that folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"data_dir: {data_dir} is in use by another MediConnect; end that one, or set data_dir to"
            " another folder, for example data_dir=.mediconnect-2"
        )


class EmbeddedMongo:
    """A `mongod` on loopback that keeps its files in `data_dir`.

    `async with EmbeddedMongo(path) as url:` gives its connection string. Raises EmbeddedError.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> str:
        return await self.start()

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process else None

    async def start(self) -> str:
        """Start the server, wait until it answers, and return its connection string."""
        program = find_program()
        self._lock = _claim(self._data_dir)
        _end_left_over(self._data_dir)
        (self._data_dir / "db").mkdir(exist_ok=True)
        for _ in range(PORT_TRIES):
            port = _free_port()
            self._process = _spawn(program, self._data_dir, port)
            _note(self._data_dir, self._process.pid)
            if await _answers(self._process, port):
                return f"mongodb://127.0.0.1:{port}/"
        await self.stop()
        raise EmbeddedError(f"the embedded database does not start: {_last_words(self._data_dir)}")

    async def stop(self) -> None:
        """Stop the server, gently at first, and wait until it is gone."""
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
            self._process = None
            (self._data_dir / "mongod.pid").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def find_program() -> Path:
    """Return the `mongod` to run: that on the PATH, else the packaged one. Raises DatabaseProgramMissing."""
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    package = find_spec("fiftyone")
    for folder in (package.submodule_search_locations or []) if package else []:
        packaged = Path(folder) / "db" / "bin" / ("mongod.exe" if sys.platform == "win32" else "mongod")
        if packaged.exists():
            # The wheel does not carry the run bit.
            packaged.chmod(packaged.stat().st_mode | 0o111)
            return packaged
    raise DatabaseProgramMissing


def _claim(data_dir: Path) -> IO[str]:
    """Take the folder for this process; the lock goes with the process, however that ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = (data_dir / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise DataDirInUse(data_dir) from error
    return lock


def _spawn(program: Path, data_dir: Path, port: int) -> subprocess.Popen[bytes]:
    arguments = [
        str(program),
        *("--dbpath", str((data_dir / "db").resolve())),
        *("--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"),
        *("--logpath", str(data_dir / "mongod.log"), "--quiet"),
        *("--wiredTigerCacheSizeGB", "0.25"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]
    # A session of its own: the terminal's Ctrl-C is for the bot, which still needs its database then.
    return subprocess.Popen(  # noqa: S603 - the program is MongoDB's, the arguments are ours
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - see there
    )


# Loaded once, before any fork: between fork and exec nothing may be loaded.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Ask Linux to end the server when the bot is killed (prctl(2), PR_SET_PDEATHSIG).

    It is called between fork and exec, in the main thread of the bot, with one system call in it;
    the signal comes when that thread ends, which is when the process does.
    """
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


async def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server answers a ping; False where it ended instead."""
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
        f"mongodb://127.0.0.1:{port}/", serverSelectionTimeoutMS=200, directConnection=True
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            while process.poll() is None:
                with suppress(PyMongoError):
                    await client.admin.command("ping")
                    return True
                await asyncio.sleep(0.02)
    except TimeoutError:
        await asyncio.to_thread(_end, process)
    finally:
        await client.close()
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _note(data_dir: Path, pid: int) -> None:
    """Note which process is ours, in case nobody lives to stop it."""
    (data_dir / "mongod.pid").write_text(f"{pid} {_born(pid)}")


def _end_left_over(data_dir: Path) -> None:
    """End a server that outlived its bot; only one that is ours by id, birth and folder."""
    note = data_dir / "mongod.pid"
    with suppress(OSError, ValueError):
        pid, born = note.read_text().split()
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if born == _born(int(pid)) and str((data_dir / "db").resolve()).encode() in command:
            os.kill(int(pid), signal.SIGTERM)
            _wait_gone(int(pid), born)
    note.unlink(missing_ok=True)


def _wait_gone(pid: int, born: str) -> None:
    """Wait for a process that is not our child; the kernel tells through a file descriptor (pidfd_open)."""
    with suppress(OSError):
        handle = os.pidfd_open(pid)
        try:
            if not select.select([handle], [], [], STOP_SECONDS)[0] and born == _born(pid):
                os.kill(pid, signal.SIGKILL)
                select.select([handle], [], [], STOP_SECONDS)
        finally:
            os.close(handle)


def _born(pid: int) -> str:
    """Return when a process was started, in the kernel's ticks: a reused id is not mistaken (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "unknown"


def _last_words(data_dir: Path) -> str:
    with suppress(OSError):
        lines = (data_dir / "mongod.log").read_text(errors="replace").splitlines()
        return lines[-1][:300] if lines else "it wrote no log"
    return "it wrote no log"
