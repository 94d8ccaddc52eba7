"""A town whose bot the tests start, stop and kill themselves: in this process, or as one of its own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from bot.app import Assembly
from bot.demo.bot_api.telegram import Telegram
from bot.demo.mailbox import Mailbox
from bot.settings import Settings
from services.clock import Clock
from services.models.people import ChatId, Role
from services.storage.mongo.driver import connect
from tests.databases import GIVEN_AWAY, prepared
from tests.preloaded import STDERR, STDOUT, Preloaded
from tests.town import PASSWORD, ROUNDS, TOKEN, Person, Town, bot_api, environment

PATIENCE_SECONDS = 60


class Stage:
    """Everything that a bot needs, and nobody who plays it yet.

    The town's own assembly only makes accounts; it takes no updates and sends nothing.
    """

    def __init__(self, town: Town, environ: dict[str, str], clock: Clock) -> None:
        self.town = town
        self.environ = environ
        self._clock = clock

    async def signed_in(
        self, name: str, email: str, role: Role = Role.PATIENT, specialization: str | None = None
    ) -> Person:
        """Return somebody who is signed in, without a word in the chat."""
        await self.town.account(name, email, role, specialization)
        person = self.town.person(name)
        # Whoever has never written can't be written to; what was written is nobody's business here.
        person.phone.start()
        self.town.telegram.updates.clear()
        await self.town.assembly.clinic.sessions.sign_in(ChatId(person.phone.chat_id), email, PASSWORD)
        return person

    def assembly(self) -> Assembly:
        """Return a bot that remembers nothing but what is in the database."""
        settings = Settings.load(env_file=None, environ=self.environ)
        return Assembly(settings, self.town.storage, self._clock, rounds=ROUNDS)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Assembly]:
        """Run a bot in this process until the end of the block; then it stops as a signal would stop it."""
        assembly = self.assembly()
        running = asyncio.create_task(assembly.run())
        listening = asyncio.create_task(self.town.telegram.updates.holding.wait())
        try:
            await asyncio.wait({running, listening}, return_when=asyncio.FIRST_COMPLETED)
            yield assembly
        finally:
            listening.cancel()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    @asynccontextmanager
    async def process(self, *, preloaded: bool = True, **others: str) -> AsyncIterator["BotProcess"]:
        """Run the bot as a process of its own; whatever happens, it has ended when the block has."""
        bot = BotProcess(self.environ | others, preloaded=preloaded)
        await bot.start()
        try:
            yield bot
        finally:
            await bot.end()


@asynccontextmanager
async def staged(database_url: str, clock: Clock, data_dir: Path) -> AsyncIterator[Stage]:
    """Build a town without a bot."""
    async with AsyncExitStack() as stack:
        telegram = Telegram(token=TOKEN, clock=clock)
        stack.push_async_callback(telegram.close)
        # How many there will be depends on how fast the machine is.
        mailbox = Mailbox(kept=None)
        await mailbox.start()
        stack.push_async_callback(mailbox.stop)
        api_url = await stack.enter_async_context(bot_api(telegram))
        environ = environment(database_url, api_url, mailbox.port, data_dir)
        database = await stack.enter_async_context(connect(database_url))
        storage = await prepared(database, database_url)
        settings = Settings.load(env_file=None, environ=environ)
        assembly = Assembly(settings, storage, clock, rounds=ROUNDS)
        stack.callback(assembly.passwords.close)
        yield Stage(Town(telegram, mailbox, storage, assembly), environ, clock)


class BotProcess:
    """The bot as a process of its own, and what it writes on stderr.

    Unless it is `preloaded` it is `python -m bot`, which has everything to import.
    """

    def __init__(self, environ: dict[str, str], *, preloaded: bool = True) -> None:
        self._environ = {**os.environ, **environ}
        self._is_preloaded = preloaded
        self._process: Process | Preloaded | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self.lines: list[str] = []

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it, and return when it has said that it is ready."""
        await self.spawn()
        try:
            await self.writes("bot.ready")
        except BaseException:
            await self.end()
            raise

    async def spawn(self) -> None:
        """Start it, and do not wait."""
        GIVEN_AWAY.add(self._environ["DB_URL"])
        self.lines.clear()
        read, write = os.pipe()
        self._process = await (self._forked(write) if self._is_preloaded else self._executed(write))
        os.close(write)
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(read)
        )
        self._reading = asyncio.create_task(self._read(lines))

    async def _forked(self, output: int) -> Preloaded:
        process = Preloaded("bot.__main__", self._environ, {STDOUT: output, STDERR: output})
        await process.start()
        return process

    async def _executed(self, output: int) -> Process:
        return await create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            env=self._environ,
            stdout=output,
            stderr=output,
            # Its own session: a signal to its group, as the terminal's Ctrl-C is, does not reach the tests.
            start_new_session=True,
        )

    async def _read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            await self._note(line.decode())
        await self._note("")

    async def _note(self, line: str) -> None:
        async with self._news:
            self.lines.append(line)
            self._news.notify_all()

    async def writes(self, *parts: str) -> None:
        """Wait for a line with these parts. Raises EOFError, with all that was written, where none comes."""

        def is_there() -> bool:
            return any(all(part in line for part in parts) for line in self.lines)

        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: is_there() or "" in self.lines)
        if not is_there():
            raise EOFError("".join(self.lines))

    async def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        os.kill(self.pid, signal.SIGKILL)
        await self.ended()

    async def stop(self, number: signal.Signals) -> int:
        """Send its process group a signal; return its exit code."""
        self.signal(number)
        return await self.ended()

    def signal(self, number: signal.Signals) -> None:
        """Send its process group a signal, as a terminal does."""
        os.killpg(self.pid, number)

    async def ended(self) -> int:
        """Wait until it has ended and all that it wrote is read; return its exit code."""
        assert self._process is not None
        assert self._reading is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            code = await self._process.wait()
            await self._reading
        return code

    async def end(self) -> None:
        """Make sure that it is gone."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self.ended()
