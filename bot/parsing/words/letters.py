"""Words of all scripts in the form in which they are compared. Pure.

Sources: Unicode Standard Annex 15 (normal forms); chapter 9 (Arabic) and 12 (Devanagari) of the standard.
"""

import re
from functools import lru_cache
from itertools import groupby
from unicodedata import category, combining, normalize

# A vowel killer joins two letters in Indic scripts: without it a word is another one.
VIRAMA = 9
# Ways of writing the same Arabic letter that people mix, and what only stretches a word.
ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ٱ": "ا", "ـ": None, "ء": None})
# Beside those, a nasal sound that Hindi writes with or without a moon.
SAME_LETTERS = ARABIC | str.maketrans({"ँ": "ं"})
# What may stand between two words that mean something only together: a. m., al-ahad.
JOINTS = re.compile(r"[ .,'॰-]+")


_LATIN_RUNS = re.compile("([A-Za-z]+)")
# Longer texts are no words that come again.
LONGEST_KEPT = 60


def comparable(text: str) -> str:
    """Return the words of a text without case, accents, hamzas, dots under letters, and punctuation."""
    return _kept(text) if len(text) <= LONGEST_KEPT else comparable_once(text)


def comparable_once(text: str) -> str:
    """Return the same for a text that does not come again: nothing is kept."""
    if text.isascii():
        return " ".join(JOINTS.sub(" ", text.casefold()).split())
    letters = normalize("NFKD", normalize("NFKC", text).casefold())
    kept = normalize("NFC", "".join(filter(_counts, letters)))
    return " ".join(JOINTS.sub(" ", kept.translate(SAME_LETTERS)).split())


@lru_cache(maxsize=1000)
def _counts(sign: str) -> bool:
    """Tell whether a sign makes another word: it is no accent, and nothing invisible."""
    return combining(sign) in {0, VIRAMA} and category(sign) != "Cf"


_kept = lru_cache(maxsize=20_000)(comparable_once)


def runs(text: str) -> list[tuple[bool, str]]:
    """Return the parts of a text: runs of letters with their marks (True), and what stands between them."""
    if text.isascii():
        parts = _LATIN_RUNS.split(text)
        return [(bool(place % 2), part) for place, part in enumerate(parts) if part]
    return [(is_word, "".join(signs)) for is_word, signs in groupby(text, _is_of_word)]


@lru_cache(maxsize=1000)
def _is_of_word(sign: str) -> bool:
    return sign.isalpha() or category(sign).startswith("M")
