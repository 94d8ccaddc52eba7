"""Closes dialogs after a quarter of an hour without an answer, also those begun before a restart."""

import logging

from telegram.error import TelegramError

from bot.dialogs.chat_state import ChatChanged
from bot.dialogs.engine import Dialogs
from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.telegram.application import ClinicApplication
from bot.telegram.updates.chat_leases import ChatBusy, ChatLeases
from bot.telegram.updates.chat_queue import ChatQueues
from services.errors import StorageDown
from services.models.people import ChatId
from services.storage.conversations import ConversationStore

log = logging.getLogger(__name__)


class DialogTimeout:
    """Looks for dialogs that have timed out, and closes each in the queue of its chat."""

    def __init__(
        self,
        application: ClinicApplication,
        conversations: ConversationStore,
        queues: ChatQueues,
        leases: ChatLeases,
        dialogs: Dialogs,
    ) -> None:
        self._application = application
        self._conversations = conversations
        self._queues = queues
        self._leases = leases
        self._dialogs = dialogs

    async def close_expired(self) -> None:
        """Queue the closing of every dialog that has timed out."""
        now = self._application.clinic.clock.now()
        try:
            found = [chat_id async for chat_id in self._conversations.expired(now)]
        except StorageDown:
            log.warning("dialog_timeout.storage_down")
            return
        for chat_id in found:
            self._queues.put(chat_id, lambda chat_id=chat_id: self._close(chat_id))  # type: ignore[misc]

    async def _close(self, chat_id: ChatId) -> None:
        try:
            # What another worker is handling there may be the answer.
            async with self._leases.held(chat_id) as lease:
                lease.is_released = await self._is_closed(chat_id)
        except (ChatBusy, ChatChanged, StorageDown) as error:
            log.info("dialog_timeout.failed why=%s", type(error).__name__)

    async def _is_closed(self, chat_id: ChatId) -> bool:
        """Close the dialog if nobody has answered; tell whether the chat's state was written."""
        context = self._application.context_of(chat_id)
        try:
            # Who is there is told what was stored for them.
            known, visitor = await context.clinic.sessions.arrive(chat_id)
            context.state = self._application.chat_states.open(chat_id, known)
            context.recognize(visitor)
            expires_at = context.state.expires_at
            # The person may have answered since the query.
            if expires_at is not None and expires_at <= context.clinic.clock.now():
                with speaking(speaks(context.state.spoken)):
                    await self._dialogs.close_quiet(context)
        except (StorageDown, TelegramError) as error:
            log.info("dialog_timeout.failed why=%s", type(error).__name__)
        return await self._application.save_state(chat_id, None)
