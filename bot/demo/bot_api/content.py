"""The content of a message: the fields of a Bot API Message that differ by kind."""

from mimetypes import guess_type

from bot.demo.bot_api import files
from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.entities import Formatted

KINDS = frozenset({"text", "photo", "document", "sticker", "voice", "contact", "location"})


def text(formatted: Formatted) -> Json:
    """Return a text with its entities."""
    fields: Json = {"text": formatted.text}
    return {**fields, "entities": formatted.entities} if formatted.entities else fields


def caption(formatted: Formatted) -> Json:
    """Return a caption with its entities; nothing where it is empty."""
    fields: Json = {"caption": formatted.text} if formatted.text else {}
    return {**fields, "caption_entities": formatted.entities} if formatted.entities else fields


def photo(file: files.StoredFile) -> Json:
    """Return a picture in its sizes."""
    return {"photo": files.photo_sizes(file)}


def document(file: files.StoredFile) -> Json:
    """Return a file."""
    return {"document": files.document(file)}


def voice(file: files.StoredFile, seconds: int) -> Json:
    """Return a voice message of so many seconds."""
    return {"voice": {**file.card, "duration": seconds, "mime_type": file.mime_type}}


def sticker(file: files.StoredFile, emoji: str) -> Json:
    """Return a plain sticker."""
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": {**file.card, **shape, "emoji": emoji}}


def quoted(message: Json) -> Json:
    """Return a message as another one quotes it: a quote holds no further quote."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def mime_type_of(name: str) -> str:
    """Return the media type that a file's name promises."""
    return guess_type(name)[0] or "application/octet-stream"
