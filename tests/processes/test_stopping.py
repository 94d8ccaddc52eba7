"""What those hear who call while a bot is being stopped, one process or several workers."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from services.clock import SystemClock
from tests.faults.stage import BotProcess, Stage, staged

CALL_EVERY_SECONDS = 0.01
# Where a worker closes the port at the very moment at which somebody connects.
BAD_LUCK = 2


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, SystemClock(), tmp_path) as built:
        yield built


async def outcome(port: int) -> str:
    """Call on a connection of its own, once: clients that know HTTP try again by themselves."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return "refused"
    with closing(writer):
        try:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            head = await reader.readline()
        except ConnectionError:
            return "cut off"
        return "answered" if head.startswith(b"HTTP/1.1 200") else "cut off"


async def outcomes_until_it_ends(port: int, bot: BotProcess) -> Counter[str]:
    """Stop it, and call all the time until it has ended."""
    stopping = asyncio.create_task(bot.stop(signal.SIGTERM))
    calls: list[asyncio.Task[str]] = []
    while not stopping.done():
        calls.append(asyncio.create_task(outcome(port)))
        await asyncio.wait({stopping}, timeout=CALL_EVERY_SECONDS)
    assert await stopping == 0
    return Counter(await asyncio.gather(*calls))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("workers", [1, 2])
async def test_who_calls_while_it_stops_is_answered_or_refused_and_not_left_hanging(
    stage: Stage, workers: int
) -> None:
    """A proxy asks another process only where it is refused: a booking that was sent it can't send again."""
    async with stage.process(WORKERS=str(workers)) as running:
        for number in range(1, workers + 1):
            await running.writes("web.ready", f"worker={number}" if workers > 1 else "")
        line = next(line for line in running.lines if "web.ready" in line)
        port = int(line.partition("localhost:")[2].split()[0])
        seen = await outcomes_until_it_ends(port, running)
    assert seen["refused"], "it ended at once, so this test saw nothing"
    assert seen["cut off"] <= BAD_LUCK, seen
