"""What is shown at once: a text with its buttons, or a picture."""

import re
from dataclasses import dataclass, replace
from html import unescape

from bot.ui.keyboards import Keyboard

# As many as one message carries (Bot API sendMessage).
MOST_SIGNS = 4096
CUT = "…"
TAG = re.compile(r"<[^<>]+>")


@dataclass(frozen=True, slots=True)
class View:
    """Something to show: a text in Telegram's HTML, and the buttons under it.

    `tells` is the id of the notice that says the same: once this is shown, that need not be sent to the chat.
    """

    text: str
    keyboard: Keyboard | None = None
    tells: str | None = None

    def headed(self, line: str | None) -> "View":
        """Return the view with a line above it."""
        return replace(self, text=f"{line}\n\n{self.text}") if line else self


def fitting(text: str) -> str:
    """Return the text cut to what Telegram carries. What people type is bounded, so this is a last resort.

    Telegram counts what is seen: neither the tags, nor what a character is escaped with.
    """
    if len(text) <= MOST_SIGNS or len(unescape(TAG.sub("", text))) <= MOST_SIGNS:
        return text
    return text[: MOST_SIGNS - 1] + CUT
