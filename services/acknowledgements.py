"""Writes whose acknowledgement is lost: they may be stored although the driver reports a failure."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.errors import StorageDown

T = TypeVar("T")


async def acknowledged(write: Awaitable[T], look: Callable[[], Awaitable[T | None]]) -> T:
    """Return what the write returns. If the database did not answer, `look` for it and return that.

    Raises StorageDown where nothing was stored, or where that cannot be found out.
    """
    try:
        return await write
    except StorageDown:
        found = await look()
        if found is None:
            raise
        return found
