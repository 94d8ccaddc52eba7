"""Whole sentences in the language of whoever is being spoken to, from gettext's catalogues.

A sentence is written in English where it is said, with named placeholders; `make translations` finds it
there, so it is a literal, and never put together.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from babel.numbers import format_decimal

from bot.localization.isolates import isolated, with_latin_isolated, with_plain_code
from bot.localization.languages import Language
from bot.localization.reader import language

log = logging.getLogger(__name__)

K = TypeVar("K")


def say(message: str, /, **values: object) -> str:
    """Return a sentence in the reader's language; {name} stands for `values["name"]`."""
    reads = language()
    return _filled(reads.messages.gettext(message), message, values, reads)


def say_in(context: str, message: str, /, **values: object) -> str:
    """Return a sentence that means something else in another context (gettext's msgctxt)."""
    reads = language()
    return _filled(reads.messages.pgettext(context, message), message, values, reads)


def say_count(one: str, many: str, count: int, /, **values: object) -> str:
    """Return what is said of so many; {count} stands for the number, which `one` may leave out."""
    reads = language()
    said = reads.messages.ngettext(one, many, count)
    return _filled(said, one if count == 1 else many, {"count": number(count), **values}, reads)


def apart(value: str, /) -> str:
    """Return a value that stands beside others, in no sentence, so that it does not turn them around."""
    return isolated(value, in_rtl=language().is_rtl)


def number(value: int) -> str:
    """Return a whole number as the reader writes it: 1,000."""
    return str(value) if -1000 < value < 1000 else _grouped(value, language())  # noqa: PLR2004 - no group yet


@lru_cache(maxsize=1000)
def _grouped(value: int, reads: Language) -> str:
    return format_decimal(value, locale=reads.cldr)


def _filled(said: str, english: str, values: dict[str, object], reads: Language) -> str:
    is_rtl = reads.is_rtl
    if is_rtl:
        said = _with_latin(said)
    if not values:
        return said
    shown = {name: isolated(str(value), in_rtl=is_rtl) for name, value in values.items()}
    try:
        filled = said.format_map(shown)
    except (ValueError, LookupError, AttributeError, TypeError):
        _note_broken(english, reads)
        filled = english.format_map(shown)
    return with_plain_code(filled) if "<code>" in filled else filled


@lru_cache(maxsize=1000)
def _note_broken(english: str, reads: Language) -> None:
    """Log, once each, that a translation has other placeholders than its sentence, which is said instead."""
    log.error("translation.broken language=%s message=%r", reads.code, english)


_with_latin = lru_cache(maxsize=5000)(with_latin_isolated)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand in a table, such as the label of a button: they are said only when they are shown.

    It is no string on purpose: so nothing can show the English words by mistake.
    """

    message: str
    context: str = ""

    def __str__(self) -> str:
        return say_in(self.context, self.message) if self.context else say(self.message)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


# What may be shown: a text as it is, or words that are still to be said.
Words = str | Phrase


def phrase(message: str, /) -> Phrase:
    """Return words for a table."""
    return Phrase(message)


def phrase_in(context: str, message: str, /) -> Phrase:
    """Return words for a table that mean something else in another context."""
    return Phrase(message, context)


def typed_names(table: Mapping[K, Phrase]) -> dict[str, K]:
    """Return what each of a table may be called by whoever types it: in their language, and in English."""
    return {each.message: key for key, each in table.items()} | {
        str(each): key for key, each in table.items()
    }
