"""The embedded server is a replica set of one, also on what a single server has written."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from services.storage.mongo import embedded
from services.storage.mongo.driver import Driver, connect
from services.storage.mongo.embedded import EmbeddedMongo, running_server
from services.storage.storage import Storage
from tests.faults.database import Database
from tests.storage.test_embedded import port_in, put, words

COUNT = 200


async def test_a_folder_that_a_single_server_has_written_is_taken_over_with_all_that_is_in_it(
    tmp_path: Path,
) -> None:
    single = Database(tmp_path)
    await single.start()
    async with connect(single.url) as database:
        await Storage.on(database).prepare()
        indexes = await database["appointments"].index_information()
        await database.words.insert_many([{"_id": f"{number:03}"} for number in range(COUNT)])
    # As a power cut would, so that its journal is needed, too.
    single.kill()
    for _ in range(2):
        async with EmbeddedMongo(tmp_path) as url:
            assert len(await words(url)) == COUNT
            async with connect(url) as database:
                assert (await database.command("hello"))["setName"] == "mediconnect"
                assert await database["appointments"].index_information() == indexes


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_writes_go_on_when_the_server_was_killed_and_has_another_port_at_the_next_start(
    tmp_path: Path, driver: Driver
) -> None:
    ports = set()
    for number in range(3):
        server = EmbeddedMongo(tmp_path)
        async with server as url, connect(url, driver, serverSelectionTimeoutMS=20_000) as database:
            ports.add(port_in(url))
            assert len(await words(url)) == 2 * number
            await database.words.insert_one({"_id": f"{number} before"})
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            await database.words.insert_one({"_id": f"{number} after"})
    assert len(ports) == 3


async def test_there_are_snapshots_and_transactions(tmp_path: Path) -> None:
    async with EmbeddedMongo(tmp_path) as url:
        client: AsyncMongoClient[dict[str, str]] = AsyncMongoClient(url)
        async with client:
            both = [client.one.words, client.two.words]
            await asyncio.gather(*(each.insert_one({"_id": "here"}) for each in both))
            async with client.start_session(snapshot=True) as then:
                seen = [len(await both[0].find(session=then).to_list(None))]
                await asyncio.gather(*(each.insert_one({"_id": "later"}) for each in both))
                seen += [len(await each.find(session=then).to_list(None)) for each in both]
            assert seen == [1, 1, 1]
            async with client.start_session() as session:
                await session.start_transaction()
                await both[0].insert_one({"_id": "undone"}, session=session)
                await session.abort_transaction()
            assert await both[0].count_documents({}) == 2


async def test_another_process_finds_the_running_server_and_only_that(tmp_path: Path) -> None:
    assert running_server(tmp_path) is None
    async with EmbeddedMongo(tmp_path) as url:
        assert running_server(tmp_path) == url
        await put(url, "there")
    assert running_server(tmp_path) is None
    # What a power cut leaves behind.
    embedded._note_file(tmp_path).write_text("1 12345")
    assert running_server(tmp_path) is None
