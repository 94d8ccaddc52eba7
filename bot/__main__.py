"""The command line: `python -m bot`, and `python -m bot create-admin`."""

import asyncio
import gc
import logging
import os
import signal
import sys
import zoneinfo
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.util import find_spec
from ipaddress import ip_address
from socket import socket

from starlette.routing import BaseRoute
from telegram.error import Forbidden, InvalidToken

from bot.app import Assembly, opened_storage
from bot.cli.arguments import read_arguments
from bot.cli.check import check
from bot.cli.create_admin import create_admin
from bot.demo.sample_history import establish
from bot.demo.start import DATABASE_SUFFIX, demonstrated, warn_of_sample_accounts
from bot.logs.formats import begin_log, use_format
from bot.settings import Settings, SettingsError
from bot.telegram.transport import ProxyUnusable
from bot.web.server import listen, served
from bot.web.site import site
from bot.web.webhook import webhook_routes
from services.clock import SystemClock
from services.errors import StorageDown
from services.storage.migrations import DatabaseTooNew
from services.storage.mongo.embedded import EmbeddedError
from services.storage.storage import Storage

log = logging.getLogger("bot")

# The last release of MongoDB whose support has ended (6.0, in July 2025).
LAST_WITHOUT_FIXES = 6

# Python looks for garbage after this many new objects (its default is 700).
GARBAGE = 20_000


async def serve(settings: Settings) -> None:
    """Run the bot, or the demo where there is no token, until a signal says stop.

    Raises SettingsError if `host` or `port` can't be used. What reads them afterwards finds the real port.
    """
    # First of all, so that a taken port is told before anything else is started.
    with closing(listen(settings.host, settings.port)) as listening:
        await _until_stopped(settings.model_copy(update={"port": listening.getsockname()[1]}), listening)


async def _until_stopped(settings: Settings, listening: socket) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    work_of = _demo if settings.demo else _real
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
        if settings.db_url is None:
            await _warn_of_own_database(storage)
        await warn_of_sample_accounts(storage)
        await _run(settings, Assembly(settings, storage, SystemClock()), listening)


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
    clock = SystemClock()
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
    running = asyncio.create_task(assembly.run(), name="bot")
    try:
        if assembly.webhook is not None:
            extra = [*extra, *webhook_routes(settings, assembly.webhook)]
        app = site(settings, assembly.clinic, assembly.link, extra=extra, watch=assembly.watch)
        async with served(app, listening, trusted_proxies=settings.trusted_proxies):
            log.info("web.ready address=%s", settings.reached_at)
            try:
                await asyncio.wait({running})
            finally:
                if assembly.webhook is not None:  # it needs HTTP for the answers to what is in hand
                    await assembly.webhook.drain()
    finally:
        running.cancel()
        await running


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop: uvloop where it is there, else asyncio's own (None)."""
    if find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415 - it is not there on every platform

    return uvloop.new_event_loop


def calm_collector() -> None:
    """Let Python search for garbage less often: most of what a tap leaves is freed by reference counting.

    What exists at the start stays for good, so it is left out of the search.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE, *gc.get_threshold()[1:])


def main() -> int:
    """Do what the command line says; if that is impossible, print one line that says why."""
    arguments = read_arguments(sys.argv[1:])
    # PTB's switch for the type that its next major version will use for durations.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    # Use the zone files of the tzdata package: those of the system may be out of date.
    zoneinfo.reset_tzpath(())
    begin_log()
    calm_collector()
    try:
        return _done(arguments)
    except (SettingsError, EmbeddedError, ProxyUnusable) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line speaks to its terminal
        return 2
    except (InvalidToken, Forbidden):
        print("bot_token: Telegram doesn't know this token. Ask BotFather for one.", file=sys.stderr)  # noqa: T201
        return 2
    except DatabaseTooNew as error:
        print(f"db_url: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except StorageDown:
        print("db_url: the database doesn't answer. Is it running, and does it let us in?", file=sys.stderr)  # noqa: T201
        return 2


def _done(arguments: Namespace) -> int:
    """Do what the command line says, and return the exit status."""
    if arguments.command == "create-admin":
        return create_admin(arguments.name, arguments.email)
    if arguments.command == "check":
        return check(DATABASE_SUFFIX)
    settings = Settings.load()
    use_format(settings.log_format)
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        runner.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
