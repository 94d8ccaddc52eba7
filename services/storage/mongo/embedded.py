"""A MongoDB server of the bot's own (embedded), for those who have none: started, watched and stopped.

It is a replica set of one (see replica_set.py).

EmbeddedError
  DatabaseProgramMissing   there is no mongod to run
  DataDirInUse             another MediConnect keeps its database there
  DiskFull                 there is no room for its files
"""

import asyncio
import errno
import fcntl
import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.cancellation import cancel_and_wait, raise_if_cancelled
from services.child_processes import ending_with_us
from services.storage.mongo import replica_set
from services.storage.mongo.leftover_server import end_left_over, port_of, started_at
from services.storage.mongo.mongod_log import is_disk_full, keep_last_log, last_words, log_file, no_room

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
PING_SECONDS = 0.01
PORT_TRIES = 5
# mongod's exit code when its port is taken (EXIT_NET_ERROR in MongoDB's exit_code.h).
PORT_TAKEN = 48
LOOK_SECONDS = 0.1
# What a small clinic writes between two checkpoints takes little room. By default the journal has three files
# of 100 MB, two of them for later, and a start waits for that room. Source: WiredTiger, wiredtiger_open.
SMALL_JOURNAL = ("--wiredTigerEngineConfigString", "log=(file_max=16MB,prealloc=false)")
# The pause before a server that has ended by itself is started again. It doubles up to the second value, and
# starts anew after the server has run for the third.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, STEADY_SECONDS = 0.2, 10.0, 60.0


class EmbeddedError(Exception):
    """The embedded database can't run; the text is one line that says why and what to do."""


class DatabaseProgramMissing(EmbeddedError):
    """There is no `mongod` on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "db_url: is not set and there is no mongod here. Install MongoDB or the package fiftyone-db,"
            " or set db_url, for example DB_URL=mongodb://localhost:27017/mediconnect"
        )


class DataDirInUse(EmbeddedError):
    """Another MediConnect keeps its database in that folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"data_dir: {data_dir} is in use by another MediConnect. Stop that one, or choose another folder,"
            " for example DATA_DIR=.mediconnect-2"
        )


class DiskFull(EmbeddedError):
    """There is no room for the database's files."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"data_dir: {no_room(data_dir)}, and start again")


class EmbeddedMongo:
    """A `mongod` on loopback that keeps its files in `data_dir`.

    `async with EmbeddedMongo(path) as url:` gives its connection string. Raises EmbeddedError. If the server
    ends by itself, it is started again on the same port, where the driver finds it, until `stop`. Start it
    from the main thread: on Linux the server ends with the thread that started it.
    """

    def __init__(self, data_dir: Path) -> None:
        # An absolute path, as it is compared with the one that the server names.
        self._data_dir = data_dir.absolute()
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._keeping: asyncio.Task[None] | None = None

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
            await asyncio.to_thread(end_left_over, _note_file(self._data_dir), _db_folder(self._data_dir))
            port = await self._serve(program)
            raise_if_cancelled()
        except OSError as error:
            await self.stop()
            raise _unusable(self._data_dir, error) from error
        except BaseException:
            # Nobody calls stop() after a start that failed.
            await self.stop()
            raise
        self._keeping = asyncio.create_task(self._keep(program, port), name="mongod")
        return replica_set.connection_string(f"{HOST}:{port}")

    async def stop(self) -> None:
        """Stop the server (SIGTERM, then SIGKILL) and wait until it has ended; it is not started again."""
        if self._keeping is not None:
            await cancel_and_wait(self._keeping)
            self._keeping = None
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
            self._process = None
            _note_file(self._data_dir).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _serve(self, program: Path) -> int:
        """Start the server on a free port and return that; if the port was taken meanwhile, on another."""
        _db_folder(self._data_dir).mkdir(exist_ok=True)
        for _ in range(PORT_TRIES):
            port = _free_port()
            if await self._begin(program, port):
                return port
            if self._process is None or await asyncio.to_thread(_end, self._process) != PORT_TAKEN:
                break
        if is_disk_full(self._data_dir):
            raise DiskFull(self._data_dir)
        raise EmbeddedError(f"data_dir: the embedded database does not start: {last_words(self._data_dir)}")

    async def _begin(self, program: Path, port: int) -> bool:
        """Start the server on that port; tell whether it answers. Raises OSError."""
        keep_last_log(self._data_dir)
        self._process = process = _spawn(program, self._data_dir, port, *replica_set.OPTIONS)
        _note_file(self._data_dir).write_text(f"{process.pid} {started_at(process.pid)}")
        return await _answers(process, self._data_dir, port, is_alone=False)

    async def _keep(self, program: Path, port: int) -> None:
        """Start the server again whenever it has ended by itself, until cancelled.

        Between tries it waits, longer each time; a server that has run for a while is started again soon.
        """
        pause = FIRST_PAUSE_SECONDS
        while self._process is not None:
            began = time.monotonic()
            log.error("database.ended code=%d: starting it again", await _ended(self._process))
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            is_told = False
            while True:
                if not is_told and is_disk_full(self._data_dir):
                    log.error("database.disk_full: %s; the database then comes back", no_room(self._data_dir))
                    is_told = True
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                is_back = await self._begin_again(program, port)
                raise_if_cancelled()
                if is_back:
                    break
            log.warning("database.back")

    async def _begin_again(self, program: Path, port: int) -> bool:
        """Try to start the server once more; if that fails, no process is left."""
        try:
            if await self._begin(program, port):
                return True
        except OSError as error:
            log.warning("database.failed: %s", error.strerror or type(error).__name__)
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
        return False


def running_server(data_dir: Path) -> str | None:
    """Return the connection string of the server that a bot is running on that folder, if there is one."""
    data_dir = data_dir.absolute()
    port = port_of(_note_file(data_dir), _db_folder(data_dir))
    return None if port is None else replica_set.connection_string(f"{HOST}:{port}")


def find_program() -> Path:
    """Return the `mongod` to run: that on the PATH, else the packaged one. Raises DatabaseProgramMissing."""
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    for packaged in _packaged_programs():
        # The wheel does not mark it as executable.
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


def _note_file(data_dir: Path) -> Path:
    """Return the file with the server's process id, which is needed if the bot is killed."""
    return data_dir / "mongod.pid"


