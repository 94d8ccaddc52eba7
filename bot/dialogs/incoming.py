"""What a person has just done in a chat, as dialogs know it: said something, or tapped a button."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.callbacks.tap import Tap

# Telegram keeps updates for a day (Bot API getUpdates); what looks older has no date that can be read.
OLDEST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Said:
    """A message, new or edited: `text` is None where it says nothing, as a sticker does.

    `command` is the name of the command that it begins with, without the slash and in small letters; `typed`
    is when it was written, or edited last.
    """

    message_id: int
    text: str | None = field(repr=False)
    typed: datetime
    command: str | None = None
    is_edit: bool = False

    def typed_at(self, now: datetime) -> datetime:
        """Return when it was typed, or edited last: long before `now`, where its chat was held up.

        A time that is not known, or that the messenger's clock alone has reached, is `now`.
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
