"""One answer for all who ask the same at about the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedAnswer(Generic[T]):
    """Asks once for all who want to know, and not again while the answer is younger than `lasts` seconds.

    If asking fails in any way, or takes longer than `patience` seconds, the answer is `otherwise`.
    """

    def __init__(
        self, ask: Callable[[], Awaitable[T]], *, otherwise: T, patience: float = 2, lasts: float
    ) -> None:
        self._ask = ask
        self._otherwise = otherwise
        self._patience = patience
        self._lasts = lasts
        self._asking: asyncio.Task[T] | None = None
        self._answer = otherwise
        self._until = 0.0

    async def __call__(self) -> T:
        """Return the answer."""
        if self._asking is None:
            if asyncio.get_running_loop().time() < self._until:
                return self._answer
            self._asking = asyncio.create_task(self._asked(), name="watching")
        # Whoever does not wait for the answer any more does not take it from the others.
        return await asyncio.shield(self._asking)

    async def _asked(self) -> T:
        try:
            async with asyncio.timeout(self._patience):
                self._answer = await self._ask()
        except Exception:  # noqa: BLE001 - whatever is wrong, that there is no answer is the answer
            self._answer = self._otherwise
        finally:
            self._asking = None
            self._until = asyncio.get_running_loop().time() + self._lasts
        return self._answer
