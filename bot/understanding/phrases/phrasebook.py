"""The words of each language and what they stand for, read from one file a language, and found in a text.

A file is named after the ISO 639 code of its language (es.toml). Its sections:
- `concepts`: words and phrases by what they stand for (see concepts.py).
- `kinds`, `body`, `symptoms`: by the usual English name of a specialization, how its doctors are called
  (dermatologist), what they treat (skin), and what people complain of to them (rash).
- `languages`: what a language is called besides its name in CLDR, by its ISO 639 code.
- `prefixes` are written together with the next word and say nothing (the Arabic article), `suffixes` with
  the word before (Arabic pronouns). `proclitics` are words of their own, although the next word is written
  together with them (Arabic “for” and “and”).
- `alike` says how words are compared that people write in several ways (aa as a), in that order.
- `ends` are words that end a clause, in languages with the verb at its end.
A phrase is a row of words; `auto*` is any word that begins so; `sage … ab` has up to ten other words within.
Accents, case, hyphens and apostrophes do not matter, and umlauts may be spelt out. English words are
understood in every language, but for those that mean something else in it (the German “gut”).
`*termin` is any word that ends so and is not known whole, beside what its beginning means (Zahnarzttermin).
With a ■ at its end, `kann … nicht ■` must end its clause: “kann am Montag nicht”, not “kann nicht schlafen”.
`(my|our) (mum|dad)` stands for all four that can be made of it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

from bot.localization.languages import ENGLISH, Language, languages
from bot.parsing.words.plain import MONTHS, WEEKDAYS
from bot.parsing.words.tables import words_of_when
from bot.understanding.concepts import Concept
from bot.understanding.phrases.phrase_index import KEPT, Meaning, PhraseIndex, WordPattern
from bot.understanding.phrases.spelling import Spelling
from bot.understanding.tokens import TypedWord, key_of, key_once
from services.names.folding import SPELT_OUT

SECTIONS = ("concepts", "kinds", "body", "symptoms", "languages")
GAP = "…"
CLAUSE_END = "■"
WIDEST_GAP = 10
_DENIAL = frozenset({Concept.NOT})
# What is left of a word without its prefix has at least so many letters.
SHORTEST_REST = 2
# What is left of a word without its suffix, or behind a proclitic, has at least so many letters.
SHORTEST_STUMP = 3
# A letter that is typed so often is one that is drawn out: hellooo.
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
# Alternatives in a phrase: (my|our).
_CHOICE = re.compile(r"(\([^)]*\))")
# An ending of Arabic nouns before a suffix, and without one.
_BOUND, _FREE = "ت", "ه"


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase in a row of words, from the place `first` to before `end`, and all that it stands for.

    `rest` are the places of its other half, if other words stand between: the “ab” of “sage … ab”.
    """

    first: int
    end: int
    meanings: frozenset[Meaning]
    rest: range = range(0)
    # The concepts among its meanings.
    concepts: frozenset[Concept] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "concepts", _concepts(self.meanings))

    @property
    def is_kind(self) -> bool:
        """Tell whether it is what a kind of doctor is called."""
        return any(each.section == "kinds" for each in self.meanings)


@lru_cache(maxsize=5000)
def _concepts(meanings: frozenset[Meaning]) -> frozenset[Concept]:
    return frozenset(Concept(each.name) for each in meanings if each.section == "concepts")


