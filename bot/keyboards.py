"""Buttons, and rows of them."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Back, Leave, Nothing, Tap

Row = Sequence[InlineKeyboardButton]
LABEL_LENGTH = 40


def button(label: str, tap: Tap) -> InlineKeyboardButton:
    """Return a button that says `label` and means `tap`."""
    short = label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1] + "…"
    return InlineKeyboardButton(short, callback_data=tap.pack())


def keyboard(*rows: Row) -> InlineKeyboardMarkup:
    """Return the rows that have any buttons."""
    return InlineKeyboardMarkup([list(row) for row in rows if row])


def in_rows(buttons: Iterable[InlineKeyboardButton], width: int) -> list[Row]:
    """Return the buttons in rows of `width`."""
    row: list[InlineKeyboardButton] = list(buttons)
    return [row[i : i + width] for i in range(0, len(row), width)]


def ways_out(*, back: bool = True) -> Row:
    """Return the row that every question ends with."""
    leave = button("✖ Cancel", Leave())
    return [button("« Back", Back()), leave] if back else [leave]


def pager(number: int, pages: int, turn: Callable[[int], Tap]) -> Row:
    """Return ‹ 2/5 ›, or nothing for one page; `turn(number)` is the tap that turns to a page."""
    if pages <= 1:
        return []
    before, after = (number - 1) % pages, (number + 1) % pages
    return [
        button("‹", turn(before)),
        button(f"{number + 1}/{pages}", Nothing()),
        button("›", turn(after)),
    ]


def specialization_key(name: str) -> str:
    """Return a short stable name for a specialization, which itself may be too long for a button's data."""
    return blake2b(name.encode(), digest_size=6).hexdigest()
