"""Ending tasks although a library may swallow their cancellation.

Python 3.11's `asyncio.wait_for`, and PyMongo's own driver with it, returns a result that comes at the same
moment as the cancellation; the task never hears of that. One that works until it is cancelled would then go
on for ever, and so would whoever waits for its end.
Source: asyncio, Task.cancel and Task.cancelling; https://github.com/python/cpython/issues/86296.
"""

import asyncio
from contextlib import suppress
from typing import Any

# A task that is still at work after this has probably not heard of its cancellation.
AGAIN_SECONDS = 1.0
# Where a clean-up must not be interrupted: longer than the last words of deliveries, and a write after them.
AFTER_CLEAN_UP_SECONDS = 10.0


async def cancel_and_wait(*tasks: asyncio.Future[Any], again_after: float = AGAIN_SECONDS) -> None:
    """Cancel the tasks, and wait until all have ended. What they raise is not raised here.

    Those that are still at work after `again_after` seconds are cancelled again, and again. If the caller is
    cancelled meanwhile, they are cancelled again at once, and CancelledError is raised when they have ended.
    """
    interrupted: asyncio.CancelledError | None = None
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        try:
            await asyncio.wait(left, timeout=again_after)
        except asyncio.CancelledError as error:
            interrupted = error
    for task in tasks:
        if not task.cancelled():
            task.exception()  # else asyncio would complain that nobody has looked at it
    if interrupted is not None:
        raise interrupted


async def wait_until_done(task: asyncio.Future[Any]) -> None:
    """Wait for the end of a clean-up, however often the caller is cancelled meanwhile.

    What the task raises is not raised here. It stands only where the caller raises CancelledError anyhow.
    """
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


def raise_if_cancelled() -> None:
    """Raise CancelledError if the current task was cancelled, also if it has not heard of that.

    It stands in loops that only a cancellation ends, and not in what cleans up after one.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
