"""What is done beside the handling of updates, by chat."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from services.models.people import ChatId

Errand = Coroutine[Any, Any, None]


class Errands:
    """What updates have begun and do not wait for.

    `slow` are the chats whose update is known to take long, so that nobody else waits for those; `later`
    begins what nobody waits for at all.
    """

    def __init__(self, later: Callable[[Errand], object]) -> None:
        self._begun: dict[ChatId, list[asyncio.Task[None]]] = {}
        self._answered: dict[ChatId, str] = {}
        self.slow: set[ChatId] = set()
        self.later = later

    def is_first_answer(self, chat_id: ChatId, query_id: str) -> bool:
        """Tell whether that tap was not answered before, and note that it is now.

        Here and not in the context: where a handler raises, python-telegram-bot makes a second one.
        """
        before = self._answered.get(chat_id)
        self._answered[chat_id] = query_id
        return before != query_id

    def begin(self, chat_id: ChatId, errand: Errand) -> None:
        """Begin an errand of the update that the chat is at."""
        self._begun.setdefault(chat_id, []).append(asyncio.create_task(errand))

    async def done(self, chat_id: ChatId) -> None:
        """Wait for the errands of the chat."""
        self._answered.pop(chat_id, None)
        for errand in self._begun.pop(chat_id, ()):
            await errand
