"""A text as a row of words, each in the form in which it is compared, with its place in the text. Pure."""

import re
from dataclasses import dataclass

from bot.parsing.words.letters import comparable, comparable_once
from services.names.digits import plain_digits

# Letters with their marks and what joins them (can't, O'Neil, عيادتكم with its vowels), numbers with what
# stands within them (10:30, 2026-12-02, 4.5.), and all other signs alone.
_WORD = re.compile(
    r"\d+(?:[:./-]\d+)*|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957"
    r"\u064b-\u065f\u0670\u200c\u200d]|['’ʼ](?=[^\W\d_]))*|[^\w\s]"
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ`‘"))


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word, number or sign of a text; `key` is its comparable form, `start` and `end` its place."""

    text: str
    key: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Tell whether it is made of letters."""
        return self.text[0].isalpha()

    @property
    def is_sign(self) -> bool:
        """Tell whether it is neither a word nor a number."""
        return not self.text[0].isalnum()


def key_of(word: str) -> str:
    """Return the form in which a word is compared: without case, accents, apostrophes, in ASCII digits."""
    return comparable(_plain(word))


def key_once(word: str) -> str:
    """Return the same for a word that does not come again: nothing is kept."""
    return comparable_once(_plain(word))


def _plain(word: str) -> str:
    return plain_digits(word).translate(_APOSTROPHES)


def tokens_of(text: str) -> list[TypedWord]:
    """Return the words, numbers and signs of a text, in their order."""
    return [
        TypedWord(found[0], key_of(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)
    ]
