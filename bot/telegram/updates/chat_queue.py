"""The updates of one chat are handled in order, those of different chats side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context

from bot.telegram.log_privacy import discreet
from services.cancellation import cancel_and_wait
from services.models.people import ChatId

log = discreet(__name__)


class ChatQueues:
    """One queue for each chat. The work of one queue is done in order; the queues run side by side."""

    def __init__(self) -> None:
        self._tails: dict[ChatId, asyncio.Task[None]] = {}

    def put(self, chat_id: ChatId, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Do `work` when the chat's earlier work is done."""
        # What goes wrong is logged in the context of the work, which knows the request's id.
        context = copy_context()
        task = asyncio.create_task(self._after(self._tails.get(chat_id), work), context=context)
        self._tails[chat_id] = task
        task.add_done_callback(lambda done: self._tidy(chat_id, done), context=context)
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
            log.error("queue.failed", exc_info=error)

    async def settle(self, seconds: float) -> None:
        """Wait until every queue is empty, at most so many seconds; then cancel what is left."""
        if self._tails:
            _, late = await asyncio.wait(list(self._tails.values()), timeout=seconds)
            await cancel_and_wait(*late)
