"""Named leases: one holder at a time, by the database's clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.background import process_identity
from services.background.lease_keeper import LeaseKeeper
from services.background.process_identity import has_ended, new_holder
from services.errors import StorageDown
from services.storage.leases import LeaseStore
from services.storage.storage import Storage
from tests.processes.holders import process_with_holder

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SOON_SECONDS = 5


async def is_over(storage: Storage, name: str) -> None:
    """Let the lease end, as if its holder had died a while ago."""
    await storage.leases._leases.update_one({"_id": name}, {"$set": {"until": LONG_AGO}})


async def test_one_of_many_gets_it_and_the_others_only_when_it_is_given_back_or_over(
    storage: Storage,
) -> None:
    taken = await asyncio.gather(*(storage.leases.claim("polling", str(number), 6) for number in range(8)))
    assert taken.count(True) == 1
    first = str(taken.index(True))
    assert await storage.leases.holder("polling") == first
    assert await storage.leases.claim("polling", first, 6)
    assert not await storage.leases.claim("polling", "another", 6)
    await storage.leases.release("polling", "another")
    assert await storage.leases.holder("polling") == first
    await storage.leases.release("polling", first)
    assert await storage.leases.holder("polling") is None
    assert await storage.leases.claim("polling", "another", 6)
    await is_over(storage, "polling")
    assert await storage.leases.holder("polling") is None
    assert await storage.leases.claim("polling", first, 6)
    assert not await storage.leases.claim("polling", "another", 6)


async def test_leases_of_different_names_know_nothing_of_each_other(storage: Storage) -> None:
    assert await storage.leases.claim("polling", "one", 6)
    assert await storage.leases.claim("bulk", "another", 6)


async def test_a_lease_is_as_long_as_the_databases_clock_says(storage: Storage) -> None:
    before = datetime.now(UTC)
    await storage.leases.claim("polling", "one", 6)
    row = await storage.leases._leases.find_one({"_id": "polling"})
    assert timedelta(seconds=5) < row["until"] - before < timedelta(seconds=8)


async def test_a_reserve_takes_over_at_once_from_one_that_stops(storage: Storage) -> None:
    first, reserve = (LeaseKeeper(storage.leases, "polling", holder) for holder in ("one", "another"))
    working = asyncio.create_task(first.work())
    async with asyncio.timeout(SOON_SECONDS):
        await first.until_held()
    standing_by = asyncio.create_task(reserve.work())
    assert first.part == "active"
    assert reserve.part == "standby"
    working.cancel()
    async with asyncio.timeout(SOON_SECONDS):
        await reserve.until_held()
        await asyncio.wait([working])  # it has given the lease back, and may have a line or two to go
    assert (first.part, reserve.part) == ("standby", "active")
    standing_by.cancel()
    await asyncio.gather(working, standing_by, return_exceptions=True)


async def test_one_whose_lease_another_has_taken_is_told(storage: Storage) -> None:
    changes: list[bool] = []
    keeper = LeaseKeeper(storage.leases, "polling", "one", lambda: changes.append(keeper.is_held))
    working = asyncio.create_task(keeper.work())
    await keeper.until_held()
    await is_over(storage, "polling")
    assert await storage.leases.claim("polling", "another", 6)
    async with asyncio.timeout(SOON_SECONDS):
        await keeper.until_lost()
    assert changes == [True, False]
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    # It gives back only what is its own.
    assert await storage.leases.holder("polling") == "another"


class Away(LeaseStore):
    """A database that answers until it is `down`."""

    down = False

    async def claim(self, name: str, holder: str, seconds: float) -> bool:
        if self.down:
            raise StorageDown
        return await super().claim(name, holder, seconds)


async def test_while_the_database_is_away_its_holder_stays_it_and_nobody_becomes_it(storage: Storage) -> None:
    leases = Away(storage.leases._leases.database)
    keeper, reserve = LeaseKeeper(leases, "polling", "one"), LeaseKeeper(leases, "polling", "another")
    await keeper._claim()
    leases.down = True
    until = keeper._safe_until
    await keeper._claim()
    await reserve._claim()
    assert keeper._safe_until > until
    assert not reserve.is_held


async def test_whoever_sees_another_at_work_gives_up_a_lease_that_is_not_confirmed(storage: Storage) -> None:
    """It alone can't reach the database: the other has the lease by now."""
    leases = Away(storage.leases._leases.database)
    keeper = LeaseKeeper(leases, "polling", "one")
    await keeper._claim()
    keeper.doubt()
    assert keeper.is_held
    leases.down = True
    await keeper._claim()
    assert keeper.is_held
    keeper.doubt()
    assert not keeper.is_held
    await keeper._claim()
    assert not keeper.is_held


async def test_one_that_can_not_do_its_work_lets_whoever_stands_by_try(storage: Storage) -> None:
    keeper, reserve = (LeaseKeeper(storage.leases, "polling", holder) for holder in ("one", "another"))
    working = asyncio.create_task(keeper.work())
    async with asyncio.timeout(SOON_SECONDS):
        await keeper.until_held()
        standing_by = asyncio.create_task(reserve.work())
        keeper.stand_aside()
        await reserve.until_held()
        assert not keeper.is_held
        # Where nobody else wants it, it is taken again.
        standing_by.cancel()
        await keeper.until_held()
    working.cancel()
    await asyncio.gather(working, standing_by, return_exceptions=True)


async def test_one_that_was_paused_for_too_long_has_lost_it(storage: Storage) -> None:
    keeper = LeaseKeeper(storage.leases, "polling", "one")
    await keeper._claim()
    keeper._safe_until -= 10
    await keeper.until_lost()
    assert keeper.part == "standby"


async def test_a_killed_holder_on_the_same_machine_is_not_waited_for(storage: Storage) -> None:
    keeper = LeaseKeeper(storage.leases, "polling", "another")
    async with process_with_holder() as (process, holder):
        assert await storage.leases.claim("polling", holder, 60)
        await keeper._claim()
        assert not keeper.is_held
        process.kill()
        await process.wait()
    await keeper._claim()
    assert keeper.is_held


def test_a_process_that_may_not_be_looked_at_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where /proc hides those of other users (proc(5), hidepid)."""
    holder = new_holder()
    monkeypatch.setattr(process_identity, "_stat", lambda _pid: [])
    assert not has_ended(holder)


@pytest.mark.parametrize("holder", ["", "x", "a.b.c", "elsewhere.1.0.abc", "..."])
def test_whoever_is_not_known_may_be_alive(holder: str) -> None:
    assert not has_ended(holder)
    assert not has_ended(new_holder())
