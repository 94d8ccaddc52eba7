"""Buttons, and rows of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from bot.callbacks.steps import Back, Leave, Nothing
from bot.callbacks.tap import Tap
from bot.localization.isolates import PDI, RLM, cut_to, harmless, open_isolates, seen_length
from bot.localization.messages import Words
from bot.localization.reader import language
from bot.localization.reading_direction import in_reading_direction
from bot.texts import labels
from bot.ui.button_styles import Style, style_of
from services.namesakes import BETWEEN

LABEL_LENGTH = 40
# The longest end of a label that is kept where its beginning is cut: an Arabic date with a time has 25.
LONGEST_END = 28
# A part of a label with fewer is not cut, where the end has more to spare.
SHORT_PART = 8
# The most characters that a button copies (Bot API CopyTextButton).
MOST_COPIED = 256


class Button(NamedTuple):
    """A button that is tapped (Bot API InlineKeyboardButton)."""

    text: str
    callback_data: str
    style: Style | None = None


class Link(NamedTuple):
    """A button that opens an address (Bot API InlineKeyboardButton)."""

    text: str
    url: str
    style: Style | None = None


class Copies(NamedTuple):
    """A button that copies a text (Bot API CopyTextButton); older clients do not show it."""

    text: str
    copy_text: dict[str, str]
    style: Style | None = None


Row = Sequence[Button | Link | Copies]


class Keyboard:
    """Rows of buttons as plain JSON (Bot API InlineKeyboardMarkup).

    Rows follow the direction in which the reader reads. One button at most is PRIMARY: the first one that is.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: list[list[dict[str, Any]]] = [[_as_json(each) for each in row] for row in rows]
        _keep_one_primary(self.rows)
        if language().is_rtl:
            for row in self.rows:
                row.reverse()

    def __add__(self, other: "Keyboard | None") -> "Keyboard":
        both = Keyboard(())
        both.rows = [*self.rows, *([dict(key) for key in row] for row in (other.rows if other else []))]
        _keep_one_primary(both.rows)
        return both

    @property
    def buttons(self) -> Iterator[Button]:
        """The buttons that are tapped, row by row."""
        return (Button(**key) for row in self.rows for key in row if "callback_data" in key)

    def with_data(self, change: Callable[[str], str]) -> "Keyboard":
        """Return the same rows, with the data of each button changed."""
        changed = Keyboard(())
        changed.rows = [
            [
                key | {"callback_data": change(key["callback_data"])} if "callback_data" in key else key
                for key in row
            ]
            for row in self.rows
        ]
        return changed


def _as_json(key: Button | Link | Copies) -> dict[str, Any]:
    fields = key._asdict()
    if key.style is None:
        del fields["style"]
    return fields


def _keep_one_primary(rows: Iterable[Iterable[dict[str, Any]]]) -> None:
    """Let no button but the first be PRIMARY: where several are, none stands out."""
    styled = (key for row in rows for key in row if key.get("style") == Style.PRIMARY)
    next(styled, None)
    for key in styled:
        del key["style"]


def button(label: Words, tap: Tap, style: Style | None = None) -> Button:
    """Return a button that says `label` and means `tap`; it has its colour by these, unless one is given."""
    return Button(_fitting(str(label)), tap.pack(), style or style_of(label, tap))


def link(label: Words, url: str) -> Link:
    """Return a button that says `label` and opens an address."""
    return Link(_fitting(str(label)), url, style_of(label))


def copies(label: Words, text: str) -> Row:
    """Return a row with a button that copies a text; an empty row where the text is too long for one."""
    return [Copies(_fitting(str(label)), {"text": text})] if 1 <= len(text) <= MOST_COPIED else []


def joins(room: str | None) -> Row:
    """Return the buttons that open the room of a video visit, or copy its address; none if it is closed."""
    return [link(labels.JOIN, room), *copies(labels.COPY_ADDRESS, room)] if room else []


def arrow(sign: str) -> str:
    """Return an arrow, such as ‹ for what is before, as it points for whoever reads it.

    Unicode mirrors it between marks that say that a line is read from right to left.
    """
    return f"{RLM}{sign}{RLM}" if language().is_rtl else sign


def _fitting(label: str) -> str:
    """Return the label, cut to the room there is. Its end is kept: what tells namesakes apart, or a time."""
    label = in_reading_direction(label)
    if len(label) <= LABEL_LENGTH or seen_length(label) <= LABEL_LENGTH:
        return label
    head, between, tail = label.rpartition(BETWEEN)
    before, _, last = head.rpartition(BETWEEN)
    if before and _has_more_to_spare(tail, last, seen_length(label) - LABEL_LENGTH):
        return harmless(f"{cut_to(label, LABEL_LENGTH - 1)}…")
    if not between or seen_length(tail) > LONGEST_END:
        head, end = label, "…"
    else:
        end = f"…{between}{tail}"
    kept = cut_to(head, LABEL_LENGTH - seen_length(end))
    # What was cut off ends before the rest: else the rest would be part of it.
    ends = PDI * max(0, open_isolates(kept) - open_isolates(head))
    return harmless(f"{kept}…{ends}{end[1:]}")


def _has_more_to_spare(tail: str, last: str, beyond: int) -> bool:
    """Tell whether the end of a label is cut rather than what is before it: of “Mia” only “M…” would be left.

    A time or a date is never cut, and neither is what tells two of one name apart, which stands behind it.
    """
    is_time = any(map(str.isdigit, tail))
    return not is_time and seen_length(last) < SHORT_PART and beyond < seen_length(tail) // 2


def notice_button(label: Words, tap: Tap) -> Button:
    """Return a button under a notice: the notice stays, and the answer to the tap is a new message."""
    return button(label, tap)._replace(callback_data=tap.pack(under_notice=True))


def keyboard(*rows: Row) -> Keyboard:
    """Return a keyboard of the rows that are not empty."""
    return Keyboard(row for row in rows if row)


def in_rows(buttons: Iterable[Button], width: int) -> list[Row]:
    """Return the buttons in as few rows as possible, at most `width` in each, and all about as long.

    So the last button is not alone in its row, where it would look like another kind of button.
    """
    rest = list(buttons)
    rows: list[Row] = []
    for left in range(-(-len(rest) // width), 0, -1):
        length = -(-len(rest) // left)
        rows.append(rest[:length])
        rest = rest[length:]
    return rows


def ways_out(*, back: bool = True) -> Row:
    """Return the row that every question ends with."""
    leave = button(labels.LEAVE, Leave())
    return [button(labels.BACK, Back()), leave] if back else [leave]


def pager(number: int, pages: int, turn: Callable[[int], Tap]) -> Row:
    """Return the row ‹ 2/5 ›, or nothing if there is one page; `turn(number)` is the tap for a page."""
    if pages <= 1:
        return []
    before, after = (number - 1) % pages, (number + 1) % pages
    return [
        button(arrow("‹"), turn(before)),
        button(f"{number + 1}/{pages}", Nothing()),
        button(arrow("›"), turn(after)),
    ]


def short_key(text: str) -> str:
    """Return a short stable key for a text that may itself be too long for a button's data."""
    return blake2b(text.encode(), digest_size=6).hexdigest()


def specialization_key(name: str) -> str:
    """Return the key of a specialization."""
    return short_key(name)
