"""Updates come in here: acknowledged only once handled, in order within a chat, side by side across chats.

Telegram forgets an update when a later offset is asked for. So the offset asked for is that of the
oldest update that is not handled yet: whatever happens to this process, the rest comes again.

But a poll brings no more than a hundred updates from there, and Telegram answers hardly more than one poll
from the same offset in half a second. So that a chat that is held up (by a password being checked, by a
429) keeps nobody else waiting, what takes long is written into the database, and counts as acknowledged.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Update, User
from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError

from bot.context import ClinicApplication
from bot.lanes import Lanes
from bot.limits import asked_wait
from services.errors import StorageDown
from services.models import ChatId
from services.storage.updates import Updates

log = logging.getLogger(__name__)

ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
LIMIT = 100
# What takes longer than this, and several times as long as the others, holds them up, and is written down.
STUCK_SECONDS = 0.1
SEVERAL_TIMES = 4
# How much one update counts in what is usual.
WEIGHT = 0.05
LONG_POLL_SECONDS = 30
# Telegram answers the same offset asked for twice within half a second with one update only.
SAME_OFFSET_SECONDS = 0.5
# While there is work to do, polls are so far apart.
PACE_SECONDS = 0.01
RETRY_SECONDS = (0.5, 1, 2, 4, 8, 15)
STORAGE_PAUSE_SECONDS = 0.5
LAST_WORDS_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Begun:
    """An update that is in its lane, since `at` (the loop's seconds)."""

    update: Update
    task: asyncio.Task[None]
    at: float


class Hand:
    """The updates that are in hand: taken, and not acknowledged yet."""

    def __init__(self) -> None:
        self.begun: dict[int, _Begun] = {}
        self._taps: list[dict[str, Any]] = []

    def trim(self, answer: dict[str, Any]) -> None:
        """Take out of an answer to getUpdates what is in hand already, and the taps, which `taps` reads.

        Until the oldest is acknowledged, each poll brings all the others again: making objects of those
        once more would be most of the bot's work.
        """
        updates = answer.get("result")
        if isinstance(updates, list):
            new = [update for update in updates if update["update_id"] not in self.begun]
            answer["result"] = [update for update in new if not _is_tap(update)]
            self._taps += [update for update in new if _is_tap(update)]

    def taps(self, bot: Bot) -> list[Update]:
        """Return the taps of the last poll (Bot API CallbackQuery).

        Of the card that was tapped, which comes with all its buttons, only the place is read: what it says is
        not to be trusted anyway. That is what Telegram calls an InaccessibleMessage.
        """
        taps, self._taps = self._taps, []
        return [_tap(tap, bot) for tap in taps]


def _is_tap(update: dict[str, Any]) -> bool:
    return "message" in update.get("callback_query", ())


def _tap(update: dict[str, Any], bot: Bot) -> Update:
    query = update["callback_query"]
    card = query["message"]
    chat = Chat.de_json(card["chat"], bot)
    tap = CallbackQuery(
        query["id"],
        User.de_json(query["from"], bot),
        query["chat_instance"],
        InaccessibleMessage(chat, card["message_id"]),
        query.get("data"),
    )
    tap.set_bot(bot)
    return Update(update["update_id"], callback_query=tap)


# Whether an update's text may be a password; the flag says whether it waits for an earlier one of its chat.
MayBeSecret = Callable[[Update, bool], bool]


class Intake:
    """Long polling (Bot API getUpdates) that never loses an update."""

    def __init__(
        self,
        application: ClinicApplication,
        lanes: Lanes,
        hand: Hand,
        shelf: Updates,
        may_be_secret: MayBeSecret,
    ) -> None:
        self._may_be_secret = may_be_secret
        self._application = application
        self._lanes = lanes
        self._hand = hand
        self._open = hand.begun
        self._shelf = shelf
        self._shelved: set[int] = set()
        # Those in hand that were handled before they were on the shelf.
        self._handled: set[int] = set()
        self._offset = 0
        self._asked = 0
        self._failures = 0
        self._busy = 0
        # How long an update takes, seconds.
        self._usual = 0.0
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self) -> None:
        """Take updates until cancelled; then finish what was begun and acknowledge it."""
        await self._take_from_shelf()
        try:
            while True:
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
        taps = self._hand.taps(self._application.bot)
        for update in sorted((*updates, *taps), key=lambda update: update.update_id):
            self._begin(update)
        await self._until_some_are_done(offset)

    def _begin(self, update: Update) -> None:
        task = self._lanes.put(_chat(update), _bound(self._handle, update))
        self._busy += 1
        self._idle.clear()
        task.add_done_callback(self._one_less)
        self._open[update.update_id] = _Begun(update, task, _seconds())

    def _one_less(self, _task: asyncio.Task[None]) -> None:
        self._busy -= 1
        if not self._busy:
            self._idle.set()

    async def _take_from_shelf(self) -> None:
        """Begin with what an earlier process acknowledged and did not come to. Raises StorageDown."""
        for text in await self._shelf.all():
            update = Update.de_json(json.loads(text), self._application.bot)
            self._shelved.add(update.update_id)
            self._begin(update)

    async def _poll(self, offset: int, seconds: int) -> tuple[Update, ...]:
        return await self._application.bot.get_updates(
            offset=offset or None,
            limit=LIMIT,
            timeout=seconds,
            read_timeout=10,  # beside the time of the long poll itself
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _until_some_are_done(self, asked: int) -> None:
        """Wait for what is in hand, but not so long that new updates are kept waiting.

        A poll for each update that is done would cost more than handling it.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(PACE_SECONDS):
                await self._idle.wait()
        if self._open and self._next_offset() == asked:
            oldest = self._open[min(self._open)]
            if not self._is_late(oldest):
                patience = min(self._late_at(oldest) - _seconds(), SAME_OFFSET_SECONDS)
                await asyncio.wait([oldest.task], timeout=patience)
            if self._open and self._next_offset() == asked:
                await self._write_down()

    def _is_late(self, begun: _Begun) -> bool:
        """Tell whether it takes too long for the others, or is known to."""
        return self._late_at(begun) <= _seconds() or _chat(begun.update) in self._application.slow

    def _late_at(self, begun: _Begun) -> float:
        # Where everything takes long, nothing holds up the rest, and writing it down would be more to do.
        return begun.at + max(STUCK_SECONDS, SEVERAL_TIMES * self._usual)

    async def _write_down(self) -> None:
        """Put on the shelf what has taken long already, so that the offset may move on."""
        late = {
            update_id: self._written(update_id)
            for update_id, begun in self._open.items()
            if self._is_late(begun) and not begun.task.done() and update_id not in self._shelved
        }
        if not late:
            return
        try:
            await self._shelf.put(late)
        except StorageDown:
            # Then the others have to wait after all.
            await asyncio.wait([self._open[min(self._open)].task], timeout=SAME_OFFSET_SECONDS)
            return
        self._shelved |= late.keys()
        log.info("intake.shelved count=%d", len(late))
        for update_id in late.keys() & self._handled:  # while it was being written down
            await self._take_off_shelf(update_id)

    async def _take_off_shelf(self, update_id: int) -> None:
        await _however_long(lambda: self._shelf.remove(update_id))
        self._shelved.discard(update_id)

    def _written(self, update_id: int) -> str:
        """Return an update as it is written down: without its text where that may be a password.

        It is only read again where this process dies; then the person is asked once more.
        """
        update = self._open[update_id].update
        chat_id = _chat(update)
        waits = any(
            _chat(begun.update) == chat_id and not begun.task.done()
            for earlier, begun in self._open.items()
            if earlier < update_id
        )
        written = update.to_dict()
        if self._may_be_secret(update, waits):
            written["message"].pop("text")
        return json.dumps(written)

    def _next_offset(self) -> int:
        """Return the id of the oldest update that is neither handled nor shelved; forget those before it."""
        for update_id in sorted(self._open):
            task = self._open[update_id].task
            handled = task.done() and not task.cancelled()
            if not handled and update_id not in self._shelved:
                break
            del self._open[update_id]
            self._handled.discard(update_id)
            self._offset = update_id + 1
        return self._offset

    async def _handle(self, update: Update) -> None:
        await self._application.process_update(update)
        chat_id = _chat(update)
        if chat_id in self._application.slow:
            self._application.slow.discard(chat_id)
        elif begun := self._open.get(update.update_id):
            self._usual += WEIGHT * (_seconds() - begun.at - self._usual)
        await keep(self._application, chat_id, update.update_id)
        await self._application.errands.done(chat_id)
        if update.update_id in self._shelved:
            await self._take_off_shelf(update.update_id)
        else:
            self._handled.add(update.update_id)

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


def _seconds() -> float:
    return asyncio.get_running_loop().time()


def _chat(update: Update) -> ChatId:
    chat, user = update.effective_chat, update.effective_user
    return ChatId(chat.id if chat else user.id if user else 0)


def _bound(handle: Callable[[Update], Awaitable[None]], update: Update) -> Callable[[], Awaitable[None]]:
    return lambda: handle(update)
