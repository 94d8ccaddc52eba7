"""Programs in processes of their own that have nothing to import any more.

Python takes a second to import the bot, and some tests start it again and again. So one process imports it
once, starts nothing, and is forked (multiprocessing's fork server) wherever a test needs a bot: that has its
own id, session, environment and threads, and is killed and ends as any other.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection

STDOUT, STDERR = 1, 2

SERVER = get_context("forkserver")
SERVER.set_forkserver_preload(["bot.__main__", "uvloop"])


class Preloaded:
    """A process that runs the `main` of a module, whose output goes to one file.

    It has those parts of asyncio's Process that tests use.
    """

    def __init__(self, module: str, environ: Mapping[str, str], output: int) -> None:
        # A connection is what can be handed on to a process that was not started here.
        self._output = Connection(os.dup(output), readable=False)
        arguments = (module, dict(environ), self._output)
        self._process = SERVER.Process(target=_run, args=arguments, daemon=True)
        self._ended: asyncio.Future[int] | None = None

    async def start(self) -> None:
        """Start it."""
        await asyncio.to_thread(self._process.start)
        self._output.close()
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        loop.add_reader(self._process.sentinel, self._note_end, loop)

    def _note_end(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._process.sentinel)
        self._process.join()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(self._process.exitcode or 0)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """What it ended with: minus the number of the signal where that ended it; None while it runs."""
        return self._ended.result() if self._ended is not None and self._ended.done() else None

    async def wait(self) -> int:
        """Wait until it has ended; return what it ended with."""
        assert self._ended is not None
        return await asyncio.shield(self._ended)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        # It may just have ended.
        with suppress(ProcessLookupError):
            self._process.kill()


def _run(module: str, environ: Mapping[str, str], output: Connection) -> None:
    """Run in the new process."""
    # Its own session: a signal to its group, as the terminal's Ctrl-C is, does not reach the tests.
    os.setsid()
    for number in (STDOUT, STDERR):
        os.dup2(output.fileno(), number)
    output.close()
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [module]
    sys.exit(import_module(module).main())
