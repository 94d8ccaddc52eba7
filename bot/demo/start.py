"""The whole product on one machine without a token: a local Telegram, a mail catcher, a page."""

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from bot.demo.api import add_bot_api
from bot.demo.clinic import ADMIN, DOCTOR, PASSWORD, PATIENT, STAFF_CODE, Sample
from bot.demo.live import Live, Login, PhoneLabel, add_page
from bot.demo.mailbox import Mailbox
from bot.demo.telegram import Telegram
from bot.settings import Settings, SettingsError
from services.clock import Clock

HOST = "127.0.0.1"
# A public server where anybody may meet; a tap on Join leads there, and nothing else does.
VIDEO_URL = "https://meet.jit.si"
# A street that is nowhere, and a number that is kept for films.
ADDRESS = "12 Harbour Street, 2nd floor"
PHONE = "+44 117 496 0123"
PHONES = {1001: ("Patient", PATIENT), 2001: ("Doctor", DOCTOR), 3001: ("Admin", ADMIN)}


@asynccontextmanager
async def demonstrated(settings: Settings, clock: Clock) -> AsyncIterator[Settings]:
    """Serve the page and the local Bot API on loopback; give the settings that lead the bot there.

    Raises SettingsError where the port is taken.
    """
    listening = _listen(settings.port)
    port: int = listening.getsockname()[1]
    kept = await asyncio.to_thread(_kept_secrets, settings.data_dir)
    async with AsyncExitStack() as stack:
        telegram = Telegram(token=kept["bot_token"], clock=clock, journal=settings.data_dir / "telegram.json")
        stack.push_async_callback(telegram.close)
        mailbox = Mailbox(clock=clock, journal=settings.data_dir / "mails.json")
        await mailbox.start()
        stack.push_async_callback(mailbox.stop)
        runner = web.AppRunner(_web(telegram, mailbox, settings), access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listening).start()
        yield settings.model_copy(
            update={
                "port": port,
                "bot_token": SecretStr(kept["bot_token"]),
                "key": settings.key or SecretStr(kept["key"]),
                "staff_code": settings.staff_code or SecretStr(STAFF_CODE),
                "telegram_api_url": f"http://{HOST}:{port}",
                "video_url": settings.video_url or VIDEO_URL,
                "clinic_address": settings.clinic_address or ADDRESS,
                "clinic_phone": settings.clinic_phone or PHONE,
                "email_host": HOST,
                "email_port": mailbox.port,
                "email_security": "none",
                "email_user": None,
                "email_password": None,
                "email_from": "clinic@mediconnect.example",
            }
        )


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"port: {port} is taken by another program; choose another, for example PORT={port + 1}"
        ) from error
    return listening


def _web(telegram: Telegram, mailbox: Mailbox, settings: Settings) -> web.Application:
    labels = {}
    for chat_id, (label, person) in PHONES.items():
        first, _, last = person.name.partition(" ")
        telegram.phone(chat_id, first, last)
        labels[chat_id] = PhoneLabel(label, _login(label, person))
    logins = [_login(label, person) for label, person in PHONES.values()]
    live = Live(
        telegram,
        mailbox,
        clinic_name=settings.clinic_name,
        labels=labels,
        logins=logins,
        # A code that the person has set is theirs to know; only the demo's own is shown.
        staff_code=None if settings.staff_code else STAFF_CODE,
    )
    app = web.Application()
    add_bot_api(app, telegram)
    add_page(app, live)
    return app


def _login(label: str, person: Sample) -> Login:
    return Login(label, person.email, PASSWORD)


def _kept_secrets(data_dir: Path) -> dict[str, str]:
    """Return the demo's own token and key, made at the first start: its sessions outlive a restart."""
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
