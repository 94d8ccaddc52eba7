"""Errands: what updates have begun and do not wait for, by chat."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from services.models.people import ChatId

Errand = Coroutine[Any, Any, None]


class TapAnswer:
    """The place for a tap's answer in the body of a webhook's answer, as long as it is open.

    `call` is what the Bot API is to do; `send` does it by a request of its own.
    """

    def __init__(self, on_close: Callable[[], object]) -> None:
        self._on_close = on_close
        self._call: dict[str, Any] | None = None
        self.send: Callable[[dict[str, Any]], object] = len

    def put(self, call: dict[str, Any], send: Callable[[dict[str, Any]], object]) -> None:
        """Put the answer there; if it can't go out in the body, `send` is called with it."""
        self._call, self.send = call, send

    def taken(self) -> dict[str, Any] | None:
        """Return the answer, if there is one, and close the place."""
        self.close_place()
        call, self._call = self._call, None
        return call

    def close(self) -> None:
        """Close the place; send what is still there."""
        if (call := self.taken()) is not None:
            self.send(call)

    def close_place(self) -> None:
        """From now on, answers are sent at once."""
        self._on_close()


class Errands:
    """The errands of the updates in flight.

    `slow` are the chats whose update is known to take long, so that other chats do not wait for it. `later`
    begins an errand that even its own chat does not wait for.
    """

    def __init__(self, later: Callable[[Errand], object]) -> None:
        self._begun: dict[ChatId, list[asyncio.Task[None]]] = {}
        self._answered: dict[ChatId, str] = {}
        # Places for answers to taps, by the tap's id.
        self._offered: dict[str, TapAnswer] = {}
        self.slow: set[ChatId] = set()
        self.later = later

    def is_first_answer(self, chat_id: ChatId, query_id: str) -> bool:
        """Tell whether the tap was not answered before, and note that it is now.

        Not noted in the context, because python-telegram-bot makes a second one if a handler raises.
        """
        before = self._answered.get(chat_id)
        self._answered[chat_id] = query_id
        return before != query_id

    def offer(self, query_id: str) -> TapAnswer:
        """Offer a place for the answer to a tap; an empty id is none."""
        place = TapAnswer(lambda: self._offered.pop(query_id, None))
        if query_id:
            self._offered[query_id] = place
        return place

    def place_for(self, query_id: str) -> TapAnswer | None:
        """Return the place for the answer to a tap, if one is open."""
        return self._offered.get(query_id)

    def begin(self, chat_id: ChatId, errand: Errand) -> None:
        """Begin an errand of the chat's present update."""
        self._begun.setdefault(chat_id, []).append(asyncio.create_task(errand))

    async def done(self, chat_id: ChatId) -> None:
        """Wait for the errands of the chat."""
        self._answered.pop(chat_id, None)
        for errand in self._begun.pop(chat_id, ()):
            await errand
