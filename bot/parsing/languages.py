"""Finds the language that somebody types: an ISO 639 code, or a name: English, its own, or the reader's."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.input_errors import NotAChoice
from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import language
from bot.parsing.fuzzy_match import meant_in
from bot.parsing.words.plain import alone
from services.errors import NoSuchLanguage

# The languages that have buttons; any other of ISO 639 can be typed.
COMMON_LANGUAGES = {
    "en": "English",
    "ar": "العربية",
    "bn": "বাংলা",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "zh": "中文",
}


def read_language(text: str) -> str:
    """Return the ISO 639 code of the language that is meant. Raises NoSuchLanguage, SeveralFit, NearMiss."""
    names = _names(language())
    typed = alone(text)
    if typed in names.values():
        return typed
    try:
        return meant_in(typed, names)
    except NotAChoice as error:
        raise NoSuchLanguage from error


def codes_of(choices: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of the languages that an error of `read_language` suggests."""
    names = _names(language())
    return tuple(dict.fromkeys(names[choice] for choice in choices))


@lru_cache(maxsize=20)
def _names(reads: Language) -> Mapping[str, str]:
    """Return the codes by the languages' names in Unicode's CLDR, without dialects.

    They are called as in English, as the reader calls them, and as they call themselves.
    """
    found = {
        name: code
        for each in (ENGLISH, reads)
        for code, name in each.cldr.languages.items()
        if code.isalpha() and code.isascii()
    }
    own = {name.casefold() for name in COMMON_LANGUAGES.values()}
    others = {name: code for name, code in found.items() if name.casefold() not in own}
    return others | {name: code for code, name in COMMON_LANGUAGES.items()}
