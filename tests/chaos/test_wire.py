"""The wire loses and delays what it is asked to, and nothing else."""

import time
from collections.abc import AsyncIterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import UpdateOne  # noqa: TID251 - it is the driver that must be taken in
from pymongo.errors import (  # noqa: TID251 - likewise
    AutoReconnect,
    BulkWriteError,
    PyMongoError,
    WriteConcernError,
)

from services.storage.mongo.driver import connect
from tests.chaos.wire import Wire
from tests.plans import OURS


class Always(Random):
    """Chance that always falls on the same side."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self) -> float:
        return self.value


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[Wire]:
    port = urlsplit(database_url).port
    assert port is not None
    async with Wire(lambda: port, Always(0.2)) as wire:
        yield wire


@pytest.fixture
async def rows(wire: Wire, database_url: str) -> AsyncIterator[Any]:
    name = urlsplit(database_url).path
    # Motor says goodbye without letting the loop go on, in which the wire would have to carry it.
    async with connect(f"mongodb://127.0.0.1:{wire.port}{name}", "pymongo") as database:
        yield database["wire"]


async def stored(rows: Any) -> list[int]:
    found = await rows.find({}, comment=OURS).to_list(None)
    return [row["_id"] for row in found]


async def test_a_write_whose_acknowledgement_is_lost_is_made(wire: Wire, rows: Any) -> None:
    wire.lost = {"wire": 1}
    with pytest.raises(AutoReconnect):
        await rows.insert_one({"_id": 1})
    with pytest.raises(AutoReconnect):
        await rows.find_one_and_update({"_id": 1}, {"$set": {"told": True}})
    wire.lost = {}
    assert await rows.find_one({"_id": 1}) == {"_id": 1, "told": True}
    assert wire.losses == {"wire": 2}


async def test_a_write_may_be_made_and_not_confirmed(wire: Wire, rows: Any) -> None:
    wire.lost, wire.chance = {"wire": 1}, Always(0.7)
    with pytest.raises(WriteConcernError):
        await rows.insert_one({"_id": 1})
    with pytest.raises(PyMongoError):
        await rows.find_one_and_update({"_id": 1}, {"$set": {"told": True}})
    with pytest.raises(BulkWriteError) as raised:
        await rows.bulk_write([UpdateOne({"_id": 2}, {"$set": {"told": True}}, upsert=True)])
    assert raised.value.details is not None
    assert raised.value.details["writeErrors"] == []
    assert await stored(rows) == [1, 2]


async def test_only_some_collections_are_slow(wire: Wire, rows: Any) -> None:
    wire.slow, wire.slow_seconds = {"wire": 1}, (0.2, 0.2)
    begun = time.monotonic()
    await rows.database["others"].delete_one({"_id": 1})
    assert time.monotonic() - begun < 0.2
    begun = time.monotonic()
    await rows.insert_one({"_id": 1})
    assert time.monotonic() - begun >= 0.2
    assert wire.delays == {"wire": 1}


async def test_a_secret_that_is_written_is_seen(wire: Wire, rows: Any) -> None:
    wire.secrets.add(b"open sesame")
    await rows.insert_many([{"_id": 1, "text": "nothing"}, {"_id": 2, "text": '{"text": "open sesame"}'}])
    await rows.find_one({"text": "open sesame"}, comment=OURS)
    assert wire.leaks == {"wire": 1}
