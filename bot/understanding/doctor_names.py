"""Doctors whose names stand in a text: in any script, inflected, or with a typing error. Pure.

A name in another script is brought to Latin letters, as anyascii does; what is left between the ways of
writing a name (Haddad, حداد, Хаддаду) are its vowels and its ending.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.parsing.words.plain import MONTHS, WEEKDAYS, named
from bot.understanding.abjads import bare_forms, is_arabic, pattern_of
from bot.understanding.phrases.spelling import within_one
from bot.understanding.tokens import TypedWord
from services.models.people import UserId
from services.names.folding import folded

# Names of fewer letters may have no typing error where no title stands before them.
SLIP_FROM = 5
# Behind a title a name of so many letters may have one.
SLIP_FROM_TITLED = 3
# The consonants of a name in another script say enough if there are so many.
CONSONANTS = 3
# Shorter words before a surname may be titles that are not known.
SHORTEST_FIRST_NAME = 3
# In a script without short vowels, so many say enough.
SURE_CONSONANTS = 4
# The last letter of the Latin blocks of Unicode, and the last accent.
LAST_LATIN = 0x36F
# Devanagari writes an n before another consonant as a dot or a moon.
NASALS = str.maketrans({"\N{DEVANAGARI SIGN ANUSVARA}": "n", "\N{DEVANAGARI SIGN CANDRABINDU}": "n"})
_VOWELS = re.compile(r"[aeiouyhwj]")
_TWICE = re.compile(r"(.)\1+")
# Sounds that scripts write in different ways.
_SOUNDS = (
    ("kh", "h"),
    (r"shch|sch|sh|ch|zh|ts|tz|th", "s"),
    (r"ks|x", "s"),
    (r"ph|ff?", "v"),
    (r"[ckqg]", "k"),
    (r"[zj]", "s"),
)
_SOUNDS_OF_LETTERS = str.maketrans({"b": "p", "d": "t"})


@dataclass(frozen=True, slots=True)
class KnownDoctor:
    """A doctor of the clinic."""

    id: UserId
    name: str
    specialization: str | None = None


@dataclass(frozen=True, slots=True)
class NamedDoctors:
    """The doctors who may be meant by words from the place `first` to before `end`."""

    first: int
    end: int
    ids: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class DoctorNames:
    """The names of all doctors, by their words and their first letters, with the consonants of each word."""

    words: dict[str, frozenset[UserId]] = field(default_factory=dict)
    by_letter: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sounds: dict[str, frozenset[UserId]] = field(default_factory=dict)
    first_names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, doctors: Iterable[KnownDoctor]) -> "DoctorNames":
        """Return the names of these doctors."""
        words: dict[str, set[UserId]] = {}
        sounds: dict[str, set[UserId]] = {}
        first_names: set[str] = set()
        for doctor in doctors:
            name = folded(latin(doctor.name)).split()
            first_names.update(name[:-1])
            for word in name:
                words.setdefault(word, set()).add(doctor.id)
                for heard in consonants(word):
                    sounds.setdefault(heard, set()).add(doctor.id)
        letters = {word[0] for word in words}
        return cls(
            {word: frozenset(ids) for word, ids in words.items()},
            {letter: tuple(word for word in words if word[0] == letter) for letter in letters},
            {word: frozenset(ids) for word, ids in sounds.items()},
            frozenset(first_names),
        )

    def exact(self, token: TypedWord) -> frozenset[UserId]:
        """Return the doctors of whose names the word is one, as it is written."""
        return self.words.get(token.key, frozenset())

    def near(self, token: TypedWord, *, titled: bool) -> frozenset[UserId]:
        """Return the doctors whom the word may name, with a typing error or in another script."""
        if not token.is_word:
            return frozenset()
        word = _in_latin_letters(token.text)
        # Хаддад is Haddad, and kh in Latin letters.
        respelt = word.removeprefix("k") if not token.text.isascii() and word.startswith("kh") else word
        if found := self.words.get(word) or self.words.get(respelt):
            return found
        word = respelt
        if is_arabic(token.text):
            found = self._written_as(token.text, titled=titled)
            ways = [heard for heard in consonants(word) if len(heard) >= SURE_CONSONANTS]
            return found or next((self.sounds[heard] for heard in ways if heard in self.sounds), found)
        shortest = SLIP_FROM_TITLED if titled else SLIP_FROM
        near = [
            self.words[name]
            for name in self.by_letter.get(word[:1], ())
            if min(len(word), len(name)) >= shortest and within_one(word, name)
        ]
        if near:
            return frozenset().union(*near)
        is_foreign = not token.text.isascii() and token.text != word
        if not is_foreign or not _is_of_other_script(token.text):
            return frozenset()
        return self._heard(word, titled=titled)

    def _written_as(self, word: str, *, titled: bool) -> frozenset[UserId]:
        """Return those whose name an Arabic word may be; without a title only one of some letters."""
        for form in bare_forms(word):
            pattern = pattern_of(form) if titled or len(form) > CONSONANTS else None
            found = [ids for name, ids in self.words.items() if pattern and pattern.fullmatch(name)]
            if found:
                return frozenset().union(*found)
        return frozenset()

    def _heard(self, word: str, *, titled: bool) -> frozenset[UserId]:
        """Return those whose name sounds so, perhaps with a prefix or an ending of one consonant more."""
        shortest = 1 if titled else CONSONANTS
        ways = [heard for heard in consonants(word) if len(heard) >= shortest]
        for heard in ways:
            if found := self.sounds.get(heard):
                return found
        shorter = [part for heard in ways for part in (heard[:-1], heard[1:]) if len(part) >= CONSONANTS]
        return next((self.sounds[part] for part in shorter if part in self.sounds), frozenset())


def find_doctors(
    tokens: Sequence[TypedWord],
    names: DoctorNames,
    titles: frozenset[int],
    common: frozenset[int],
    small: frozenset[int],
) -> list[NamedDoctors]:
    """Return the doctors who are named, in the order of the words.

    `titles` are the places of titles (Dr). A word at a place in `common` is also an ordinary word, so it
    is a name only behind a title or beside another word of the name, and one in `small` only as it is
    written.
    """
    found: list[NamedDoctors] = []
    place = 0
    while place < len(tokens):
        named_here = _named_at(tokens, place, names, titles, common, small)
        if named_here is not None:
            found.append(named_here)
        place = named_here.end if named_here is not None else place + 1
    return found


def _named_at(  # noqa: PLR0917 - all of the caller's
    tokens: Sequence[TypedWord],
    place: int,
    names: DoctorNames,
    titles: frozenset[int],
    common: frozenset[int],
    small: frozenset[int],
) -> NamedDoctors | None:
    titled = place - 1 in titles
    if not titled and place and place - 1 not in common and _is_first_name(tokens[place - 1]):
        return None
    ids = names.exact(tokens[place])
    if not ids and place not in small:
        # Of an ordinary word, the next one tells whether it is a name: Anna Weiss.
        ids = names.near(tokens[place], titled=titled or place in common)
    if not ids:
        return None
    is_sure = titled or not (place in common or _is_of_calendar(tokens[place].key))
    end = place + 1
    while end < len(tokens):
        near = frozenset() if end in small else names.near(tokens[end], titled=True)
        more = ids & (names.exact(tokens[end]) or near)
        if not more:
            break
        ids, end, is_sure = more, end + 1, True
    # Elena Cruz is not Elena Petrova.
    is_namesake = (
        not titled
        and end == place + 1
        and tokens[place].key in names.first_names
        and end < len(tokens)
        and end not in common
        and _is_first_name(tokens[end])
    )
    return NamedDoctors(place, end, tuple(sorted(ids))) if is_sure and not is_namesake else None


def _is_first_name(token: TypedWord) -> bool:
    """Tell whether an unknown word beside a doctor's name looks like the name of somebody else."""
    is_name = token.is_word and token.text[0].isupper() and len(token.text) >= SHORTEST_FIRST_NAME
    return is_name and not _is_of_calendar(token.key)


