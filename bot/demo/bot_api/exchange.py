"""What people and the bot share: chats, messages, updates, the command menu, and the subscribers."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from mimetypes import guess_extension

from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.commands import CommandTable
from bot.demo.bot_api.files import FileStore, StoredFile
from bot.demo.bot_api.queries import CallbackQueries
from bot.demo.bot_api.updates import UpdateQueue
from bot.demo.bot_api.webhook import Webhook
from services.clock import Clock

MESSAGE_LIFETIME = timedelta(hours=24)
TAP_LIFETIME = timedelta(seconds=150)


class Exchange:
    """The centre of the local Telegram. Everything in it runs on one event loop.

    `bot` is the Bot API User object of the one bot.
    """

    def __init__(self, bot: Json, clock: Clock, callback_lifetime: timedelta) -> None:
        self.bot = bot
        self.clock = clock
        # As with Telegram, update ids start at any number, so that an id which a bot remembers does not
        # match.
        self.updates = UpdateQueue(clock, next_id=secrets.randbelow(800_000_000) + 100_000_000)
        self.webhook = Webhook(self.updates)
        self.queries = CallbackQueries(clock, callback_lifetime)
        self.commands = CommandTable()
        self.files = FileStore()
        self.next_message_id = 1
        self.next_file_number = 0
        self._listeners: list[asyncio.Queue[Json]] = []
        self.on_change: Callable[[], None] = lambda: None

    def timestamp(self) -> int:
        """Return the present as Unix time, whole seconds."""
        return int(self.clock.now().timestamp())

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[asyncio.Queue[Json]]:
        """Give a queue that gets every event from now on, in order."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners.append(queue)
        try:
            yield queue
        finally:
            self._listeners.remove(queue)

    def publish(self, event: Json) -> None:
        """Send an event to all subscribers."""
        for queue in self._listeners:
            queue.put_nowait(event)

    def post(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Put a new message into a chat; return the Message object."""
        message = {
            "message_id": self.next_message_id,
            "from": sender,
            "chat": chat.card,
            "date": self.timestamp(),
            **content,
        }
        self.next_message_id += 1
        return self._keep(chat, message)

    def revise(self, chat: Chat, message: Json, content: Json, drop: frozenset[str] = frozenset()) -> Json:
        """Replace a message in a chat: `content` overrides the old fields, and `drop` is left out."""
        kept = {name: value for name, value in message.items() if name not in drop}
        return self._keep(chat, {**kept, "edit_date": self.timestamp(), **content})

    def _keep(self, chat: Chat, message: Json) -> Json:
        chat.keep(message)
        self.publish({"type": "message", "chat_id": chat.chat_id, "message": message})
        self.on_change()
        return message

    def delete(self, chat: Chat, message_ids: list[int]) -> list[int]:
        """Delete messages; return the ids of those that were there."""
        gone = chat.forget(message_ids)
        if gone:
            self.publish({"type": "deleted", "chat_id": chat.chat_id, "message_ids": gone})
            self.on_change()
        return gone

    def tell_bot(self, kind: str, payload: Json, lifetime: timedelta = MESSAGE_LIFETIME) -> int:
        """Queue an update; return its id, or 0 if the bot has not asked for that kind."""
        update_id = self.updates.add(kind, payload, lifetime)
        self.on_change()
        return update_id

    def store(self, content: bytes, folder: str, name: str, mime_type: str) -> StoredFile:
        """Keep a file under a new file_id."""
        extension = name.rpartition(".")[2] if "." in name else (guess_extension(mime_type) or ".bin")[1:]
        path = f"{folder}/file_{self.next_file_number}.{extension}"
        self.next_file_number += 1
        return self.files.add(StoredFile(f"Local{secrets.token_hex(24)}", content, path, name, mime_type))
