"""Waiting until the database is back, for what must not be lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.errors import StorageDown

T = TypeVar("T")

STORAGE_PAUSE_SECONDS = 0.5


async def however_long(write: Callable[[], Awaitable[T]]) -> T:
    """Repeat the write until the database is back, and return its result."""
    while True:
        try:
            return await write()
        except StorageDown:
            await asyncio.sleep(STORAGE_PAUSE_SECONDS)
