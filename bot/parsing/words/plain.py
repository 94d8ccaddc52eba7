"""Typed texts in one plain form, which all readers share, and the names of days. Pure."""

import re
from functools import lru_cache
from unicodedata import category, normalize

from services.names.digits import plain_digits

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
SHORTEST = 3
SHORT_FORMS = {"weds": "wednesday"}
# Numbers as words, for hours, days and durations.
NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_UNITS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TEENS = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
ORDINALS = {
    word: number
    for number, word in enumerate(
        [*_UNITS, *_TEENS, "twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first"],
        1,
    )
}
# They separate values; if one is left over, a value may be missing.
SEPARATORS = " ,;"
KEPT = "-+,;/&"
SIGNS = {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "−": "-", "،": ",", "、": ",", "؛": ";", "॰": "."}
CLOCK_WORDS = {
    *("at", "about", "around", "from", "half", "quarter", "a", "twenty", "noon", "midday", "midnight"),
    *NUMBER_WORDS,
}
# Words that are about days, although no day can be read from them alone.
DAY_WORDS = {
    *("today", "tomorrow", "yesterday", "next", "last", "fortnight"),
    *("day", "days", "week", "weeks", "month", "months", "year", "years"),
    *ORDINALS,
}
DATE_LIKE = re.compile(r"\d{1,2}(?:st|nd|rd|th)|\d+[-/]\d.*|\d+\.\d+\.\d*|\d{3}\d+|'\d\d")


def plain(text: str) -> str:
    """Return the text in the form that all readers take: lower case, ASCII digits, one dash, single spaces.

    Full-width forms and ligatures become plain ones (NFKC, Unicode Standard Annex 15), digits of all scripts
    ASCII. Invisible characters are removed, and so are quotes, brackets and a full stop around the text.
    """
    is_plain = text.isascii()
    letters = text if is_plain else "".join(map(_plain_letter, plain_digits(normalize("NFKC", text))))
    words = " ".join(letters.casefold().split())
    first, last = 0, len(words)
    while first < last and _is_outer(words[first]):
        first += 1
    while first < last and _is_outer(words[last - 1]):
        last -= 1
    return words[first:last]


def alone(text: str) -> str:
    """Return the plain form of a single value, without separators around it."""
    # A separator may have kept outer punctuation from being seen, as in "0¡;".
    shown, before = plain(text), ""
    while shown != before:
        shown, before = plain(shown.strip(SEPARATORS)), shown
    return shown


@lru_cache(maxsize=1000)
def _plain_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in SIGNS:
        return SIGNS[letter]
    kind = category(letter)
    if kind == "Pd":
        return "-"
    return "" if kind == "Cf" else letter


def _is_outer(letter: str) -> bool:
    return letter == " " or (letter not in KEPT and category(letter).startswith("P"))


def named(word: str, names: tuple[str, ...]) -> int | None:
    """Return which of the names begins with the word, or None; three letters are needed."""
    word = SHORT_FORMS.get(word, word)
    fits = [index for index, name in enumerate(names) if len(word) >= SHORTEST and name.startswith(word)]
    return fits[0] if fits else None
