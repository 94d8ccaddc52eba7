"""Things to wait for: a Bot API call that is held up, a line of the log."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from bot.demo.bot_api.errors import ApiError
from bot.demo.bot_api.methods import METHODS
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram
from bot.demo.mailbox import CaughtMail, Mailbox
from tests.plans import OURS
from tests.town import Town

PATIENCE_SECONDS = 60


class Held:
    """A Bot API call that has come and gets no answer yet."""

    def __init__(self) -> None:
        self._came = asyncio.Event()
        self._free = asyncio.Event()
        self.lost = False

    async def came(self) -> None:
        """Wait until the call is there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._came.wait()

    def release(self, *, lost: bool = False) -> None:
        """Let the call, and all further ones, have their answer; a `lost` one has none and no effect."""
        self.lost = lost
        self._free.set()

    async def wait(self) -> None:
        """Note that the call is here, and wait for its release."""
        self._came.set()
        await self._free.wait()


@asynccontextmanager
async def held(
    method: str, *, chat_id: int | None = None, part: str = "", after: bool = False
) -> AsyncIterator[Held]:
    """Hold up the calls of a method, of one chat, whose text contains `part`.

    They are held before they take effect, or `after` it. At the end of the block they are let go.
    """
    usual = METHODS[method.lower()]
    hold = Held()

    async def run(telegram: Telegram, params: Params) -> Any:
        if (chat_id is not None and params.text("chat_id") != str(chat_id)) or part not in params.text(
            "text"
        ):
            return await usual.run(telegram, params)
        if after:
            answer = await usual.run(telegram, params)
            await hold.wait()
            return answer
        await hold.wait()
        if hold.lost:
            raise ApiError(502, "Bad Gateway")
        return await usual.run(telegram, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, method.lower(), replace(usual, run=run))
        try:
            yield hold
        finally:
            hold.release(lost=hold.lost)


@contextmanager
def answered(method: str, *answers: web.HTTPException | list[Any]) -> Iterator[list[Any]]:
    """Answer the next calls of a method with just that, or with that as the result; then as ever.

    What has yet to be answered so is in the list.
    """
    usual, rest = METHODS[method.lower()], list(answers)

    async def run(telegram: Telegram, params: Params) -> Any:
        if not rest:
            return await usual.run(telegram, params)
        answer = rest.pop(0)
        if isinstance(answer, list):
            return answer
        raise answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, method.lower(), replace(usual, run=run))
        yield rest


class Line:
    """A line of the log that is waited for; `text` is what it said."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.texts: list[str] = []
        self._came = asyncio.Semaphore(0)

    async def came(self, times: int = 1) -> str:
        """Wait until such a line was written, so many times; return the first."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in range(times):
                await self._came.acquire()
        return self.texts[0]

    def note(self, text: str) -> None:
        """Look at a line."""
        if self.part in text:
            self.texts.append(text)
            self._came.release()


class _Listener(logging.Handler):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        self._line.note(record.getMessage())


@contextmanager
def logged(part: str) -> Iterator[Line]:
    """Listen for lines of this process's log that contain `part`."""
    line, root = Line(part), logging.getLogger()
    handler = _Listener(line)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield line
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


async def mailed(mailbox: Mailbox, *addresses: str) -> None:
    """Wait until each of the addresses has a mail."""
    for address in addresses:
        await mailbox.wait_for(partial(_is_to, address))


def _is_to(address: str, mail: CaughtMail) -> bool:
    return mail.to == (address,)


async def all_handled(town: Town, seconds: float = 60) -> None:
    """Wait until no update is written down any more: those that were acknowledged are handled, too."""
    updates = town.storage.pending_updates._updates
    async with asyncio.timeout(seconds):
        while await updates.count_documents({}, comment=OURS):
            pass


async def all_told(town: Town, seconds: float = 60) -> None:
    """Wait until no notice waits, or is on its way, and the database knows it."""
    notices = town.storage.notifications._notifications
    async with asyncio.timeout(seconds):
        while await notices.count_documents({"due": {"$exists": True}}, comment=OURS):
            pass


async def told(town: Town) -> None:
    """Tell whatever is news by now, and wait for it: the town's own outbox may be at some of it."""
    await town.assembly.outbox.send_due()
    await all_told(town)
