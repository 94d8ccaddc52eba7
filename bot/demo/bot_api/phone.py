"""What a person can do and see in their private chat with the bot."""

import re
from typing import Any

from bot.demo.bot_api import content
from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.entities import MAX_CAPTION, MAX_TEXT, Formatted, tidy
from bot.demo.bot_api.exchange import TAP_LIFETIME, Exchange

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class CannotDo(ValueError):
    """A real Telegram client would not allow that."""


class Phone(Chat):
    """One person's phone. Each act returns the update_id it caused, 0 if the bot asked for no such update."""

    def __init__(self, exchange: Exchange, user: Json) -> None:
        names: Json = {name: user[name] for name in ("first_name", "last_name") if name in user}
        super().__init__({"id": user["id"], **names, "type": "private"})
        self.user = user
        self.answers: list[Json] = []
        self._exchange = exchange
        self._blocked = False

    @property
    def blocked(self) -> bool:
        """Whether the person has blocked the bot."""
        return self._blocked

    @property
    def commands(self) -> list[Json]:
        """BotCommand objects that apply to this chat now, in the person's language."""
        return self._exchange.commands.for_chat(self, self.user.get("language_code", ""))

    @property
    def profile(self) -> Json:
        """The facts about a phone in an event."""
        return {
            "chat_id": self.chat_id,
            "first_name": self.user["first_name"],
            "last_name": self.user.get("last_name"),
            "blocked": self._blocked,
        }

    def send(self, text: str, *, reply_to: int | None = None) -> int:
        """Send a text; return the update_id.

        Like a real client it splits a text of more than 4,096 characters into several messages, and the
        update_id of the last one is returned. Raises CannotDo for a text without visible characters.
        """
        formatted = tidy(Formatted(text))
        if not formatted.text:
            raise CannotDo("Telegram sends no message in which nothing can be seen")
        update_id = 0
        for begin in range(0, len(formatted.text), MAX_TEXT):
            part = tidy(Formatted(formatted.text[begin : begin + MAX_TEXT]))
            if part.text:
                update_id = self._say(content.text(part), reply_to)
        return update_id

    def start(self, payload: str = "") -> int:
        """Press START, or a link t.me/bot?start=payload; unblocks, as the client's own button does."""
        if payload and not PAYLOAD.fullmatch(payload):
            raise CannotDo("a start payload is 1 to 64 of A-Z, a-z, 0-9, _ and -")
        self.unblock()
        return self.send(f"/start {payload}".strip())

    def tap(self, message_id: int, data: str) -> int:
        """Tap a callback button; the data may be forged, the message gone. Return the update_id."""
        return self.tap_query(message_id, data)[0]

    def tap_query(self, message_id: int, data: str) -> tuple[int, str]:
        """Tap as `tap` does; return the update_id and the callback query's id."""
        self._check_may_write()
        query_id = self._exchange.queries.open(self.chat_id)
        gone = {"chat": self.card, "message_id": message_id, "date": 0}
        query = {
            "id": query_id,
            "from": self.user,
            "message": self.by_id.get(message_id, gone),
            "chat_instance": str(self.chat_id * 7_919 + 1_000_003),
            "data": data,
        }
        return self._exchange.tell_bot("callback_query", query, TAP_LIFETIME), query_id

    def press(self, label: str, message_id: int | None = None) -> int:
        """Tap the button whose text is or contains `label`, on the newest message that has one.

        Raises LookupError, which names the buttons there are.
        """
        seen: list[str] = []
        for message in reversed(self.messages):
            if message_id is not None and message["message_id"] != message_id:
                continue
            buttons = _callback_buttons(message)
            seen += [button["text"] for button in buttons]
            fitting = [button for button in buttons if label in button["text"]]
            fitting.sort(key=lambda button: button["text"] != label)
            if fitting:
                return self.tap(message["message_id"], fitting[0]["callback_data"])
        raise LookupError(f"no button with {label!r}; there are {seen}")

    def edit(self, message_id: int, text: str) -> int:
        """Edit an own text message; return the update_id."""
        self._check_may_write()
        message = self.by_id.get(message_id)
        if message is None or message["from"]["id"] != self.chat_id or "text" not in message:
            raise LookupError(f"message {message_id} is no text of this person")
        formatted = tidy(Formatted(text))
        if not 1 <= len(formatted.text) <= MAX_TEXT:
            raise CannotDo("a text has 1 to 4,096 characters")
        edited = self._exchange.revise(self, message, content.text(formatted), frozenset({"entities"}))
        return self._exchange.tell_bot("edited_message", edited)

    def send_photo(self, image: bytes, caption: str = "") -> int:
        """Send a picture (PNG or JPEG); return the update_id."""
        file = self._exchange.store(image, "photos", "photo.jpg", "image/jpeg")
        return self._say({**content.photo(file), **content.caption(_caption(caption))})

    def send_document(self, name: str, data: bytes) -> int:
        """Send a file; return the update_id."""
        file = self._exchange.store(data, "documents", name, content.mime_type_of(name))
        return self._say(content.document(file))

    def send_sticker(self, emoji: str) -> int:
        """Send a sticker that stands for an emoji; return the update_id."""
        file = self._exchange.store(emoji.encode(), "stickers", "sticker.webp", "image/webp")
        return self._say(content.sticker(file, emoji))

    def send_voice(self, seconds: int) -> int:
        """Send a (silent) voice message; return the update_id."""
        file = self._exchange.store(b"OggS", "voice", "voice.oga", "audio/ogg")
        return self._say(content.voice(file, seconds))

    def send_contact(self, phone_number: str, first_name: str, user_id: int | None = None) -> int:
        """Send a contact card; return the update_id."""
        contact: dict[str, Any] = {"phone_number": phone_number, "first_name": first_name}
        return self._say({"contact": contact if user_id is None else {**contact, "user_id": user_id}})

    def send_location(self, latitude: float, longitude: float) -> int:
        """Send a location; return the update_id."""
        return self._say({"location": {"latitude": latitude, "longitude": longitude}})

    def block(self) -> int | None:
        """Block the bot; return the update_id, None if it was blocked or the bot does not listen."""
        return self._set_blocked(blocked=True)

    def unblock(self) -> int | None:
        """Unblock the bot; return the update_id, None if it was not blocked or the bot does not listen."""
        return self._set_blocked(blocked=False)

    def answered(self, answer: Json) -> None:
        """Show the answer to a tap."""
        self.answers.append(answer)
        self._exchange.publish({"type": "answer", "chat_id": self.chat_id, **answer})

    def dump(self) -> Json:
        """Return what the journal keeps of the phone."""
        return {**super().dump(), "user": self.user, "blocked": self._blocked, "answers": self.answers[-100:]}

    def load(self, saved: Json) -> None:
        """Restore what `dump` returned."""
        super().load(saved)
        self._blocked = saved["blocked"]
        self.answers = list(saved["answers"])

    def _say(self, said: Json, reply_to: int | None = None) -> int:
        self._check_may_write()
        self.known_to_bot = True
        if reply_to is not None:
            said = {**said, "reply_to_message": content.quoted(self.by_id[reply_to])}
        return self._exchange.tell_bot("message", self._exchange.post(self, self.user, said))

    def _check_may_write(self) -> None:
        if self._blocked:
            raise CannotDo("the person has blocked the bot; start() or unblock() first")

    def _set_blocked(self, *, blocked: bool) -> int | None:
        if self._blocked == blocked:
            return None
        self._blocked = blocked
        self._exchange.publish({"type": "phone", "phone": self.profile})
        update = {
            "chat": self.card,
            "from": self.user,
            "date": self._exchange.timestamp(),
            "old_chat_member": self._membership(blocked=not blocked),
            "new_chat_member": self._membership(blocked=blocked),
        }
        return self._exchange.tell_bot("my_chat_member", update) or None

    def _membership(self, *, blocked: bool) -> Json:
        bot = self._exchange.bot
        return (
            {"user": bot, "status": "kicked", "until_date": 0}
            if blocked
            else {"user": bot, "status": "member"}
        )


def _caption(text: str) -> Formatted:
    return tidy(Formatted(text[:MAX_CAPTION]))


def _callback_buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]
