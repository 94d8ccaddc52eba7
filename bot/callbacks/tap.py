"""What a button means when it is tapped: typed values, packed into at most 64 bytes of callback data.

A tap can be forged or a year old, so unpacking does not trust it: each value has bounds (see bounds.py), and
data that would be packed differently was not made by this bot. The services check whether the person may use
the thing that a tap names.
"""

from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, get_type_hints

from bot.callbacks.bounds import SEARCH_BYTES, Search, is_within, plain
from services.models.people import ChatId

MAX_BYTES = 64
# The prefix of buttons under a notice: the notice stays as it is, and the answer is a new message.
UNDER_NOTICE = "+"
Shape = tuple[tuple[str, Any], ...]


class BadTap(ValueError):
    """The data was not made by this version of the bot."""


class Tap:
    """The meaning of a button. Subclasses are frozen dataclasses with a short `code`, which buttons keep.

    Without slots: `dataclass(slots=True)` makes each class a second time, and `kinds` would hold the first.
    """

    code: ClassVar[str]
    kinds: ClassVar[dict[str, type["Tap"]]] = {}
    # Computed at the first use of each: that costs more than the rest of packing.
    shapes: ClassVar[dict[str, Shape]] = {}

    def __init_subclass__(cls, code: str = "") -> None:
        if code:
            if code in cls.kinds:
                raise TypeError(f"two buttons have the code {code!r}")
            cls.code = code
            cls.kinds[code] = cls

    def pack(self, *, under_notice: bool = False) -> str:
        """Return the callback data, at most 64 bytes of it (Bot API InlineKeyboardButton)."""
        values = (_pack(getattr(self, name)) for name, _ in _shape(type(self)))
        data = (UNDER_NOTICE if under_notice else "") + ":".join((self.code, *values))
        if len(data.encode()) > MAX_BYTES:
            raise BadTap(self.code)
        return data

    @staticmethod
    def unpack(data: str) -> "Tap":
        """Return what the data means. The last value may contain colons. Raises BadTap."""
        data = data.removeprefix(UNDER_NOTICE)
        code = data.partition(":")[0]
        kind = kind_of(data)
        if kind is None:
            raise BadTap(code)
        shape = _shape(kind)
        values = data.split(":", max(1, len(shape)))[1:]
        if len(shape) != len(values):
            raise BadTap(code)
        try:
            read = {name: _unpack(hint, text) for (name, hint), text in zip(shape, values, strict=True)}
        except (ValueError, OverflowError, OSError) as error:
            raise BadTap(code) from error
        tap = kind(**read)
        if not all(is_within(hint, read[name]) for name, hint in shape) or tap.pack() != data:
            raise BadTap(code)
        return tap

    @classmethod
    def ends_in_search(cls) -> bool:
        """Tell whether the last value is a text that people typed, which may look like a revision."""
        shape = _shape(cls)
        return bool(shape) and shape[-1][1] == Search


def kind_of(data: str) -> type[Tap] | None:
    """Return the kind of a button that this bot has made; None where it is none of ours.

    Its values are not looked at: in a month of fifty buttons, that would take longer than drawing them.
    """
    return Tap.kinds.get(data.removeprefix(UNDER_NOTICE).partition(":")[0])


def _shape(kind: type[Tap]) -> Shape:
    """Return the names of a tap's values and their types, in the order in which they are packed."""
    shape = kind.shapes.get(kind.code)
    if shape is None:
        hints = get_type_hints(kind, include_extras=True)
        shape = tuple((field.name, hints[field.name]) for field in fields(kind))  # type: ignore[arg-type]
        kind.shapes[kind.code] = shape
    return shape


def _pack(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return str(int(value.timestamp()) // 60)
    return value.strftime("%Y%m%d") if isinstance(value, date) else str(value)


def _unpack(hint: Any, text: str) -> Any:
    kind = plain(hint)
    if kind is bool:
        return text == "1"
    if kind in {int, ChatId}:
        return int(text)
    if kind is datetime:
        return datetime.fromtimestamp(int(text) * 60, UTC)
    if kind is date:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    return kind(text) if isinstance(kind, type) and issubclass(kind, StrEnum) else text


def short_search(text: str) -> str:
    """Return the search text, cut to what a button carries: it finds the same people, or more."""
    return text.encode()[:SEARCH_BYTES].decode(errors="ignore").strip()
