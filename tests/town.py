"""A town to test in: a local Telegram over HTTP, a real SMTP server, a real database, and the whole bot."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from typing import Any
from unittest.mock import patch

from aiohttp import web
from pymongo.errors import PyMongoError  # noqa: TID251 - the database is asked here, and not the storage

from bot.app import Assembly
from bot.callbacks.revision import read_stamp, stamped
from bot.demo.bot_api.api import add_bot_api
from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from bot.demo.mailbox import CaughtMail, Mailbox
from bot.settings import Settings
from bot.telegram.chat_channel import ChatChannel
from bot.telegram.updates.polling import STUCK_SECONDS
from bot.web.server import listen, served
from bot.web.site import site
from bot.web.webhook import webhook_routes
from services.accounts.registration import Accounts, Registration
from services.clock import Clock
from services.models.notifications import Notice
from services.models.people import ChatId, Gender, Role, User
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.databases import prepared
from tests.plans import OURS

TOKEN = "123456789:AAHtown-town-town-town-town-town-to"
KEY = "0123456789abcdef0123456789abcdef"
STAFF_CODE = "open-sesame"
PASSWORD = "correct horse"
# bcrypt's least cost: the tests are about everything else.
ROUNDS = 4

# People in tests book as often as a test needs; the tests of the limits have the real ones.
NO_LIMITS = dict.fromkeys(("MAX_OPEN_APPOINTMENTS", "MAX_A_DAY", "MAX_CHANGES_AN_HOUR", "MAX_HOLDS"), "none")

# As a clinic has them that sets none: what is empty counts as not set.
USUAL_LIMITS = dict.fromkeys(NO_LIMITS, "")

# How long an update that was acknowledged may take to be answered, and how often it is looked for.
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.01

Deliver = Callable[[ChatChannel, Notice, User], Awaitable[None]]


class Floor:
    """Who has the floor: those who act, any number of them, or the outbox with its news.

    News that comes while a bot answers could be taken for the answer.
    """

    def __init__(self) -> None:
        self._acts = 0
        self._news = 0
        self._waiting = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def act(self) -> AsyncIterator[None]:
        """Act once no news is on its way, nor waits for those who act: else it might wait for ever."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._news and not self._waiting)
            self._acts += 1
        try:
            yield
        finally:
            async with self._changed:
                self._acts -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def news(self) -> AsyncIterator[None]:
        """Bring news once nobody acts."""
        async with self._changed:
            self._waiting += 1
            try:
                await self._changed.wait_for(lambda: not self._acts)
                self._news += 1
            finally:
                self._waiting -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            async with self._changed:
                self._news -= 1
                self._changed.notify_all()


