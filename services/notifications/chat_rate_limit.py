"""Whose turn it is: Telegram takes a message a second for one chat, and says how long it wants none."""

import asyncio
from datetime import datetime

from services.clock import Clock
from services.models.people import ChatId

SECONDS_PER_MESSAGE = 1.0
FOREVER = float("inf")


class ChatRateLimit:
    """Knows which chats may have nothing now.

    A second is one of the event loop's, as in services/background/rate_limiter.py; what Telegram asks for
    goes by the clinic's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at: dict[ChatId, float] = {}
        self._paused_until: dict[ChatId, datetime] = {}

    def limited(self) -> list[ChatId]:
        """Return the chats that may have nothing now, and forget the others."""
        seconds = _seconds()
        self._free_at = {chat: at for chat, at in self._free_at.items() if at > seconds}
        return [*self._free_at, *self.paused()]

    def paused(self) -> list[ChatId]:
        """Return the chats of which Telegram has asked to wait, and forget the others."""
        now = self._clock.now()
        self._paused_until = {chat: until for chat, until in self._paused_until.items() if until > now}
        return list(self._paused_until)

    def next_free_in(self) -> float | None:
        """Return in how many seconds the next chat is free that just had something; None: there is none."""
        ends = [at for at in self._free_at.values() if at != FOREVER]
        return max(0.0, min(ends) - _seconds()) if ends else None

    def pause(self, chat_id: ChatId, until: datetime) -> None:
        """Send nothing more to the chat before that instant."""
        self._paused_until[chat_id] = until

    def begin(self, chat_id: ChatId) -> None:
        """Send nothing else to the chat as long as something is on its way there."""
        self._free_at[chat_id] = FOREVER

    def end(self, chat_id: ChatId, *, unused: bool = False) -> None:
        """Send nothing to the chat for a second, or at once where nothing was sent."""
        self._free_at[chat_id] = _seconds() + (0 if unused else SECONDS_PER_MESSAGE)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
