"""An index among very many documents takes longer than an answer is waited for."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.errors import StorageDown
from services.storage.mongo.driver import Driver, connect
from services.storage.storage import Storage
from tests.fail_points import allow_fail_points
from tests.faults.database import Database
from tests.faults.holding import logged

# An index is made by the server on and on from here, until it is told otherwise.
SLOW = "hangAfterStartingIndexBuild"
SLOWER_THAN_WAITED_FOR = "storage.index_takes_long"


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A server of its own, with fail points and an account that an index is to be made of."""
    allow_fail_points(tmp_path, monkeypatch)
    server = Database(tmp_path)
    await server.start()
    async with connect(server.url) as database:
        await database["users"].insert_one({"_id": "asha", "name": "Asha", "email": "asha@example.org"})
        await database.client.admin.command("configureFailPoint", SLOW, mode="alwaysOn")
    try:
        yield server
    finally:
        server.kill()


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_start_waits_for_an_index_that_takes_long(server: Database, driver: Driver) -> None:
    async with connect(server.url, driver, socketTimeoutMS=500) as database:
        with logged(SLOWER_THAN_WAITED_FOR) as line:
            start = asyncio.create_task(Storage.on(database).prepare())
            await line.came()
        assert not start.done()
        async with connect(server.url) as other:
            await other.client.admin.command("configureFailPoint", SLOW, mode="off")
        await start
        assert "email_1" in await database["users"].index_information()


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_start_gives_up_where_the_server_answers_nothing_any_more(
    server: Database, driver: Driver
) -> None:
    async with connect(server.url, driver, socketTimeoutMS=500, serverSelectionTimeoutMS=500) as database:
        with logged(SLOWER_THAN_WAITED_FOR) as line:
            start = asyncio.create_task(Storage.on(database).prepare())
            await line.came()
        assert server.pid is not None
        os.kill(server.pid, signal.SIGSTOP)
        with pytest.raises(StorageDown):
            await start
