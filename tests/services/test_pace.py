"""A pace: a second's worth at once, and then no more than so many a second."""

import asyncio

import pytest

from services.background.rate_limiter import RateLimiter


class Wire:
    """The event loop's time, turned by waiting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)
        monkeypatch.setattr("services.background.rate_limiter.asyncio.sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
async def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


async def test_after_a_pause_a_seconds_worth_goes_at_once_and_then_so_many_a_second(wire: Wire) -> None:
    pace, begun, taken = RateLimiter(25), wire.now, 0
    while wire.now < begun + 10:
        taken += await pace.take(8)
    assert 25 * 10 <= taken <= 25 * 11 + 8
    wire.now += 3600
    assert sum([await pace.take(8) for _ in range(4)]) == 25
    assert wire.now - begun < 3600 + 11


async def test_who_can_wait_leaves_turns_to_those_who_can_not(wire: Wire) -> None:
    pace, begun, taken = RateLimiter(25), wire.now, 0
    while wire.now == begun:
        taken += await pace.take(8, spare=10)
    # It waited as soon as there were no more than ten, and they are there for the others at once.
    assert 15 <= taken <= 23
    now = wire.now
    assert await pace.take(8) == 8
    assert wire.now == now


async def test_turns_that_were_not_needed_are_there_for_the_next(wire: Wire) -> None:
    pace, begun = RateLimiter(10), wire.now
    for _ in range(100):
        assert await pace.take(8) == 8
        pace.give_back(8)
    assert wire.now == begun
