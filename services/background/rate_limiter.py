"""Keeping a pace: those who are sent to set limits, and those who wait for an answer come first."""

import asyncio

A_FEW_SECONDS = 0.25


class RateLimiter:
    """Gives out so many turns a second; after a pause, a second's worth at once.

    It goes by the event loop's time, not by the clinic's: it is about the wire.
    """

    def __init__(self, a_second: float) -> None:
        self._a_second = a_second
        self._left = a_second
        self._at: float | None = None

    async def turns(self, most: int, *, spare: int = 0) -> int:
        """Wait until there is a turn; take as many as there are, `most` at the most, and return how many.

        Who can wait leaves `spare` turns for those who can't. Who has to wait waits for a few: to look for
        work for each single turn would be work, too.
        """
        self._earn()
        while self._left < spare + 1:
            await asyncio.sleep(A_FEW_SECONDS)
            self._earn()
        taken = min(most, int(self._left) - spare)
        self._left -= taken
        return taken

    def give_back(self, turns: int) -> None:
        """Return turns that were not needed."""
        self._left += turns

    def _earn(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._at is not None:
            self._left = min(self._a_second, self._left + (now - self._at) * self._a_second)
        self._at = now
