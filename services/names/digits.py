"""Numbers as people of all scripts type them: the one way in which digits are read. Pure.

Source: Unicode Standard, section 4.6 (Numeric Value), and annex 15 (NFKC) for full-width digits.
"""

from functools import lru_cache
from unicodedata import category, decimal, normalize

# Arabic writes 1,234.5 with separators of its own.
SEPARATORS = {"٫": ".", "٬": ","}


def plain_digits(text: str) -> str:
    """Return the text with the digits of all scripts as ASCII ones: ٣, ३ and ３ become 3."""
    return text if text.isascii() else "".join(map(_plain_digit, text))


def whole_number(text: str, most_digits: int = 9) -> int | None:
    """Return the whole number that is typed, and nothing else; None: it is none, or a longer one."""
    digits = plain_digits(normalize("NFKC", text)).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= most_digits else None


def count_digits(text: str) -> int:
    """Return how many digits of any script the text has."""
    return sum(category(sign) == "Nd" for sign in text)


@lru_cache(maxsize=1000)
def _plain_digit(sign: str) -> str:
    if sign in SEPARATORS:
        return SEPARATORS[sign]
    return str(decimal(sign)) if category(sign) == "Nd" else sign
