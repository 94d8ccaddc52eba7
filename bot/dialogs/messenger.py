"""What a dialog may ask of its chat. Telegram is one way to do it (see bot/telegram/messages.py)."""

from enum import Enum
from typing import Protocol

from bot.ui.view import View


class Doing(Enum):
    """What takes the bot some seconds, as the chat shows it meanwhile."""

    PICTURE = "picture"
    FILE = "file"


class Messenger(Protocol):
    """One chat, as dialogs and commands know it."""

    @property
    def tapped_card(self) -> int | None:
        """The id of the message whose button was tapped, if that is there to be changed: news is not."""
        ...

    @property
    def tapped_message(self) -> int | None:
        """The id of the message whose button was tapped, whatever it is."""
        ...

    @property
    def link(self) -> str:
        """The address at which the bot is found."""
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
        """Change a message that was sent earlier, if it is still there, and so is the person."""
        ...

    async def remove(self, message_id: int) -> bool:
        """Delete a message, and tell whether it is gone."""
        ...
