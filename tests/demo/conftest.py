"""A local Telegram behind a real port, a client that speaks its HTTP, and one person with a phone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo.bot_api.api import add_bot_api
from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram

TOKEN = "123456:AAE-local_token_of_the_tests_0123456789"
NOBODY = 404_404


class TurnedClock:
    """A clock that stands still until a test turns it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def turn(self, by: timedelta) -> None:
        self.time += by


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status, the headers, the decoded body."""

    status: int
    headers: Any
    body: dict[str, Any]


class Api:
    """Calls Bot API methods as a bot does."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def ask(self, method: str, **params: Any) -> Answer:
        """Call a method with JSON; return the whole answer."""
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as response:
            return Answer(response.status, response.headers, await response.json())

    async def __call__(self, method: str, **params: Any) -> Any:
        """Call a method that has to succeed; return its result."""
        answer = await self.ask(method, **params)
        assert answer.body["ok"], answer.body
        return answer.body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """Call a method that has to be refused; return the description."""
        answer = await self.ask(method, **params)
        assert answer.body["ok"] is False, answer.body
        assert answer.body["error_code"] == answer.status
        return str(answer.body["description"])


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def telegram(clock: TurnedClock) -> AsyncIterator[Telegram]:
    telegram = Telegram(token=TOKEN, clock=clock)
    yield telegram
    await telegram.close()


@asynccontextmanager
async def served(telegram: Telegram) -> AsyncIterator[tuple[web.AppRunner, Api]]:
    """Serve a local Telegram on a free port; give the server and a client of it."""
    app = web.Application()
    add_bot_api(app, telegram)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        yield runner, Api(session, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


@pytest.fixture
async def api(telegram: Telegram) -> AsyncIterator[Api]:
    async with served(telegram) as (_, api):
        yield api


@pytest.fixture
def phone(telegram: Telegram) -> Phone:
    """Asha's phone; she has started the bot."""
    phone = telegram.phone(7001, "Asha", "Rao")
    phone.start()
    return phone


def keyboard(*labels: str) -> dict[str, Any]:
    """Return an inline keyboard, one button a row; the data is `tap:` and the label."""
    return {"inline_keyboard": [[{"text": label, "callback_data": f"tap:{label}"}] for label in labels]}
