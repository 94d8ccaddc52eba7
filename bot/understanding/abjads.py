"""Names in scripts that leave out short vowels: whether an Arabic word may be a name in Latin letters. Pure.

حداد has the consonants of Haddad and its long vowel, ا; a short one is not written. So an Arabic word becomes
a pattern: each consonant is one of the ways to write it in Latin letters, a long vowel is some vowel, and
between two consonants there may be one. What is left open (ح, ه and خ are all an h) stays rare for names.
"""

import re
from functools import lru_cache
from unicodedata import combining, normalize

_VOWEL = "[aeiouy]"
_LETTERS = {
    **dict.fromkeys("بپ", "[bp]+"),
    **dict.fromkeys("تط", "(?:t+h?|d+t?)"),
    **dict.fromkeys("دض", "(?:d+[ht]?|t+)"),
    "ث": "(?:th|s+|t)",
    **dict.fromkeys("ذظ", "(?:dh|th|z+|d)"),
    **dict.fromkeys("جچ", "(?:j+|g+h?|dj|dsch|y|ch)"),
    **dict.fromkeys("هح", "(?:h+|kh|ch)"),
    "خ": "(?:kh|ch|h+|k)",
    "ر": "r+h?",
    "ز": "(?:z+|s+)",
    **dict.fromkeys("سص", "(?:s+|c|ss|z)"),
    "ش": "(?:sh|sch|ch|s)",
    "غ": "(?:gh|g+)",
    **dict.fromkeys("قكگ", "(?:k+h?|ck|q|c+|g+|ch)"),
    "ف": "(?:f+|ph|v|w)",
    "ڤ": "(?:v|w|f)",
    "ل": "l+",
    "م": "m+",
    "ن": "n+",
    "و": f"(?:[vw]|{_VOWEL}+w?)",
    "ي": f"(?:{_VOWEL}|j)+",
    "ا": f"{_VOWEL}+",
    "ع": f"{_VOWEL}*",
}
# What is dropped or closes a name: Leila and Leilah, Petrova.
_END = {"ه": f"(?:{_VOWEL}+h?|h)", "ي": f"{_VOWEL}+h?", "ا": f"{_VOWEL}+h?", "و": f"(?:{_VOWEL}+w?|[vw])"}
_SAME = str.maketrans({"ى": "ي", "ة": "ه", "ٱ": "ا", "ـ": None, "ء": None, "ؤ": "و", "ئ": "ي"})
# What may be written together with a name: for, and, by, the.
_BEFORE = re.compile("^(?:[ولبف]|ال|لل)(?=.{3})")


# كس is an x: Felix.
_KS = f"{_LETTERS['ك']}{_VOWEL}?(?:{_LETTERS['س']}e?|{_LETTERS['س']})"


@lru_cache(maxsize=2000)
def pattern_of(word: str) -> re.Pattern[str] | None:
    """Return the pattern of the names that an Arabic word may stand for, or None: it isn't one."""
    bare = "".join(c for c in normalize("NFKD", word) if not combining(c)).translate(_SAME)
    if len(bare) < 2 or any(letter not in _LETTERS for letter in bare):  # noqa: PLR2004 - no name has one
        return None
    return re.compile(_written(bare))


def _written(bare: str) -> str:
    inner, last = bare[:-1], bare[-1]
    parts = [_LETTERS[letter] for letter in inner]
    # An alif before a long vowel only carries it: Okafor, Elena.
    if bare[0] == "ا" and bare[1] in "وي":
        parts = parts[1:]
    if bare[0] == "ع":
        parts[:1] = [f"{_VOWEL}+"]
    parts.append(f"(?:{_LETTERS[last]}{'e?' if last not in _END else ''}|{_END.get(last, _LETTERS[last])})")
    return f"{_VOWEL}?".join(parts).replace(_KS, f"(?:{_KS}|x)")


def bare_forms(word: str) -> tuple[str, ...]:
    """Return a word as it is, and without what may be written together with a name."""
    rest = _BEFORE.sub("", word)
    return (word,) if rest == word else (word, rest)


def is_arabic(word: str) -> bool:
    """Tell whether a word is in Arabic letters."""
    return "\u0600" <= word[:1] <= "\u06ff"
