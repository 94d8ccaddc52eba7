"""A worker of the bot: kept up as a service manager would, and killed as nobody would."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Self

from tests.preloaded import STDERR, STDOUT, Preloaded

# So long at the most it is waited for until it is ready, before it is killed or given up.
READY_SECONDS = 15
# What ends by itself, as for want of a database, is not started again faster than this.
PAUSE_SECONDS = 0.3
LOOK_SECONDS = 0.05
WHILE_IT_WORKS = 0.8


async def until(holds: Callable[[], bool]) -> None:
    """Return once it holds: of things outside this process that nobody announces here."""
    while not holds():  # noqa: ASYNC110 - see above
        await asyncio.sleep(LOOK_SECONDS)


class Worker:
    """`async with Worker(…)`: a process that is started again whenever it has ended, until the block has."""

    def __init__(self, name: str, environ: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.kills = 0
        # How often it ended by itself though it had been ready: it never should.
        self.exits = 0
        # How often it was started.
        self.starts = 0
        self._environ = dict(environ)
        self._log = folder / f"{name}.log"
        self._process: Preloaded | None = None
        self._begun_at = 0
        self._is_retired = False
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping

    async def _keep(self) -> None:
        while not self._is_retired:
            kills = self.kills
            await self._spawn()
            process = self._process
            assert process is not None
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
            if self.kills == kills and not self._is_retired:
                self.exits += "bot.ready" in self._said()
                await asyncio.sleep(PAUSE_SECONDS)

    async def _spawn(self) -> None:
        with self._log.open("ab") as log:
            self._begun_at = log.tell()
            self._process = Preloaded(
                "tests.chaos.bot", os.environ | self._environ, {STDOUT: log.fileno(), STDERR: log.fileno()}
            )
            await self._process.start()
            self.starts += 1

    async def ready(self) -> bool:
        """Wait until it says that it is; False where that takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                await until(lambda: "bot.ready" in self._said())
                return True
        return False

    def _said(self) -> str:
        """Return what it has said since it was started last."""
        try:
            with self._log.open(errors="replace") as log:
                log.seek(self._begun_at)
                return log.read()
        except FileNotFoundError:
            return ""

    def count(self, part: str) -> int:
        """Return in how many lines it has said that."""
        with self._log.open(errors="replace") as log:
            return sum(part in line for line in log)

    def lines_with(self, parts: set[bytes]) -> int:
        """Return in how many lines there is one of these."""
        with self._log.open("rb") as log:
            return sum(any(part in line for part in parts) for line in log)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL); it is started again at once."""
        if self._process is not None and self._process.returncode is None:
            self.kills += 1
            self._process.kill()

    async def back(self, starts: int) -> bool:
        """Wait until it was started more often than that, and is ready; False: that takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                await until(lambda: self.starts > starts)
                return await self.ready()
        return False

    async def retire(self) -> int:
        """End it as a service manager does (SIGTERM), for good; return its exit status."""
        assert self._process is not None
        self._is_retired = True
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGTERM)
        return await self._process.wait()

    async def dies_at_random(self, chance: Random, longest: float) -> None:
        """Kill it once: mostly while it works, now and then while it starts."""
        if chance.random() < WHILE_IT_WORKS:
            await self.ready()
        await asyncio.sleep(chance.uniform(0.2, longest))
        self.kill()
