"""The command line: `python -m bot`, and `python -m bot create-admin`."""

import gc
import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT
if __name__ == "__main__":
    # What follows takes a second to load. Whoever types Ctrl-C meanwhile sees no traceback; nothing is open.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    # Nearly all that is loaded stays. Searching it for garbage again and again took a sixth of that time.
    gc.disable()

import asyncio
import logging
import zoneinfo
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from ipaddress import ip_address
from socket import socket

from pydantic import SecretStr
from starlette.routing import BaseRoute
from telegram.error import Forbidden, InvalidToken

from bot.app import Assembly, database_url, opened_storage
from bot.cli.arguments import read_arguments
from bot.cli.backup import back_up, bring_back
from bot.cli.check import check
from bot.cli.create_admin import create_admin
from bot.demo.real_database import DATABASE_SUFFIX, warn_of_sample_accounts
from bot.logs.formats import begin_log, use_format
from bot.processes.supervisor import Supervisor, WorkersRefuseError
from bot.processes.worker_place import REFUSED, TRY_AGAIN, WorkerPlace, worker_place
from bot.settings import Settings, SettingsError
from bot.telegram.transport import ProxyUnusable
from bot.web.server import listen, served
from bot.web.site import site
from bot.web.webhook import webhook_routes
from services.cancellation import raise_if_cancelled
from services.clock import SystemClock
from services.errors import StorageDown
from services.storage.migrations import DatabaseRefused
from services.storage.mongo.embedded import EmbeddedError
from services.storage.storage import Storage

log = logging.getLogger("bot")

# The last release of MongoDB whose support has ended (6.0, in July 2025).
LAST_WITHOUT_FIXES = 6

# Python looks for garbage after this many new objects (its default is 700).
GARBAGE = 20_000


async def serve(settings: Settings, place: WorkerPlace | None = None) -> None:
    """Run the bot, or the demo where there is no token, until a signal says stop.

    A worker has a `place` among others. Raises SettingsError if `host` or `port` can't be used. What reads
    them afterwards finds the real port.
    """
    # First of all, so that a taken port is told before anything else is started.
    with closing(place.listening() if place else listen(settings.host, settings.port)) as listening:
        await _until_stopped(settings.model_copy(update={"port": listening.getsockname()[1]}), listening)


async def _until_stopped(settings: Settings, listening: socket) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    work_of = _demo if settings.demo else _supervised if settings.workers > 1 else _real
    work = asyncio.create_task(work_of(settings, listening))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    work.cancel()
    try:
        await work
    except asyncio.CancelledError:
        log.info("bot.stopped")


async def _real(settings: Settings, listening: socket) -> None:
    async with opened_storage(settings) as storage:
        # A supervisor has said this already for all its workers.
        if worker_place(os.environ) is None:
            await _warn(settings, storage)
        raise_if_cancelled()
        await _run(settings, Assembly(settings, storage, SystemClock()), listening)


async def _supervised(settings: Settings, listening: socket) -> None:
    """Prepare the database, which is told of once if it can't be used, and keep the workers up."""
    async with database_url(settings) as url:
        async with opened_storage(settings.model_copy(update={"db_url": SecretStr(url)})) as storage:
            await _warn(settings, storage)
        raise_if_cancelled()
        given = {"DB_URL": url, "PORT": str(settings.port), "WORKERS": "1"}
        await Supervisor(settings.workers, listening, os.environ, given).run()


async def _warn(settings: Settings, storage: Storage) -> None:
    if settings.db_url is None:
        await _warn_of_own_database(storage)
    await warn_of_sample_accounts(storage)


async def _warn_of_own_database(storage: Storage) -> None:
    """Log that real patients' data should not stay in the database that comes with the bot."""
    version = await storage.monitoring.server_version()
    fixes = " and gets no more fixes" if int(version.partition(".")[0]) <= LAST_WITHOUT_FIXES else ""
    log.warning(
        "database.own version=%s: it is for the demo, tests and a first look%s. Set DB_URL to a MongoDB that"
        " is kept up to date; docs/operating.md says more",
        version,
        fixes,
    )


