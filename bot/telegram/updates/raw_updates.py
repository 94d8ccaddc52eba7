"""Parses one update from the JSON of getUpdates, without trusting its form.

If python-telegram-bot cannot parse it (a field is missing that its version takes for required), it is parsed
once more with only the fields that the bot needs.
"""

import json
import re
from typing import Any

from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Update, User

from bot.localization.isolates import as_typed
from services.models.people import ChatId

Json = dict[str, Any]

# Bot API: ids have at most 52 significant bits.
MOST_ID = 1 << 52
NOWHERE = ChatId(0)
ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
MESSAGES = (Update.MESSAGE, Update.EDITED_MESSAGE)
# The fields of a message that the bot needs.
ESSENCE = ("message_id", "text", "entities", "caption")
# Of a message that may hold a secret only these fields are written down: that it came.
BARE = ("message_id", "date", "chat", "from")
# Fields in which a message repeats other messages, which may hold a secret.
QUOTING = frozenset({"reply_to_message", "external_reply", "quote", "pinned_message"})
PERSON = ("id", "is_bot", "first_name", "last_name", "username", "language_code")
NAMES = {"first_name", "last_name", "username", "language_code"}
SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadableUpdate(ValueError):
    """An update that cannot be parsed. The reason quotes no value of it."""


def id_of(raw: Any) -> int | None:
    """Return the update's id, None if there is no valid one."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return update_id if type(update_id) is int and 0 <= update_id < MOST_ID else None


def kind_of(raw: Json) -> str:
    """Return the kind of the update, such as "message", in a form that may be logged."""
    return next((name for name in raw if name in ALLOWED_UPDATES), None) or next(
        (name for name in raw if name != "update_id" and name.isidentifier()), "nothing"
    )


def chat_of(raw: Json) -> ChatId:
    """Return the chat that the update belongs to, NOWHERE if it names none."""
    body = raw.get(kind_of(raw))
    if not isinstance(body, dict):
        return NOWHERE
    place = body.get("message", body)
    chat = place.get("chat") if isinstance(place, dict) else None
    party = body.get("from") if chat is None else chat
    return ChatId(party["id"]) if isinstance(party, dict) and _is_id(party.get("id")) else NOWHERE


def parse(raw: Json, bot: Bot) -> Update:
    """Return the update. Raises UnreadableUpdate."""
    kind = kind_of(raw)
    if kind not in ALLOWED_UPDATES or chat_of(raw) == NOWHERE:
        raise UnreadableUpdate("nothing that this bot takes")
    try:
        if kind == Update.CALLBACK_QUERY and "message" in raw[kind]:
            return _tap(raw, bot)
        return _whole(raw, bot)
    except Exception as error:  # noqa: BLE001 - one bad update must not stop the next one
        if kind not in MESSAGES:
            raise UnreadableUpdate(type(error).__name__) from None
    try:
        return _whole({"update_id": raw["update_id"], kind: _essence(raw[kind])}, bot)
    except Exception as error:  # noqa: BLE001 - likewise
        raise UnreadableUpdate(type(error).__name__) from None


def _whole(raw: Json, bot: Bot) -> Update:
    for part in (raw[kind] for kind in ALLOWED_UPDATES if kind in raw):
        person = part.get("from") or {"id": 0}
        if not (_is_id(person["id"]) and _is_id(part.get("message_id", 0))):
            raise UnreadableUpdate("ids")
        if not (_is_as_read(part) and _names(person) == person.keys() & NAMES):
            raise UnreadableUpdate("types")
    if Update.MY_CHAT_MEMBER in raw and not isinstance(
        raw[Update.MY_CHAT_MEMBER]["new_chat_member"]["status"], str
    ):
        raise UnreadableUpdate("types")
    return Update.de_json(raw | {kind: _as_meant(raw[kind]) for kind in MESSAGES if kind in raw}, bot)


def _as_meant(message: Json) -> Json:
    """Return a message as it was meant: whoever copies what the bot has written copies isolates unseen."""
    meant = {
        name: as_typed(message[name]) or message[name] for name in ("text", "caption") if name in message
    }
    text = message.get("text", "")
    if meant.get("text", text) == text:
        return message | meant
    entities = [_moved(each, text) for each in message.get("entities", [])]
    return message | meant | {"entities": [each for each in entities if each["length"] > 0]}


def _moved(entity: Json, text: str) -> Json:
    """Return an entity of the text without what is unseen, each sign of which is one unit of UTF-16."""
    units = text.encode("utf-16-le")
    first, last = entity["offset"], entity["offset"] + entity["length"]

    def unseen_before(place: int) -> int:
        before = units[: 2 * place].decode("utf-16-le", "ignore")
        return len(before) - len(as_typed(before))

    gone = unseen_before(first)
    return entity | {"offset": first - gone, "length": last - first - (unseen_before(last) - gone)}


def _tap(raw: Json, bot: Bot) -> Update:
    """Return a tap (Bot API CallbackQuery).

    Of the message that was tapped, which comes with all its buttons, only the chat and the id are read; its
    content is not to be trusted anyway. The Bot API calls that an InaccessibleMessage.
    """
    query = raw["callback_query"]
    card, person = query["message"], query["from"]
    if not (_is_id(card["message_id"]) and _is_id(person["id"])):
        raise UnreadableUpdate("ids")
    if not isinstance(query.get("data"), str | None):
        raise UnreadableUpdate("types")
    tap = CallbackQuery(
        query["id"],
        User.de_json(_person(person), bot),
        query.get("chat_instance", ""),
        InaccessibleMessage(Chat.de_json(card["chat"], bot), card["message_id"]),
        query.get("data"),
    )
    tap.set_bot(bot)
    return Update(raw["update_id"], callback_query=tap)


def _essence(message: Json) -> Json:
    chat = message["chat"]
    essence = {name: message[name] for name in ESSENCE if name in message}
    essence["entities"] = [each for each in _listed(message.get("entities")) if _is_entity(each, message)]
    # The date may be unreadable, too, so it is 0: then Said.typed_at returns the present.
    essence |= {"date": 0, "chat": {"id": chat["id"], "type": chat["type"]}}
    return essence | ({"from": _person(message["from"])} if "from" in message else {})


def _person(person: Json) -> Json:
    """Return the person who acts. Names are for display only, and may be missing."""
    known = {name: person[name] for name in PERSON if name in person and name not in NAMES}
    return {"is_bot": False, "first_name": ""} | known | {name: person[name] for name in _names(person)}


def _names(person: Json) -> set[str]:
    """Return which of a person's name fields are texts."""
    return {name for name in person.keys() & NAMES if isinstance(person[name], str)}


