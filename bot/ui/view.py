"""What one message shows: a text and its buttons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from itertools import chain

from bot.callbacks.tap import Tap
from bot.localization.isolates import harmless
from bot.localization.reading_direction import in_reading_direction
from bot.ui.keyboards import Button, Keyboard, Row, keyboard

# The most characters of one message (Bot API sendMessage).
MOST_SIGNS = 4096
# The most under a picture or a file (Bot API sendPhoto, sendDocument).
MOST_IN_CAPTION = 1024
CUT = "…"
TAG = re.compile(r"<[^<>]+>")
PIECE = re.compile(r"<[^<>]+>|&\w+;|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The buttons of a question outside of dialogs, row by row; `no` is the data of the harmless one.

    `about` is the intent that it is about, if there is one (bot/understanding/intents.py). It may ask to
    choose (`is_choice`); else a yes would do something.
    """

    rows: tuple[tuple[Button, ...], ...]
    no: str
    about: str = ""
    is_choice: bool = False

    @property
    def buttons(self) -> Iterator[Button]:
        """The buttons, the first row first."""
        return chain.from_iterable(self.rows)


@dataclass(frozen=True, slots=True)
class View:
    """Something to show: a text in Telegram's HTML, and the buttons under it.

    `tells` is the id of a notice that says the same: once this is shown, that is not sent to the chat.
    `question`: this asks something that may be answered by typing, as the next thing that the person does.
    """

    text: str
    keyboard: Keyboard | None = None
    tells: str | None = None
    question: OpenQuestion | None = None

    @classmethod
    def asking(cls, text: str, *rows: Row, no: Tap, about: str = "", is_choice: bool = False) -> "View":
        """Return a question outside of dialogs with its buttons; `no` is what the harmless one does."""
        tapped = (tuple(key for key in row if isinstance(key, Button)) for row in rows)
        question = OpenQuestion(tuple(row for row in tapped if row), no.pack(), about, is_choice)
        return cls(text, keyboard(*rows), question=question)

    def headed(self, line: str | None) -> "View":
        """Return the view with a line above it."""
        return replace(self, text=f"{line}\n\n{self.text}") if line else self


def fitting(text: str, most: int = MOST_SIGNS) -> str:
    """Return the text as its reader reads it, cut to what one message carries.

    Typed texts have limits, so to cut it is a last resort. Telegram counts the visible characters: no tags,
    and an escaped character once.
    """
    text = in_reading_direction(text)
    if len(text) <= most or _seen(text) <= most:
        return text
    cut, room = text, most - len(CUT)
    # The ends of isolates need room, too.
    while (beyond := _seen(cut := _cut(text, room)) - most) > 0:
        room -= beyond
    return cut


def _seen(text: str) -> int:
    return len(unescape(TAG.sub("", text)))


def _cut(text: str, most: int) -> str:
    """Return the first signs of a text; what is open there is closed, as else Telegram refuses all of it."""
    kept: list[str] = []
    opened: list[str] = []
    seen = 0
    for piece in PIECE.findall(text):
        if piece.startswith("</"):
            del opened[-1:]
        elif piece.startswith("<"):
            opened.append(piece.strip("<>").split()[0])
        else:
            seen += len(unescape(piece))
        if seen > most:
            break
        kept.append(piece)
    return harmless("".join(kept) + CUT) + "".join(f"</{tag}>" for tag in reversed(opened))
