"""A patient's name as initials, for a doctor's calendar that others may see."""

import unicodedata

# More would tell too much of a long name.
MOST_INITIALS = 3


def initials(name: str) -> str:
    """Return the first letters of the name's words: Asha Patel -> A. P.; a name without letters -> a dot."""
    words = unicodedata.normalize("NFC", name).replace("-", " ").split()
    letters = [next((sign for sign in word if sign.isalpha()), "") for word in words]
    first = [letter.upper() for letter in letters if letter]
    shown = first if len(first) <= MOST_INITIALS else [*first[: MOST_INITIALS - 1], first[-1]]
    return " ".join(f"{letter}." for letter in shown) or "."
