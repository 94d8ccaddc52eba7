"""A rate limiter (token bucket): Telegram and mail servers limit how much they accept a second."""

import asyncio

# Whoever has to wait waits so long at least, until there are several tokens: looking for work costs, too.
WAIT_SECONDS = 0.25


class RateLimiter:
    """Gives out `per_second` tokens a second; after a pause, a second's worth at once.

    It uses the event loop's time, not the clinic's clock, as it limits what is sent over the network.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._tokens = per_second
        self._at: float | None = None

    async def take(self, most: int, *, spare: int = 0) -> int:
        """Wait until there is a token; take as many as there are, up to `most`, and return how many.

        `spare` tokens are left for others who are more urgent.
        """
        self._refill()
        while self._tokens < spare + 1:
            await asyncio.sleep(WAIT_SECONDS)
            self._refill()
        taken = min(most, int(self._tokens) - spare)
        self._tokens -= taken
        return taken

    def give_back(self, tokens: int) -> None:
        """Give back tokens that were not used."""
        self._tokens += tokens

    def _refill(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._at is not None:
            self._tokens = min(self._per_second, self._tokens + (now - self._at) * self._per_second)
        self._at = now
