"""Names as people type, read and confuse them: cleaned, and in the forms in which they are compared. Pure.

Sources: Unicode Standard Annex 15 (normal forms), Unicode Technical Standard 39 (confusable characters).
"""

import re
import unicodedata
from collections.abc import Iterator

from services.names.confusables import CAPITALS, PAIRS, SMALL_LETTERS
from services.names.email_addresses import INVISIBLE, VARIATION_SELECTORS

# Vietnamese, Hebrew and Thai put two or three marks on a letter. More would cover the lines above.
MOST_MARKS = 4
# Between letters of these scripts, joiners and non-joiners change how a word looks.
JOINERS = "\u200c\u200d"
JOINED = re.compile("[\u0600-\u07bf\u0860-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af]")
# Unicode categories: format, control, surrogate, private use, unassigned.
UNSEEN = {"Cf", "Cc", "Cs", "Co", "Cn"}
MARKS = {"Mn", "Me"}
APOSTROPHES = str.maketrans("", "", "'’‘ʼʻ`´′ʹ")
# Letters that Unicode does not decompose, and what people type instead.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ŋ": "n"}
    | {"ı": "i", "ĸ": "k", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ƀ": "b", "ɨ": "i", "ʉ": "u"}
)
# How German and the Nordic languages write these letters where a keyboard has none of them.
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# O Brien, Al Amin, de Souza: words up to this length are also written together with the next one.
PARTICLE = 3


def visible(text: str) -> str:
    """Return the visible characters of a text (NFC), with single spaces between words.

    Format and control characters are removed, among them overrides of the writing direction, which could
    reverse a whole card. So are too many marks on one letter. Joiners stay where they shape a word.
    """
    composed = unicodedata.normalize("NFC", VARIATION_SELECTORS.sub("", text))
    kept = "".join(c for c in composed if c in JOINERS or _is_seen(c))
    readable = _without_heaps(_with_joiners_that_count(kept))
    return " ".join(unicodedata.normalize("NFC", readable).split())


def has_letter(text: str) -> bool:
    """Tell whether it has a visible letter, in any script."""
    return any(c.isalpha() and c not in INVISIBLE for c in text)


def folded(text: str) -> str:
    """Return the text in the form in which names are compared: words of plain small letters.

    Case, accents, apostrophes and invisible characters are removed, ligatures and letters with strokes become
    plain ones, and hyphens become spaces: José-María O’Brien becomes jose maria obrien.
    """
    return " ".join(_words(_fold(text.translate(APOSTROPHES))))


def name_words(name: str) -> list[str]:
    """Return the words by whose beginnings a name is found, in alphabetical order.

    They are the words of the folded name, also split at apostrophes, joined across hyphens and short words,
    and with umlauts spelt out.
    """
    parts = [_words(_fold(piece)) for piece in name.split()]
    found = {word for words in parts for word in (*words, "".join(words))}
    found.update(_joined(["".join(words) for words in parts]))
    spelt_out = unicodedata.normalize("NFC", name).casefold().translate(SPELT_OUT)
    return sorted(found.union(folded(name).split(), folded(spelt_out).split()) - {""})


def _joined(words: list[str]) -> Iterator[str]:
    """Yield short words joined with the next one, as some people write them: delacruz for de la Cruz."""
    for first in range(len(words)):
        last = first
        while last + 1 < len(words) and len(words[last]) <= PARTICLE:
            last += 1
            yield "".join(words[first : last + 1])


def looks(name: str) -> list[str]:
    """Return the forms by which look-alike names are found: two names look alike if they share one.

    Letters that look like others are replaced: a Cyrillic а by an a, an l by an i. Spaces and signs do not
    count. In alphabetical order.
    """
    plain = folded(name).replace(" ", "")
    alike = "".join(CAPITALS.get(c, c) for c in unicodedata.normalize("NFKD", name))
    skeleton = "".join(SMALL_LETTERS.get(c, c) for c in folded(alike).replace(" ", ""))
    for pair, letter in PAIRS:
        skeleton = skeleton.replace(pair, letter)
    return sorted({plain, skeleton} - {""})


def _is_seen(character: str) -> bool:
    is_shown = unicodedata.category(character) not in UNSEEN and character not in INVISIBLE
    return is_shown or (character.isspace() and character not in INVISIBLE)


def _with_joiners_that_count(text: str) -> str:
    """Return the text without joiners, except where they shape a word."""

    def counts(place: int) -> bool:
        return all(JOINED.match(beside) for beside in (text[place - 1 : place], text[place + 1 : place + 2]))

    return "".join(c for place, c in enumerate(text) if c not in JOINERS or counts(place))


def _without_heaps(text: str) -> str:
    """Return the text with at most MOST_MARKS marks on each letter, and none without a letter."""
    kept: list[str] = []
    marks = MOST_MARKS
    for c in text:
        if unicodedata.category(c) in MARKS:
            marks += 1
        else:
            marks = MOST_MARKS if c.isspace() else 0
        if marks <= MOST_MARKS:
            kept.append(c)
    return "".join(kept)


def _fold(text: str) -> str:
    """Return the text case-folded, without accents and invisible characters; other signs stay."""
    shown = "".join(c for c in VARIATION_SELECTORS.sub("", text) if _is_seen(c))
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", shown).casefold())
    letters = "".join(c for c in plain.translate(PLAIN_LETTERS) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", letters)


def _words(text: str) -> list[str]:
    """Return the runs of letters, marks and digits."""
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text).split()
