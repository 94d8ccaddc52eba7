"""How often, and after how long, a request to the Bot API is made again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.limits import AT_ONCE, LONGEST_WAIT_SECONDS, PAUSES_SECONDS, TRIES, Patience


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without the waiting."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("bot.limits.asyncio.sleep", wait)
    return waited


async def made(failures: Sequence[TelegramError], how: str | None = None) -> int:
    """Make a request that fails so before it succeeds; return how often it was made."""
    left, tries = list(failures), 0

    async def request(*_args: Any, **_kwargs: Any) -> bool:
        nonlocal tries
        tries += 1
        if left:
            raise left.pop(0)
        return True

    assert await Patience().process_request(request, (), {}, "sendMessage", {}, how)
    return tries


@pytest.mark.parametrize("error", [NetworkError("reset"), TimedOut()])
async def test_a_broken_connection_is_tried_again_later_and_later(
    error: TelegramError, pauses: list[float]
) -> None:
    assert await made([error] * 3) == TRIES
    assert pauses == list(PAUSES_SECONDS)


async def test_a_429_is_waited_for_as_long_as_it_says(pauses: list[float]) -> None:
    assert await made([RetryAfter(7), RetryAfter(timedelta(seconds=2))]) == 3
    assert pauses == [7, 2]


async def test_nobody_waits_longer_than_the_longest_wait(pauses: list[float]) -> None:
    assert await made([RetryAfter(LONGEST_WAIT_SECONDS)]) == 2
    with pytest.raises(RetryAfter):
        await made([RetryAfter(LONGEST_WAIT_SECONDS + 1)])
    assert pauses == [LONGEST_WAIT_SECONDS]


@pytest.mark.parametrize("error", [BadRequest("chat not found"), Forbidden("blocked")])
async def test_a_refusal_is_final(error: TelegramError, pauses: list[float]) -> None:
    with pytest.raises(type(error)):
        await made([error])
    assert pauses == []


async def test_after_the_last_try_the_error_is_told(pauses: list[float]) -> None:
    with pytest.raises(NetworkError):
        await made([NetworkError("reset")] * TRIES)
    assert len(pauses) == TRIES - 1


@pytest.mark.parametrize("error", [NetworkError("reset"), RetryAfter(1)])
async def test_who_can_wait_is_told_at_once(error: TelegramError, pauses: list[float]) -> None:
    with pytest.raises(type(error)):
        await made([error], AT_ONCE)
    assert pauses == []
