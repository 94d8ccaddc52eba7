"""`python -m bot backup FILE` and `python -m bot restore FILE`."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from bot import __version__
from bot.app import database_url
from bot.settings import OF_THE_DATABASE, Settings
from bot.texts import backup as texts
from services.clock import SystemClock
from services.errors import StorageDown
from services.storage.backup.errors import BackupError, NothingToBackUp
from services.storage.backup.format import About, Sums
from services.storage.backup.restoring import restore, verified
from services.storage.backup.server_errors import server_errors_told
from services.storage.backup.taking import collections_of, take
from services.storage.mongo.driver import Database, connect
from services.storage.mongo.embedded import DataDirInUse, running_server
from services.storage.storage import Storage

DONE, REFUSED, OF_A_SIGNAL = 0, 2, 128
# Making an index of a large collection takes a while.
PATIENCE_MS = 3_600_000
# How long a bot that is just starting may take to start its database.
STARTS, START_SECONDS = 50, 0.1


@dataclass(slots=True)
class _Progress:
    """How far it is: what is to be said when it is interrupted now, and where the database goes away."""

    interrupted: str
    down: str | None = None


def back_up(path: Path, suffix_of_demo: str) -> int:
    """Write the database of the settings into a new file. Return the exit status.

    That is the clinic's, or where there is none the demo's, whose name ends with `suffix_of_demo`.
    Raises SettingsError, EmbeddedError, StorageDown, DatabaseRefused.
    """
    return _done(path, _back_up(path, suffix_of_demo), _Progress(texts.INTERRUPTED))


def bring_back(path: Path, suffix_of_demo: str) -> int:
    """Restore a file into the empty database of the settings. Return the exit status. Raises the same."""
    progress = _Progress(texts.NOTHING_RESTORED)
    return _done(path, _bring_back(path, suffix_of_demo, progress), progress)


def _done(path: Path, work: Coroutine[None, None, str], progress: _Progress) -> int:
    """Do the work, and print what it returns, or why it can't be done."""
    try:
        with asyncio.Runner() as runner:
            line, number = runner.run(_until_signalled(work))
    except BackupError as error:
        return _say(str(error))
    except DataDirInUse:
        return _say(texts.in_use(Settings.load(only=OF_THE_DATABASE).data_dir))
    except StorageDown:
        if progress.down is None:
            raise
        return _say(progress.down)
    except OSError as error:
        has_folder = path.parent.is_dir()
        why = error.strerror or type(error).__name__
        return _say(texts.unusable(path, why) if has_folder else texts.no_folder(path))
    if number:
        _say(progress.interrupted)
        return OF_A_SIGNAL + number
    print(line)  # noqa: T201 - a command line speaks to its terminal
    return DONE


async def _until_signalled(work: Coroutine[None, None, str]) -> tuple[str, int]:
    """Return what the work returns, or the number of the signal that has ended it.

    It is always ended in order: what is held back must be let go.
    """
    task = asyncio.ensure_future(work)
    numbers: list[int] = []

    def end(number: int) -> None:
        numbers.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end, number)
    try:
        return await task, 0
    except asyncio.CancelledError:
        return "", numbers[0]


async def _back_up(path: Path, suffix_of_demo: str) -> str:
    settings = Settings.load(only=OF_THE_DATABASE)
    async with _address(settings) as url, _opened(url) as clinic, _opened(url, suffix_of_demo) as demo:
        async with server_errors_told():
            is_demo = not await collections_of(clinic)
        backup = await take(
            demo if is_demo else clinic,
            path,
            version=__version__,
            now=SystemClock().now(),
            is_demo=is_demo,
            on_lock=lambda: print(texts.HELD_BACK, file=sys.stderr, flush=True),  # noqa: T201
        )
    return texts.taken(path, backup)


async def _bring_back(path: Path, suffix_of_demo: str, progress: _Progress) -> str:
    settings = Settings.load(only=OF_THE_DATABASE)
    about, _ = await _verified(path)
    suffix = suffix_of_demo if about.is_demo else ""
    async with database_url(settings) as url, _opened(url, suffix) as database:
        progress.interrupted = texts.RESTORE_INTERRUPTED
        sums = await restore(database, path)
        progress.interrupted, progress.down = texts.INTERRUPTED_AT_THE_END, texts.DOWN_AT_THE_END
        await Storage.on(database).prepare()
    return texts.restored(path, about, sums)


async def _verified(path: Path) -> tuple[About, Sums]:
    """Read the file in a thread, so that signals are heard meanwhile. Raises BackupError, OSError."""
    stop = Event()
    try:
        return await asyncio.to_thread(verified, path, stop)
    finally:
        stop.set()


@asynccontextmanager
async def _opened(url: str, name_suffix: str = "") -> AsyncIterator[Database]:
    # PyMongo's own client, whatever the bot uses: Motor's can't hand over documents as they are.
    async with connect(url, "pymongo", name_suffix=name_suffix, socketTimeoutMS=PATIENCE_MS) as database:
        yield database


@asynccontextmanager
async def _address(settings: Settings) -> AsyncIterator[str]:
    """Give the address of the database; of the embedded one that a bot is running, or of one started for now.

    Raises EmbeddedError, NothingToBackUp.
    """
    if settings.db_url is None and not (settings.data_dir / "db").is_dir():
        raise NothingToBackUp
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(database_url(settings))
        except DataDirInUse:
            url = await _running(settings.data_dir)
        yield url


async def _running(data_dir: Path) -> str:
    for _ in range(STARTS):
        if url := running_server(data_dir):
            return url
        await asyncio.sleep(START_SECONDS)
    raise DataDirInUse(data_dir)


def _say(line: str) -> int:
    print(line, file=sys.stderr)  # noqa: T201
    return REFUSED
