"""Asking for many at once: under load, one question to the database serves everybody who waits."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from services.storage.mongo.driver import may_be_of_one

K = TypeVar("K")
V = TypeVar("V")

MAX_BATCH = 100
# Who comes just after a crowd goes with the next one.
LINGER_SECONDS = 0.003


class Batcher(Generic[K, V]):
    """Hands what is asked while a question is on its way to the next one, all in one.

    `ask` is given what is asked for and returns the answers in that order. Who asks alone is asked for at
    once; ten who ask together cost the driver hardly more than one. Where the database does not answer, that
    is raised for all whom it was asked for. Any other error may be one's own: then each is asked for alone,
    so that nobody loses by a neighbour. So what is asked for must bear to be asked twice.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Sequence[V]]]) -> None:
        self._ask = ask
        self._waiting: deque[tuple[K, asyncio.Future[V]]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, wanted: K) -> V:
        """Return the answer for one."""
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())
        return await answer

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
                # Who has gone meanwhile is not asked for.
                await self._ask_for([(wanted, answer) for wanted, answer in some if not answer.done()])
                if len(some) > 1 or self._waiting:
                    await asyncio.sleep(LINGER_SECONDS)
        finally:
            # Here and not when the task is over: in between somebody could come and wait for nobody.
            self._asking = None

    async def _ask_for(self, some: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        try:
            answers = await self._ask([wanted for wanted, _ in some])
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            if len(some) > 1 and may_be_of_one(error):
                await self._ask_for_each(some)
                return
            for _, answer in some:
                if not answer.done():
                    answer.set_exception(error)
        except asyncio.CancelledError:
            # The loop is ending.
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
