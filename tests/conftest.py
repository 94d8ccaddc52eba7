"""What all tests share: a real database, fresh for each test, and a town with the whole bot in it."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.storage.driver import connect
from services.storage.embedded import EmbeddedMongo
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


@pytest.fixture
async def database_url(mongod: str) -> AsyncIterator[str]:
    """A database of its own for the test, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    url = f"{mongod.rstrip('/')}/{name}"
    yield url
    async with connect(url) as database:
        await database.client.drop_database(name)


@pytest.fixture
def clock() -> TurnableClock:
    """A Monday morning that lasts until it is turned."""
    return TurnableClock(MONDAY)


@pytest.fixture
async def town(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with nobody in it but the bot."""
    async with founded(database_url, clock, tmp_path) as built:
        yield built