@dataclass(frozen=True, slots=True, eq=False)
class Phrasebook:
    """All phrases of one language, those with other words within apart.

    Those of English, which is understood everywhere, are in the book `beside` it, but for rows of words that
    mean something else in this language.
    """

    whole: PhraseIndex
    parted: PhraseIndex
    spelling: Spelling
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    proclitics: tuple[str, ...] = ()
    ends: frozenset[str] = frozenset()
    beside: "Phrasebook | None" = None

    @classmethod
    def of(
        cls, phrases: Sequence[tuple[Sequence[str], Meaning]], spelling: Spelling, **others: Any
    ) -> "Phrasebook":
        """Return a book of phrases: rows of words, and what they stand for; `others` are the other fields."""
        return cls(
            PhraseIndex.of(phrase for phrase in phrases if GAP not in phrase[0]),
            PhraseIndex.of((_halves_swapped(words), meaning) for words, meaning in phrases if GAP in words),
            spelling,
            **others,
        )

    def forms(self, token: TypedWord) -> tuple[str, ...]:
        """Return a word as it was typed, without its affixes, and corrected if it has a typing error."""
        return self._forms(token.key, token.is_word)

    @lru_cache(maxsize=KEPT)  # noqa: B019 - it lives to the end
    def _forms(self, key: str, is_word: bool) -> tuple[str, ...]:
        found = self._without_affixes(key)
        if is_word and not any(map(self.knows, found)):
            found += self._without_affixes(_DRAWN_OUT.sub(r"\1", key))
            if not any(map(self.knows, found)):
                found += self.spelling.corrected(found)
        return tuple(found)

    def split(self, word: TypedWord) -> list[TypedWord]:
        """Return a word as several if a small word is written together with one that is known."""
        if not (self.proclitics and word.is_word) or self.knows(word.key):
            return [word]
        for small in self.proclitics:
            length = len(small)
            rest = TypedWord(word.text[length:], word.key[length:], word.start + length, word.end)
            if (
                key_of(word.text[:length]) == small
                and len(rest.key) >= SHORTEST_STUMP
                and any(map(self.knows, self._without_affixes(rest.key)))
            ):
                head = TypedWord(word.text[:length], small, word.start, word.start + length)
                return [head, *self.split(rest)]
        return [word]

    @lru_cache(maxsize=KEPT)  # noqa: B019 - it lives to the end
    def has(self, key: str) -> bool:
        """Tell whether a word is known, as it is or without what may be written together with it."""
        return any(map(self.knows, self._without_affixes(key)))

    def _without_affixes(self, key: str) -> list[str]:
        found = [key]
        found += [
            key[len(prefix) :]
            for prefix in self.prefixes
            if key.startswith(prefix) and len(key) - len(prefix) >= SHORTEST_REST
        ]
        if self.suffixes and not any(map(self.knows, found)):
            found += [stump for form in found for stump in self._stumps(form) if self.knows(stump)]
        return found

    def _stumps(self, form: str) -> Iterator[str]:
        for suffix in self.suffixes:
            if form.endswith(suffix) and len(form) - len(suffix) >= SHORTEST_STUMP:
                stump = form[: -len(suffix)]
                yield stump
                if stump.endswith(_BOUND):
                    yield stump[:-1] + _FREE

    @lru_cache(maxsize=KEPT)  # noqa: B019 - it lives to the end
    def knows(self, form: str) -> bool:
        """Tell whether that is a word of some phrase."""
        if self.spelling.knows(form) or self.whole.ends(form):
            return True
        return self.beside is not None and self.beside.knows(form)

    def matches(self, rows: Sequence[tuple[str, ...]], clauses: Sequence[int]) -> list[Match]:
        """Return the phrases in a row of words, given in all their forms, the longest.

        `clauses` has the number of each word's clause: no phrase with other words within goes beyond one.
        """
        found: list[Match] = []
        parted = list(self._parted(rows, clauses))
        place = 0
        while place < len(rows):
            match = self._longest(rows, place, clauses)
            place += 1
            if match is None:
                continue
            found.append(match)
            place = match.end
            # “See a doctor” may also begin the name of a kind: طبيب عام.
            kind = self._longest(rows, place - 1, clauses) if place - match.first > 1 else None
            if kind is not None and kind.is_kind and kind.end > place:
                found.append(kind)
                place = kind.end
        # The “nicht” of “kann … nicht” denies nothing else.
        inside = {place for match in parted for place in range(match.first, match.end)}
        return [*parted, *(each for each in found if each.first not in inside or each.concepts != _DENIAL)]

    def _longest(self, rows: Sequence[tuple[str, ...]], place: int, clauses: Sequence[int]) -> Match | None:
        best = (0, 0, 0, False)
        meanings: set[Meaning] = set()
        behind = rows[place + 1] if place + 1 < len(rows) else ()
        for pattern in self._beginning(rows[place], behind):
            length = len(pattern.words)
            if length < best[0] or not _fits(pattern.words, rows, place):
                continue
            # No phrase goes beyond a comma: “مش الأحد، الغي” is no “حد الغى”.
            if not self.ends and clauses[place + length - 1] != clauses[place]:
                continue
            # Of words that fit as closely, each may be meant; a word as it was typed fits best.
            rank = (*pattern.rank, pattern.words[0] == rows[place][0])
            if not meanings or rank > best:
                best, meanings = rank, set()
            if rank == best:
                meanings.add(pattern.meaning)
        if not meanings or (best[0] <= 1 and best[1]):
            meanings |= self._meanings_of_end(rows[place])
        return Match(place, place + max(1, best[0]), frozenset(meanings)) if meanings else None

    def _meanings_of_end(self, forms: Sequence[str]) -> set[Meaning]:
        """Return what a word means by its end: Zahnarzttermin is an appointment, too."""
        firsts = {first for form in forms for first in self.whole.ends(form)}
        return {pattern.meaning for first in firsts for pattern in self.whole.phrases(first)}

    def _beginning(self, forms: Sequence[str], behind: Sequence[str]) -> Iterator[WordPattern]:
        """Yield the phrases that may begin with a word and go on with the next, each in all its forms."""
        for form in forms:
            for first in self.whole.firsts(form):
                if not _is_end(first):
                    yield from self.whole.fitting(first, behind)
        if self.beside is not None:
            english = self.beside._beginning(forms, behind)  # noqa: SLF001 - another book
            yield from (each for each in english if not self.whole.has(each.words))

    def _halves(self, forms: Sequence[str], said: Sequence[str]) -> Iterator[WordPattern]:
        """Yield the phrases with other words within that may begin with a word and go on with `said`."""
        for first in dict.fromkeys(first for form in forms for first in self.parted.firsts(form)):
            yield from self.parted.fitting(first, said)
        if self.beside is not None:
            yield from self.beside._halves(forms, said)  # noqa: SLF001 - another book

    def _parted(self, rows: Sequence[tuple[str, ...]], clauses: Sequence[int]) -> Iterator[Match]:
        said = tuple(dict.fromkeys(form for forms in rows for form in forms))
        ends = [at + 1 == len(rows) or clauses[at + 1] != clauses[at] for at in range(len(rows))]
        for first, forms in enumerate(rows):
            for pattern in self._halves(forms, said):
                gap = pattern.words.index(GAP)
                is_last = pattern.words[gap - 1] == CLAUSE_END
                begun, rest = (pattern.words[0], *pattern.words[gap + 1 :]), pattern.words[1 : gap - is_last]
                behind = first + len(begun)
                if not _fits(begun, rows, first):
                    continue
                for last in range(behind, min(behind + WIDEST_GAP, len(rows) - len(rest)) + 1):
                    if clauses[last] != clauses[first]:
                        break
                    if _fits(rest, rows, last) and (not is_last or ends[last + len(rest) - 1]):
                        begin, end = range(first, behind), range(last, last + len(rest))
                        meanings = frozenset({pattern.meaning})
                        yield Match(begin.start, begin.stop, meanings, end)
                        yield Match(end.start, end.stop, meanings, begin)
                        break


