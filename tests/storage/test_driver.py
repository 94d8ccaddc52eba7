"""What holds of every call of the storage, over either driver."""

import asyncio
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.errors import StorageDown
from services.storage.mongo.driver import DATABASE_NAME, Driver, connect
from services.storage.storage import Storage
from tests.storage.calls import calls

WRITES = {"insert", "update", "delete", "findAndModify"}


class Writes(CommandListener):
    """Notes each write's concern."""

    def __init__(self) -> None:
        self.concerns: list[dict[str, Any] | None] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self.concerns.append(event.command.get("writeConcern"))

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


def _methods(storage: Storage) -> Iterator[str]:
    for field in fields(storage):
        if field.name == "freed_times":  # it is kept in memory
            continue
        for name in vars(type(getattr(storage, field.name))):
            if not name.startswith("_") and name != "prepare":
                yield f"{field.name}.{name}"


async def test_the_table_of_calls_has_every_method_of_the_storage(storage: Storage) -> None:
    assert {name.partition(" ")[0] for name in calls(storage)} == set(_methods(storage))


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_database_that_is_not_there_is_storage_down_for_every_call(driver: Driver) -> None:
    # Nobody listens on port 9.
    async with connect("mongodb://127.0.0.1:9/x", driver, serverSelectionTimeoutMS=1) as database:
        storage = Storage.on(database)
        every = dict(calls(storage)) | {"prepare": storage.prepare}
        results = await asyncio.gather(*(call() for call in every.values()), return_exceptions=True)
    wrong = {
        name: result for name, result in zip(every, results, strict=True) if type(result) is not StorageDown
    }
    assert wrong == {}


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_every_write_is_acknowledged_by_a_majority_and_journaled(
    database_url: str, driver: Driver
) -> None:
    writes = Writes()
    async with connect(database_url, driver, event_listeners=[writes]) as database:
        storage = Storage.on(database)
        await storage.prepare()
        for call in calls(storage).values():
            await call()
    assert len(writes.concerns) > 15
    assert all(concern == {"w": "majority", "j": True} for concern in writes.concerns)


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_the_database_is_the_one_in_the_url_or_has_the_products_name(driver: Driver) -> None:
    async with connect("mongodb://127.0.0.1:9/clinic", driver) as database:
        assert database.name == "clinic"
    async with connect("mongodb://127.0.0.1:9/", driver) as database:
        assert database.name == DATABASE_NAME


async def test_preparing_twice_changes_nothing(storage: Storage) -> None:
    await storage.prepare()
    indexes = await storage.appointments._appointments.index_information()
    guards = {name: index for name, index in indexes.items() if index.get("unique")}
    taken, there = {"ticks": {"$exists": True}}, {"$exists": True}
    assert {name: index["partialFilterExpression"] for name, index in guards.items()} == {
        "one_doctor_id": taken,
        "one_patient_id": taken,
        "one_room_id": taken | {"room_id": there},
        "one_doctor_with_buffer": taken | {"doctor_ticks": there},
    }
