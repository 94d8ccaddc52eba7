"""What is in the catalogues, and what of it stands where, as the tests see it."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.localization.languages import DOMAIN, LOCALE_DIR, Language, languages

BOT = Path(__file__).parents[2] / "bot"
# As in the Makefile.
KEYWORDS = {
    "say": None,
    "phrase": None,
    "say_in": ((1, "c"), 2),
    "phrase_in": ((1, "c"), 2),
    "say_count": (1, 2),
}
PLACEHOLDER = re.compile(r"\{(\w*)\}")
TAG = re.compile(r"</?[a-z-]+[^>]*>")
Key = tuple[str, str]
Forms = tuple[str, ...]


def translated_languages() -> list[Language]:
    """Return the languages that have a catalogue."""
    return [language for language in languages() if language.code != "en"]


@cache
def forms_in_sources() -> dict[Key, set[Forms]]:
    """Return all that the sources say by its key, with its forms: two where something is counted."""
    found: dict[Key, set[Forms]] = defaultdict(set)
    for _, _, said, _, context in extract_from_dir(BOT, method_map=[("**.py", "python")], keywords=KEYWORDS):
        forms = (said,) if isinstance(said, str) else tuple(said)
        found[context or "", forms[0]].add(forms)
    return found


def said_in_sources() -> set[Key]:
    """Return the context and the English words of all that the sources say."""
    return set(forms_in_sources())


@cache
def catalogue(language: Language) -> Catalog:
    """Return the catalogue as its translators write it."""
    path = LOCALE_DIR / language.code / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as source:
        return read_po(source, locale=language.code)


def messages(language: Language) -> Iterator[Message]:
    """Return all messages of a language but its header."""
    return (message for message in catalogue(language) if message.id)


def english(message: Message) -> list[str]:
    """Return the English words: one, or those for one and for many."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translations(message: Message) -> list[str]:
    """Return the translation, or that into each plural form."""
    said = message.string or ""
    return [said] if isinstance(said, str) else list(said)


def said_by(is_wanted: Callable[[Path, ast.stmt], bool]) -> set[str]:
    """Return the English words that those functions and tables of bot/texts say."""
    return {
        text
        for path in sorted((BOT / "texts").rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if is_wanted(path, node)
        for text in _literals(node)
    }


def _literals(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS:
            first = 1 if getattr(call.func, "id", "") in {"say_in", "phrase_in"} else 0
            yield from (
                argument.value
                for argument in call.args[first:]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )
