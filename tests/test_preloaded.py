"""Processes of tests can be ended at any moment, also while they are being started."""

import asyncio
import signal
from contextlib import suppress

from tests.preloaded import Preloaded

# Something with a `main` that ends by itself long after any test.
SLEEPER = ("timeit", ("-n", "1", "-r", "1", "-s", "import time", "time.sleep(60)"))


def sleeper() -> Preloaded:
    """Return a process that sleeps, and has not begun."""
    module, words = SLEEPER
    return Preloaded(module, {}, {}, words=words)


async def test_a_process_that_is_killed_before_it_has_begun_ends_at_once() -> None:
    process = sleeper()
    starting = asyncio.create_task(process.start())
    await asyncio.sleep(0)
    process.kill()
    await starting
    assert await process.wait() == -signal.SIGKILL


async def test_a_start_that_is_cancelled_leaves_no_process_behind() -> None:
    process = sleeper()
    starting = asyncio.create_task(process.start())
    await asyncio.sleep(0)
    starting.cancel()
    with suppress(asyncio.CancelledError):
        await starting
    process._process.join(10)
    assert process._process.exitcode == -signal.SIGKILL
