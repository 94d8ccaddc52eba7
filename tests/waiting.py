"""Waiting for what no event announces."""

import asyncio
from collections.abc import Callable

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.01


async def until(holds: Callable[[], bool]) -> None:
    """Return once it holds; raises TimeoutError if that takes more than a minute."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - see above
            await asyncio.sleep(PAUSE_SECONDS)
