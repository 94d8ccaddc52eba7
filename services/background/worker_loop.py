"""Working when nudged: the loop of those who work beside the handling of updates."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from services.errors import StorageDown

log = logging.getLogger(__name__)


async def work_when_nudged(nudged: asyncio.Event, act: Callable[[], Awaitable[None]], name: str) -> None:
    """Act each time that it is nudged, until cancelled; after a failure the next nudge tries again."""
    while True:
        await nudged.wait()
        nudged.clear()
        try:
            await act()
        except StorageDown:
            log.warning("%s.storage_down", name)
        except Exception:
            # Whatever it is, the others must have their turn.
            log.exception("%s.failed", name)
