"""A local Telegram with one bot: its people, its chats, and what tests need. Without HTTP."""

import asyncio
import re
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.exchange import Exchange
from bot.demo.bot_api.faults import Call, Faults
from bot.demo.bot_api.group import Group
from bot.demo.bot_api.journal import Journal
from bot.demo.bot_api.phone import Phone
from services.clock import Clock

KEPT_CALLS = 10_000
CALLBACK_LIFETIME = timedelta(seconds=15)


class Telegram(Exchange):
    """The state of one local Telegram with one bot.

    `token` has Telegram's form, with the bot's user id before the colon. With a `journal` (a file's path)
    chats, messages, commands, pending updates and counters come back after a restart. It must be made and
    used inside a running event loop.
    """

    def __init__(
        self,
        *,
        token: str,
        bot_name: str = "MediConnect",
        bot_username: str = "mediconnect_bot",
        clock: Clock,
        callback_lifetime: timedelta = CALLBACK_LIFETIME,
        journal: Path | None = None,
    ) -> None:
        bot_id = int(token.partition(":")[0])
        bot = {"id": bot_id, "is_bot": True, "first_name": bot_name, "username": bot_username}
        super().__init__(bot, clock, callback_lifetime)
        self.token = token
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        # What the bot has set about itself, by what it is and by language or chat.
        self.settings: dict[tuple[str, str], str] = {}
        self._phones: dict[int, Phone] = {}
        self._groups: dict[int, Group] = {}
        self._journal = Journal(journal, self._snapshot, self.files.all) if journal is not None else None
        if self._journal is not None:
            self._restore(self._journal)
            self.on_change = self._journal.touch

    @property
    def phones(self) -> Mapping[int, Phone]:
        """Every phone by its chat id, in order of creation."""
        return MappingProxyType(self._phones)

    def phone(
        self,
        user_id: int,
        first_name: str,
        last_name: str | None = None,
        language_code: str = "en",
    ) -> Phone:
        """Return a person's phone, which is made if there is none. The private chat has the person's id."""
        if user_id in self._phones:
            return self._phones[user_id]
        user: Json = {"id": user_id, "is_bot": False, "first_name": first_name}
        if last_name is not None:
            user["last_name"] = last_name
        phone = self._phones[user_id] = Phone(self, {**user, "language_code": language_code})
        self.publish({"type": "phone", "phone": phone.profile})
        self.on_change()
        return phone

    def group(self, chat_id: int, title: str) -> Group:
        """Return a group that the bot is in, which is made if there is none; its id is negative."""
        if chat_id not in self._groups:
            self._groups[chat_id] = Group(self, chat_id, title)
            self.on_change()
        return self._groups[chat_id]

    def chat(self, chat_id: str) -> Chat:
        """Return the chat that a call names. Raises BadRequest if the bot cannot know it."""
        if not chat_id:
            raise ApiBadRequest("chat_id is empty")
        number = int(chat_id) if re.fullmatch(r"-?\d{1,18}", chat_id) else 0
        chat = self._phones.get(number) or self._groups.get(number)
        if chat is None or not chat.known_to_bot:
            raise ApiBadRequest("chat not found")
        return chat

    def change_commands(self, key: tuple[str, int, str], commands: list[Json]) -> None:
        """Set one list of commands (empty: remove it), and notify the phones for which something changed."""
        before = {chat_id: phone.commands for chat_id, phone in self._phones.items()}
        self.commands.set(key, commands)
        for chat_id, phone in self._phones.items():
            if phone.commands != before[chat_id]:
                self.publish({"type": "commands", "chat_id": chat_id, "commands": phone.commands})
        self.on_change()

    async def confirmed(self, update_id: int, timeout: float = 60) -> None:  # noqa: ASYNC109 - seconds, the tests' one wait
        """Return once a getUpdates offset or the webhook has confirmed that update: the bot has handled it.

        Raises TimeoutError after `timeout` seconds. An update_id of 0 (no update was made) returns at once.
        """
        async with asyncio.timeout(timeout):
            await self.updates.confirmed(update_id)

    async def close(self) -> None:
        """Answer the held poll, deliver no more, and write the journal."""
        self.updates.close()
        await self.webhook.close()
        if self._journal is not None:
            await self._journal.close()

    def _snapshot(self) -> Json:
        return {
            "next_message_id": self.next_message_id,
            "next_file_number": self.next_file_number,
            "updates": self.updates.dump(),
            "queries": self.queries.dump(),
            "commands": self.commands.dump(),
            "settings": [[*key, value] for key, value in self.settings.items()],
            "phones": [phone.dump() for phone in self._phones.values()],
            "groups": [group.dump() for group in self._groups.values()],
        }

    def _restore(self, journal: Journal) -> None:
        saved = journal.read()
        if saved is None:
            return
        self.next_message_id = saved["next_message_id"]
        self.next_file_number = saved["next_file_number"]
        self.updates.load(saved["updates"])
        self.queries.load(saved["queries"])
        self.commands.load(saved["commands"])
        self.settings = {(what, whose): value for what, whose, value in saved["settings"]}
        for file in journal.read_files():
            self.files.add(file)
        for item in saved["phones"]:
            phone = self._phones[item["user"]["id"]] = Phone(self, item["user"])
            phone.load(item)
        for item in saved["groups"]:
            self.group(item["card"]["id"], item["title"]).load(item)
