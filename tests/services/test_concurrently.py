"""Two questions at the same time: both answers, and the first one's error."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.concurrently import both


def _question(asked: asyncio.Barrier, answer: str | Exception) -> Callable[[], Awaitable[str]]:
    async def ask() -> str:
        # Nobody passes before both have been asked.
        await asked.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask


async def test_both_are_asked_before_either_has_answered() -> None:
    asked = asyncio.Barrier(2)
    async with asyncio.timeout(60):
        assert await both(_question(asked, "a")(), _question(asked, "b")()) == ("a", "b")


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (KeyError("first"), ValueError("second"), "first"),
        (KeyError("first"), "b", "first"),
        ("a", ValueError("second"), "second"),
    ],
)
async def test_if_both_fail_the_first_ones_error_is_raised(
    first: str | Exception, second: str | Exception, told: str
) -> None:
    asked = asyncio.Barrier(2)
    with pytest.raises((KeyError, ValueError), match=told):
        await both(_question(asked, first)(), _question(asked, second)())
