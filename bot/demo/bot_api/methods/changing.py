"""editMessageText, editMessageReplyMarkup, deleteMessage, deleteMessages."""

from datetime import timedelta
from typing import Any

from bot.demo.bot_api import content
from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.markup import ReplyMarkup
from bot.demo.bot_api.methods.sending import markup_of, read_text, with_keyboard, writable
from bot.demo.bot_api.params import Params, as_whole
from bot.demo.bot_api.telegram import Telegram

DELETABLE_FOR = timedelta(hours=48)
MAX_DELETED_AT_ONCE = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


async def edit_message_text(telegram: Telegram, params: Params) -> Json:
    """Change a text; a keyboard that is not given again is removed. Source: Bot API, editMessageText."""
    formatted = read_text(params)
    chat, message, markup = _editable(telegram, params)
    if "text" not in message:
        raise ApiBadRequest("there is no text in the message to edit")
    return _change(telegram, chat, message, with_keyboard(content.text(formatted), markup))


async def edit_message_reply_markup(telegram: Telegram, params: Params) -> Json:
    """Change or remove a keyboard. Source: Bot API, editMessageReplyMarkup."""
    chat, message, markup = _editable(telegram, params)
    kept: Json = {name: message[name] for name in ("text", "entities") if name in message}
    return _change(telegram, chat, message, with_keyboard(kept, markup))


async def delete_message(telegram: Telegram, params: Params) -> bool:
    """Delete a message of the bot's or, in a private chat, the person's. Source: Bot API, deleteMessage."""
    message_id = _message_id(params)
    chat = telegram.chat(params.text("chat_id"))
    message = chat.by_id.get(message_id)
    if message is None:
        raise ApiBadRequest("message to delete not found")
    if not _deletable(telegram, chat, message):
        raise ApiBadRequest("message can't be deleted for everyone")
    telegram.delete(chat, [message_id])
    return True


async def delete_messages(telegram: Telegram, params: Params) -> bool:
    """Delete up to 100 messages; unknown ones are skipped. Source: Bot API, deleteMessages."""
    wanted: Any = params.json("message_ids", "message identifiers")
    if not isinstance(wanted, list) or not wanted:
        raise ApiBadRequest("message identifiers are not specified")
    if len(wanted) > MAX_DELETED_AT_ONCE:
        raise ApiBadRequest("too many message identifiers specified")
    chat = telegram.chat(params.text("chat_id"))
    there = [
        message for message_id in wanted if (message := chat.by_id.get(as_whole(message_id))) is not None
    ]
    for message in there:
        if not _deletable(telegram, chat, message):
            raise ApiBadRequest("message can't be deleted for everyone")
    telegram.delete(chat, [message["message_id"] for message in there])
    return True


def _message_id(params: Params) -> int:
    message_id = params.whole("message_id")
    if not message_id:
        raise ApiBadRequest("message identifier is not specified")
    return message_id


def _deletable(telegram: Telegram, chat: Chat, message: Json) -> bool:
    own = message["from"]["id"] == telegram.bot["id"]
    age = telegram.timestamp() - message["date"]
    return (own or chat.private) and age <= DELETABLE_FOR.total_seconds()


def _editable(telegram: Telegram, params: Params) -> tuple[Chat, Json, ReplyMarkup]:
    message_id = _message_id(params)
    markup = markup_of(params)
    chat = writable(telegram, params)
    message = chat.by_id.get(message_id)
    if message is None:
        raise ApiBadRequest("message to edit not found")
    if message["from"]["id"] != telegram.bot["id"] or message_id in chat.uneditable:
        raise ApiBadRequest("message can't be edited")
    if markup.reply_keyboard:
        raise ApiBadRequest("inline keyboard expected")
    return chat, message, markup


def _change(telegram: Telegram, chat: Chat, message: Json, fields: Json) -> Json:
    """Replace text, entities and keyboard; what is not in `fields` is removed."""
    replaced = frozenset({"text", "entities", "reply_markup"})
    if {name: message[name] for name in replaced if name in message} == fields:
        raise ApiBadRequest(NOT_MODIFIED)
    return telegram.revise(chat, message, fields, replaced)
