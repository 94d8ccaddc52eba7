"""What nobody waits for gives way to what somebody waits for: an event loop does one thing at a time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# However much there is to answer, something else is begun after this time: fifty times a second at the least.
LONGEST_SECONDS = 0.02


class Foreground:
    """Knows whether anybody is being answered now, over Telegram or over HTTP."""

    def __init__(self) -> None:
        self._answers = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        # One after the other: all that waited would begin at once in the first idle moment.
        self._turn = asyncio.Lock()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count an answer as being made during the block."""
        self._answers += 1
        self._is_idle.clear()
        try:
            yield
        finally:
            self._answers -= 1
            if not self._answers:
                self._is_idle.set()

    async def give_way(self) -> None:
        """Wait until nobody is being answered, but no longer than LONGEST_SECONDS in one's turn."""
        async with self._turn:
            if self._answers:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._is_idle.wait(), LONGEST_SECONDS)
