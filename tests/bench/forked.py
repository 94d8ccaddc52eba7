"""The programs of the benchmark without their imports, which are no part of its short form."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.bench.programs import Program
from tests.preloaded import STDERR, STDIN, STDOUT, Preloaded


class Forked(Preloaded):
    """A module that runs as a program, with pipes to its standard input and from its output."""

    def __init__(
        self, module: str, words: Sequence[str], environ: Mapping[str, str], folder: Path, told: IO[bytes]
    ) -> None:
        read_input, self._input = os.pipe()
        self._output, write_output = os.pipe()
        self._theirs = (read_input, write_output)
        streams = {STDIN: read_input, STDOUT: write_output, STDERR: told.fileno()}
        super().__init__(module, environ, streams, words=words, folder=folder, as_program=True)
        self.stdout = asyncio.StreamReader()

    async def start(self) -> None:
        """Start it."""
        await super().start()
        for file in self._theirs:
            os.close(file)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.stdout), os.fdopen(self._output, "rb", 0)
        )

    async def communicate(self) -> None:
        """Close its standard input, and wait until it has ended."""
        os.close(self._input)
        while await self.stdout.read(2**16):
            pass
        await self.wait()


async def forked(
    arguments: Sequence[str], environ: Mapping[str, str], folder: Path, told: IO[bytes]
) -> Program:
    """Start `python -m MODULE WORDS…` as a fork of a process that has imported the bot."""
    _python, _m, module, *words = arguments
    process = Forked(module, words, environ, folder, told)
    await process.start()
    return process