class Person:
    """Somebody with a phone. Each act returns when the bot has handled it."""

    def __init__(self, town: "Town", phone: Phone) -> None:
        self.town = town
        self.phone = phone

    async def says(self, text: str) -> str:
        """Type a text; return what the bot answers."""
        return await self._answered(lambda: self.phone.send(text))

    async def taps(self, label: str) -> str:
        """Tap the newest button with that label; return what the bot answers."""
        return await self._answered(lambda: self.phone.press(label))

    async def taps_raw(self, message_id: int, data: str) -> str:
        """Tap with any data on any message, as a forged or old client can."""
        return await self._answered(lambda: self.phone.tap(message_id, data))

    async def forges(self, data: str) -> str:
        """Tap with any data on the newest message, as if its question had that button."""
        return await self.taps_raw(self.last_id, self.made(data))

    def made(self, data: str) -> str:
        """Return the data as the newest message would have it behind a button of its question."""
        revisions = [read_stamp(shown)[1] for shown in self.buttons.values()]
        revision = next((number for number in revisions if number is not None), None)
        return data if revision is None else stamped(data, revision)

    async def settled(self, update_id: int) -> str:
        """Return what the newest message of the bot says once the update is handled."""
        await self.town.telegram.confirmed(update_id)
        return self.last

    async def _answered(self, act: Callable[[], int]) -> str:
        """Do what makes an update; return what the newest message says that the bot then sends or changes.

        Where there is none, that is what its newest message says.
        """
        async with self.town.floor.act():
            before, since = deepcopy(self.messages), time.monotonic()
            await self.town.handled(act(), since)
            answers = [message for message in self.messages if message not in before]
            return _said(answers or self.messages)

    async def talks(self, transcript: Sequence[tuple[str, str]]) -> None:
        """Go through a dialog: (what is typed, or «label» for a tap; a part of what the bot then says)."""
        for act, expected in transcript:
            is_tap = act.startswith("«")
            answer = await (self.taps(act.strip("«»")) if is_tap else self.says(act))
            assert expected in answer, f"{act!r} was answered with {answer!r}"

    async def registers(self, name: str, email: str, password: str = PASSWORD) -> None:
        """Register as a patient."""
        for text in ("/register", name, email, password):
            await self.says(text)
        for label in ("Patient", "rather not say", "Save"):
            await self.taps(label)

    async def signs_in(self, email: str, password: str = PASSWORD) -> str:
        """Sign in by typing."""
        await self.says("/login")
        await self.says(email)
        return await self.says(password)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The bot's messages that are visible now, oldest first."""
        return [message for message in self.phone.messages if message["from"]["is_bot"]]

    @property
    def last(self) -> str:
        """What the bot's newest message says."""
        return _said(self.messages)

    @property
    def last_id(self) -> int:
        """The id of the bot's newest message, 0 where it has said nothing yet."""
        return int(self.messages[-1]["message_id"]) if self.messages else 0

    @property
    def buttons(self) -> dict[str, str]:
        """The buttons of the bot's newest message: label -> callback data."""
        rows = self.messages[-1].get("reply_markup", {}).get("inline_keyboard", [])
        return {
            button["text"]: button["callback_data"]
            for row in rows
            for button in row
            if "callback_data" in button
        }

    @property
    def addresses(self) -> dict[str, str]:
        """The buttons of the bot's newest message that open an address: label -> address."""
        rows = self.messages[-1].get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button["url"] for row in rows for button in row if "url" in button}

    @property
    def styles(self) -> dict[str, str]:
        """The buttons of the bot's newest message that have a colour: label -> style."""
        rows = self.messages[-1].get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button["style"] for row in rows for button in row if "style" in button}

    @property
    def copied(self) -> dict[str, str]:
        """The buttons of the bot's newest message that copy something: label -> what they copy."""
        rows = self.messages[-1].get("reply_markup", {}).get("inline_keyboard", [])
        return {
            button["text"]: button["copy_text"]["text"]
            for row in rows
            for button in row
            if "copy_text" in button
        }

    @property
    def instants(self) -> dict[str, datetime]:
        """What taps show in the reader's own clock, in the bot's newest message: texts -> instants."""
        message = self.messages[-1]
        text = message["text"].encode("utf-16-le")
        return {
            text[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le"): (
                datetime.fromtimestamp(each["unix_time"], UTC)
            )
            for each in message.get("entities", ())
            if each["type"] == "date_time"
        }

    @property
    def files(self) -> dict[str, bytes]:
        """The files that the bot has sent and that are still there: name -> content, oldest first."""
        cards = [message["document"] for message in self.messages if "document" in message]
        return {card["file_name"]: self._content(card) for card in cards}

    @property
    def pictures(self) -> list[bytes]:
        """The pictures that the bot has sent and that are still there, oldest first."""
        return [self._content(message["photo"][-1]) for message in self.messages if "photo" in message]

    def _content(self, card: dict[str, Any]) -> bytes:
        file = self.town.telegram.files.get(card["file_id"])
        assert file is not None
        return file.content

    def label(self, part: str) -> str:
        """Return the full label of the first button that contains `part`."""
        found = [label for label in self.buttons if part in label]
        assert found, f"no button with {part!r} among {list(self.buttons)} of {self.last!r}"
        return found[0]

    async def hears(self, part: str, *, since: int = 0, seconds: float = 60) -> str:
        """Wait for a message of the bot, newer than the one with the id `since`, that contains `part`."""
        async with asyncio.timeout(seconds), self.town.telegram.subscribe() as events:
            while True:
                for message in self.messages:
                    if message["message_id"] > since and part in message.get("text", ""):
                        return str(message["text"])
                await events.get()


def _said(messages: Sequence[dict[str, Any]]) -> str:
    newest = messages[-1] if messages else {}
    return str(newest.get("text") or newest.get("caption", ""))


