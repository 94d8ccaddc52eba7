"""Migrations run once, one worker at a time, and never in a database that a later version has used."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.storage.migrations import (
    COLLECTION,
    ID,
    DatabaseTooNew,
    Migration,
    MigrationStore,
    migrate,
    migrations,
    newest,
)
from services.storage.mongo.driver import connect
from services.storage.storage import Storage


class Steps:
    """Steps that note when they are run; what is in `before` happens in the middle of one."""

    def __init__(self, *numbers: int) -> None:
        self.run: list[int] = []
        self.before: Callable[[], Awaitable[None]] | None = None
        self.all = tuple(Migration(number, f"step_{number}", self._step(number)) for number in numbers)

    def _step(self, number: int) -> Callable[[], Awaitable[int]]:
        async def step() -> int:
            if self.before is not None:
                await self.before()
            self.run.append(number)
            return 1

        return step


async def test_each_step_is_run_once_and_in_order(storage: Storage) -> None:
    first, later = Steps(1, 2), Steps(1, 2, 3)
    await migrate(first.all, storage.migrations)
    await migrate(first.all, storage.migrations)
    assert first.run == [1, 2]
    await migrate(later.all, storage.migrations)
    assert later.run == [3]
    assert await storage.migrations.number() == 3


async def test_of_many_workers_that_start_at_once_one_runs_them_and_the_others_wait(
    storage: Storage,
) -> None:
    steps = Steps(1, 2)
    steps.before = lambda: asyncio.sleep(0)
    seen: list[list[int]] = []

    async def worker() -> None:
        await migrate(steps.all, storage.migrations)
        seen.append([*steps.run])

    await asyncio.gather(*(worker() for _ in range(8)))
    # Nobody went on before all was done.
    assert seen == [[1, 2]] * 8


async def test_a_step_that_has_failed_is_run_again_at_the_next_start(storage: Storage) -> None:
    steps = Steps(1, 2)

    async def fails() -> None:
        if steps.run:
            raise ZeroDivisionError

    steps.before = fails
    with pytest.raises(ZeroDivisionError):
        await migrate(steps.all, storage.migrations)
    steps.before = None
    # The lease was given back, so that there is nothing to wait for.
    async with asyncio.timeout(2):
        await migrate(steps.all, storage.migrations)
    assert steps.run == [1, 2]


async def test_the_lease_of_a_worker_that_died_ends_and_its_step_is_run_again(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.storage.migrations.LEASE_SECONDS", 0.3)
    assert await storage.migrations.claim("dead")
    assert not await storage.migrations.claim("other")
    steps = Steps(1)
    await migrate(steps.all, storage.migrations)
    assert steps.run == [1]
    # Whoever was only slow has nothing to say any more.
    assert not await storage.migrations.note("dead", 7)
    assert await storage.migrations.number() == 1


async def test_a_long_step_keeps_its_lease(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.storage.migrations.LEASE_SECONDS", 0.5)
    monkeypatch.setattr("services.storage.migrations.RENEW_SECONDS", 0.05)
    steps, claims = Steps(1), []

    async def several_leases_long() -> None:
        renewed = asyncio.Event()
        renewals = 0
        renew = MigrationStore.renew

        async def noting(store: MigrationStore, holder: str) -> None:
            nonlocal renewals
            await renew(store, holder)
            renewals += 1
            if renewals > 12:
                renewed.set()

        monkeypatch.setattr(MigrationStore, "renew", noting)
        await renewed.wait()
        claims.append(await storage.migrations.claim("other"))

    steps.before = several_leases_long
    await migrate(steps.all, storage.migrations)
    assert (claims, steps.run) == ([False], [1])


async def test_a_database_of_a_later_version_is_refused_and_left_as_it_is(database_url: str) -> None:
    async with connect(database_url) as database:
        storage = Storage.on(database)
        await storage.prepare()
        known = newest(migrations(storage.name_keys))
        assert await storage.migrations.number() == known
        await database[COLLECTION].update_one({"_id": ID}, {"$set": {"number": known + 1}})
        await database["appointments"].drop_index("one_doctor_id")
        with pytest.raises(DatabaseTooNew) as refused:
            await storage.prepare()
        assert (refused.value.stored, refused.value.known) == (known + 1, known)
        assert "one_doctor_id" not in await database["appointments"].index_information()