def _halves_swapped(words: Sequence[str]) -> Sequence[str]:
    """Return a phrase with other words within as it is kept: its second half stands behind its first word.

    Whether that half was said is then known before the phrase is read.
    """
    gap = words.index(GAP)
    return (words[0], *words[gap + 1 :], GAP, *words[1:gap])


def _fits(words: Sequence[str], rows: Sequence[tuple[str, ...]], place: int) -> bool:
    """Tell whether the words of a pattern stand in the row at that place."""
    if place + len(words) > len(rows):
        return False
    for word in words:
        if not _is(word, rows[place]):
            return False
        place += 1
    return True


def _is(word: str, forms: Sequence[str]) -> bool:
    if word in forms:
        return True
    if word[-1] == "*":
        return any(form.startswith(word[:-1]) for form in forms)
    if word[0] == "*":
        return any(form.endswith(word[1:]) and len(form) > len(word) for form in forms)
    return False


def _is_end(first: str) -> bool:
    return first[0] == "*"


@lru_cache(maxsize=20)
def phrasebook_of(reads: Language) -> Phrasebook:
    """Return the words of a language, read once. Raises ValueError for a wrong file."""
    own = _file(reads.code)
    for name in own.get("concepts", {}):
        Concept(name)
    phrases = [*_phrases(own), *_names_of_languages(reads)]
    # Days are read elsewhere: they are no typing errors of other words.
    days = {said for said, meanings in words_of_when(reads).items() if meanings & {*WEEKDAYS, *MONTHS}}
    return Phrasebook.of(
        phrases,
        Spelling(
            {word for words, _ in phrases if not _is_end(words[0]) for word in words},
            alike=own.get("alike", {}),
            never_meant=(said for said in days if " " not in said),
        ),
        prefixes=_affixes(own, "prefixes"),
        suffixes=_affixes(own, "suffixes"),
        proclitics=_affixes(own, "proclitics"),
        ends=frozenset(map(key_of, own.get("ends", ()))),
        # A mistyped word is none of a foreign one: the German “braun” is no “brain”.
        beside=phrasebook_of(ENGLISH) if reads is not ENGLISH else None,
    )


