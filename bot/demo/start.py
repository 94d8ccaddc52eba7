"""The whole product on one machine without a token: a local Telegram, a mail catcher, a page."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr
from starlette.routing import BaseRoute

from bot.demo.bot_api.api import add_bot_api
from bot.demo.bot_api.telegram import Telegram
from bot.demo.mailbox import Mailbox
from bot.demo.page_server import Live, Login, page_routes
from bot.demo.sample_clinic import (
    ADMIN,
    DOCTOR,
    PASSWORD,
    PATIENT,
    RECEPTIONIST,
    STAFF_CODE,
    account_of,
)
from bot.settings import Settings
from services.clock import Clock
from services.storage.storage import Storage

HOST = "127.0.0.1"
# A public video server. Only a tap on Join leads there.
VIDEO_URL = "https://meet.jit.si"
HOLIDAYS = "GB-ENG"
# An address that does not exist, and a phone number that is reserved for films.
ADDRESS = "12 Harbour Street, 2nd floor"
PHONE = "+44 117 496 0123"
PHONES = {
    1001: ("Patient", PATIENT),
    2001: ("Doctor", DOCTOR),
    4001: ("Receptionist", RECEPTIONIST),
    3001: ("Admin", ADMIN),
}


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The settings for a bot in the demo, and the routes of the page."""

    settings: Settings
    routes: list[BaseRoute]


@asynccontextmanager
async def demonstrated(settings: Settings, storage: Storage, clock: Clock) -> AsyncIterator[Demonstration]:
    """Serve the local Bot API on a loopback port of its own, and catch emails."""
    kept = await asyncio.to_thread(_kept_secrets, settings.data_dir)
    async with AsyncExitStack() as stack:
        telegram = Telegram(token=kept["bot_token"], clock=clock, journal=settings.data_dir / "telegram.json")
        stack.push_async_callback(telegram.close)
        mailbox = Mailbox(clock=clock, journal=settings.data_dir / "mails.json")
        await mailbox.start()
        stack.push_async_callback(mailbox.stop)
        api_url = await stack.enter_async_context(_bot_api(telegram))
        ready = settings.model_copy(
            update={
                "bot_token": SecretStr(kept["bot_token"]),
                "key": settings.key or SecretStr(kept["key"]),
                "staff_code": settings.staff_code or SecretStr(STAFF_CODE),
                "telegram_api_url": api_url,
                "webhook_url": None,
                "video_url": settings.video_url or VIDEO_URL,
                "clinic_address": settings.clinic_address or ADDRESS,
                "clinic_phone": settings.clinic_phone or PHONE,
                "holidays": settings.holidays or HOLIDAYS,
                "email_host": HOST,
                "email_port": mailbox.port,
                "email_security": "none",
                "email_user": None,
                "email_password": None,
                "email_from": "clinic@mediconnect.example",
            }
        )
        yield Demonstration(ready, page_routes(_live(telegram, mailbox, settings, storage)))


@asynccontextmanager
async def _bot_api(telegram: Telegram) -> AsyncIterator[str]:
    """Serve the Bot API; give its address."""
    app = web.Application()
    add_bot_api(app, telegram)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _live(telegram: Telegram, mailbox: Mailbox, settings: Settings, storage: Storage) -> Live:
    for chat_id, (_, person) in PHONES.items():
        first, _, last = person.name.partition(" ")
        telegram.phone(chat_id, first, last)

    async def logins() -> list[Login]:
        return await _logins(storage)

    return Live(
        telegram,
        mailbox,
        clinic_name=settings.clinic_name,
        labels={chat_id: label for chat_id, (label, _) in PHONES.items()},
        logins=logins,
        # Only the demo's own code is shown, and not one from the settings.
        staff_code=None if settings.staff_code else STAFF_CODE,
        has_api=settings.api,
    )


async def _logins(storage: Storage) -> list[Login]:
    """Return how the owners of the phones sign in, with their present email addresses.

    Those whose account was deleted are left out. A password that was changed is not known here.
    """
    found = [(chat_id, label, await account_of(storage, whose)) for chat_id, (label, whose) in PHONES.items()]
    return [Login(chat_id, label, user.email, PASSWORD) for chat_id, label, user in found if user]


def _kept_secrets(data_dir: Path) -> dict[str, str]:
    """Return the demo's token and key. Made at the first start, so that sessions survive a restart."""
    path = data_dir / "demo.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    data_dir.mkdir(parents=True, exist_ok=True)
    made = {
        "bot_token": f"1{secrets.randbelow(10**9):09d}:{secrets.token_urlsafe(26)}",
        "key": secrets.token_hex(32),
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(made))
    return made