def _is_of_calendar(word: str) -> bool:
    return named(word, MONTHS) is not None or named(word, WEEKDAYS) is not None


@lru_cache(maxsize=5000)
def latin(text: str) -> str:
    """Return a text in Latin letters."""
    if text.isascii():
        return text
    from anyascii import anyascii  # noqa: PLC0415 - its tables are read only where somebody writes so

    return anyascii(folded(text).translate(NASALS))


@lru_cache(maxsize=2000)
def _in_latin_letters(word: str) -> str:
    """Return a typed word as the names of doctors are compared."""
    return folded(latin(word)).replace(" ", "")


@lru_cache(maxsize=5000)
def consonants(word: str) -> tuple[str, ...]:
    """Return the consonants of a word in Latin letters, those that sound alike as one.

    A w is a vowel in some scripts, and a consonant in others: so there may be two ways.
    """
    heard = word
    for pattern, sound in _SOUNDS:
        heard = re.sub(pattern, sound, heard)
    heard = heard.translate(_SOUNDS_OF_LETTERS)
    ways = (
        heard.replace("w", "v"),
        heard.replace("w", ""),
        heard[:1].replace("w", "v") + heard[1:].replace("w", ""),
    )
    return tuple(dict.fromkeys(_TWICE.sub(r"\1", _VOWELS.sub("", way)) for way in ways))


def _is_of_other_script(text: str) -> bool:
    return any(ord(letter) > LAST_LATIN for letter in text)