def _affixes(own: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return affixes of a file, the longest first."""
    return tuple(sorted(map(key_of, own.get(name, ())), key=len, reverse=True))


def _names_of_languages(reads: Language) -> Iterator[tuple[Sequence[str], Meaning]]:
    for spoken in languages():
        names = {
            spoken.own_name,
            reads.cldr.languages.get(spoken.code, ""),
            ENGLISH.cldr.languages.get(spoken.code, ""),
        }
        for name in filter(None, names):
            yield _words(name, _Keys()), Meaning("languages", spoken.code)


def _phrases(own: Mapping[str, Any]) -> Iterator[tuple[Sequence[str], Meaning]]:
    keys = _Keys()
    for section in SECTIONS:
        for name, phrases in own.get(section, {}).items():
            meaning = Meaning(section, name)
            for phrase in (each for written in phrases for each in _alternatives(written)):
                for way in {phrase: None, phrase.translate(SPELT_OUT): None}:
                    yield _words(way, keys), meaning


def _alternatives(written: str) -> Iterator[str]:
    """Yield what can be made of a phrase: “(my|our) mum” is two."""
    if "(" not in written:
        yield written
        return
    parts = (part.strip("()").split("|") for part in _CHOICE.split(written) if part)
    yield from map("".join, product(*parts))


class _Keys(dict[str, str]):
    """The comparable forms of words, while a file is read: most phrases are made of the same words."""

    def __missing__(self, word: str) -> str:
        stars = "*" * word.startswith("*"), "*" * word.endswith("*")
        key = self[word] = (
            word if word in {GAP, CLAUSE_END} else stars[0] + key_once(word.strip("*")) + stars[1]
        )
        return key


def _words(phrase: str, keys: _Keys) -> list[str]:
    """Return the words of a phrase. Raises ValueError for a star where it would match nothing."""
    words = phrase.replace("-", " ").split()
    starred = [word for word in words if "*" in word]
    is_short = words[0] in starred and len(words[0]) <= SHORTEST_REST
    if is_short or not all(word.count("*") == 1 and "*" in {word[0], word[-1]} for word in starred):
        raise ValueError(f"{phrase!r}: one star stands at the beginning or the end of a word, not inside")
    return [keys[word] for word in words]


def _file(code: str) -> dict[str, Any]:
    place = files("bot.understanding.words") / f"{code}.toml"
    return tomllib.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
