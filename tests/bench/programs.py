"""The processes of the benchmark, each of which ends with it."""

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from tests.bench import callers
from tests.bench.clinic import KEY, TOKEN
from tests.bench.people import Order, Result
from tests.town import NO_LIMITS

END_SECONDS = 20
FIRST_ANSWER_SECONDS = 60
GUEST = 99


@dataclass(frozen=True)
class Served:
    """A Bot API server that is up: its process, and its ports."""

    pid: int
    port: int
    people_port: int
    mail_port: int

    @property
    def url(self) -> str:
        """Where bots find it."""
        return f"http://127.0.0.1:{self.port}"


class Program(Protocol):
    """Those parts of asyncio's Process that are needed here."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """What it says."""
        ...

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""

    def kill(self) -> None:
        """End it (SIGKILL)."""

    async def wait(self) -> int:
        """Wait until it has ended."""
        ...

    async def communicate(self) -> object:
        """Close its standard input, and wait until it has ended."""
        ...


async def executed(
    arguments: Sequence[str], environ: Mapping[str, str], folder: Path, told: IO[bytes]
) -> Program:
    """Start a program in the folder; what it says as errors is written to `told`."""
    return await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=told,
        cwd=folder,
        env=environ,
    )


@asynccontextmanager
async def program(
    arguments: Sequence[str], *, folder: Path, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """Run a program of Python's until the block ends; what it says goes to a file in the folder."""
    given = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(environ or {})}
    with (folder / "programs.log").open("ab") as told:
        process = await executed(arguments, given, folder, told)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(END_SECONDS):
                await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()


@asynccontextmanager
async def bot_api(folder: Path) -> AsyncIterator[Served]:
    """Run the Bot API server."""
    async with program([sys.executable, "-m", "tests.bench.api"], folder=folder) as process:
        if process.stdout is None:
            raise RuntimeError("it was started with a pipe")
        yield Served(process.pid, **json.loads(await process.stdout.readline()))


@asynccontextmanager
async def bot(
    arguments: Sequence[str], served: Served, environ: Mapping[str, str], folder: Path
) -> AsyncIterator[int]:
    """Run a bot, ours or an echo; give its process id when it has answered for the first time."""
    async with program(arguments, folder=folder, environ=environ) as process:
        await first_answer(served)
        yield process.pid


def environment(served: Served, db_url: str) -> dict[str, str]:
    """Return the settings of the bot that is measured."""
    return {
        "BOT_TOKEN": TOKEN,
        "KEY": KEY,
        "DB_URL": db_url,
        "TELEGRAM_API_URL": served.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(served.mail_port),
        "EMAIL_SECURITY": "none",
        "EMAIL_FROM": "clinic@bench.example",
        "STAFF_CODE": "open-sesame",
        "LOG_LEVEL": "WARNING",
        "PORT": "0",
        # The measured people book without end.
        **NO_LIMITS,
    }


async def first_answer(served: Served) -> float:
    """Say something and wait for the answer; return the seconds that took."""
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", served.people_port, limit=2**20)
    who = {"id": GUEST, "is_bot": False, "first_name": "G", "type": "private"}
    message = {"message_id": 1, "date": int(time.time()), "chat": who, "from": who, "text": "hello"}
    writer.write(json.dumps({"message": message}).encode() + b"\n")
    try:
        async with asyncio.timeout(FIRST_ANSWER_SECONDS):
            while json.loads(await reader.readline()).get("c") != GUEST:
                pass
    finally:
        writer.close()
        await writer.wait_closed()
    return time.perf_counter() - begun


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def until_ready(port: int, workers: int) -> None:
    """Wait until each of several workers behind a port has answered for itself (/readyz)."""
    seen: set[Any] = set()
    async with asyncio.timeout(FIRST_ANSWER_SECONDS):
        while len(seen) < workers:
            seen |= set(await asyncio.gather(*(_who_is_ready(port) for _ in range(workers))))
            seen.discard(None)


async def _who_is_ready(port: int) -> Any:
    """Return the number of the worker that answers a new connection; None if it is not ready."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        return json.loads((await reader.read()).partition(b"\r\n\r\n")[2]).get("worker")
    finally:
        writer.close()
        await writer.wait_closed()


async def measured(order: Order | callers.Order, folder: Path) -> Result:
    """Let people or programs loose, as ordered, and return what they saw."""
    generator = "tests.bench.people" if isinstance(order, Order) else "tests.bench.callers"
    arguments = [sys.executable, "-m", generator, json.dumps(asdict(order))]
    async with program(arguments, folder=folder) as process:
        if process.stdout is None:
            raise RuntimeError("it was started with a pipe")
        return Result(**json.loads(await process.stdout.readline()))
