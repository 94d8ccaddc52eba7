"""Writes whose acknowledgement is lost: what was stored is stored, whatever the driver says."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.errors import StorageDown

T = TypeVar("T")


async def acknowledged(write: Awaitable[T], look: Callable[[], Awaitable[T | None]]) -> T:
    """Return what the write returns; where no answer came to it, what a `look` at the database finds of it.

    Raises StorageDown where nothing was stored, or nobody can tell.
    """
    try:
        return await write
    except StorageDown:
        found = await look()
        if found is None:
            raise
        return found
