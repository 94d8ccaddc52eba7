"""The bot as a process: what it serves on its port, a port that is taken, and its end."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from websockets.asyncio.client import connect

from bot.demo.real_database import DATABASE_SUFFIX
from bot.web.server import listen
from services.clock import SystemClock
from services.storage.mongo.driver import connect as connect_database
from tests.faults.stage import BotProcess, Stage, staged


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, SystemClock(), tmp_path) as stage:
        yield stage


@pytest.fixture
async def demo(database_url: str, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """A demo that is still to be started, reachable by all."""
    environ = {"BOT_TOKEN": "", "DB_URL": database_url, "DATA_DIR": str(tmp_path), "PORT": "0"}
    process = BotProcess({**environ, "HOST": "0.0.0.0"})  # noqa: S104 - that is what it is about
    yield process
    await process.end()
    name = database_url.rpartition("/")[2].partition("?")[0]
    async with connect_database(database_url.replace(f"/{name}", f"/{name}{DATABASE_SUFFIX}")) as database:
        await database.client.drop_database(database.name)


def address_of(process: BotProcess) -> str:
    """Return where a process has said that it is reached."""
    (line,) = [line for line in process.lines if "web.ready" in line]
    return line.rpartition("address=")[2].strip()


async def test_the_bot_serves_http_beside_telegram_and_stops_at_once(stage: Stage) -> None:
    async with stage.process() as bot:
        await bot.writes("web.ready")
        address = address_of(bot)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{address}/healthz") as response:
                assert response.status == 200
            # The page of the demo is not there.
            async with session.get(f"{address}/logins") as response:
                assert response.status == 404
            host, _, port = address.partition("//")[2].partition(":")
            _, idle = await asyncio.open_connection(host, int(port))
            began = asyncio.get_running_loop().time()
            assert await bot.stop(signal.SIGTERM) == 0
            assert asyncio.get_running_loop().time() - began < 4
            idle.close()
        assert not [line for line in bot.lines if "Traceback" in line or "database.own" in line]


@pytest.mark.parametrize("token", ["real", "none"])
async def test_a_taken_port_ends_the_start_with_one_line(stage: Stage, token: str) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        others = {"PORT": str(port), "LOG_LEVEL": "ERROR"} | ({"BOT_TOKEN": ""} if token == "none" else {})
        bot = BotProcess(stage.environ | others)
        await bot.spawn()
        assert await bot.ended() == 2
    assert bot.lines == [
        f"port: {port} is taken by another program. Choose another, for example PORT={port + 1}\n",
        "",
    ]


async def test_the_demo_shows_its_page_beside_the_clinic_and_says_who_sees_it(demo: BotProcess) -> None:
    await demo.start()
    assert [line for line in demo.lines if "demo.open_to_others host=0.0.0.0" in line]
    address = address_of(demo)
    assert [line for line in demo.lines if f"demo.ready: open {address}/ in a browser" in line]
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/healthz", "/logins", "/page/layout.css"):
            async with session.get(f"{address}{path}") as response:
                assert response.status == 200, path
    async with connect(f"{address.replace('http', 'ws')}/ws", origin=address) as page:  # type: ignore[arg-type] # a NewType
        assert "hello" in str(await page.recv())
        assert await demo.stop(signal.SIGINT) == 0
        async for _ in page:
            pass
        assert page.close_code == 1001
    assert not [line for line in demo.lines if "Traceback" in line]
