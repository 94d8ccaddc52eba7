"""What somebody has read: all that a chat and its mails have shown, and what of it was left in English."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from typing import Any

from bot.demo.mailbox import CaughtMail
from bot.localization.isolates import COMMAND, without_isolates
from bot.localization.languages import Language
from tests.localization.catalogues import PLACEHOLDER, TAG, english, messages, translations
from tests.town import Person

# An address has no language, nor have these: what the product is called, the zone of the town, and what
# Unicode's CLDR calls the halves of the day in Hindi.
ADDRESS = re.compile(r"https?://\S+|t\.me/\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NO_ENGLISH = {"MediConnect", "UTC", "am", "pm"}
LATIN = re.compile(r"[A-Za-z]+")
# Two words at least, without the signs around them.
WORDS = re.compile(r"[^\W\d_].*[^\W\d_]\W.*[^\W\d_]", re.DOTALL)
HIDDEN = re.compile(r"<(style|title)[^>]*>.*?</\1>|<[^>]*>", re.DOTALL)
MARK = re.compile(r"[\u200e\u200f]")


def as_read(text: str) -> str:
    """Return a text without the signs that nobody sees."""
    return MARK.sub("", without_isolates(text))


class Reader(Person):
    """Somebody who keeps all that the bot has ever shown to them."""

    _read: set[str]

    async def says(self, text: str) -> str:
        """Type a text; return what the bot answers, as it is read."""
        return self._kept(await super().says(text))

    async def taps(self, label: str) -> str:
        """Tap the newest button that reads so; return what the bot answers, as it is read."""
        shown = [button for message in reversed(self.messages) for button in _buttons(message)]
        real = next((each for each in shown if label == as_read(each)), None)
        real = real or next((each for each in shown if label in as_read(each)), label)
        return self._kept(await super().taps(real))

    async def hears(self, part: str, *, since: int = 0, seconds: float = 60) -> str:
        """Wait for a message that reads so in part."""
        async with asyncio.timeout(seconds), self.town.telegram.subscribe() as events:
            while True:
                for message in self.messages:
                    if message["message_id"] > since and part in as_read(message.get("text", "")):
                        return self._kept(message["text"])
                await events.get()

    @property
    def read(self) -> list[str]:
        """All texts, lines of keyboards, answers to taps and commands that were shown."""
        self._kept("")
        return sorted(self._read)

    def _kept(self, answer: str) -> str:
        self.__dict__.setdefault("_read", set())
        for message in self.messages:
            self._read |= {message.get("text", ""), message.get("caption", ""), *_buttons(message)}
        self._read |= {str(each.get("text", "")) for each in self.phone.answers}
        self._read |= {each["description"] for each in self.phone.commands}
        return as_read(answer)


def _buttons(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [str(button["text"]) for row in rows for button in row]


def mail_texts(mail: CaughtMail) -> Iterator[str]:
    """Return all that somebody reads of an email, with what its invite puts into a calendar."""
    yield mail.subject
    yield mail.text
    yield unescape(HIDDEN.sub("\n", mail.html))
    if mail.invited is not None:
        yield mail.invited.title
        yield mail.invited.place


def left_over(texts: Iterable[str], language: Language, names: Iterable[str]) -> set[str]:
    """Return what is English in the texts, apart from names, commands and addresses."""
    shown = "\n".join(as_read(text) for text in texts)
    for kept in (re.compile(COMMAND), ADDRESS):
        shown = kept.sub(" ", shown)
    for name in names:
        shown = shown.replace(name, " ")
    if not _is_latin(language):
        return set(LATIN.findall(shown)) - NO_ENGLISH
    lines = {line.strip() for line in shown.splitlines()}
    parts = {part for part in _english_parts(language) if part in shown and _stands_alone(part, shown)}
    return parts | (lines & _english_wholes(language))


def _stands_alone(part: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text))


def _is_latin(language: Language) -> bool:
    return bool(re.match(r"[A-Za-z]", language.own_name))


@cache
def _english_parts(language: Language) -> frozenset[str]:
    """Return all parts of English messages, of two words or more, that no translation has."""
    translated = "\n".join(said for message in messages(language) for said in translations(message))
    parts = {
        found[0]
        for message in messages(language)
        for said in english(message)
        for whole in PLACEHOLDER.split(TAG.sub("{}", said))
        for part in re.split(COMMAND, whole)
        if (found := WORDS.search(part))
    }
    return frozenset(part for part in parts if part not in translated)


@cache
def _english_wholes(language: Language) -> frozenset[str]:
    """Return all English messages that read otherwise in the language."""
    same = {said for message in messages(language) for said in translations(message)}
    return frozenset(said for message in messages(language) for said in english(message)) - same
