"""The loop of background workers: each works whenever it is nudged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from services.cancellation import raise_if_cancelled
from services.errors import StorageDown

log = logging.getLogger(__name__)


async def work_when_nudged(
    nudged: asyncio.Event,
    act: Callable[[], Awaitable[None]],
    name: str,
    on_storage_down: Callable[[], None] = lambda: None,
) -> None:
    """Call `act` after each nudge, until cancelled; after a failure the next nudge tries again.

    `on_storage_down` is called when the failure is that the database did not answer.
    """
    while True:
        raise_if_cancelled()
        await nudged.wait()
        nudged.clear()
        try:
            await act()
        except StorageDown:
            log.warning("%s.storage_down", name)
            on_storage_down()
        except Exception:
            # The loop goes on, whatever the failure is.
            log.exception("%s.failed", name)
