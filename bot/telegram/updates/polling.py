"""Long polling that acknowledges an update only once it is handled.

Telegram forgets an update when a later offset is asked for. So the bot asks for the offset of the oldest
update that is not handled yet: if this process dies, all the others come again.

But a poll brings at most a hundred updates from there, and Telegram answers about one poll in half a second
from the same offset. One slow chat (a password is being checked, a 429 is waited for), or one that sends a
hundred messages at once, would hold up everybody else. So what takes long is written into the database (see
bot/telegram/updates/pending_updates.py), and counts as acknowledged.
"""

import asyncio
from collections import Counter
from contextlib import suppress

from bot.telegram.log_privacy import discreet
from bot.telegram.storage_patience import however_long
from bot.telegram.updates.chat_queue import ChatQueues
from bot.telegram.updates.get_updates import LONG_POLL_SECONDS, InFlight, Polled, Poller
from bot.telegram.updates.raw_updates import Json, chat_of
from bot.telegram.updates.update_handling import (
    UpdateHandler,
    UpdateInHand,
    UpdateTaken,
    keep_leases,
    seconds_now,
    update_of,
)
from services.background.lease_keeper import LeaseKeeper
from services.cancellation import AFTER_CLEAN_UP_SECONDS, cancel_and_wait, raise_if_cancelled
from services.errors import StorageDown
from services.models.people import ChatId
from services.storage.pending_updates import Entry

log = discreet(__name__)

# An update is written down if it takes longer than this, and several times as long as usual.
STUCK_SECONDS = 0.1
SEVERAL_TIMES = 4
# How much one update counts in the moving average of the handling time.
WEIGHT = 0.1
# Handling an update is expected to take at least this long.
LEAST_SECONDS = 0.01
# No more updates are asked for while so many are in flight.
MOST_IN_FLIGHT = 5000
# If the same offset is asked for twice within half a second, Telegram answers with one update only.
SAME_OFFSET_SECONDS = 0.5
# The pause between polls while updates are being handled.
PACE_SECONDS = 0.01
LAST_WORDS_SECONDS = 10
# How often it is checked whether another process has given up the lease of an update.
CLAIM_SECONDS = 0.5


