"""What a person has just done in a chat, as dialogs see it: sent a message, or tapped a button."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.callbacks.tap import Tap

# Telegram keeps updates for a day (Bot API getUpdates), so an older date is not a real one.
OLDEST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Said:
    """A message, new or edited; `text` is None if it has none, such as a sticker.

    `command` is the name of the command that it begins with, in lower case and without the slash; `typed` is
    when it was written, or last edited.
    """

    message_id: int
    text: str | None = field(repr=False)
    typed: datetime
    command: str | None = None
    is_edit: bool = False

    def typed_at(self, now: datetime) -> datetime:
        """Return when it was typed, or last edited: long before `now`, if the chat had to wait.

        If that is unknown, or in the future because clocks differ, return `now`.
        """
        return self.typed if timedelta(0) <= now - self.typed < OLDEST else now


@dataclass(frozen=True, slots=True)
class Pressed:
    """A tapped button: what it means, and the revision of the question that it was shown with.

    `tap` is None where its data is that of no button of ours; `revision` is None where it has none.
    """

    tap: Tap | None
    revision: int | None


Incoming = Said | Pressed
