"""Checks reply_markup. Source: Bot API, InlineKeyboardMarkup and InlineKeyboardButton."""

from dataclasses import dataclass
from typing import Any

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.entities import checked_link
from bot.demo.bot_api.errors import ApiBadRequest, Unsupported

MAX_CALLBACK_DATA_BYTES = 64
ACTIONS = ("url", "callback_data")


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
    _only(item, {"text", *ACTIONS}, "inline keyboard button field")
    if not text.strip():
        return None
    # The first action in this order counts; others are ignored.
    if "url" in item:
        return {"text": text, "url": _url(item["url"])}
    if "callback_data" in item:
        return {"text": text, "callback_data": _callback_data(item["callback_data"])}
    raise ApiBadRequest(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    )


def _url(url: Any) -> str:
    checked = checked_link(url) if isinstance(url, str) else None
    if checked is None:
        raise ApiBadRequest(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked


def _callback_data(data: Any) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA_BYTES:
        raise ApiBadRequest("BUTTON_DATA_INVALID")
    return data
