"""A MongoDB server of the bot's own, for those who have none: started, stopped, and never left behind.

EmbeddedError
  DatabaseProgramMissing   there is no mongod to run
  DataDirInUse             another MediConnect keeps its database there
"""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
PING_SECONDS = 0.02
PORT_TRIES = 5
# What mongod exits with when it can't have its port (EXIT_NET_ERROR in MongoDB's exit_code.h).
PORT_TAKEN = 48
LAST_WORDS_LENGTH = 300

# Runs in the new process before mongod takes its place there: asks Linux to end it when the bot is gone,
# however that went (prctl(2), PR_SET_PDEATHSIG = 1), and gives up where the bot went before it could ask.
# A process of its own and not a preexec_fn, because Python between fork and exec deadlocks where
# another thread held a lock, and the drivers have threads. It costs some 20 ms.
TRAMPOLINE = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


class EmbeddedError(Exception):
    """The embedded database can't run; the text is one line that says why and what to do."""


class DatabaseProgramMissing(EmbeddedError):
    """There is no `mongod` on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "db_url: is not set and there is no mongod here; install MongoDB or the package fiftyone-db,"
            " or set db_url, for example DB_URL=mongodb://localhost:27017/mediconnect"
        )


class DataDirInUse(EmbeddedError):
    """Another MediConnect keeps its database in that folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"data_dir: {data_dir} is in use by another MediConnect; end that one, or choose another folder,"
            " for example DATA_DIR=.mediconnect-2"
        )


class EmbeddedMongo:
    """A `mongod` on loopback that keeps its files in `data_dir`.

    `async with EmbeddedMongo(path) as url:` gives its connection string. Raises EmbeddedError.
    Start it from the main thread: on Linux the server ends with the thread that started it.
    """

    def __init__(self, data_dir: Path) -> None:
        # The server is asked where its files are, and answers with what it was told: so, an absolute path.
        self._data_dir = data_dir.absolute()
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
        try:
            self._lock = _claim(self._data_dir)
            await asyncio.to_thread(_end_left_over, self._data_dir)
            port = await self._serve(program)
        except OSError as error:
            await self.stop()
            raise EmbeddedError(_unusable(self._data_dir, error)) from error
        except BaseException:
            # Cancelled or refused: nobody calls stop() after a start that failed.
            await self.stop()
            raise
        return f"mongodb://{HOST}:{port}/"

    async def stop(self) -> None:
        """Stop the server, gently at first, and wait until it is gone."""
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
            self._process = None
            _note_file(self._data_dir).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _serve(self, program: Path) -> int:
        """Start the server on a free port and return that; on another where somebody was quicker."""
        _db_folder(self._data_dir).mkdir(exist_ok=True)
        for _ in range(PORT_TRIES):
            _keep_last_log(self._data_dir)
            port = _free_port()
            self._process = process = _spawn(program, self._data_dir, port)
            _note_file(self._data_dir).write_text(f"{process.pid} {_born(process.pid)}")
            if await _answers(process, self._data_dir, port):
                return port
            if await asyncio.to_thread(_end, process) != PORT_TAKEN:
                break
        raise EmbeddedError(f"data_dir: the embedded database does not start: {_last_words(self._data_dir)}")


def find_program() -> Path:
    """Return the `mongod` to run: that on the PATH, else the packaged one. Raises DatabaseProgramMissing."""
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    for packaged in _packaged_programs():
        # The wheel does not carry the run bit.
        with suppress(OSError):
            packaged.chmod(packaged.stat().st_mode | 0o111)
        if os.access(packaged, os.X_OK):
            return packaged
    raise DatabaseProgramMissing


def _packaged_programs() -> Iterator[Path]:
    package = find_spec("fiftyone")
    for folder in (package.submodule_search_locations or []) if package else []:
        yield Path(folder) / "db" / "bin" / "mongod"


def _db_folder(data_dir: Path) -> Path:
    return data_dir / "db"


def _log_file(data_dir: Path) -> Path:
    return data_dir / "mongod.log"


def _note_file(data_dir: Path) -> Path:
    """Return where the server's process id is noted, in case nobody lives to stop it."""
    return data_dir / "mongod.pid"


