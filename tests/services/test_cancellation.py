"""Whoever works until it is cancelled ends, although a library on the way has swallowed the cancellation."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial

import pytest

from services.background import lease_keeper
from services.background.lease_keeper import LeaseKeeper
from services.background.worker_loop import work_when_nudged
from services.cancellation import cancel_and_wait
from services.storage.leases import LeaseStore
from services.storage.mongo.driver import connect

PATIENCE_SECONDS = 5
SOON_SECONDS = 0.01


@pytest.fixture
async def leases(database_url: str) -> AsyncIterator[LeaseStore]:
    async with connect(database_url) as database:
        yield LeaseStore(database)


class Swallowing:
    """Waits as a library does that hears of a cancellation, and returns as if nothing had been."""

    def __init__(self, times: int = 1) -> None:
        self.left = times
        self.is_waiting = asyncio.Event()

    async def wait(self) -> None:
        self.is_waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not self.left:
                raise
            self.left -= 1

    async def begun(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Begin some work, and return when it waits here."""
        task = asyncio.create_task(work)
        await asyncio.wait_for(self.is_waiting.wait(), PATIENCE_SECONDS)
        return task


async def for_ever(act: Callable[[], Coroutine[None, None, None]]) -> None:
    while True:
        await act()


async def test_a_task_that_does_not_hear_of_two_cancellations_is_cancelled_until_it_ends() -> None:
    library = Swallowing(times=2)
    task = await library.begun(for_ever(library.wait))
    await asyncio.wait_for(cancel_and_wait(task, again_after=SOON_SECONDS), PATIENCE_SECONDS)
    assert task.cancelled()
    assert not library.left


async def test_a_clean_up_that_is_given_its_time_is_not_interrupted() -> None:
    may_end, is_clean = asyncio.Event(), False
    library = Swallowing(times=0)

    async def working() -> None:
        nonlocal is_clean
        try:
            await library.wait()
        finally:
            await may_end.wait()
            is_clean = True

    task = await library.begun(working())
    asyncio.get_running_loop().call_later(2 * SOON_SECONDS, may_end.set)
    await asyncio.wait_for(cancel_and_wait(task), PATIENCE_SECONDS)
    assert is_clean


async def test_what_a_task_raises_while_it_is_ended_is_not_raised_for_who_ends_it() -> None:
    library = Swallowing()

    async def failing() -> None:
        await library.wait()
        raise ValueError

    task = await library.begun(failing())
    await cancel_and_wait(task)
    assert isinstance(task.exception(), ValueError)


async def test_who_is_cancelled_while_ending_a_task_hears_of_that_when_the_task_has_ended() -> None:
    library = Swallowing()
    task = await library.begun(for_ever(library.wait))
    ending = asyncio.create_task(cancel_and_wait(task, again_after=PATIENCE_SECONDS))
    while library.left:  # noqa: ASYNC110 - until it has swallowed the first
        await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(ending, PATIENCE_SECONDS)
    assert task.cancelled()


async def test_a_worker_whose_act_has_swallowed_the_one_cancellation_ends() -> None:
    nudged, library = asyncio.Event(), Swallowing()
    nudged.set()
    task = await library.begun(work_when_nudged(nudged, library.wait, "outbox"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE_SECONDS)


class SlowLeases(LeaseStore):
    """Leases that are claimed at the moment of the cancellation."""

    def __init__(self, leases: LeaseStore, library: Swallowing) -> None:
        self._leases = leases._leases
        self._library = library

    async def claim(self, name: str, holder: str, seconds: float) -> bool:
        claimed = await super().claim(name, holder, seconds)
        await self._library.wait()
        return claimed


async def test_a_lease_is_given_back_although_the_claim_has_swallowed_the_one_cancellation(
    leases: LeaseStore,
) -> None:
    library = Swallowing()
    keeper = LeaseKeeper(SlowLeases(leases, library), "bulk", "one")
    task = await library.begun(keeper.work())
    assert await leases.holder("bulk") == "one"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE_SECONDS)
    assert await leases.holder("bulk") is None


async def test_what_is_done_under_a_lease_ends_although_it_swallows_cancellations(
    leases: LeaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_keeper, "AFTER_CLEAN_UP_SECONDS", SOON_SECONDS)
    library, keeper = Swallowing(times=2), LeaseKeeper(leases, "polling", "one")
    keeping = asyncio.create_task(keeper.work())
    await asyncio.wait_for(keeper.until_held(), PATIENCE_SECONDS)
    acting = await library.begun(keeper.while_held(partial(for_ever, library.wait)))
    await asyncio.wait_for(cancel_and_wait(acting), PATIENCE_SECONDS)
    assert not library.left
    await cancel_and_wait(keeping)
