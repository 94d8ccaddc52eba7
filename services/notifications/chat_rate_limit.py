"""The rate limit of each chat: Telegram accepts one message a second, and may ask to wait longer."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from services.clock import Clock
from services.models.people import ChatId

SECONDS_PER_MESSAGE = 1.0
FOREVER = float("inf")


class ChatRateLimit:
    """Knows which chats may get nothing now.

    The second is measured by the event loop's time, as in services/background/rate_limiter.py; the pauses
    that Telegram asks for by the clinic's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at: dict[ChatId, float] = {}
        self._paused_until: dict[ChatId, datetime] = {}

    def limited(self) -> list[ChatId]:
        """Return the chats that may get nothing now; forget the others."""
        seconds = _seconds()
        self._free_at = {chat: at for chat, at in self._free_at.items() if at > seconds}
        return [*self._free_at, *self.paused()]

    def paused(self) -> list[ChatId]:
        """Return the chats for which Telegram has asked to wait; forget the others."""
        now = self._clock.now()
        self._paused_until = {chat: until for chat, until in self._paused_until.items() if until > now}
        return list(self._paused_until)

    def next_free_in(self) -> float | None:
        """Return in how many seconds the next chat may get a message again; None: no chat has to wait."""
        ends = [at for at in self._free_at.values() if at != FOREVER]
        return max(0.0, min(ends) - _seconds()) if ends else None

    def pause(self, chat_id: ChatId, until: datetime) -> None:
        """Let the chat get nothing before that instant."""
        self._paused_until[chat_id] = until

    def note_held(self, held: Mapping[ChatId, datetime]) -> None:
        """Note the pauses that other workers were asked for."""
        for chat_id, until in held.items():
            self._paused_until[chat_id] = max(until, self._paused_until.get(chat_id, until))

    def begin(self, chat_id: ChatId) -> None:
        """Let the chat get nothing else until `end` is called."""
        self._free_at[chat_id] = FOREVER

    def end(self, chat_id: ChatId, *, unused: bool = False) -> None:
        """Let the chat get its next message in a second; at once if nothing was sent (`unused`)."""
        self._free_at[chat_id] = _seconds() + (0 if unused else SECONDS_PER_MESSAGE)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
