"""Asking for many at once: nobody waits for ever, nobody gets another's answer, a failure is everybody's."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import StorageDown
from services.storage.mongo.batching import MAX_BATCH, Batcher


class Oracle:
    """Doubles numbers, and notes how many it was asked for at once; waits for `free`, fails as told.

    A negative number is one that it can't bear.
    """

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.free = asyncio.Event()
        self.free.set()
        self.fault: Exception | None = None

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(len(numbers))
        await self.free.wait()
        if self.fault is not None:
            raise self.fault
        if min(numbers) < 0:
            raise OverflowError(numbers)
        return [2 * number for number in numbers]


async def test_who_asks_alone_is_asked_for_at_once() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    assert [await together(1), await together(2)] == [2, 4]
    assert oracle.asked == [1, 1]


async def test_who_asks_while_a_question_is_on_its_way_goes_with_the_next() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    oracle.free.clear()
    first = asyncio.create_task(together(1))
    await asyncio.sleep(0)
    others = [asyncio.create_task(together(number)) for number in range(2, MAX_BATCH + 12)]
    await asyncio.sleep(0)
    oracle.free.set()
    assert await asyncio.gather(first, *others) == [2 * number for number in range(1, MAX_BATCH + 12)]
    assert oracle.asked == [1, MAX_BATCH, 10]


async def _asked_behind_another(oracle: Oracle, together: Batcher[int, int]) -> asyncio.Task[int]:
    """Ask while another question is on its way; give the answers some turns of the loop, and no time."""
    oracle.free.clear()
    first = asyncio.create_task(together(1))
    await _turn(2)
    second = asyncio.create_task(together(2))
    await _turn(2)
    oracle.free.set()
    assert await first == 2
    await _turn(20)
    return second


async def _turn(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def test_where_few_ask_nobody_waits_for_more_to_come() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    second = await _asked_behind_another(oracle, together)
    assert second.done()
    assert await second == 4


async def test_where_many_ask_they_are_waited_for_and_asked_together() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    await asyncio.gather(*map(together, range(MAX_BATCH)))
    second = await _asked_behind_another(oracle, together)
    assert not second.done()
    assert list(await asyncio.gather(second, together(3))) == [4, 6]
    assert oracle.asked[-1] == 2


async def test_a_failure_is_told_to_all_who_were_asked_for_and_to_nobody_else() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    oracle.fault = StorageDown()
    failed = await asyncio.gather(*map(together, range(3)), return_exceptions=True)
    assert [type(failure) for failure in failed] == [StorageDown] * 3
    oracle.fault = None
    assert await together(4) == 8


@given(st.lists(st.integers(-3, 10), min_size=1, max_size=30))
def test_an_error_that_one_brought_along_is_told_to_that_one_alone(numbers: list[int]) -> None:
    async def all_ask() -> list[int | BaseException]:
        async with asyncio.timeout(60):
            return await asyncio.gather(*map(Batcher(Oracle()), numbers), return_exceptions=True)

    answers = asyncio.run(all_ask())
    assert [2 * n if n >= 0 else OverflowError for n in numbers] == [
        type(answer) if isinstance(answer, BaseException) else answer for answer in answers
    ]


async def test_when_the_loop_ends_while_each_is_asked_for_alone_everybody_is_let_go() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    oracle.free.clear()
    waiting = [asyncio.create_task(together(number)) for number in (-1, 1, 2)]
    await _turn(2)
    # Together they have failed; the first of them waits for its own answer.
    oracle.free.set()
    oracle.free.clear()
    await _turn(1)
    assert oracle.asked == [3, 1]
    assert together._asking is not None
    together._asking.cancel()
    await asyncio.wait(waiting)
    assert all(task.done() for task in waiting)


async def test_who_has_gone_is_not_asked_for_and_takes_nobody_along() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    oracle.free.clear()
    first, gone, other = (asyncio.create_task(together(number)) for number in range(3))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    oracle.free.set()
    assert list(await asyncio.gather(first, other)) == [0, 4]
    assert sum(oracle.asked) <= 3


async def test_whoever_comes_right_when_a_question_is_answered_is_not_forgotten() -> None:
    together = Batcher(Oracle())

    async def asks_again(number: int) -> int:
        return await together(await together(number))

    async with asyncio.timeout(60):
        for _ in range(50):
            assert await asyncio.gather(*map(asks_again, range(5))) == [4 * number for number in range(5)]


@given(st.lists(st.integers(0, 5), max_size=40))
def test_each_gets_the_answer_to_what_it_asked(pauses: list[int]) -> None:
    async def asks(together: Batcher[int, int], number: int, pause: int) -> bool:
        for _ in range(pause):
            await asyncio.sleep(0)
        return await together(number) == 2 * number

    async def all_ask() -> list[bool]:
        together = Batcher(Oracle())
        async with asyncio.timeout(60):
            return await asyncio.gather(*(asks(together, n, pause) for n, pause in enumerate(pauses)))

    assert all(asyncio.run(all_ask()))


async def test_when_the_loop_ends_everybody_is_let_go() -> None:
    oracle = Oracle()
    together = Batcher(oracle)
    oracle.free.clear()
    waiting = [asyncio.create_task(together(number)) for number in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert together._asking is not None
    together._asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.gather(*waiting)
    await asyncio.wait(waiting)
    assert all(task.cancelled() for task in waiting)
