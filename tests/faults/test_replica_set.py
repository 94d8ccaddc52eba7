"""Three real database servers: acknowledgements get lost, a majority is away, the primary is killed (-9)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent  # noqa: TID251 - it tells what was sent

from services.errors import ClinicError, StorageDown
from services.models.announcements import AnnouncementId
from services.models.appointments import AppointmentId
from services.models.people import ChatId
from services.models.slots import Slot
from services.storage.mongo.driver import Driver, connect
from services.storage.storage import Storage
from tests.faults.replica_set import ReplicaSet
from tests.storage.calls import calls
from tests.storage.conftest import an_appointment, an_event
from tests.turning import MONDAY

WRITES = {"insert", "update", "delete", "findAndModify"}
# WriteConcernFailed: the write is done, and a majority has not confirmed it in time.
UNCONFIRMED = {"code": 64, "errmsg": "waiting for replication timed out"}
DRIVERS: tuple[Driver, ...] = ("motor", "pymongo")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Three servers for the tests of this file."""
    servers = ReplicaSet(tmp_path_factory.mktemp("replica-set"))
    try:
        with asyncio.Runner() as runner:
            runner.run(servers.start())
        yield servers
    finally:
        servers.kill()


class Counted(CommandListener):
    """Counts the writes of one client."""

    def __init__(self) -> None:
        self.writes = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.writes += event.command_name in WRITES

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


@pytest.fixture(params=DRIVERS)
async def storage(
    request: pytest.FixtureRequest, servers: ReplicaSet, counted: Counted
) -> AsyncIterator[Storage]:
    """The storage on a new database of the replica set, over each driver."""
    await servers.whole()
    url = servers.url.replace("/?", f"/{Path(request.node.name).name.replace('[', '_').strip(']')[-40:]}?")
    driver: Driver = request.param
    async with connect(url, driver, event_listeners=[counted], appname="tested") as database:
        storage = Storage.on(database)
        await storage.prepare()
        yield storage


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.mark.parametrize("storage", ["motor"], indirect=True)
async def test_no_write_counts_that_a_majority_has_not_confirmed(
    servers: ReplicaSet, storage: Storage, counted: Counted
) -> None:
    """Every call of the storage that writes: unconfirmed it fails, whatever else is in the answer."""
    failing = {"failCommands": sorted(WRITES), "appName": "tested", "writeConcernError": UNCONFIRMED}
    wrong, wrote, primary = [], 0, await servers.primary()
    for name, call in calls(storage).items():
        await primary.fails(**failing)
        before = counted.writes
        try:
            await call()
        except StorageDown:
            wrote += 1
            # What it has left is found again, and what it could not reach is done.
            with suppress(ClinicError):
                await call()
        else:
            wrong += [name] if counted.writes > before else []
    await primary.fails_no_more()  # the last call may have written nothing
    assert wrong == []
    assert wrote > 40


async def test_a_write_whose_connection_breaks_is_repeated_and_nobody_notices(
    servers: ReplicaSet, storage: Storage
) -> None:
    failing = {"failCommands": ["insert", "findAndModify"], "appName": "tested", "closeConnection": True}
    await servers.fail(**failing)
    booked = await storage.appointments.add(an_appointment(1), an_event(), MONDAY)
    await servers.fail(**failing)
    cancelled = await storage.appointments.cancel(booked.id, booked.patient_id, booked, an_event("x"), MONDAY)
    assert cancelled is not None


async def test_what_only_the_primary_has_is_not_told_as_stored(servers: ReplicaSet) -> None:
    """A new primary would not have it."""
    primary = await servers.primary()
    others = [member for member in servers.members if member is not primary]
    url = servers.url.replace("/?", "/unconfirmed?")
    async with connect(url, "pymongo", socketTimeoutMS=1500) as database:
        storage = Storage.on(database)
        await storage.prepare()
        for member in others:
            await member.asked({"configureFailPoint": "rsSyncApplyStop", "mode": "alwaysOn"})
        try:
            with pytest.raises(StorageDown):
                await storage.appointments.add(an_appointment(1), an_event(), MONDAY)
            assert await storage.appointments.by_id(an_appointment(1).id) is None
        finally:
            for member in others:
                await member.asked({"configureFailPoint": "rsSyncApplyStop", "mode": "off"})
    async with connect(url) as database:
        again = await Storage.on(database).appointments.add(an_appointment(1), an_event(), MONDAY)
        assert again == an_appointment(1)


async def test_chats_that_were_taken_without_an_answer_still_get_the_announcement(
    servers: ReplicaSet, storage: Storage
) -> None:
    announcement = AnnouncementId("a" * 24)
    await storage.deliveries.gather(announcement, [ChatId(1), ChatId(2), ChatId(3)])
    await servers.fail(failCommands=["update"], appName="tested", writeConcernError=UNCONFIRMED)
    with pytest.raises(StorageDown):
        await storage.deliveries.take(announcement, 2)
    taken = await storage.deliveries.take(announcement, 2)
    assert [delivery.chat_id for delivery in taken] == [1, 2]
    assert [each.chat_id for each in await storage.deliveries.take(announcement, 2)] == [3]
    assert await storage.deliveries.take(announcement, 2) == []


async def test_a_killed_primary_loses_no_booking_and_comes_back_as_a_secondary(
    servers: ReplicaSet, storage: Storage
) -> None:
    """Ten people book one time after the other, and repeat what did not answer."""
    primary, killed = await servers.primary(), asyncio.Event()
    confirmed: dict[AppointmentId, Slot] = {}

    async def books(person: int) -> None:
        for number in range(person * 20, person * 20 + 6):
            wanted = an_appointment(
                number, at=number * 60, doctor=f"doctor {person}", patient=f"patient {person}"
            )
            booked = await _repeated(storage.appointments.add, wanted, an_event(wanted.id), MONDAY)
            confirmed[booked.id] = booked.slot
            if number % 20 == 2:
                await killed.wait()

    async def dies() -> None:
        await asyncio.to_thread(primary.kill)
        killed.set()

    await asyncio.gather(dies(), *map(books, range(10)))
    assert await servers.primary() is not primary
    primary.start()
    await servers.whole()
    stored = {each: await storage.appointments.by_id(each) for each in confirmed}
    assert {key: found.slot for key, found in stored.items() if found} == confirmed
    assert len(confirmed) == 60
    # As it was booked: once, with its news once.
    rows = await storage.appointments._appointments.find({}).to_list(None)
    assert all(len(row["unsent"]) == len(row["history"]) == 1 for row in rows)


async def _repeated(call: Any, *args: Any) -> Any:
    async with asyncio.timeout(60):
        while True:
            with suppress(StorageDown):
                return await call(*args)
