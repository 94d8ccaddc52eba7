"""What cards in chats have shown: whoever has just done something there gets no second message about it.

The card that was tapped becomes the confirmation, and the chat's state keeps the id of the notice that it
replaces. The outbox checks that before it sends a notice to the chat in which the thing was done. If the card
was not shown, as the process crashed or Telegram refused it, the outbox sends the notice.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.models.delivery_order import SHOWN, Close, Postpone
from services.models.notifications import Notice
from services.models.people import ChatId

# So long the outbox waits for a card that another worker may be about to show; and after its own start, as
# Telegram then hands out again what was not handled before a crash.
GRACE = timedelta(seconds=5)


class ChatCards(Protocol):
    """Knows what the cards in chats have shown."""

    def being_answered(self) -> Collection[ChatId]:
        """Return the chats that this process is answering right now."""
        ...

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that cards in these chats have shown last. Raises StorageDown."""
        ...


class NoChatCards:
    """For where no chats are answered: no card shows anything."""

    def being_answered(self) -> Collection[ChatId]:
        """Return none."""
        return ()

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return none."""
        del chats
        return set()


async def said_there(
    chat_cards: ChatCards, notices: Sequence[Notice], now: datetime, began_at: datetime
) -> dict[str, Close | Postpone]:
    """Return a verdict for each notice that a card has shown already, or may show in a moment.

    `began_at` is when this worker started. Raises StorageDown.
    """
    own = [(notice, notice.chat_id) for notice in notices if notice.is_own and notice.chat_id is not None]
    if not own:
        return {}
    # In this order: a chat that is no longer being answered has saved its state by now.
    being_answered = set(chat_cards.being_answered())
    shown = await chat_cards.shown({chat_id for _, chat_id in own})
    found: dict[str, Close | Postpone] = {}
    for notice, chat_id in own:
        if notice.id in shown:
            found[notice.id] = Close(SHOWN)
        elif chat_id in being_answered:
            found[notice.id] = Postpone(now)  # it is not claimed again until the chat is answered
        elif notice.since is not None and now < (until := max(notice.since, began_at) + GRACE):
            found[notice.id] = Postpone(until)
    return found
