"""What nobody waits for gives way, but not for ever."""

import asyncio

import pytest

from services.background import foreground
from services.background.foreground import Foreground

FOR_EVER = 60.0


async def _begun(gate: Foreground, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(gate.give_way()) for _ in range(count)]
    # Each of them runs as far as it can without anybody's help.
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_it_goes_on_at_once_while_nobody_is_being_answered() -> None:
    (task,) = await _begun(Foreground(), 1)
    assert task.done()


async def test_it_waits_until_the_last_answer_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreground, "LONGEST_SECONDS", FOR_EVER)
    gate = Foreground()
    with gate.answering():
        with gate.answering():
            (task,) = await _begun(gate, 1)
            assert not task.done()
        await asyncio.sleep(0)
        assert not task.done()
    async with asyncio.timeout(5):
        await task


async def test_where_somebody_is_always_being_answered_all_get_their_turn() -> None:
    gate = Foreground()
    with gate.answering():
        async with asyncio.timeout(5):
            await asyncio.gather(*await _begun(gate, 3))
