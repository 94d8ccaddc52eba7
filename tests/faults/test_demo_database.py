"""The demo's clinic, whose passwords everybody knows, and a real start with the same settings."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.real_database import DATABASE_SUFFIX, warn_of_sample_accounts
from bot.demo.sample_clinic import ADMIN, DOCTOR, PATIENT
from services.models.people import AccountStatus, User
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.faults.stage import BotProcess
from tests.turning import MONDAY

SAMPLE = (ADMIN, DOCTOR, PATIENT)


@pytest.fixture
async def demo_url(database_url: str) -> AsyncIterator[str]:
    """The demo's own database on the server of the tests; it is gone after the test."""
    name = database_url.rpartition("/")[2].partition("?")[0]
    url = database_url.replace(f"/{name}", f"/{name}{DATABASE_SUFFIX}")
    yield url
    async with connect(url) as database:
        await database.client.drop_database(database.name)


async def _accounts(url: str) -> list[User]:
    async with connect(url) as database:
        users = Storage.on(database).users
        found = [await users.credentials(person.email) for person in SAMPLE]
    return [credentials.user for credentials in found if credentials]


async def test_the_demos_accounts_are_in_no_real_database(
    database_url: str, demo_url: str, tmp_path: Path
) -> None:
    environ = {"BOT_TOKEN": "", "DB_URL": database_url, "DATA_DIR": str(tmp_path), "PORT": "0"}
    demo = BotProcess(environ)
    try:
        await demo.start()
        assert await _accounts(database_url) == []
        assert len(await _accounts(demo_url)) == len(SAMPLE)
        await demo.stop(signal.SIGINT)
        # The second start finds what the first one made.
        await demo.start()
        assert len(await _accounts(demo_url)) == len(SAMPLE)
    finally:
        await demo.end()


async def test_what_an_older_demo_left_in_a_real_database_is_warned_of(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with connect(database_url) as database:
        storage = Storage.on(database)
        await storage.prepare()
        await warn_of_sample_accounts(storage)
        assert caplog.messages == []
        await storage.users.add(ADMIN.user, b"", MONDAY)
        await warn_of_sample_accounts(storage)
        assert [ADMIN.id in message for message in caplog.messages] == [True]
        caplog.clear()
        await storage.users.change(ADMIN.id, {"status": AccountStatus.BLOCKED.value})
        await warn_of_sample_accounts(storage)
        assert caplog.messages == []
