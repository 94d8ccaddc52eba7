"""Updates come in here: acknowledged only once handled, in order within a chat, side by side across chats.

Telegram forgets an update when a later offset is asked for. So the offset asked for is that of the
oldest update that is not handled yet: whatever happens to this process, the rest comes again.

A poll brings no more than a hundred updates from there. So that one chat that is held up does not keep
all others waiting, what keeps a crowd waiting is written into the database, and counts as acknowledged.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Update
from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError

from bot.context import ClinicApplication
from bot.limits import asked_wait
from services.errors import StorageDown
from services.models import ChatId
from services.storage.updates import Updates

log = logging.getLogger(__name__)

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
LIMIT = 100
# So many that are not acknowledged are a crowd, and one that takes so long holds it up.
CROWD = LIMIT // 2
STUCK_SECONDS = 5
LONG_POLL_SECONDS = 30
# Telegram answers the same offset asked for twice within half a second with one update only.
SAME_OFFSET_SECONDS = 0.5
RETRY_SECONDS = (0.5, 1, 2, 4, 8, 15)
STORAGE_PAUSE_SECONDS = 0.5
LAST_WORDS_SECONDS = 10


class Lanes:
    """One lane a chat: what is put into a lane is done in order, the lanes run side by side."""

    def __init__(self) -> None:
        self._tails: dict[ChatId, asyncio.Task[None]] = {}

    def put(self, chat_id: ChatId, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Do `work` when the chat's earlier work is done."""
        task = asyncio.create_task(self._after(self._tails.get(chat_id), work))
        self._tails[chat_id] = task
        task.add_done_callback(lambda done: self._tidy(chat_id, done))
        return task

    @staticmethod
    async def _after(before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before is not None:
            await asyncio.wait([before])
        await work()

    def _tidy(self, chat_id: ChatId, done: asyncio.Task[None]) -> None:
        if self._tails.get(chat_id) is done:
            del self._tails[chat_id]
        if not done.cancelled() and (error := done.exception()):
            log.error("lane.failed", exc_info=error)

    async def settle(self, seconds: float) -> None:
        """Wait until every lane is empty, or for so long; what is not done then is cancelled."""
        if self._tails:
            _, late = await asyncio.wait(list(self._tails.values()), timeout=seconds)
            for task in late:
                task.cancel()


@dataclass(frozen=True, slots=True)
class _Begun:
    """An update that is in its lane, since `at` (the loop's seconds)."""

    update: Update
    task: asyncio.Task[None]
    at: float


class Intake:
    """Long polling (Bot API getUpdates) that never loses an update."""

    def __init__(self, application: ClinicApplication, lanes: Lanes, shelf: Updates) -> None:
        self._application = application
        self._lanes = lanes
        self._shelf = shelf
        self._shelved: set[int] = set()
        self._offset = 0
        self._asked = 0
        self._open: dict[int, _Begun] = {}
        self._failures = 0

    async def run(self) -> None:
        """Take updates until cancelled; then finish what was begun and acknowledge it."""
        await self._take_from_shelf()
        try:
            while True:
                await self._make_room()
                await self._take_some()
        finally:
            await self._lanes.settle(LAST_WORDS_SECONDS)
            await self._acknowledge()

    async def _take_some(self) -> None:
        offset = self._asked = self._next_offset()
        try:
            updates = await self._poll(offset, 0 if self._open else LONG_POLL_SECONDS)
        except TelegramError as error:
            await self._rest(error)
            return
        self._failures = 0
        for update in updates:
            if update.update_id not in self._open:
                self._begin(update)
        await self._until_offset_moves(offset)

    def _begin(self, update: Update) -> None:
        task = self._lanes.put(_chat(update), _bound(self._handle, update))
        self._open[update.update_id] = _Begun(update, task, asyncio.get_running_loop().time())

    async def _take_from_shelf(self) -> None:
        """Begin with what an earlier process acknowledged and did not come to. Raises StorageDown."""
        for text in await self._shelf.all():
            update = Update.de_json(json.loads(text), self._application.bot)
            self._shelved.add(update.update_id)
            self._begin(update)

    async def _make_room(self) -> None:
        """Where a crowd waits behind what is held up, write that down, so that the offset may move on."""
        stuck_since = asyncio.get_running_loop().time() - STUCK_SECONDS
        if len(self._open) < CROWD or self._open[min(self._open)].at > stuck_since:
            return
        late = {
            update_id: begun.update.to_json()
            for update_id, begun in self._open.items()
            if not begun.task.done() and update_id not in self._shelved
        }
        try:
            await self._shelf.put(late)
        except StorageDown:
            return  # then they have to wait after all
        self._shelved |= late.keys()
        log.info("intake.shelved count=%d", len(late))

    async def _poll(self, offset: int, seconds: int) -> tuple[Update, ...]:
        return await self._application.bot.get_updates(
            offset=offset or None,
            limit=LIMIT,
            timeout=seconds,
            read_timeout=10,  # beside the time of the long poll itself
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _until_offset_moves(self, asked: int) -> None:
        """Wait for the oldest update to be handled, but not so long that new ones are kept waiting."""
        if self._next_offset() == asked and self._open:
            await asyncio.wait([self._open[min(self._open)].task], timeout=SAME_OFFSET_SECONDS)

    def _next_offset(self) -> int:
        """Return the id of the oldest update that is neither handled nor shelved; forget those before it."""
        for update_id in sorted(self._open):
            task = self._open[update_id].task
            handled = task.done() and not task.cancelled()
            if not handled and update_id not in self._shelved:
                break
            del self._open[update_id]
            self._offset = update_id + 1
        return self._offset

    async def _handle(self, update: Update) -> None:
        await self._application.process_update(update)
        await keep(self._application, _chat(update), update.update_id)
        if update.update_id in self._shelved:
            await _however_long(lambda: self._shelf.remove(update.update_id))
            self._shelved.discard(update.update_id)

    async def _rest(self, error: TelegramError) -> None:
        pause = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        self._failures += 1
        if isinstance(error, RetryAfter):
            pause = asked_wait(error).total_seconds()
        elif isinstance(error, Conflict):
            log.warning("poll.conflict: another process takes the updates of this bot's token")
        elif not isinstance(error, NetworkError):
            raise error
        log.info("poll.failed why=%s pause=%s", type(error).__name__, pause)
        await asyncio.sleep(pause)

    async def _acknowledge(self) -> None:
        offset = self._next_offset()
        if offset == self._asked:
            return  # the last poll has said it
        try:
            await self._application.bot.get_updates(offset=offset, limit=1, timeout=0, read_timeout=2)
        except TelegramError as error:
            log.info("poll.unacknowledged why=%s", type(error).__name__)


async def keep(application: ClinicApplication, chat_id: ChatId, update_id: int | None) -> None:
    """Write the chat's memory, however long the database takes to come back: the lane waits for it."""
    await _however_long(lambda: application.memories.save(chat_id, update_id))


async def _however_long(write: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await write()
        except StorageDown:
            await asyncio.sleep(STORAGE_PAUSE_SECONDS)
        else:
            return


def _chat(update: Update) -> ChatId:
    chat, user = update.effective_chat, update.effective_user
    return ChatId(chat.id if chat else user.id if user else 0)


def _bound(handle: Callable[[Update], Awaitable[None]], update: Update) -> Callable[[], Awaitable[None]]:
    return lambda: handle(update)
