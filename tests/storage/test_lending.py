"""The databases that tests are lent: the next test has an empty one, with every index, or a new one."""

from collections.abc import AsyncIterator

import pytest
from pymongo.errors import InvalidOperation

from services.storage.mongo.driver import Database, connect
from tests.databases import GIVEN_AWAY, Databases
from tests.fixtures import WRITTEN
from tests.plans import OURS, Questions


@pytest.fixture
def lent(mongod: str) -> Databases:
    return Databases(mongod, WRITTEN)


@pytest.fixture
async def name(lent: Databases) -> str:
    return await lent.lend()


@pytest.fixture
async def database(lent: Databases, name: str) -> AsyncIterator[Database]:
    async with connect(lent.url(name)) as database:
        yield database


async def test_what_a_test_has_written_is_gone_and_the_indexes_are_there(
    lent: Databases, name: str, database: Database
) -> None:
    before = await database["appointments"].index_information()
    await database["appointments"].insert_one({"_id": "a", "ticks": [1]}, comment=OURS)
    await database["users"].update_one({"_id": "u"}, {"$set": {"x": 1}}, upsert=True)
    await database["new"].find_one_and_replace({"_id": "n"}, {"x": 1}, upsert=True)
    lent.give_back(name, is_usable=True)
    assert await lent.lend() == name
    assert (await database.command("dbStats"))["objects"] == 0
    assert await database["appointments"].index_information() == before
    assert "one_doctor_id" in before


async def test_a_database_that_another_process_wrote_to_is_lent_to_nobody(
    lent: Databases, name: str, database: Database
) -> None:
    await database["users"].insert_one({"_id": "u"})
    # What another process writes is not noted here.
    WRITTEN.taken(name)
    lent.give_back(name, is_usable=True)
    assert await lent.lend() != name
    assert name not in await database.client.list_database_names()


async def test_a_database_that_was_given_to_a_process_is_lent_to_nobody(lent: Databases, name: str) -> None:
    # It was killed, and what it was writing may arrive whenever.
    GIVEN_AWAY.add(lent.url(name))
    lent.give_back(name, is_usable=True)
    assert await lent.lend() != name
    assert lent.url(name) not in GIVEN_AWAY


async def test_a_database_with_an_index_less_is_lent_to_nobody(
    lent: Databases, name: str, database: Database
) -> None:
    await database["appointments"].drop_index("one_doctor_id")
    lent.give_back(name, is_usable=True)
    other = await lent.lend()
    assert other != name
    assert "one_doctor_id" in await database.client[other]["appointments"].index_information()


async def test_a_database_that_is_not_usable_is_lent_to_nobody(lent: Databases, name: str) -> None:
    lent.give_back(name, is_usable=False)
    assert await lent.lend() != name


async def test_questions_that_differ_in_their_values_alone_are_one(mongod: str) -> None:
    questions = Questions()
    async with connect(mongod + "shapes", event_listeners=[questions]) as database:
        users = database["users"]
        for value in ("a", "b"):
            await users.find_one({"email": value})
            await users.find_one({"_id": {"$in": [value, value]}})
        assert len(questions.taken("shapes")) == 2
        for query in ({"email": None}, {"email": {"$exists": True}}, {"email": {"$exists": False}}):
            await users.find_one(query)
        await users.find({"email": "a"}).sort("name", 1).to_list(None)
        await users.find({"email": "a"}).sort("name", -1).to_list(None)
        await database["others"].find_one({"email": "a"})
        assert len(questions.taken("shapes")) == 6
        await database.client.drop_database("shapes")


async def test_a_test_finds_the_connections_of_the_one_before(database_url: str) -> None:
    async with connect(database_url) as database:
        first = await _connection(database)
    async with connect(database_url) as database:
        assert await _connection(database) == first


async def test_two_who_are_there_at_once_have_connections_of_their_own(database_url: str) -> None:
    async with connect(database_url) as one, connect(database_url) as other:
        assert await _connection(one) != await _connection(other)


async def test_who_sets_something_of_their_own_gets_connections_made_with_it(database_url: str) -> None:
    async with connect(database_url) as database:
        first = await _connection(database)
    async with connect(database_url, maxPoolSize=1) as database:
        assert await _connection(database) != first
    async with connect(database_url, event_listeners=[Questions()]) as database:
        assert await _connection(database) != first


async def test_the_connections_end_with_their_database(mongod: str) -> None:
    lent = Databases(mongod, WRITTEN)
    name = await lent.lend()
    with lent.connections.kept():
        async with connect(lent.url(name)) as database:
            await database.command("ping")
            client = database.client.delegate
        lent.give_back(name, is_usable=False)
    with pytest.raises(InvalidOperation):
        client.admin.command("ping")


async def _connection(database: Database) -> int:
    """Return the server's number of the connection that a command goes over."""
    return int((await database.command("hello"))["connectionId"])