def _is_as_read(part: Json) -> bool:
    """Tell whether the fields that the bot reads have the right types: the library does not check."""
    is_text = all(_is_text(part[name]) for name in ("text", "caption") if name in part)
    entities = part.get("entities", [])
    is_marked = isinstance(entities, list) and all(_is_entity(each, part) for each in entities)
    is_dated = type(part.get("date", 0)) is int
    return is_text and is_marked and is_dated and isinstance(part["chat"].get("type"), str)


def _is_text(value: Any) -> bool:
    """Tell whether it is a text without lone surrogates."""
    return isinstance(value, str) and not SURROGATE.search(value)


def _is_entity(value: Any, message: Json) -> bool:
    """Tell whether it is a valid entity within the message's text (Bot API MessageEntity)."""
    text = message.get("text")
    if not (isinstance(value, dict) and isinstance(text, str) and isinstance(value.get("type"), str)):
        return False
    offset, length = value.get("offset"), value.get("length")
    return type(offset) is int and type(length) is int and 0 <= offset <= offset + length <= 2 * len(text)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text_of(raw: Json) -> str | None:
    """Return the text of a message, or its caption."""
    message = raw.get(Update.MESSAGE) or raw.get(Update.EDITED_MESSAGE)
    text = (message.get("text") or message.get("caption")) if isinstance(message, dict) else None
    return text if isinstance(text, str) else None


def as_written(raw: Json, *, may_be_secret: bool) -> str:
    """Return the JSON of an update to be written down, without what may hold a secret."""
    kind = kind_of(raw)
    body = raw.get(kind)
    if kind not in ALLOWED_UPDATES or not isinstance(body, dict):
        return json.dumps({"update_id": raw["update_id"]})
    if kind in MESSAGES:
        kept = BARE if may_be_secret else body.keys() - QUOTING
        body = {name: value for name, value in body.items() if name in kept}
    elif isinstance(card := body.get("message"), dict):
        place = {name: card[name] for name in ("message_id", "chat") if name in card}
        body = body | {"message": place | {"date": 0}}
    return json.dumps({"update_id": raw["update_id"], kind: body})


def read_written(text: Any) -> Json | None:
    """Return the update that was written down, None if it cannot be read."""
    try:
        raw = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return raw if id_of(raw) is not None else None


def _is_id(value: Any) -> bool:
    return type(value) is int and abs(value) < MOST_ID
