"""What one message shows: a text and its buttons."""

import re
from dataclasses import dataclass, replace
from html import unescape

from bot.ui.keyboards import Keyboard

# The most characters of one message (Bot API sendMessage).
MOST_SIGNS = 4096
CUT = "…"
TAG = re.compile(r"<[^<>]+>")


@dataclass(frozen=True, slots=True)
class View:
    """Something to show: a text in Telegram's HTML, and the buttons under it.

    `tells` is the id of a notice that says the same: once this is shown, that is not sent to the chat.
    """

    text: str
    keyboard: Keyboard | None = None
    tells: str | None = None

    def headed(self, line: str | None) -> "View":
        """Return the view with a line above it."""
        return replace(self, text=f"{line}\n\n{self.text}") if line else self


def fitting(text: str) -> str:
    """Return the text, cut to what one message carries. Typed texts have limits, so this is a last resort.

    Telegram counts the visible characters: no tags, and an escaped character once.
    """
    if len(text) <= MOST_SIGNS or len(unescape(TAG.sub("", text))) <= MOST_SIGNS:
        return text
    return text[: MOST_SIGNS - 1] + CUT
