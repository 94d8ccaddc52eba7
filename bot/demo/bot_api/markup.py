"""Checks reply_markup. Source: Bot API, InlineKeyboardMarkup and InlineKeyboardButton."""

from dataclasses import dataclass
from typing import Any

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.entities import checked_link
from bot.demo.bot_api.errors import ApiBadRequest, Unsupported

MAX_CALLBACK_DATA_BYTES = 64
MAX_COPY_TEXT = 256
ACTIONS = ("url", "callback_data", "copy_text")
STYLES = frozenset({"primary", "success", "danger"})


@dataclass(frozen=True, slots=True)
class ReplyMarkup:
    """The markup of a message: an inline keyboard, an instruction about the reply keyboard, or nothing.

    `inline` is an InlineKeyboardMarkup object with at least one button.
    """

    inline: Json | None = None
    # A message with an instruction about the reply keyboard cannot be edited.
    reply_keyboard: bool = False


def read_markup(value: Any) -> ReplyMarkup:
    """Read a decoded reply_markup; raises BadRequest with Telegram's text, Unsupported for other kinds."""
    if value is None:
        return ReplyMarkup()
    if not isinstance(value, dict):
        raise ApiBadRequest("object expected as reply markup")
    if "inline_keyboard" in value:
        _only(value, {"inline_keyboard"}, "reply_markup field")
        return ReplyMarkup(inline=_inline(value["inline_keyboard"]))
    if value.get("remove_keyboard") is True:
        _only(value, {"remove_keyboard", "selective"}, "reply_markup field")
        return ReplyMarkup(reply_keyboard=True)
    if value:
        raise Unsupported(f"reply_markup with {', '.join(sorted(value))}")
    return ReplyMarkup()


def _only(value: Json, known: set[str], what: str) -> None:
    for name in value:
        if name not in known:
            raise Unsupported(f"{what} {name}")


def _inline(rows: Any) -> Json | None:
    if not isinstance(rows, list):
        raise ApiBadRequest('field "inline_keyboard" must be of type Array')
    keyboard = []
    for row in rows:
        if not isinstance(row, list):
            raise ApiBadRequest("can't parse inline keyboard: expected an Array of Arrays")
        buttons = [button for item in row if (button := _button(item)) is not None]
        if buttons:
            keyboard.append(buttons)
    return {"inline_keyboard": keyboard} if keyboard else None


def _button(item: Any) -> Json | None:
    """Return the button as Telegram keeps it; one without a text is dropped, as Telegram does."""
    if not isinstance(item, dict):
        raise ApiBadRequest("can't parse inline keyboard button: expected an Object")
    text = item.get("text")
    if not isinstance(text, str):
        raise ApiBadRequest("can't parse inline keyboard button: Can't find field \"text\"")
    _only(item, {"text", "style", *ACTIONS}, "inline keyboard button field")
    look = _style(item.get("style"))
    if not text.strip():
        return None
    # The first action in this order counts; others are ignored.
    if "url" in item:
        return {"text": text, "url": _url(item["url"]), **look}
    if "callback_data" in item:
        return {"text": text, "callback_data": _callback_data(item["callback_data"]), **look}
    if "copy_text" in item:
        return {"text": text, "copy_text": _copy_text(item["copy_text"]), **look}
    raise ApiBadRequest(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    )


def _style(style: Any) -> Json:
    """Return the colour of a button (Bot API 9.4); clients that do not know it show none."""
    if style is None:
        return {}
    if style not in STYLES:
        raise ApiBadRequest("can't parse inline keyboard button: Unsupported button style specified")
    return {"style": style}


def _copy_text(copied: Any) -> Json:
    """Check a CopyTextButton: its text has 1 to 256 characters."""
    if not isinstance(copied, dict):
        raise ApiBadRequest("can't parse inline keyboard button: expected an Object as copy_text")
    text = copied.get("text")
    if not isinstance(text, str):
        raise ApiBadRequest("can't parse inline keyboard button: Can't find field \"text\"")
    if not 1 <= len(text) <= MAX_COPY_TEXT:
        raise ApiBadRequest("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _url(url: Any) -> str:
    checked = checked_link(url) if isinstance(url, str) else None
    if checked is None:
        raise ApiBadRequest(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked


def _callback_data(data: Any) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA_BYTES:
        raise ApiBadRequest("BUTTON_DATA_INVALID")
    return data
