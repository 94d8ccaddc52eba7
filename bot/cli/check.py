"""`python -m bot check`: whether everything is there that the bot needs. Nothing is changed by it."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.app import opened_database
from bot.cli.arguments import INTERRUPTED
from bot.clinic_settings import mail_server
from bot.settings import Settings, SettingsError
from bot.telegram.reachability import BotApiFault, known_as
from bot.telegram.transport import ProxyUnusable
from bot.texts import check as texts
from bot.web.server import listen
from services.errors import StorageDown, TryLater
from services.notifications.smtp import MailSender
from services.storage.inspection import Inspection, inspected
from services.storage.migrations import RESTORING
from services.storage.mongo.embedded import DataDirInUse, EmbeddedError

# The exit statuses: all is well, something does not work, the settings can't be used.
WELL, FAILING, UNUSABLE = 0, 1, 2
ANSWER_SECONDS = 3


@dataclass(frozen=True, slots=True)
class _Finding:
    """What came of looking at a part."""

    part: str
    state: str
    text: str


def check(suffix_of_demo: str) -> int:
    """Look at all parts and print a line for each. Return the exit status.

    The name of the demo's database ends with `suffix_of_demo`.
    """
    try:
        settings = Settings.load()
    except SettingsError as error:
        _print([_Finding(texts.SETTINGS, texts.FAILED, line) for line in str(error).splitlines()])
        return UNUSABLE
    try:
        findings = asyncio.run(_findings(settings, suffix_of_demo if settings.demo else ""))
    except KeyboardInterrupt:
        return INTERRUPTED
    _print([_Finding(texts.SETTINGS, texts.OK, texts.settings(settings)), *findings])
    return FAILING if any(each.state == texts.FAILED for each in findings) else WELL


def _print(findings: Sequence[_Finding]) -> None:
    lines = (texts.line(each.part, each.state, each.text) for each in findings)
    try:
        print("\n".join(lines), flush=True)  # noqa: T201 - a command line speaks to its terminal
    except BrokenPipeError:
        # Whoever reads has seen enough (`… check | head -n 1`). Python would complain once more at its end.
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - it is no file
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


async def _findings(settings: Settings, name_suffix: str) -> list[_Finding]:
    """Look at all parts at the same time."""
    looks: tuple[Awaitable[list[_Finding]], ...] = (
        _database(settings, name_suffix),
        _bot_api(settings),
        _smtp(settings),
        _http(settings),
    )
    return [finding for some in await asyncio.gather(*looks) for finding in some]


async def _database(settings: Settings, name_suffix: str) -> list[_Finding]:
    if settings.db_url is None and not (settings.data_dir / "db").is_dir():
        return _of_database(texts.SKIPPED, texts.not_made_yet(settings.data_dir))
    try:
        async with opened_database(settings, name_suffix=name_suffix) as database:
            return _inspected(await inspected(database), settings)
    except DataDirInUse:
        return _of_database(texts.OK, texts.in_use(settings.data_dir), texts.UNSEEN)
    except EmbeddedError as error:
        return _of_database(texts.FAILED, str(error))
    except StorageDown as error:
        return _of_database(texts.FAILED, texts.no_database(type(error.__cause__).__name__))


def _of_database(state: str, text: str, of_indexes: str = texts.NOTHING_TO_SEE) -> list[_Finding]:
    """Return what is to be said where the indexes can't be seen."""
    return [_Finding(texts.DATABASE, state, text), _Finding(texts.INDEXES, texts.SKIPPED, of_indexes)]


def _inspected(found: Inspection, settings: Settings) -> list[_Finding]:
    if found.step == RESTORING:
        return _of_database(texts.FAILED, texts.UNFINISHED)
    if found.step > found.known:
        # That version may have other indexes.
        return _of_database(texts.FAILED, texts.later(found))
    is_well = found.is_new or not found.missing
    return [
        _Finding(texts.DATABASE, texts.OK, texts.database(found, settings)),
        _Finding(texts.INDEXES, texts.OK if is_well else texts.FAILED, texts.indexes(found)),
    ]


async def _bot_api(settings: Settings) -> list[_Finding]:
    if settings.bot_token is None:
        return [_Finding(texts.BOT_API, texts.SKIPPED, texts.OWN)]
    # An address may have a password in it.
    parts = urlsplit(settings.telegram_api_url)
    server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    state, text = texts.FAILED, ""
    try:
        username = await known_as(settings.bot_token.get_secret_value(), settings.telegram_api_url)
    except ProxyUnusable as error:
        text = str(error)
    except BotApiFault as fault:
        text = texts.TOKEN_REFUSED if fault.refuses else texts.no_bot_api(server, fault.why)
    else:
        state, text = texts.OK, texts.bot_api(username, server)
    return [_Finding(texts.BOT_API, state, text)]


async def _smtp(settings: Settings) -> list[_Finding]:
    if settings.demo:
        return [_Finding(texts.SMTP, texts.SKIPPED, texts.OWN)]
    try:
        await MailSender(mail_server(settings)).try_connection()
    except TryLater as error:
        return [_Finding(texts.SMTP, texts.FAILED, texts.no_smtp(settings, error.why))]
    return [_Finding(texts.SMTP, texts.OK, texts.smtp(settings))]


async def _http(settings: Settings) -> list[_Finding]:
    try:
        with closing(listen(settings.host, settings.port)):
            return [_Finding(texts.HTTP, texts.OK, texts.http(settings))]
    except SettingsError as error:
        if await _is_ours(settings):
            return [_Finding(texts.HTTP, texts.OK, texts.http_taken(settings))]
        return [_Finding(texts.HTTP, texts.FAILED, str(error))]


async def _is_ours(settings: Settings) -> bool:
    """Tell whether it is a MediConnect that answers at the port of the settings."""
    address = settings.model_copy(update={"public_url": None}).reached_at
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{address}/healthz") as answer,
        ):
            return bool(await answer.json() == {"status": "ok"})
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
