"""Finds the language that somebody types: an ISO 639 code, or its name in English or in the language."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.input_errors import NotAChoice
from bot.localization.languages import ENGLISH
from bot.parsing.fuzzy_match import choose_surely
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
    names = _names()
    typed = alone(text)
    if typed in names.values():
        return typed
    try:
        return names[choose_surely(typed, names)]
    except NotAChoice as error:
        raise NoSuchLanguage from error


def codes_of(choices: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of the languages that an error of `read_language` suggests."""
    return tuple(dict.fromkeys(_names()[choice] for choice in choices))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Return the codes by the languages' names in Unicode's CLDR, without dialects."""
    english = {
        name: code for code, name in ENGLISH.cldr.languages.items() if code.isalpha() and code.isascii()
    }
    return english | {name: code for code, name in COMMON_LANGUAGES.items()}