class UpdatePolling:
    """Long polling (Bot API getUpdates) that never loses an update.

    Of many workers, only the one that has the `turn` polls; the others stand by.
    """

    def __init__(
        self, handler: UpdateHandler, queues: ChatQueues, in_flight: InFlight, turn: LeaseKeeper
    ) -> None:
        self._handler = handler
        self._turn = turn
        self._application = handler.application
        self._queues = queues
        self._pending = handler.pending
        self._poller = Poller(handler.application, in_flight, lambda: turn.is_held)
        # What polls have brought, and is not acknowledged yet.
        self._open: dict[int, UpdateInHand] = {}
        in_flight.ids = self._open
        # Pending updates that were found in the database, and that no poll has brought.
        self._left: dict[int, UpdateInHand] = {}
        # Those of them that are not begun yet: a poll may still bring what comes before them.
        self._found: dict[int, Json | None] = {}
        # Those that were handled before they had been written down.
        self._handled: set[int] = set()
        self._offset = 0
        self._asked = 0
        self._conflicts = -1
        self._waiting: Counter[ChatId] = Counter()
        self._is_backlogged = False
        self._busy = 0
        # The moving average of the handling time, seconds.
        self._usual = 0.0
        self._idle = asyncio.Event()
        self._idle.set()
        self._room = asyncio.Event()
        self._room.set()

    async def run(self) -> None:
        """Take updates until cancelled; then finish those that have begun, and acknowledge them.

        Raises InvalidToken, Forbidden if the token counts as revoked.
        """
        upkeep = asyncio.create_task(
            keep_leases(self._pending, self._take_over, self._may_take_over), name="leases"
        )
        turns = asyncio.create_task(self._turn.work(), name="polling")
        try:
            while True:
                await self._turn.until_held()
                await self._turn.while_held(self._take_all)
                # What another worker has written down meanwhile is to be found again.
                self._conflicts = -1
        finally:
            self._handler.is_stopping = True
            await self._queues.settle(LAST_WORDS_SECONDS)
            offset = self._next_offset()
            # Else the last poll has acknowledged it, or another worker polls by now.
            if offset != self._asked and self._turn.is_held:
                await self._poller.acknowledge(offset)
            await cancel_and_wait(upkeep)
            with suppress(StorageDown):  # the leases end by themselves soon
                await self._pending.release()
            await cancel_and_wait(turns, again_after=AFTER_CLEAN_UP_SECONDS)

    async def _take_all(self) -> None:
        while self._turn.is_held:
            raise_if_cancelled()
            await self._take_some()

    async def _take_some(self) -> None:
        await self._room.wait()
        if self._conflicts != self._poller.conflicts:
            # At the start, and after a conflict, updates may be pending that polls bring, too.
            await however_long(self._find_pending)
            self._conflicts = self._poller.conflicts
        offset = self._asked = self._next_offset()
        polled = await self._poller.poll(offset, 0 if self._open or self._found else LONG_POLL_SECONDS)
        if self._conflicts != self._poller.conflicts:
            self._turn.doubt()
        elif self._poller.fails_for_long:
            self._poller.forget_failures()
            self._turn.stand_aside()
        if not self._turn.is_held:
            return  # it was paused: another worker gets these, too, and nothing of them is acknowledged
        if polled is not None or self._conflicts != self._poller.conflicts:
            self._begin_all(polled)
        if polled is not None:
            await self._until_some_are_done(offset)

    async def _find_pending(self) -> None:
        for entry in await self._pending.others():
            self._found[entry.update_id] = update_of(entry)

    def _may_take_over(self) -> bool:
        """Tell whether this worker has polled by now, and goes on."""
        return self._conflicts >= 0 and not self._handler.is_stopping

    def _take_over(self, entry: Entry) -> None:
        self._begin(entry.update_id, update_of(entry), is_polled=False)

    def _begin_all(self, polled: Polled | None) -> None:
        """Begin what a poll has brought together with what was found pending, in the order of the ids."""
        updates = polled.updates if polled else {}
        last = max(updates) if polled and polled.is_full and updates else None
        found = {update_id for update_id in self._found if last is None or update_id <= last}
        for update_id in sorted(updates.keys() | found):
            # A polled update is complete; one that was written down may lack its text.
            written = self._found.pop(update_id, None)
            self._begin(update_id, updates.get(update_id, written), is_polled=update_id in updates)

    def _begin(self, update_id: int, raw: Json | None, *, is_polled: bool) -> None:
        item = self._left.pop(update_id, None) or self._open.get(update_id)
        if item is None:
            item = UpdateInHand(update_id, raw, chat_of(raw or {}), seconds_now())
            self._enqueue(item)
        elif item.raw is not None and raw is not None and is_polled:
            item.raw = raw
        elif item.is_handled and not is_polled:
            # Another worker has written it down as well, and what it left was taken over only now.
            self._queues.put(item.chat_id, lambda: self._pending.take_off(update_id))
        # Another process may have written it down without its text.
        item.is_withheld |= is_polled and update_id in self._pending.ids
        (self._open if is_polled or update_id in self._open else self._left)[update_id] = item

    def _enqueue(self, item: UpdateInHand) -> None:
        item.task = self._queues.put(item.chat_id, lambda: self._handle(item))
        self._busy += 1
        self._idle.clear()
        self._waiting[item.chat_id] += 1
        self._is_backlogged |= self._has_backlog(item.chat_id)
        if self._busy >= MOST_IN_FLIGHT:
            self._room.clear()
        item.task.add_done_callback(lambda _task: self._one_less(item))

    def _one_less(self, item: UpdateInHand) -> None:
        item.raw = None
        self._busy -= 1
        self._waiting[item.chat_id] -= 1
        if not self._waiting[item.chat_id]:
            del self._waiting[item.chat_id]
        if self._busy < MOST_IN_FLIGHT:
            self._room.set()
        if not self._busy:
            self._idle.set()

    async def _until_some_are_done(self, asked: int) -> None:
        """Wait for updates in flight, but not so long that new ones are kept waiting.

        A poll after each update would cost more than handling it.
        """
        if self._is_backlogged:
            self._is_backlogged = False
            await self._write_down()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(PACE_SECONDS):
                await self._idle.wait()
        if self._open and self._next_offset() == asked:
            oldest = self._open[min(self._open)]
            if not self._is_late(oldest):
                seconds = min(self._late_at(oldest) - seconds_now(), SAME_OFFSET_SECONDS)
                await asyncio.wait([oldest.task], timeout=seconds)
            if self._open and self._next_offset() == asked:
                await self._write_down()

    def _is_late(self, item: UpdateInHand) -> bool:
        """Tell whether it takes so long that others would have to wait, or is known to."""
        return (
            self._late_at(item) <= seconds_now()
            or item.chat_id in self._application.errands.slow
            or self._has_backlog(item.chat_id)
        )

    def _has_backlog(self, chat_id: ChatId) -> bool:
        """Tell whether so many updates of the chat wait that the last of them will be late."""
        return self._waiting[chat_id] * max(self._usual, LEAST_SECONDS) > self._longest

    def _late_at(self, item: UpdateInHand) -> float:
        return item.at + self._longest

    @property
    def _longest(self) -> float:
        # If everything takes long, no single update holds up the rest, and writing down would only add work.
        return max(STUCK_SECONDS, SEVERAL_TIMES * self._usual)

    async def _write_down(self) -> None:
        """Write down what has taken long already, so that the offset can move on."""
        late = [
            self._handler.as_written(item, item.raw)
            for update_id, item in self._open.items()
            if item.raw and update_id not in self._pending.ids and self._is_late(item)
        ]
        if not late:
            return
        try:
            await self._pending.put(late)
        except StorageDown:
            # The others have to wait after all.
            await asyncio.wait([self._open[min(self._open)].task], timeout=SAME_OFFSET_SECONDS)
            return
        log.info("polling.written_down count=%d", len(late))
        # Telegram has them until the next poll; so what is answered has its text there or here.
        ids = {entry.update_id for entry in late}
        for update_id in ids & self._open.keys():
            await self._handler.complete(self._open[update_id])
        for update_id in ids & self._handled:  # handled while it was being written down
            await self._pending.take_off(update_id)

    def _next_offset(self) -> int:
        """Return the id of the oldest update that is still to be acknowledged; forget those before it."""
        for update_id in sorted(self._open):
            task = self._open[update_id].task
            handled = task.done() and not task.cancelled()
            if not handled and update_id not in self._pending.ids:
                break
            del self._open[update_id]
            self._handled.discard(update_id)
            self._offset = update_id + 1
        return self._offset

    async def _handle(self, item: UpdateInHand) -> None:
        while True:
            try:
                await self._handler.handle(item)
                break
            except UpdateTaken:
                if self._handler.is_stopping:
                    raise asyncio.CancelledError from None
                await asyncio.sleep(CLAIM_SECONDS)
        if item.seconds is not None:
            self._learn(item.chat_id, item.seconds)
            if not item.was_written:
                self._handled.add(item.update_id)

    def _learn(self, chat_id: ChatId, seconds: float) -> None:
        """Add one update to the moving average; an extremely slow one counts as one that was just late."""
        if chat_id in self._application.errands.slow:
            self._application.errands.slow.discard(chat_id)
        else:
            self._usual += WEIGHT * (min(seconds, self._longest) - self._usual)
