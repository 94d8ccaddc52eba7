"""A chat belongs to one worker at a time: leases on chats, while updates of them are handled."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from services.background.process_identity import has_ended, new_holder
from services.cancellation import raise_if_cancelled
from services.errors import StorageDown
from services.models.people import ChatId
from services.storage.conversations import ConversationStore

log = logging.getLogger(__name__)

# How long another worker is waited for. Then Telegram is left to repeat the update.
PATIENCE_SECONDS = 2.0
LOOK_SECONDS = 0.05
# Well within the lease (see services/storage/conversations.py).
RENEW_SECONDS = 1.0


class ChatBusy(Exception):
    """Another worker is handling an update of that chat."""


@dataclass(slots=True, eq=False)
class ChatLease:
    """A lease that is held. `is_released`: the save that ended the handling has ended it, too."""

    is_released: bool = False


class ChatLeases:
    """Takes leases on chats for this worker.

    Within one worker, the chat's queue keeps its updates apart (see chat_queue.py). A worker whose lease has
    ended, because it was stopped for a while, does no harm: of two that save, the slower one is refused
    (ChatChanged). Without the database nothing is leased: then nothing can be saved, either, and people are
    told. Groups and channels have no dialogs, and need none.
    """

    def __init__(self, conversations: ConversationStore) -> None:
        self._conversations = conversations
        self._holder = new_holder()
        self._held: set[ChatId] = set()

    @asynccontextmanager
    async def held(self, chat_id: ChatId) -> AsyncIterator[ChatLease]:
        """Hold the lease on a chat during the block; wait a moment for another worker to end its own.

        Raises ChatBusy if that takes longer.
        """
        if chat_id <= 0 or not await self._is_taken(chat_id):
            yield ChatLease(is_released=True)
            return
        lease = ChatLease()
        self._held.add(chat_id)
        try:
            yield lease
        finally:
            self._held.discard(chat_id)
            if not lease.is_released:
                with suppress(StorageDown):  # it ends by itself soon
                    await self._conversations.release(chat_id, self._holder)

    async def _is_taken(self, chat_id: ChatId) -> bool:
        """Take the lease; False if the database does not answer. Raises ChatBusy."""
        was_refused = False
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (other := await self._conversations.claim(chat_id, self._holder)) != self._holder:
                    was_refused = True
                    if has_ended(other):
                        # It was killed on this machine: there is nothing to wait for.
                        await self._conversations.release(chat_id, other)
                    else:
                        await asyncio.sleep(LOOK_SECONDS)
        except (StorageDown, TimeoutError) as error:
            if was_refused:
                raise ChatBusy from error
            return False
        return True

    async def keep(self) -> None:
        """Prolong the leases that are held, until cancelled: an update may take longer than they last."""
        while True:
            raise_if_cancelled()
            await asyncio.sleep(RENEW_SECONDS)
            if not self._held:
                continue
            try:
                await self._conversations.renew(self._held, self._holder)
            except StorageDown:
                log.info("chat_leases.storage_down")
            except Exception:
                # The next round tries again, whatever the failure is.
                log.exception("chat_leases.failed")
