"""A language that nobody speaks: all that comes from a catalogue is marked, so that what does not is seen.

Its letters are those of English, put into other scripts one by one. What Unicode's CLDR says (dates, numbers,
lists) is as in Greek, which has no ASCII letters either.
"""

import re
from gettext import NullTranslations

import pytest

from bot.demo.bot_api.telegram import Telegram
from bot.localization import languages
from bot.localization.languages import Language

CODE = "el"
PLAIN = "abcdefghijklmnopqrstuvwxyz"
# No sigma: its small form depends on where it stands.
OTHER = "αβψδεφγηιξκλμνοπϟρшτθωжχυζ"
MARKS = str.maketrans(PLAIN + PLAIN.upper(), OTHER + OTHER.upper())
UNMARKED = str.maketrans(OTHER + OTHER.upper(), PLAIN + PLAIN.upper())
# Placeholders, doubled braces, tags, escaped characters, addresses and commands stay what they are.
KEPT = re.compile(
    r"\{\{|\}\}|\{\w*\}|<[^<>]*>|&\w+;|https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w<>/:.=@])/[a-z][a-z_]*"
)


def marked(message: str) -> str:
    """Return an English message as the pseudo-language has it."""
    kept = KEPT.findall(message)
    words = [part.translate(MARKS) for part in KEPT.split(message)]
    return "".join(word + keep for word, keep in zip(words, [*kept, ""], strict=True))


def in_english(text: str) -> str:
    """Return what a marked text says, to read it."""
    return text.translate(UNMARKED)


class Marking(NullTranslations):
    """A catalogue that has every message, whatever is asked for."""

    def gettext(self, message: str) -> str:
        """Return a message, marked."""
        return marked(message)

    def pgettext(self, context: str, message: str) -> str:
        """Return a message that means something else in another context, marked."""
        del context
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return what is said of one or of many, marked."""
        return marked(msgid1 if n == 1 else msgid2)


def pseudo_language() -> Language:
    """Build the language."""
    built = Language(CODE, marked("Pseudo"), "GR")
    vars(built)["messages"] = Marking()
    return built


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Language:
    """Let the product speak the pseudo-language too, to whoever uses Telegram in Greek or chooses it."""
    built = pseudo_language()
    monkeypatch.setitem(languages._ALL, CODE, built)
    return built


@pytest.fixture
def all_pseudo(monkeypatch: pytest.MonkeyPatch) -> Language:
    """Let the product speak nothing else to anybody, and use all phones in it.

    What is said without asking who reads it stays English, and so is seen as well as what is in no catalogue.
    """
    built = pseudo_language()
    monkeypatch.setattr(languages, "_ALL", {"en": built, CODE: built})
    monkeypatch.setattr(Telegram.phone, "__defaults__", (None, CODE))
    return built
