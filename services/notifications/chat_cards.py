"""What the chats' own cards say: who has just done a thing there is not told of it in another message.

The card that was tapped becomes the confirmation, and the chat's state keeps the id of the notice that was
shown so. The outbox looks there before it sends anything to the chat in which it was done. Where the card
was not shown, as the process died or Telegram refused it, the outbox says it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.models.delivery_order import SHOWN, Close, Postpone
from services.models.notifications import Notice
from services.models.people import ChatId

# How long another worker, of which nothing is known here, may take to say it on the card; and this one after
# its start, as Telegram hands out again what was not handled when the last one died.
GRACE = timedelta(seconds=5)


class ChatCards(Protocol):
    """What the chats show."""

    def in_hand(self) -> Collection[ChatId]:
        """Return the chats that are being answered here and now."""
        ...

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that these chats have shown last. Raises StorageDown."""
        ...


class NoChatCards:
    """Nobody is answered, so nothing is shown."""

    def in_hand(self) -> Collection[ChatId]:
        """Return none."""
        return ()

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return none."""
        del chats
        return set()


async def said_there(
    chat_cards: ChatCards, notices: Sequence[Notice], now: datetime, began_at: datetime
) -> dict[str, Close | Postpone]:
    """Return, by notice, what was said on the card already, or may be in a moment.

    `began_at` is when this worker began. Raises StorageDown.
    """
    own = [(notice, notice.chat_id) for notice in notices if notice.is_own and notice.chat_id is not None]
    if not own:
        return {}
    # In this order: what is in hand no more has been saved by now.
    in_hand = set(chat_cards.in_hand())
    shown = await chat_cards.shown({chat_id for _, chat_id in own})
    found: dict[str, Close | Postpone] = {}
    for notice, chat_id in own:
        if notice.id in shown:
            found[notice.id] = Close(SHOWN)
        elif chat_id in in_hand:
            found[notice.id] = Postpone(now)  # it is not claimed again before that is over
        elif notice.since is not None and now < (until := max(notice.since, began_at) + GRACE):
            found[notice.id] = Postpone(until)
    return found
