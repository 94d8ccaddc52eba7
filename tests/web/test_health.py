"""/healthz and /readyz, to somebody without a token."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.settings import Settings
from bot.web.server import listen, served
from bot.web.shared_answer import SharedAnswer
from bot.web.site import site
from tests.faults.database import Database
from tests.town import environment, founded
from tests.turning import TurnableClock
from tests.web.conftest import Portal


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look is a new one."""
    monkeypatch.setattr("bot.web.health.LASTS_SECONDS", 0)
    monkeypatch.setattr("services.storage.mongo.driver.PATIENCE_MS", 200)


async def test_a_bot_that_has_all_it_needs_is_ready(portal: Portal) -> None:
    parts = {"polling": "active", "bulk": "active"}
    async with asyncio.timeout(60):
        # The outbox gets its turn beside the polling, which is what a town waits for.
        while portal.town.assembly.parts() != parts:
            await portal.call("GET", "/healthz")
    for path, status, more in (("/healthz", "ok", {}), ("/readyz", "ready", parts)):
        answer = await portal.call("GET", path)
        assert (answer.status, answer.body) == (200, {"status": status} | more)


@pytest.mark.parametrize("harm", ["drop", "refuse", "nonsense"])
async def test_without_the_bot_api_the_bot_lives_and_is_not_ready(portal: Portal, harm: str) -> None:
    faults = portal.town.telegram.faults
    if harm == "drop":
        faults.drop("getMe")
    elif harm == "refuse":
        faults.refuse("getMe", error_code=401, description="Unauthorized")
    else:
        faults.refuse("getMe", error_code=502, description="Bad Gateway")
    answer = await portal.call("GET", "/readyz")
    assert (answer.status, answer.body["missing"]) == (503, ["telegram"])
    assert answer.is_problem
    assert "Retry-After" in answer.headers
    assert (await portal.call("GET", "/healthz")).status == 200
    faults.clear()
    assert (await portal.call("GET", "/readyz")).status == 200


async def test_a_bot_api_that_asks_to_wait_has_answered(portal: Portal) -> None:
    portal.town.telegram.faults.refuse(
        "getMe", error_code=429, description="Too Many Requests", retry_after=60
    )
    assert (await portal.call("GET", "/readyz")).status == 200


async def test_however_many_ask_the_bot_api_is_asked_once(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    del monkeypatch
    before = sum(call.method == "getme" for call in portal.town.telegram.calls)
    portal.town.telegram.faults.delay("getMe", 1)
    answers = await asyncio.gather(*(portal.call("GET", "/readyz") for _ in range(10)))
    assert {answer.status for answer in answers} == {200}
    assert sum(call.method == "getme" for call in portal.town.telegram.calls) == before + 1


async def test_without_a_database_the_bot_lives_and_says_what_is_missing(
    database: Database, clock: TurnableClock, tmp_path: Path
) -> None:
    environ = environment(database.url, "http://127.0.0.1:1", 1, tmp_path, PORT="0")
    settings = Settings.load(env_file=None, environ=environ)
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with founded(database.url, clock, tmp_path) as town:
        app = site(settings, town.assembly.clinic, town.assembly.link, watch=town.assembly.watch)
        async with served(app, listening), ClientSession(address) as session:
            assert (await session.get("/readyz")).status == 200
            async with database.gone():
                answer = await session.get("/readyz")
                assert (answer.status, (await answer.json())["missing"]) == (503, ["database"])
                assert "mongodb" not in await answer.text()
                assert (await session.get("/healthz")).status == 200
                # What waits is not known, so it isn't told; the rest is.
                text = await (await session.get("/metrics")).text()
                assert "mediconnect_outbox_waiting{" not in text
                assert "mediconnect_update_duration_seconds_count" in text
                failed = await session.post(
                    "/login", json={"email": "asha@example.org", "password": "correct horse"}
                )
                assert failed.status == 503
                text = await (await session.get("/metrics")).text()
                assert 'mediconnect_storage_errors_total{where="http"} 1.0' in text
            assert (await session.get("/readyz")).status == 200


async def test_whoever_goes_away_does_not_take_the_answer_from_the_others() -> None:
    asked, free = 0, asyncio.Event()

    async def ask() -> bool:
        nonlocal asked
        asked += 1
        await free.wait()
        return True

    shared = SharedAnswer(ask, otherwise=False, lasts=60)
    first, second = asyncio.create_task(shared()), asyncio.create_task(shared())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    free.set()
    assert await second
    assert await shared()
    assert asked == 1


async def test_whoever_does_not_answer_in_time_counts_as_missing() -> None:
    shared = SharedAnswer(asyncio.Event().wait, otherwise=False, patience=0.01, lasts=60)
    assert not await shared()
