"""What all tests share: a real database, fresh for each test, and a town with the whole bot in it."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pymongo import monitoring

from services.storage.driver import connect
from services.storage.embedded import EmbeddedMongo
from tests.plans import Questions, dreadful
from tests.town import Town, founded
from tests.turning import MONDAY, TurnableClock

# As the bot itself does at its start.
os.environ.setdefault("PTB_TIMEDELTA", "1")


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real database server for the tests of this worker."""
    with asyncio.Runner() as runner:
        server = EmbeddedMongo(tmp_path_factory.mktemp("mongod"))
        url = runner.run(server.start())
        yield url
        runner.run(server.stop())


# Every client of this process tells it what it asks.
QUESTIONS = Questions()
monitoring.register(QUESTIONS)


@pytest.fixture
async def database_url(mongod: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of its own for the test, dropped afterwards.

    What the test asked of it and no test before must run on an index, unless it is marked as `dreadful`.
    """
    name = f"test_{uuid.uuid4().hex}"
    url = f"{mongod.rstrip('/')}/{name}"
    yield url
    async with connect(url) as database:
        found = [] if request.node.get_closest_marker("dreadful") else await dreadful(database, QUESTIONS)
        await database.client.drop_database(name)
    assert found == [], "these go through a whole collection, or sort in memory"


@pytest.fixture(autouse=True)
def patient_intake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written down because it takes long: tests go by what is acknowledged being handled."""
    monkeypatch.setattr("bot.intake.STUCK_SECONDS", 600)
    monkeypatch.setattr("bot.context.ClinicContext.takes_long", lambda _context: None)


@pytest.fixture
def clock() -> TurnableClock:
    """A Monday morning that lasts until it is turned."""
    return TurnableClock(MONDAY)


@pytest.fixture
async def town(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with nobody in it but the bot."""
    async with founded(database_url, clock, tmp_path) as built:
        yield built
