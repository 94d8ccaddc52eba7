"""Processes that hold leases, and can be killed."""

import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PROGRAM = (
    "from services.background.process_identity import new_holder\nprint(new_holder(), flush=True)\ninput()"
)


@asynccontextmanager
async def process_with_holder() -> AsyncIterator[tuple[Process, str]]:
    """Have another process on this machine, with the name of a holder of leases in it."""
    process = await create_subprocess_exec(sys.executable, "-c", PROGRAM, stdin=PIPE, stdout=PIPE)
    assert process.stdout is not None
    try:
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
