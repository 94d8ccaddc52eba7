"""Errands: what updates have begun and do not wait for, by chat."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from services.models.people import ChatId

Errand = Coroutine[Any, Any, None]


class Errands:
    """The errands of the updates in flight.

    `slow` are the chats whose update is known to take long, so that other chats do not wait for it. `later`
    begins an errand that even its own chat does not wait for.
    """

    def __init__(self, later: Callable[[Errand], object]) -> None:
        self._begun: dict[ChatId, list[asyncio.Task[None]]] = {}
        self._answered: dict[ChatId, str] = {}
        self.slow: set[ChatId] = set()
        self.later = later

    def is_first_answer(self, chat_id: ChatId, query_id: str) -> bool:
        """Tell whether the tap was not answered before, and note that it is now.

        Not noted in the context, because python-telegram-bot makes a second one if a handler raises.
        """
        before = self._answered.get(chat_id)
        self._answered[chat_id] = query_id
        return before != query_id

    def begin(self, chat_id: ChatId, errand: Errand) -> None:
        """Begin an errand of the chat's present update."""
        self._begun.setdefault(chat_id, []).append(asyncio.create_task(errand))

    async def done(self, chat_id: ChatId) -> None:
        """Wait for the errands of the chat."""
        self._answered.pop(chat_id, None)
        for errand in self._begun.pop(chat_id, ()):
            await errand
