"""A wire to the database that can be cut at any message with a certain part."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60
BLOCK = 64 * 1024


class Wire:
    """Passes on what a bot asks of its database, up to the message number `nth` with the `part`.

    That one is held back, or passed on and its answer held back (`is_done`): then the database has done what
    the bot will never know of.
    """

    def __init__(self, part: bytes, nth: int, *, is_done: bool) -> None:
        self._part = part
        self._left = nth
        self._is_done = is_done
        self._cut = asyncio.Event()

    async def cut(self) -> None:
        """Wait until that message was there, and what it asks is done if it is to be done."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._cut.wait()

    async def carry(
        self, near: asyncio.StreamReader, back: asyncio.StreamWriter, host: str, port: int
    ) -> None:
        """Carry one connection, until either side ends it."""
        far, there = await asyncio.open_connection(host, port)
        is_held = asyncio.Event()
        answers = asyncio.create_task(self._answers(far, back, is_held))
        try:
            while asked := await near.read(BLOCK):
                if self._is_the_one(asked):
                    is_held.set()
                    if not self._is_done:
                        self._cut.set()
                        await near.read()
                        return
                there.write(asked)
        finally:
            answers.cancel()
            there.close()
            back.close()

    def _is_the_one(self, asked: bytes) -> bool:
        # Once cut, nothing of that kind gets through.
        self._left -= self._part in asked
        return self._left <= 0 and self._part in asked

    async def _answers(
        self, far: asyncio.StreamReader, back: asyncio.StreamWriter, is_held: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while answer := await far.read(BLOCK):
                if is_held.is_set():
                    # What was asked is done.
                    self._cut.set()
                else:
                    back.write(answer)


@asynccontextmanager
async def wired(database_url: str, part: str, nth: int, *, is_done: bool) -> AsyncIterator[tuple[Wire, str]]:
    """Lay a wire to a database; give it and the address of its near end."""
    address = urlsplit(database_url)
    assert address.hostname
    assert address.port
    host, port = address.hostname, address.port
    wire = Wire(part.encode(), nth, is_done=is_done)

    async def carry(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            await wire.carry(near, back, host, port)

    async with await asyncio.start_server(carry, "127.0.0.1", 0) as server:
        own = server.sockets[0].getsockname()[1]
        yield wire, address._replace(netloc=f"127.0.0.1:{own}").geturl()
        server.close()