def _claim(data_dir: Path) -> IO[str]:
    """Take the folder for this process; the lock goes with the process, however that ends."""
    # Patients' data will lie in it: it is its owner's alone.
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (data_dir / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise DataDirInUse(data_dir) from error
    return lock


def _spawn(program: Path, data_dir: Path, port: int) -> subprocess.Popen[bytes]:
    command = [
        str(program),
        *("--dbpath", str(_db_folder(data_dir))),
        *("--port", str(port), "--bind_ip", HOST, "--nounixsocket"),
        *("--logpath", str(_log_file(data_dir)), "--quiet"),
        *("--wiredTigerCacheSizeGB", "0.25"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]
    if sys.platform == "linux":
        # Isolated and without site: the trampoline needs nothing but the standard library, and is quick so.
        command = [sys.executable, "-I", "-S", "-c", TRAMPOLINE, str(os.getpid()), *command]
    return subprocess.Popen(  # noqa: S603 - the program is MongoDB's, the arguments are ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A session of its own: the terminal's Ctrl-C is for the bot, which still needs its database then.
        start_new_session=True,
    )


async def _answers(process: subprocess.Popen[bytes], data_dir: Path, port: int) -> bool:
    """Wait until the server answers; False where it ended instead, or took START_SECONDS.

    It is asked which files it keeps: on that port may be somebody else's server, quicker than ours.
    """
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
        HOST, port, directConnection=True, serverSelectionTimeoutMS=200, socketTimeoutMS=2000
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            while process.poll() is None:
                with suppress(PyMongoError):
                    started = await client.admin.command("getCmdLineOpts")
                    if str(_db_folder(data_dir)) in started["argv"]:
                        return True
                await asyncio.sleep(PING_SECONDS)
    except TimeoutError:
        return False
    finally:
        await client.close()
    return False


def _end(process: subprocess.Popen[bytes]) -> int:
    """End the server, which stores what it has to, and return its exit code."""
    process.terminate()
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _end_left_over(data_dir: Path) -> None:
    """End a server that outlived its bot; only one that is ours by id, birth and folder."""
    note = _note_file(data_dir)
    with suppress(OSError, ValueError):
        pid_text, _, born = note.read_text().partition(" ")
        pid = int(pid_text)
        for number in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + STOP_SECONDS
            if _is_ours(pid, born, data_dir):
                os.kill(pid, number)
            while _is_ours(pid, born, data_dir) and time.monotonic() < until:
                time.sleep(PING_SECONDS)
    note.unlink(missing_ok=True)


def _is_ours(pid: int, born: str, data_dir: Path) -> bool:
    return _born(pid) == born and str(_db_folder(data_dir)) in _told_by_ps(pid, "args")


def _born(pid: int) -> str:
    """Return when a process was started, so that a reused id is not mistaken; nothing where it is gone."""
    if sys.platform != "linux":
        return _told_by_ps(pid, "lstart")
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    # Fields 3 and 22 of proc(5): its state, and its birth in the kernel's ticks since the boot.
    return "" if fields[0] in {"Z", "X"} else fields[19]


def _told_by_ps(pid: int, column: str) -> str:
    """Return what is known of a process: from /proc on Linux, which may have no `ps`, else from `ps`."""
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    told = subprocess.run(  # noqa: S603 - only a number and a column's name of ours are in it
        ["/bin/ps", "-ww", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _keep_last_log(data_dir: Path) -> None:
    """Put the last run's log aside. mongod would keep every run's, for ever."""
    log = _log_file(data_dir)
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.old"))


def _last_words(data_dir: Path) -> str:
    """Return on one line why the server ended: its first complaint, for the others follow from it."""
    try:
        lines = _log_file(data_dir).read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    words = lines[-1] if lines else "it wrote no log"
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            if entry["s"] in {"E", "F"}:
                words = f"{entry['msg']} {json.dumps(entry.get('attr', {}))}"
                break
    return " ".join(words.split())[:LAST_WORDS_LENGTH]


def _unusable(data_dir: Path, error: OSError) -> str:
    return (
        f"data_dir: {data_dir} can't be used ({error.strerror or error});"
        " choose a folder that you may write to, for example DATA_DIR=.mediconnect"
    )
