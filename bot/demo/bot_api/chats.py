"""What every chat has: its messages, and which of them the bot cannot edit."""

from collections.abc import Iterable, Sequence
from typing import Any

# Bot API objects are plain JSON. A message is never changed in place, but replaced by a new object: so an
# update or a subscriber that has got it keeps what was true at that time.
Json = dict[str, Any]


class Chat:
    """A conversation that the bot takes part in. `card` is its Bot API Chat object."""

    def __init__(self, card: Json) -> None:
        self.card = card
        self.by_id: dict[int, Json] = {}
        self.uneditable: set[int] = set()
        # A bot can't write to a person who has never written to it.
        self.known_to_bot = False

    @property
    def chat_id(self) -> int:
        """The chat's id; in a private chat the person's id too."""
        return int(self.card["id"])

    @property
    def private(self) -> bool:
        """Whether it is a chat of one person with the bot."""
        return bool(self.card["type"] == "private")

    @property
    def messages(self) -> list[Json]:
        """Bot API Message objects visible now, oldest first, edited ones in their current form."""
        return list(self.by_id.values())

    def keep(self, message: Json) -> None:
        """Store a new message, or the next form of one that is there."""
        self.by_id[message["message_id"]] = message

    def forget(self, message_ids: Iterable[int]) -> list[int]:
        """Delete messages; return the ids of those that were there."""
        gone = [message_id for message_id in message_ids if self.by_id.pop(message_id, None) is not None]
        self.uneditable.difference_update(gone)
        return gone

    def dump(self) -> Json:
        """Return what the journal keeps of the chat."""
        return {
            "card": self.card,
            "messages": self.messages,
            "uneditable": sorted(self.uneditable),
            "known_to_bot": self.known_to_bot,
        }

    def load(self, saved: Json) -> None:
        """Restore what `dump` returned."""
        messages: Sequence[Json] = saved["messages"]
        self.by_id = {message["message_id"]: message for message in messages}
        self.uneditable = set(saved["uneditable"])
        self.known_to_bot = saved["known_to_bot"]
