"""The queue of updates, with the rules of getUpdates.

Source: Bot API, getUpdates; the rules for repeated polls and conflicts are the public server's.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiConflict
from services.clock import Clock

KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost",
})  # fmt: skip
ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_ANSWER_BYTES = 1 << 22
MAX_TIMEOUT_SECONDS = 50
# An offset that is further than this beyond the newest update is ignored as a mistake.
FORESIGHT = 10
CONFLICT_PAUSE_SECONDS = 3.0
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True, slots=True)
class Pending:
    """One update that no getUpdates has confirmed yet; `size` is its length as JSON, in bytes."""

    body: Json
    expires_at: datetime
    size: int

    @property
    def update_id(self) -> int:
        """The update's id."""
        return int(self.body["update_id"])


class UpdateQueue:
    """Updates that wait for the bot. Polls use the event loop's clock, lifetimes use `clock`."""

    def __init__(self, clock: Clock, next_id: int) -> None:
        self._clock = clock
        self._next_id = next_id
        self._pending: deque[Pending] = deque()
        self._allowed = KINDS - ON_REQUEST_ONLY
        self._held: asyncio.Future[str] | None = None
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._confirmed_below = next_id
        # With a webhook: what it has taken, in whatever order, and who is told of news.
        self._delivered: set[int] = set()
        self._on_added: Callable[[], None] | None = None
        self._last_offset = -1
        self._last_poll_at = float("-inf")
        self._next_conflict_at = float("-inf")
        self._closed = asyncio.Event()
        # Set while a poll is held, so that others can wait until the bot listens.
        self.holding = asyncio.Event()

    def add(self, kind: str, payload: Json, lifetime: timedelta) -> int:
        """Queue an update; return its id, or 0 if the bot has not asked for that kind."""
        if kind not in self._allowed:
            return 0
        update_id = self._next_id
        self._next_id += 1
        body = {"update_id": update_id, kind: payload}
        size = len(json.dumps(body))
        self._pending.append(Pending(body, self._clock.now() + lifetime, size))
        self._wake()
        if self._on_added is not None:
            self._on_added()
        return update_id

    def allow(self, kinds: Iterable[str]) -> None:
        """Queue only these kinds from now on; none given means all but those that need asking for."""
        wanted = KINDS.intersection(kinds)
        self._allowed = wanted or KINDS - ON_REQUEST_ONLY

    @property
    def allowed(self) -> frozenset[str]:
        """The kinds that are queued."""
        return self._allowed

    @property
    def pending_count(self) -> int:
        """How many updates wait."""
        self._drop_expired()
        return len(self._pending)

    def clear(self, keep: int = 0) -> None:
        """Forget all but the newest `keep` updates. Nobody has handled them, so none is confirmed."""
        while len(self._pending) > keep:
            self._pending.popleft()

    async def poll(self, offset: int, limit: int, timeout_seconds: int) -> list[Json]:
        """Answer one getUpdates call: at most `limit` updates, oldest first.

        Every update below a positive `offset` is confirmed and forgotten; the others come again.
        Raises Conflict when another poll takes over.
        """
        if self._on_added is not None:
            raise ApiConflict(WEBHOOK_ACTIVE)
        limit, timeout_seconds = self._slow_repeats(offset, limit, timeout_seconds)
        if offset < 0:
            self.clear(keep=-offset)
        found = self._take(offset, limit)
        if found or timeout_seconds == 0 or self._closed.is_set():
            return found
        self._wake(OTHER_POLL)
        held: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._held = held
        self.holding.set()
        await self._hold(held, timeout_seconds)
        return self._take(offset, limit)

    async def confirmed(self, update_id: int) -> None:
        """Return once the bot has confirmed that update: by a poll's offset, or as its webhook took it."""
        if update_id < self._confirmed_below or update_id in self._delivered:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((update_id, waiter))
        await waiter

    def begin_delivery(self, on_added: Callable[[], None]) -> None:
        """Let a webhook have the updates: polls are refused, and `on_added` is called for each new one."""
        self._on_added = on_added
        self._wake(WEBHOOK_SET)

    def end_delivery(self) -> None:
        """Let polls have the updates again."""
        self._on_added = None

    def waiting(self) -> list[Json]:
        """Return the updates that wait, oldest first."""
        self._drop_expired()
        return [item.body for item in self._pending]

    def is_waiting(self, update_id: int) -> bool:
        """Tell whether an update still waits."""
        self._drop_expired()
        return any(item.update_id == update_id for item in self._pending)

    def deliver(self, update_id: int) -> None:
        """Forget an update that the webhook has taken: it counts as confirmed."""
        self._pending = deque(item for item in self._pending if item.update_id != update_id)
        self._delivered.add(update_id)
        self._tell_waiters()

    def timestamp(self) -> int:
        """Return the present as Unix time, whole seconds."""
        return int(self._clock.now().timestamp())

    def release(self) -> None:
        """Answer the held poll, if there is one."""
        self._wake()

    def close(self) -> None:
        """Answer the held poll, if there is one, and hold no more."""
        self._closed.set()
        self.release()

    def dump(self) -> Json:
        """Return what the journal keeps."""
        return {
            "next_id": self._next_id,
            "allowed": sorted(self._allowed),
            "pending": [[item.body, item.expires_at.isoformat()] for item in self._pending],
        }

    def load(self, saved: Json) -> None:
        """Restore what `dump` returned."""
        self._next_id = saved["next_id"]
        self._allowed = frozenset(saved["allowed"])
        self._pending = deque(
            Pending(body, datetime.fromisoformat(expires_at), len(json.dumps(body)))
            for body, expires_at in saved["pending"]
        )
        self._confirmed_below = self._pending[0].update_id if self._pending else self._next_id

    def _slow_repeats(self, offset: int, limit: int, timeout_seconds: int) -> tuple[int, int]:
        """Hold back a client that asks for the same offset again and again, as Telegram does."""
        now = asyncio.get_running_loop().time()
        since_last = now - self._last_poll_at
        if offset == self._last_offset:
            timeout_seconds = max(timeout_seconds, 3) if since_last < 3.0 else timeout_seconds  # noqa: PLR2004 - seconds, of the public server
            limit = 1 if since_last < 0.5 else limit  # noqa: PLR2004 - likewise
        self._last_offset, self._last_poll_at = offset, now
        return limit, timeout_seconds

    def _take(self, offset: int, limit: int) -> list[Json]:
        self._drop_expired()
        if 0 < offset <= self._next_id + FORESIGHT:
            self._confirm_below(offset)
        room = MAX_ANSWER_BYTES
        found: list[Json] = []
        for item in islice(self._pending, limit):
            room -= 50 + item.size
            if room <= 0:
                break
            found.append(item.body)
        return found

    def _confirm_below(self, offset: int) -> None:
        while self._pending and self._pending[0].update_id < offset:
            self._pending.popleft()
        self._confirmed_below = max(self._confirmed_below, offset)
        self._tell_waiters()

    def _tell_waiters(self) -> None:
        still_waiting = []
        for update_id, waiter in self._waiters:
            if waiter.done():
                continue
            if update_id < self._confirmed_below or update_id in self._delivered:
                waiter.set_result(None)
            else:
                still_waiting.append((update_id, waiter))
        self._waiters = still_waiting

    def _drop_expired(self) -> None:
        now = self._clock.now()
        if any(item.expires_at < now for item in self._pending):
            self._pending = deque(item for item in self._pending if item.expires_at >= now)

    def _wake(self, conflict: str = "") -> None:
        held, self._held = self._held, None
        self.holding.clear()
        if held is not None and not held.done():
            held.set_result(conflict)

    async def _hold(self, held: asyncio.Future[str], timeout_seconds: int) -> None:
        try:
            async with asyncio.timeout(timeout_seconds):
                conflict = await held
        except TimeoutError:
            conflict = ""
        finally:
            if self._held is held:
                self._held = None
                self.holding.clear()
        if conflict:
            if conflict == OTHER_POLL:
                await self._pause_conflict()
            raise ApiConflict(conflict)

    async def _pause_conflict(self) -> None:
        """Answer a second conflict within 3 s late, so that two bots don't chase each other."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_conflict_at:
            self._next_conflict_at = now + CONFLICT_PAUSE_SECONDS
            return
        try:
            async with asyncio.timeout(CONFLICT_PAUSE_SECONDS):
                await self._closed.wait()
        except TimeoutError:
            return
