"""The letters of the one-time codes with which patients are handed over. Pure."""

import re
import unicodedata

# Without those that look like another one, or like a digit: I, L, O, Q, U.
LETTERS = "ABCDEFGHJKMNPRSTVWXYZ"
LENGTH = 8
CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
BETWEEN = re.compile(r"[\W_]+")


def made_code(seal: str) -> str:
    """Return the code that follows from a seal (hexadecimal digits)."""
    number, letters = int(seal, 16), ""
    while len(letters) < LENGTH:
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return letters


def shown_code(code: str) -> str:
    """Return a code in two groups, as people read it aloud."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_code(text: str) -> str | None:
    """Return the code that was typed, however it is grouped, in whatever case; None: it is none."""
    letters = BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    return letters if CODE.fullmatch(letters) else None
