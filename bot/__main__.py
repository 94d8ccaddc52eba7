"""The command line: `python -m bot`."""

import asyncio
import logging
import os
import signal
import sys
import zoneinfo

from telegram.error import InvalidToken

from bot.app import Assembly, opened_storage
from bot.demo.clinic import furnish
from bot.demo.start import demonstrated
from bot.settings import Settings, SettingsError
from services.clock import SystemClock
from services.errors import StorageDown
from services.storage.embedded import EmbeddedError

log = logging.getLogger("bot")

# Below a warning these tell every request, and a request to the Bot API has the token in its address.
TOO_TALKATIVE = ("httpx", "httpcore", "apscheduler", "aiohttp.access", "mail.log", "telegram", "pymongo")


async def serve(settings: Settings) -> None:
    """Run the bot, or the demo where there is no token, until a signal says stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    work = asyncio.create_task(_demo(settings) if settings.demo else _real(settings))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    work.cancel()
    try:
        await work
    except asyncio.CancelledError:
        log.info("bot.stopped")


async def _real(settings: Settings) -> None:
    async with opened_storage(settings) as storage:
        await Assembly(settings, storage, SystemClock()).run()


async def _demo(settings: Settings) -> None:
    clock = SystemClock()
    async with opened_storage(settings) as storage, demonstrated(settings, clock) as ready:
        assembly = Assembly(ready, storage, clock)
        await furnish(assembly.clinic.accounts)
        log.info("demo.ready: open http://localhost:%d/ in a browser; Ctrl-C ends it", ready.port)
        await assembly.run()


def main() -> int:
    """Start; whatever keeps it from starting is said in one line."""
    # PTB's own switch for the type that it will use from its next major version on.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    # The system's zone files go stale; those of the tzdata package are as new as the installation.
    zoneinfo.reset_tzpath(())
    logging.basicConfig(
        level=os.environ.get("LOG_LEVEL", "INFO").upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        asyncio.run(serve(Settings.load()))
    except (SettingsError, EmbeddedError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line speaks to its terminal
        return 2
    except InvalidToken:
        print("bot_token: Telegram does not know this token; ask BotFather for one.", file=sys.stderr)  # noqa: T201
        return 2
    except StorageDown:
        print("db_url: the database there does not answer; is it running, and may we in?", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
