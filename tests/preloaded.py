"""Programs in processes of their own that have nothing to import any more.

Python takes a second to import the bot, and some tests start it again and again. So one process imports it
once, starts nothing, and is forked (multiprocessing's fork server) wherever a test needs a bot: that has its
own id, session, environment and threads, and is killed and ends as any other.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from runpy import run_module
from tempfile import TemporaryFile

STDIN, STDOUT, STDERR = 0, 1, 2

SERVER = get_context("forkserver")
SERVER.set_forkserver_preload(["bot.__main__", "bot.web.api.application", "uvloop"])


class Preloaded:
    """A process that runs the `main` of a module, in a folder if one is given.

    Where it is `as_program`, the module is run as `python -m` runs it. `streams` says what its standard
    streams are to be: their numbers -> files that are open here. It has those parts of asyncio's
    Process that tests use.
    """

    def __init__(
        self,
        module: str,
        environ: Mapping[str, str],
        streams: Mapping[int, int],
        *,
        words: Sequence[str] = (),
        folder: Path | None = None,
        as_program: bool = False,
    ) -> None:
        # A connection is what can be handed on to a process that was not started here.
        self._streams = {number: Connection(os.dup(file)) for number, file in streams.items()}
        arguments = ([module, *words], dict(environ), self._streams, folder, as_program)
        self._process = SERVER.Process(target=_run, args=arguments, daemon=True)
        self._ended: asyncio.Future[int] | None = None
        self._is_killed = False

    async def start(self) -> None:
        """Start it. If this is cancelled, no process is left behind."""
        starting = asyncio.create_task(asyncio.to_thread(self._process.start))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            # A thread can't be stopped, so what it starts is ended.
            await asyncio.wait([starting])
            self.kill()
            raise
        finally:
            for stream in self._streams.values():
                stream.close()
        if self._is_killed:
            self.kill()
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

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL), or as soon as it has begun."""
        self._is_killed = True
        if self._process.pid is None:
            return
        # It may just have ended.
        with suppress(ProcessLookupError):
            self._process.kill()


async def completed(
    module: str, words: Sequence[str], environ: Mapping[str, str], folder: Path, typed: bytes
) -> tuple[int, str, str]:
    """Run the `main` of a module to its end; return its status, its output and its errors.

    `typed` is what stands in the pipe on its standard input.
    """
    read, write = os.pipe()
    with TemporaryFile() as output, TemporaryFile() as errors:
        streams = {STDIN: read, STDOUT: output.fileno(), STDERR: errors.fileno()}
        process = Preloaded(module, environ, streams, words=words, folder=folder)
        try:
            await process.start()
            with suppress(BrokenPipeError), os.fdopen(write, "wb") as pipe:
                pipe.write(typed)
            status = await process.wait()
        finally:
            os.close(read)
            process.kill()
        for file in (output, errors):
            file.seek(0)
        return status, output.read().decode(), errors.read().decode()


def _run(
    command: Sequence[str],
    environ: Mapping[str, str],
    streams: Mapping[int, Connection],
    folder: Path | None,
    as_program: bool,
) -> None:
    """Run in the new process."""
    # Its own session: a signal to its group, as the terminal's Ctrl-C is, does not reach the tests.
    os.setsid()
    for number, stream in streams.items():
        os.dup2(stream.fileno(), number)
        stream.close()
    if STDIN in streams:
        # As in Python's UTF-8 mode.
        sys.stdin = open(STDIN, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    if folder is not None:
        os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [*command]
    if as_program:
        run_module(command[0], run_name="__main__", alter_sys=True)
        sys.exit()
    sys.exit(import_module(command[0]).main())
