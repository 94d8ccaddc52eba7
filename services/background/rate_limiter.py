"""Keeping a pace: those who are sent to set limits, and those who wait for an answer come first."""

import asyncio

WAIT_SECONDS = 0.25


class RateLimiter:
    """Gives out so many turns a second; after a pause, a second's worth at once.

    It goes by the event loop's time, not by the clinic's: it is about the wire.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._tokens = per_second
        self._at: float | None = None

    async def take(self, most: int, *, spare: int = 0) -> int:
        """Wait until there is a turn; take as many as there are, `most` at the most, and return how many.

        Who can wait leaves `spare` turns for those who can't. Who has to wait waits for a few: to look for
        work for each single turn would be work, too.
        """
        self._refill()
        while self._tokens < spare + 1:
            await asyncio.sleep(WAIT_SECONDS)
            self._refill()
        taken = min(most, int(self._tokens) - spare)
        self._tokens -= taken
        return taken

    def give_back(self, turns: int) -> None:
        """Return turns that were not needed."""
        self._tokens += turns

    def _refill(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._at is not None:
            self._tokens = min(self._per_second, self._tokens + (now - self._at) * self._per_second)
        self._at = now
