"""Lanes, and the polls that fill them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.intake import LIMIT, Lanes
from services.models import ChatId
from tests.faults.holding import logged
from tests.town import Town

ASHA, BELA = ChatId(1), ChatId(2)


class Work:
    """Work that notes when it is done, and waits for `free` where it has one."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.free = asyncio.Event()

    def now(self, name: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            self.done.append(name)

        return work

    def later(self, name: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            await self.free.wait()
            self.done.append(name)

        return work


async def test_a_lane_keeps_its_order_and_holds_up_no_other() -> None:
    lanes, work = Lanes(), Work()
    lanes.put(ASHA, work.later("first"))
    last = lanes.put(ASHA, work.now("second"))
    await lanes.put(BELA, work.now("another's"))
    assert work.done == ["another's"]
    work.free.set()
    await last
    assert work.done == ["another's", "first", "second"]


async def test_what_fails_is_logged_and_the_lane_goes_on() -> None:
    lanes, work = Lanes(), Work()

    async def broken() -> None:
        raise RuntimeError

    with logged("lane.failed") as failed:
        lanes.put(ASHA, broken)
        await lanes.put(ASHA, work.now("after it"))
        await failed.came()
    assert work.done == ["after it"]


async def test_what_is_cancelled_does_not_stop_the_lane() -> None:
    lanes, work = Lanes(), Work()
    first = lanes.put(ASHA, work.later("never"))
    last = lanes.put(ASHA, work.now("after it"))
    await asyncio.sleep(0)  # so that it has begun
    first.cancel()
    await last
    assert work.done == ["after it"]


async def test_settling_waits_for_all_lanes_but_not_for_ever() -> None:
    lanes, work = Lanes(), Work()
    lanes.put(ASHA, work.later("late"))
    lanes.put(BELA, work.now("soon"))
    await lanes.settle(0.01)
    assert work.done == ["soon"]
    work.free.set()
    await lanes.settle(10)
    assert work.done == ["soon", "late"]


async def test_empty_lanes_are_forgotten() -> None:
    lanes, work = Lanes(), Work()
    await lanes.put(ASHA, work.now("done"))
    await asyncio.sleep(0)  # callbacks of what is done come with the next turn of the loop
    assert not lanes._tails
    await lanes.settle(0)


async def test_only_what_is_understood_is_asked_for(town: Town) -> None:
    asha = town.person()
    await asha.says("/start")
    message_id = asha.phone.send("/help")
    await town.telegram.confirmed(message_id)
    assert asha.phone.edit(asha.phone.messages[0]["message_id"], "/me") == 0
    assert asha.phone.block() != 0


async def test_more_updates_than_one_poll_brings_are_all_handled(town: Town) -> None:
    people = [town.person(f"P{number}") for number in range(LIMIT + 20)]
    last = [person.phone.start() for person in people][-1]
    await town.telegram.confirmed(last)
    assert all("find a doctor" in person.last for person in people)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_failing_poll_is_made_again(town: Town, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.RETRY_SECONDS", (0.01, 0.02))
    asha = town.person()
    town.telegram.faults.refuse("getUpdates", error_code=502, description="Bad Gateway", times=times)
    with logged("poll.failed") as failed:
        await asha.says("/start")
        last = asha.phone.send("/help")
        await town.telegram.confirmed(last)
    assert len(failed.texts) == times
