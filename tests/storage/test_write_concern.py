"""A write that the majority has not acknowledged was not done, whatever else the answer says.

MongoDB's own fail point (`failCommand`) answers as a replica set does whose majority is away.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.errors import SlotTaken, StorageDown
from services.models.announcements import Announcement, AnnouncementId, Audience
from services.models.appointments import Appointment, AppointmentStatus
from services.models.audit import Action, AuditEntry
from services.models.notifications import EventKind
from services.models.people import ChatId, UserId
from services.storage.mongo.driver import Driver, connect
from services.storage.mongo.embedded import EmbeddedMongo
from services.storage.pending_updates import Entry
from services.storage.storage import Storage
from tests.fail_points import allow_fail_points
from tests.storage.conftest import a_notice, an_appointment, an_event
from tests.turning import MONDAY

# WriteConcernFailed; its kind, and not its number, is what counts.
MAJORITY_AWAY = {"code": 64, "errmsg": "waiting for replication timed out"}
Fail = Callable[..., Awaitable[None]]


@pytest.fixture(params=["motor", "pymongo"])
async def failing(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Storage, Fail]]:
    """Give the storage on a server of its own, and what lets it miss the majority once."""
    allow_fail_points(tmp_path, monkeypatch)
    driver: Driver = request.param
    async with EmbeddedMongo(tmp_path / "data") as url, connect(url, driver) as database:
        storage = Storage.on(database)
        await storage.prepare()

        async def fail(*commands: str) -> None:
            data: dict[str, Any] = {"failCommands": list(commands), "writeConcernError": MAJORITY_AWAY}
            await database.client.admin.command(
                {"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": data}
            )

        yield storage, fail


async def test_no_insert_counts_that_the_majority_has_not_got(failing: tuple[Storage, Fail]) -> None:
    storage, fail = failing
    event, notice = an_event(kind=EventKind.BOOKED), a_notice("n")
    entry = AuditEntry("e" * 24, MONDAY, Action.BLOCKED, UserId("nora"), "asha", {})
    announced = Announcement(
        AnnouncementId("a" * 24), UserId("nora"), ChatId(1), Audience.EVERYBODY, "Hello", MONDAY
    )
    inserts: list[Callable[[], Awaitable[object]]] = [
        lambda: storage.pending_updates.put([Entry(1, "x")]),
        lambda: storage.notifications.add([event], [notice], MONDAY),
        lambda: storage.dead_letters.tell([a_notice("t")], MONDAY),
        lambda: storage.appointments.add(an_appointment(1), event, MONDAY),
        lambda: storage.audit.add(entry),
        lambda: storage.announcements.add(announced),
    ]
    for insert in inserts:
        for _ in ("written now", "there already"):
            await fail("insert")
            with pytest.raises(StorageDown):
                await insert()


async def test_a_refusal_does_not_hide_that_the_neighbours_were_not_acknowledged(
    failing: tuple[Storage, Fail],
) -> None:
    """Two times in one write: one is refused by an index, the other not held by a majority."""
    storage, fail = failing
    await storage.appointments.add(an_appointment(1), an_event(), MONDAY)
    taken = _held(an_appointment(2, patient="bela"))
    free = _held(an_appointment(3, at=300, patient="chitra"))
    await fail("insert")
    results = await _together(storage, taken, free)
    assert [type(result) for result in results] == [StorageDown, StorageDown]
    # Tried again with the same ids, each gets what is true.
    taken_now, stored = await _together(storage, taken, free)
    assert isinstance(taken_now, SlotTaken)
    assert stored == free


def _held(appointment: Appointment) -> Appointment:
    held_until = MONDAY + timedelta(minutes=3)
    return replace(appointment, status=AppointmentStatus.HELD, reason=None, held_until=held_until)


async def _together(storage: Storage, *appointments: Appointment) -> list[object]:
    """Hold each; what is asked in the same turn of the loop goes in one write."""
    holding = [storage.appointments.hold(each, MONDAY) for each in appointments]
    return list(await asyncio.gather(*holding, return_exceptions=True))


async def test_no_change_counts_that_the_majority_has_not_got(failing: tuple[Storage, Fail]) -> None:
    storage, fail = failing
    booked = await storage.appointments.add(an_appointment(1), an_event(), MONDAY)
    await storage.notifications.add([], [a_notice("n")], MONDAY)
    changes: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("findAndModify", lambda: storage.appointment_remarks.explain(booked, "x", UserId("asha"), MONDAY)),
        ("findAndModify", lambda: storage.appointments.let_go(booked.id)),
        ("update", lambda: storage.conversations.put(ChatId(1), {"step": "x"})),
        ("update", lambda: storage.notifications.close(a_notice("n"), MONDAY, "sent")),
        ("update", lambda: storage.dead_letters.retry_all(MONDAY + timedelta(days=1))),
        ("delete", lambda: storage.pending_updates.remove(1)),
    ]
    for command, change in changes:
        await fail(command)
        with pytest.raises(StorageDown):
            await change()