class Town:
    """Everything that one bot needs, and the bot."""

    def __init__(
        self,
        telegram: Telegram,
        mailbox: Mailbox,
        storage: Storage,
        assembly: Assembly,
        floor: Floor | None = None,
    ) -> None:
        self.telegram = telegram
        self.mailbox = mailbox
        self.storage = storage
        self.assembly = assembly
        self.floor = floor or Floor()
        self._next_phone = 5000

    @property
    def accounts(self) -> Accounts:
        """The accounts of the clinic."""
        return self.assembly.clinic.accounts

    async def handled(self, update_id: int, since: float) -> None:
        """Wait until the bot has answered an update of that time (seconds of the monotonic clock)."""
        await self.telegram.confirmed(update_id)
        if time.monotonic() < since + STUCK_SECONDS:
            return
        # What takes so long is written down, and acknowledged before it is answered.
        updates, this = self.storage.pending_updates._updates, {"_id": update_id}
        # Where the database is away, an apology was the answer.
        with suppress(PyMongoError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await updates.count_documents(this, comment=OURS):  # noqa: ASYNC110 - the database knows
                    await asyncio.sleep(LOOK_SECONDS)

    def person(self, name: str = "Guest", speaks: str | None = None) -> Person:
        """Give somebody a phone, with Telegram in a language (an IETF tag; None: the usual one)."""
        self._next_phone += 1
        language = {"language_code": speaks} if speaks is not None else {}
        return Person(self, self.telegram.phone(self._next_phone, name, **language))

    async def account(
        self, name: str, email: str, role: Role = Role.PATIENT, specialization: str | None = None
    ) -> User:
        """Make an account without a dialog."""
        hashed = await self.accounts.hash_password(PASSWORD)
        gender = Gender.FEMALE
        return await self.accounts.register(
            Registration(name, email, hashed, role, gender, specialization, vetted=True)
        )

    async def code(self, email: str, number: int = 1) -> str:
        """Return the code in the mail of that number with a code to the address, once it is there."""
        seen: set[str] = set()

        def is_it(mail: CaughtMail) -> bool:
            if mail.to == (email,) and "Your code for" in mail.subject:
                seen.add(mail.id)
            return len(seen) == number

        mail = await self.mailbox.wait_for(is_it)
        found = re.search(r"Code: (\d{6})\b", mail.text)
        assert found, mail.text
        return found[1]

    async def signed_in(
        self,
        name: str,
        email: str,
        role: Role = Role.PATIENT,
        specialization: str | None = None,
        *,
        by_typing: bool = False,
    ) -> Person:
        """Make an account and somebody who is signed in to it, in a chat in which nothing was said yet.

        To sign in `by_typing` takes a quarter of what a usual test takes, and leaves the chat as it is then.
        """
        await self.account(name, email, role, specialization)
        person = self.person(name)
        if by_typing:
            await person.signs_in(email)
            return person
        await self.assembly.clinic.sessions.sign_in(ChatId(person.phone.chat_id), email, PASSWORD, name)
        # As Telegram counts it once somebody has written to the bot.
        person.phone.known_to_bot = True
        return person


@asynccontextmanager
async def bot_api(telegram: Telegram) -> AsyncIterator[str]:
    """Serve the local Telegram over HTTP; give its address."""
    app = web.Application()
    add_bot_api(app, telegram)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def environment(
    database_url: str, api_url: str, mail_port: int, data_dir: Path, **others: str
) -> dict[str, str]:
    """Return the settings of a bot in this town, as its environment."""
    return {
        "BOT_TOKEN": TOKEN,
        "KEY": KEY,
        "DB_URL": database_url,
        "TELEGRAM_API_URL": api_url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "EMAIL_SECURITY": "none",
        "EMAIL_FROM": "clinic@mediconnect.example",
        "STAFF_CODE": STAFF_CODE,
        "DATA_DIR": str(data_dir),
        # Many run at the same time.
        "PORT": "0",
        **NO_LIMITS,
    } | others


@asynccontextmanager
async def founded(
    database_url: str,
    clock: Clock,
    data_dir: Path,
    *,
    driver_options: Mapping[str, Any] | None = None,
    journal: Path | str | None = None,
    over_webhook: bool = False,
    **others: Any,
) -> AsyncIterator[Town]:
    """Build a town and run the bot in it.

    `driver_options` are for the database, the chats come from and go to the `journal`, `others` are settings.
    Updates are polled, or delivered `over_webhook`.
    """
    async with AsyncExitStack() as stack:
        listening = listen("127.0.0.1", 0) if over_webhook else None
        if listening is not None:
            others["WEBHOOK_URL"] = f"http://127.0.0.1:{listening.getsockname()[1]}"
        floor = Floor()
        stack.enter_context(patch.object(ChatChannel, "deliver", _after_acts(floor, ChatChannel.deliver)))
        # Dozens of calls, which would be made anew for each test.
        stack.enter_context(patch("bot.app.introduced", _says_nothing))
        telegram = Telegram(token=TOKEN, clock=clock, journal=Path(journal) if journal else None)
        stack.push_async_callback(telegram.close)
        mailbox = Mailbox()
        await mailbox.start()
        stack.push_async_callback(mailbox.stop)
        api_url = await stack.enter_async_context(bot_api(telegram))
        environ = environment(database_url, api_url, mailbox.port, data_dir, **others)
        settings = Settings.load(env_file=None, environ=environ)
        database = await stack.enter_async_context(connect(database_url, **(driver_options or {})))
        storage = await prepared(database, database_url)
        assembly = Assembly(settings, storage, clock, rounds=ROUNDS)
        running = asyncio.create_task(assembly.run())
        stack.push_async_callback(_ended, running)
        if listening is None:
            await telegram.updates.holding.wait()
        else:
            await stack.enter_async_context(_hooked(settings, assembly, listening))
            await telegram.webhook.is_set.wait()
        yield Town(telegram, mailbox, storage, assembly, floor)


@asynccontextmanager
async def _hooked(settings: Settings, assembly: Assembly, listening: socket) -> AsyncIterator[None]:
    """Serve the route at which Telegram delivers updates."""
    assert assembly.webhook is not None
    routes = webhook_routes(settings, assembly.webhook)
    app = site(settings, assembly.clinic, assembly.link, extra=routes, watch=assembly.watch)
    async with served(app, listening):
        yield


def _after_acts(floor: Floor, deliver: Deliver) -> Deliver:
    async def delivered(channel: ChatChannel, notice: Notice, reader: User) -> None:
        async with floor.news():
            await deliver(channel, notice, reader)

    return delivered


async def _says_nothing(*_anybody: object, is_named: bool) -> None:
    """Introduce nobody."""


async def _ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
