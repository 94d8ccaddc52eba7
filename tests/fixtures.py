"""What all tests share: a real database, fresh for each test, and a town with the whole bot in it."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from pymongo import monitoring

from bot.__main__ import calm_collector, fastest_loop
from services.storage.mongo.driver import connect
from tests.databases import Databases, Written
from tests.faults.database import Database
from tests.intake import PATIENT
from tests.localization.pseudo import all_pseudo, pseudo
from tests.plans import Questions, dreadful
from tests.town import Town, founded
from tests.turning import MONDAY, TurnableClock

__all__ = ["all_pseudo", "pseudo"]

# As the bot itself does at its start.
os.environ.setdefault("PTB_TIMEDELTA", "1")


def pytest_collection_finish() -> None:
    """Let Python search for garbage as rarely as the bot does: what the tests import stays to the end."""
    gc.collect()
    calm_collector()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run the tests on the event loop that the bot runs on."""
    return {"the bot's": fastest_loop() or asyncio.new_event_loop}


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real database server for the tests of this worker: a single one, which writes faster than a set."""
    with asyncio.Runner() as runner:
        server = Database(tmp_path_factory.mktemp("mongod"))
        runner.run(server.start())
        yield server.url
        server.kill()


# How long an example takes says more of what else the machine is doing than of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# Every client of this process tells them what it asks, and where it writes.
QUESTIONS = Questions()
WRITTEN = Written()
monitoring.register(QUESTIONS)
monitoring.register(WRITTEN)

# An earlier version has had its own indexes: nobody else gets such a database.
NOT_REUSED = {"old"}


@pytest.fixture(scope="session")
def databases(mongod: str) -> Iterator[Databases]:
    """The databases of this worker."""
    databases = Databases(mongod, WRITTEN)
    with databases.connections.kept():
        yield databases
    databases.close()


@pytest.fixture
async def database_url(databases: Databases, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty database for the test alone, with all its indexes.

    What the test asked of it and no test before must run on an index, unless it is marked as `dreadful`.
    """
    name = await databases.lend()
    url = databases.url(name)
    yield url
    asked = QUESTIONS.taken(name)
    is_dreadful = request.node.get_closest_marker("dreadful") is not None
    found: list[dict[str, Any]] = []
    if asked and not is_dreadful:
        async with connect(url) as database:
            found = await dreadful(database, asked)
    databases.give_back(name, is_usable=not (is_dreadful or NOT_REUSED & set(request.fixturenames)))
    assert found == [], "these go through a whole collection, or sort in memory"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database server for the test alone, which it may kill."""
    server = Database(tmp_path)
    try:
        await server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(autouse=True)
def patient_intake(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is acknowledged was handled, however long it takes."""
    for name, value in PATIENT.items():
        monkeypatch.setattr(name, value)


@pytest.fixture
def true_pauses() -> None:
    """Ask for the pauses that the bot makes in earnest."""


@pytest.fixture(autouse=True)
def short_pauses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a chat waits for its next message, and a freed time to be offered, is soon over."""
    if "true_pauses" not in request.fixturenames:
        monkeypatch.setattr("services.notifications.chat_rate_limit.SECONDS_PER_MESSAGE", 0.05)
        monkeypatch.setattr("bot.app.WAITLIST_PAUSE_SECONDS", 0.05)


@pytest.fixture
def clock() -> TurnableClock:
    """A Monday morning that lasts until it is turned."""
    return TurnableClock(MONDAY)


@pytest.fixture
async def town(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with nobody in it but the bot. With TOWN_OVER_WEBHOOK set, Telegram delivers to a webhook."""
    over_webhook = bool(os.environ.get("TOWN_OVER_WEBHOOK"))
    async with founded(database_url, clock, tmp_path, over_webhook=over_webhook) as built:
        yield built