def _claim(data_dir: Path) -> IO[str]:
    """Lock the folder for this process; the lock ends with the process."""
    # It will have patients' data in it, so only its owner may read it.
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (data_dir / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise DataDirInUse(data_dir) from error
    return lock


def _spawn(program: Path, data_dir: Path, port: int, *options: str) -> subprocess.Popen[bytes]:
    command = [
        str(program),
        *("--dbpath", str(_db_folder(data_dir))),
        *("--port", str(port), "--bind_ip", HOST, "--nounixsocket"),
        *("--logpath", str(log_file(data_dir)), "--quiet"),
        *("--wiredTigerCacheSizeGB", "0.25", *SMALL_JOURNAL),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *options,
    ]
    return subprocess.Popen(  # noqa: S603 - the program is MongoDB's, the arguments are ours
        ending_with_us(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A session of its own, as the terminal's Ctrl-C is for the bot, which needs its database to the end.
        start_new_session=True,
    )


async def _answers(
    process: subprocess.Popen[bytes], data_dir: Path, port: int, *, is_alone: bool = True
) -> bool:
    """Wait until the server answers, and takes writes; False if it ended, or took START_SECONDS.

    It is asked for its data folder, as another server may have taken that port. One that `is_alone` is no
    replica set.
    """
    try:
        async with asyncio.timeout(START_SECONDS):
            if not await _listens(process, port):
                return False
            client: replica_set.Client = AsyncMongoClient(
                HOST, port, directConnection=True, serverSelectionTimeoutMS=200, socketTimeoutMS=2000
            )
            async with client:
                return await _is_up(process, client, data_dir, None if is_alone else f"{HOST}:{port}")
    except TimeoutError:
        return False


async def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until something listens there; False if the server ended. The driver would look twice a second."""
    while process.poll() is None:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, port)
            writer.close()
            return True
        await asyncio.sleep(PING_SECONDS)
    return False


async def _is_up(
    process: subprocess.Popen[bytes], client: replica_set.Client, data_dir: Path, address: str | None
) -> bool:
    """Wait until it is our server that answers: as the primary of the set at that address, unless None."""
    while process.poll() is None:
        # It may not have read its configuration yet.
        with suppress(PyMongoError):
            started = await client.admin.command("getCmdLineOpts")
            is_ours = str(_db_folder(data_dir)) in started["argv"]
            if is_ours and (address is None or await replica_set.is_primary(client, address)):
                return True
        await asyncio.sleep(PING_SECONDS)
    return False


async def _ended(process: subprocess.Popen[bytes]) -> int:
    """Wait until the server has ended by itself, and return its exit code."""
    while (code := process.poll()) is None:  # noqa: ASYNC110 - portable, and needs no thread that waits
        await asyncio.sleep(LOOK_SECONDS)
    return code


def _end(process: subprocess.Popen[bytes]) -> int:
    """End the server, which writes its data first, and return its exit code."""
    process.terminate()
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _unusable(data_dir: Path, error: OSError) -> EmbeddedError:
    if error.errno == errno.ENOSPC:
        return DiskFull(data_dir)
    return EmbeddedError(
        f"data_dir: {data_dir} can't be used ({error.strerror or error})."
        " Choose a folder that you can write to, for example DATA_DIR=.mediconnect"
    )
