"""sendMessage, sendPhoto, sendDocument, sendChatAction."""

from typing import Any

from bot.demo.bot_api import content
from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.entities import MAX_CAPTION, MAX_SOURCE_BYTES, MAX_TEXT, Formatted, tidy
from bot.demo.bot_api.errors import ApiBadRequest, ApiForbidden, Unsupported
from bot.demo.bot_api.files import StoredFile, check_upload
from bot.demo.bot_api.html_mode import parse_html
from bot.demo.bot_api.markup import ReplyMarkup, read_markup
from bot.demo.bot_api.params import Params, as_whole
from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip


async def send_message(telegram: Telegram, params: Params) -> Json:
    """Send a text. Source: Bot API, sendMessage."""
    formatted = read_text(params)
    return _send(telegram, params, content.text(formatted))


async def send_photo(telegram: Telegram, params: Params) -> Json:
    """Send a picture, new or by file_id. Source: Bot API, sendPhoto."""
    caption = content.caption(_read_caption(params))
    chat, markup = _open(telegram, params)
    file = _file(telegram, params, "photo")
    return _send_to(telegram, chat, markup, {**content.photo(file), **caption, **_reply(chat, params)})


async def send_document(telegram: Telegram, params: Params) -> Json:
    """Send a file, new or by file_id. Source: Bot API, sendDocument."""
    caption = content.caption(_read_caption(params))
    chat, markup = _open(telegram, params)
    file = _file(telegram, params, "document")
    return _send_to(telegram, chat, markup, {**content.document(file), **caption, **_reply(chat, params)})


async def send_chat_action(telegram: Telegram, params: Params) -> bool:
    """Show for some seconds what the bot is doing. Source: Bot API, sendChatAction."""
    action = params.text("action").lower()
    if action not in ACTIONS:
        raise ApiBadRequest("wrong parameter action in request")
    chat = writable(telegram, params)
    telegram.publish({"type": "action", "chat_id": chat.chat_id, "action": action})
    return True


def writable(telegram: Telegram, params: Params) -> Chat:
    """Return the chat that a call names; raises Forbidden when its person has blocked the bot."""
    chat = telegram.chat(params.text("chat_id"))
    if isinstance(chat, Phone) and chat.blocked:
        raise ApiForbidden("bot was blocked by the user")
    return chat


def read_text(params: Params) -> Formatted:
    """Return the text of a call with its entities; raises BadRequest with Telegram's text."""
    if not params.text("text"):
        raise ApiBadRequest("message text is empty")
    formatted = _parse(params, "text", "entities")
    if not formatted.text:
        raise ApiBadRequest("text must be non-empty")
    if len(formatted.text) > MAX_TEXT:
        raise ApiBadRequest("message is too long")
    return formatted


def markup_of(params: Params) -> ReplyMarkup:
    """Return the checked reply_markup of a call."""
    return read_markup(params.json("reply_markup", "reply keyboard markup"))


def with_keyboard(fields: Json, markup: ReplyMarkup) -> Json:
    """Return the fields of a message with its inline keyboard, if it has one."""
    return fields if markup.inline is None else {**fields, "reply_markup": markup.inline}


def _read_caption(params: Params) -> Formatted:
    formatted = _parse(params, "caption", "caption_entities")
    if len(formatted.text) > MAX_CAPTION:
        raise ApiBadRequest("message caption is too long")
    return formatted


def _parse(params: Params, name: str, entities: str) -> Formatted:
    source = params.text(name)
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise ApiBadRequest("text is too long")
    mode = params.text("parse_mode").lower()
    if params.text(entities) not in {"", "[]"}:
        raise Unsupported(f"parameter {entities}")
    if mode not in {"", "html"}:
        if mode in {"markdown", "markdownv2"}:
            raise Unsupported(f"parse_mode {params.text('parse_mode')}")
        raise ApiBadRequest("unsupported parse_mode")
    return tidy(parse_html(source) if mode else Formatted(source))


def _open(telegram: Telegram, params: Params) -> tuple[Chat, ReplyMarkup]:
    return writable(telegram, params), markup_of(params)


def _send(telegram: Telegram, params: Params, fields: Json) -> Json:
    chat, markup = _open(telegram, params)
    return _send_to(telegram, chat, markup, {**fields, **_reply(chat, params)})


def _send_to(telegram: Telegram, chat: Chat, markup: ReplyMarkup, fields: Json) -> Json:
    message = telegram.post(chat, telegram.bot, with_keyboard(fields, markup))
    if markup.reply_keyboard:
        chat.uneditable.add(message["message_id"])
    return message


def _reply(chat: Chat, params: Params) -> Json:
    wanted: Any = params.json("reply_parameters", "reply parameters")
    if wanted is None:
        return {}
    if not isinstance(wanted, dict):
        raise ApiBadRequest("object expected as reply parameters")
    unknown = set(wanted) - {"message_id", "chat_id", "allow_sending_without_reply"}
    if unknown or str(wanted.get("chat_id", chat.chat_id)) != str(chat.chat_id):
        raise Unsupported(f"reply_parameters with {', '.join(sorted(unknown)) or 'another chat'}")
    message = chat.by_id.get(as_whole(wanted.get("message_id")))
    if message is not None:
        return {"reply_to_message": content.quoted(message)}
    if wanted.get("allow_sending_without_reply"):
        return {}
    raise ApiBadRequest("message to be replied not found")


def _file(telegram: Telegram, params: Params, kind: str) -> StoredFile:
    reference = params.text(kind)
    upload = params.uploads.get(reference.removeprefix("attach://") or kind)
    if upload is not None:
        check_upload(upload.content, photo=kind == "photo")
        return telegram.store(upload.content, f"{kind}s", upload.name, upload.mime_type)
    if not reference:
        raise ApiBadRequest(f"there is no {kind} in the request")
    if reference.startswith(("http://", "https://")):
        raise Unsupported("sending a file by its web address")
    file = telegram.files.get(reference)
    if file is None:
        raise ApiBadRequest("wrong file identifier/HTTP URL specified")
    return file
