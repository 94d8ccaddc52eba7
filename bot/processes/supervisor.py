"""Starts the workers, starts again those that end, and stops them all."""

import asyncio
import logging
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from collections.abc import Mapping
from contextlib import suppress
from socket import socket

from bot.metrics import SHARED_IN
from bot.processes.shared_figures import shared_figures
from bot.processes.worker_place import REFUSED, WorkerPlace
from services.child_processes import ending_with_us

log = logging.getLogger(__name__)

# So long a worker may take to finish what it has begun. It is more than the bot itself allows for that.
STOP_SECONDS = 20.0
# The pause before a worker that has ended by itself is started again. It doubles up to the second value, and
# starts anew after the worker has run for the third.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, STEADY_SECONDS = 0.2, 10.0, 60.0


class WorkersRefuseError(Exception):
    """A worker can't run before somebody has changed something; the text is what it has said."""


class Supervisor:
    """Keeps `count` workers up that serve one listening socket.

    Each is this program in a process of its own, with `given` in its environment beside what is there now.
    """

    def __init__(
        self, count: int, listening: socket, environ: Mapping[str, str], given: Mapping[str, str]
    ) -> None:
        self._count = count
        # Whether any worker has run for a while: then the settings that one refuses were changed since.
        self._is_steady = False
        self._listening = listening
        # Names of settings are read in any case, so one that is given replaces all its forms.
        names = {name.lower() for name in given}
        self._environ = {name: value for name, value in environ.items() if name.lower() not in names} | dict(
            given
        )

    async def run(self) -> None:
        """Run until cancelled; then the port is closed, and all workers have finished what they had begun.

        Raises WorkersRefuseError, too, after they have ended.
        """
        with shared_figures() as figures:
            self._environ[SHARED_IN] = str(figures)
            workers = [
                asyncio.create_task(self._keep(number), name=f"worker {number}")
                for number in range(1, self._count + 1)
            ]
            try:
                done, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
                for worker in done:
                    worker.result()
            finally:
                # So the port is closed as soon as the last worker has closed it. Whoever connected later
                # would wait for nobody, and be cut off with a request that perhaps can't be sent again.
                self._listening.close()
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        """Keep one worker up until cancelled."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            began_at = time.monotonic()
            try:
                code, said = await self._run(number)
            except OSError as error:  # no memory, or too many processes: the others work on
                log.error("worker.not_started worker=%d why=%s", number, error.strerror)  # noqa: TRY400
            else:
                if code == REFUSED and not self._is_steady:
                    raise WorkersRefuseError(said)
                log.error("worker.ended worker=%d code=%d %s: starting it again", number, code, said)
            if time.monotonic() - began_at > STEADY_SECONDS:
                pause, self._is_steady = FIRST_PAUSE_SECONDS, True
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _run(self, number: int) -> tuple[int, str]:
        """Run a worker until it ends; return its exit status, and what it has said on standard output."""
        place = WorkerPlace(number, self._listening.fileno())
        process = await create_subprocess_exec(
            *ending_with_us([sys.executable, "-m", "bot"]),
            env=self._environ | place.written(),
            stdin=DEVNULL,
            stdout=PIPE,
            pass_fds=[place.file],
            # A session of its own: the terminal's Ctrl-C is for the supervisor, which stops the workers.
            start_new_session=True,
        )
        log.info("worker.started worker=%d pid=%d", number, process.pid)
        try:
            said, _ = await process.communicate()
            return await process.wait(), said.decode(errors="replace").strip()
        finally:
            await _stopped(process)


async def _stopped(process: Process) -> None:
    """Have a worker finish what it has begun, and wait until it has ended."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
