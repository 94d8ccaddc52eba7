"""A group chat that the bot was added to, with the permission to read all messages."""

from bot.demo.bot_api import content
from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.entities import Formatted, tidy
from bot.demo.bot_api.exchange import Exchange
from bot.demo.bot_api.phone import CannotDo, Phone


class Group(Chat):
    """A group chat; `chat_id` is negative."""

    def __init__(self, exchange: Exchange, chat_id: int, title: str) -> None:
        super().__init__({"id": chat_id, "title": title, "type": "group"})
        self._exchange = exchange
        self.known_to_bot = True

    def send(self, text: str, from_phone: Phone) -> int:
        """Let a person write to the group; return the update_id."""
        formatted = tidy(Formatted(text))
        if not formatted.text:
            raise CannotDo("Telegram sends no message in which nothing can be seen")
        message = self._exchange.post(self, from_phone.user, content.text(formatted))
        return self._exchange.tell_bot("message", message)

    def dump(self) -> Json:
        """Return what the journal keeps of the group."""
        return {**super().dump(), "title": self.card["title"]}
