"""Batching (request coalescing): under load, one query answers everybody who waits."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from services.storage.mongo.driver import may_be_of_one

K = TypeVar("K")
V = TypeVar("V")

MAX_BATCH = 100
# After a batch, wait so long for more requests to come together, if one is likely to come in that time: where
# they come further apart than WORTH_SECONDS, the wait would only delay the answers.
LINGER_SECONDS = 0.003
WORTH_SECONDS = 2 * LINGER_SECONDS
# The weight of the last request in the moving average of the time between two.
LAST_WEIGHT = 0.05
LONGEST_GAP_SECONDS = 1.0


class Batcher(Generic[K, V]):
    """Collects requests while a query is running, and sends them together in the next one.

    `ask` gets all requests and returns the answers in the same order. A single request is sent at once; ten
    together cost hardly more than one. If the database does not answer, the error is raised for all of the
    batch. Any other error may be caused by one request: then each is sent alone, so that no request fails
    because of another. So `ask` must be safe to repeat.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Sequence[V]]]) -> None:
        self._ask = ask
        self._waiting: deque[tuple[K, asyncio.Future[V]]] = deque()
        self._asking: asyncio.Task[None] | None = None
        # When the last request came, by the loop's clock, and the moving average of the time between two.
        self._came_at = float("-inf")
        self._gap_seconds = LONGEST_GAP_SECONDS

    async def __call__(self, wanted: K) -> V:
        """Return the answer to one request."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V] = loop.create_future()
        self._waiting.append((wanted, answer))
        now = loop.time()
        gap = min(now - self._came_at, LONGEST_GAP_SECONDS)
        self._gap_seconds += LAST_WEIGHT * (gap - self._gap_seconds)
        self._came_at = now
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())
        return await answer

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
                # Requests that were cancelled meanwhile are left out.
                await self._ask_for([(wanted, answer) for wanted, answer in some if not answer.done()])
                if (len(some) > 1 or self._waiting) and self._gap_seconds < WORTH_SECONDS:
                    await asyncio.sleep(LINGER_SECONDS)
        finally:
            # Here and not when the task is done: a request that came in between would wait for ever.
            self._asking = None

    async def _ask_for(self, some: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        try:
            answers = await self._ask([wanted for wanted, _ in some])
        except Exception as error:  # noqa: BLE001 - it is raised for those who asked
            if len(some) > 1 and may_be_of_one(error):
                await self._ask_for_each(some)
                return
            for _, answer in some:
                if not answer.done():
                    answer.set_exception(error)
        except asyncio.CancelledError:
            # The event loop is ending.
            for _, answer in (*some, *self._waiting):
                answer.cancel()
            raise
        else:
            for (_, answer), found in zip(some, answers, strict=True):
                if not answer.done():
                    answer.set_result(found)

    async def _ask_for_each(self, some: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        for place, one in enumerate(some):
            if one[1].done():
                continue
            try:
                await self._ask_for([one])
            except asyncio.CancelledError:
                for _, answer in some[place:]:
                    answer.cancel()
                raise
