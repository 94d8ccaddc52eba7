"""How often, and after how long, a request to the Bot API is made again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.retries import (
    AT_ONCE,
    FLEETING,
    LONGEST_WAIT_SECONDS,
    PAUSES_SECONDS,
    SOON_SECONDS,
    TRIES,
    RetryingRateLimiter,
)
from services.models.people import ChatId


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without the waiting."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("bot.telegram.retries.asyncio.sleep", wait)
    return waited


async def made(
    failures: Sequence[TelegramError], how: str | None = None, endpoint: str = "sendMessage"
) -> int:
    """Make a request that fails so before it succeeds; return how often it was made."""
    left, tries = list(failures), 0

    async def request(*_args: Any, **_kwargs: Any) -> bool:
        nonlocal tries
        tries += 1
        if left:
            raise left.pop(0)
        return True

    assert await RetryingRateLimiter().process_request(request, (), {}, endpoint, {}, how)
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


async def test_a_429_is_waited_for_as_often_as_it_comes(pauses: list[float]) -> None:
    assert await made([RetryAfter(35)] * (TRIES + 3)) == TRIES + 4
    assert pauses == [35] * (TRIES + 3)


async def test_waits_do_not_count_as_failures(pauses: list[float]) -> None:
    assert await made([NetworkError("reset"), RetryAfter(40), TimedOut(), RetryAfter(1)]) == 5
    assert pauses == [PAUSES_SECONDS[0], 40, PAUSES_SECONDS[1], 1]


@pytest.mark.parametrize("asked", [[LONGEST_WAIT_SECONDS + 1], [LONGEST_WAIT_SECONDS - 1, 2]])
async def test_all_waits_together_have_an_end(asked: Sequence[int], pauses: list[float]) -> None:
    with pytest.raises(RetryAfter):
        await made([RetryAfter(seconds) for seconds in asked])
    assert pauses == asked[:-1]


async def test_a_server_that_says_at_once_for_ever_is_not_asked_for_ever(pauses: list[float]) -> None:
    with pytest.raises(RetryAfter):
        await made([RetryAfter(0)] * (LONGEST_WAIT_SECONDS + 1))
    assert pauses == [0] * LONGEST_WAIT_SECONDS


@pytest.mark.parametrize("endpoint", sorted(FLEETING))
async def test_what_is_worth_nothing_later_is_not_waited_for_long(endpoint: str, pauses: list[float]) -> None:
    assert await made([RetryAfter(SOON_SECONDS)], endpoint=endpoint) == 2
    with pytest.raises(RetryAfter):
        await made([RetryAfter(SOON_SECONDS + 1)], endpoint=endpoint)
    assert pauses == [SOON_SECONDS]


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


@pytest.mark.parametrize("how", [None, AT_ONCE])
async def test_a_429_of_a_chat_is_told_to_all_workers(how: str | None, pauses: list[float]) -> None:
    told: list[tuple[ChatId, timedelta]] = []

    async def on_wait(chat_id: ChatId, wait: timedelta) -> None:
        told.append((chat_id, wait))

    async def request(*_args: Any, **_kwargs: Any) -> bool:
        if not told:
            raise RetryAfter(7)
        return True

    limiter = RetryingRateLimiter(on_wait)
    with suppress(RetryAfter):
        await limiter.process_request(request, (), {}, "sendMessage", {"chat_id": 5}, how)
    assert told == [(ChatId(5), timedelta(seconds=7))]
    assert pauses == ([] if how else [7])