async def _demo(settings: Settings, listening: socket) -> None:
    # Only here, as a real bot is smaller and starts sooner without it.
    from bot.demo.sample_history import establish  # noqa: PLC0415 - see above
    from bot.demo.start import demonstrated  # noqa: PLC0415 - likewise

    clock = SystemClock()
    if settings.workers > 1:
        log.warning("demo.one_process workers=%d: the demo is always one process", settings.workers)
    async with (
        opened_storage(settings, name_suffix=DATABASE_SUFFIX) as storage,
        demonstrated(settings, storage, clock) as demo,
    ):
        assembly = Assembly(demo.settings, storage, clock)
        await establish(storage, assembly.clinic.accounts, assembly.clinic.schedules, clock)
        if not ip_address(listening.getsockname()[0]).is_loopback:
            log.warning(
                "demo.open_to_others host=%s: whoever reaches it sees the sample clinic", settings.host
            )
        log.info("demo.ready: open %s/ in a browser. Press Ctrl-C to stop.", settings.reached_at)
        await _run(demo.settings, assembly, listening, demo.routes)


async def _run(
    settings: Settings, assembly: Assembly, listening: socket, extra: Sequence[BaseRoute] = ()
) -> None:
    """Run the bot, and serve the clinic over HTTP, until cancelled. HTTP ends first, as it needs the bot."""
    raise_if_cancelled()
    running = asyncio.create_task(assembly.run(), name="bot")
    try:
        if assembly.webhook is not None:
            extra = [*extra, *webhook_routes(settings, assembly.webhook)]
        place = worker_place(os.environ)
        watch = replace(assembly.watch, worker=place.number if place else None)
        app = site(settings, assembly.clinic, assembly.link, extra=extra, watch=watch)
        async with served(app, listening, trusted_proxies=settings.trusted_proxies):
            log.info("web.ready address=%s", settings.reached_at)
            try:
                await asyncio.wait({running})
            finally:
                if assembly.webhook is not None:  # it needs HTTP for the answers to what is in hand
                    await assembly.webhook.drain()
    finally:
        running.cancel()
        # Waited for, and not awaited: that would hide what has ended this.
        await asyncio.wait({running})
    running.result()


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop: uvloop where it is there, else asyncio's own (None)."""
    if find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415 - it is not there on every platform

    return uvloop.new_event_loop


def calm_collector() -> None:
    """Let Python search for garbage less often: most of what a tap leaves is freed by reference counting.

    What exists at the start stays for good, so it is left out of the search. Of that, 1 % is garbage.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(GARBAGE, *gc.get_threshold()[1:])


def main() -> int:
    """Do what the command line says; if that is impossible, print one line that says why."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments = read_arguments(sys.argv[1:])
    # PTB's switch for the type that its next major version will use for durations.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    # Use the zone files of the tzdata package: those of the system may be out of date.
    zoneinfo.reset_tzpath(())
    place = worker_place(os.environ)
    begin_log(worker=place.number if place else None)
    calm_collector()
    try:
        return _done(arguments, place)
    except (SettingsError, EmbeddedError, ProxyUnusable, WorkersRefuseError) as error:
        return _refused(str(error), place)
    except (InvalidToken, Forbidden):
        return _refused("bot_token: Telegram doesn't know this token. Ask BotFather for one.", place)
    except DatabaseRefused as error:
        return _refused(f"db_url: {error}", place)
    except StorageDown:
        status = _refused("db_url: the database doesn't answer. Is it running, and does it let us in?", place)
        # Other workers serve meanwhile, so this one is started again until the database is back.
        return TRY_AGAIN if place else status


def _refused(why: str, place: WorkerPlace | None) -> int:
    """Say why it can't run: a worker to its supervisor, which says it once for all."""
    print(why, file=sys.stdout if place else sys.stderr)
    return REFUSED


def _done(arguments: Namespace, place: WorkerPlace | None) -> int:
    """Do what the command line says, and return the exit status."""
    if arguments.command == "create-admin":
        return create_admin(arguments.name, arguments.email)
    if arguments.command == "check":
        return check(DATABASE_SUFFIX)
    if arguments.command == "backup":
        return back_up(arguments.file, DATABASE_SUFFIX)
    if arguments.command == "restore":
        return bring_back(arguments.file, DATABASE_SUFFIX)
    settings = Settings.load()
    use_format(settings.log_format, worker=place.number if place else None)
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        runner.run(serve(settings, place))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
