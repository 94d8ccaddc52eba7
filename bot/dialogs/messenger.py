"""What a dialog may ask of its chat. The implementation for Telegram is in bot/telegram/messages.py."""

from enum import Enum
from typing import Protocol

from bot.ui.view import View


class Doing(Enum):
    """What the bot is doing for some seconds, as the chat shows it."""

    PICTURE = "picture"
    FILE = "file"


class Messenger(Protocol):
    """One chat, as dialogs and commands know it."""

    @property
    def tapped_card(self) -> int | None:
        """The id of the message whose button was tapped, if it may be edited: a notice stays as it is."""
        ...

    @property
    def tapped_message(self) -> int | None:
        """The id of the message whose button was tapped, also of a notice."""
        ...

    @property
    def link(self) -> str:
        """The link that opens the bot."""
        ...

    def acknowledge(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the tap, so that its button stops spinning; once, and only where a button was tapped."""
        ...

    def show_work(self, doing: Doing) -> None:
        """Let the chat show for some seconds what the bot is doing."""
        ...

    async def show(self, view: View) -> int:
        """Show the view: on the card whose button was tapped, else as a new message; return its id."""
        ...

    async def say(self, view: View) -> int:
        """Show the view as a new message; return its id."""
        ...

    async def send_picture(self, png: bytes, view: View) -> None:
        """Send a picture with the view's text (1,024 characters at most) under it."""
        ...

    async def send_file(self, content: bytes, name: str, text: str) -> None:
        """Send a file of that name with a line under it. Its reader may keep it and pass it on."""
        ...

    async def rewrite(self, message_id: int, view: View) -> None:
        """Edit a message that was sent earlier, unless it is gone or the person has blocked the bot."""
        ...

    async def remove(self, message_id: int) -> bool:
        """Delete a message, and tell whether it is gone."""
        ...
