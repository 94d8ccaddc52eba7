"""What all tests share: a real database, fresh for each test, and a town with the whole bot in it."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pymongo import monitoring

from services.storage.driver import Database, connect
from services.storage.embedded import EmbeddedMongo
from tests.plans import OURS, Questions, dreadful
from tests.town import Town, founded
from tests.turning import MONDAY, TurnableClock

# As the bot itself does at its start.
os.environ.setdefault("PTB_TIMEDELTA", "1")

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - pytest makes a directory of its own in it
ROOM_BYTES = 4 * 1024**3


def pytest_configure() -> None:
    """Keep what the tests write in memory, where there is room: databases sync each write to their disk."""
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))


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


# Databases of this worker that are empty, with all their indexes: making those takes longer than most tests.
EMPTY: list[str] = []
# A process that was killed may still have had something on its way, and an earlier version has had its own
# indexes: nobody else gets such a database.
NOT_REUSED = {"stage", "real_stage", "old"}


@pytest.fixture
async def database_url(mongod: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty database for the test alone.

    What the test asked of it and no test before must run on an index, unless it is marked as `dreadful`.
    """
    name = EMPTY.pop() if EMPTY else f"test_{uuid.uuid4().hex}"
    url = f"{mongod.rstrip('/')}/{name}"
    yield url
    is_dreadful = request.node.get_closest_marker("dreadful") is not None
    async with connect(url) as database:
        asked = QUESTIONS.taken(name)
        found = [] if is_dreadful else await dreadful(database, asked)
        is_usable = not (is_dreadful or NOT_REUSED & set(request.fixturenames))
        if is_usable and await _is_emptied(database):
            EMPTY.append(name)
        else:
            await database.client.drop_database(name)
    assert found == [], "these go through a whole collection, or sort in memory"


async def _is_emptied(database: Database) -> bool:
    """Take out all documents; False where a test has changed the database itself (its profiler, say)."""
    names = await database.list_collection_names()
    if any(name.startswith("system.") for name in names):
        return False
    for name in names:
        await database[name].delete_many({}, comment=OURS)
    return True


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
