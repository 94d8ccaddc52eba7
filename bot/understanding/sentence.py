"""A text taken apart: its words, the phrases in it that are known, and the doctors who are named. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest

from bot.localization.languages import Language
from bot.localization.reader import language
from bot.parsing.when.lexicon import when_words
from bot.understanding.concepts import Concept
from bot.understanding.doctor_names import DoctorNames, NamedDoctors, find_doctors
from bot.understanding.phrases.phrasebook import Match, Phrasebook
from bot.understanding.tokens import TypedWord, key_of, tokens_of

# Signs that end a clause.
ENDS = frozenset(",.;!?:…—–()\n،؛؟।")
# Words that are written with a full stop.
SHORTENED = frozenset({*("dr", "prof", "med", "hr", "hrn", "fr", "ca", "bzw", "mr", "mrs", "ms", "st"), "nr"})
# What takes the place of words that say no day or time, whatever they look like.
MASK = "|"


_NAME = frozenset({Concept.NAME})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the words of a text, from the place `first` to before `end`."""

    first: int
    end: int

    def __contains__(self, place: int) -> bool:
        return self.first <= place < self.end


@dataclass(slots=True)
class Sentence:
    """The words of a text (its signs left out), and what is known of them.

    `clauses` has the number of the clause for each word. `taken` are places of words that need no other
    meaning: names, reasons, days.
    """

    text: str
    words: list[TypedWord]
    clauses: list[int]
    matches: list[Match]
    doctors: list[NamedDoctors]
    taken: set[int]
    # The phrases by what they stand for, in the order of the words; made when it is first asked for.
    _by_concept: dict[Concept, list[Match]] = field(default_factory=dict)
    # The places of all words that have a meaning besides that of a name; found when they are first asked for.
    _known: set[int] | None = None

    def concepts(self) -> set[Concept]:
        """Return the concepts of all words that are not taken."""
        said = {concept for match in self.open_matches() for concept in match.concepts}
        # “Doctor Rao” alone names somebody, and asks for no doctor.
        return said - {Concept.DOCTOR} if Concept.TITLE in said and self._is_name() else said

    def _is_name(self) -> bool:
        """Tell whether it says no more than the name of a doctor, behind a title."""
        polite = self.places_of(Concept.POLITE, Concept.FILLER)
        others = set(range(len(self.words))) - polite
        return any(others == set(range(found.first - 1, found.end)) for found in self.doctors)

    def open_matches(self) -> Iterator[Match]:
        """Yield the phrases whose words are not taken."""
        return (match for match in self.matches if self._is_open(match))

    def _is_open(self, match: Match) -> bool:
        taken = self.taken
        if match.first in taken or not taken.isdisjoint(match.rest):
            return False
        return match.end - match.first == 1 or taken.isdisjoint(range(match.first, match.end))

    def having(self, *concepts: Concept) -> list[Match]:
        """Return the open phrases that stand for one of the concepts, in the order of the words."""
        known = self._by_concept or self._index()
        found: list[Match] = []
        for concept in concepts:
            if concept in known:
                found += [match for match in known[concept] if self._is_open(match)]
        if len(concepts) > 1 and len(found) > 1:
            found = sorted(dict.fromkeys(found), key=lambda match: match.first)
        return found

    def _index(self) -> dict[Concept, list[Match]]:
        for match in sorted(self.matches, key=lambda match: match.first):
            for concept in match.concepts:
                self._by_concept.setdefault(concept, []).append(match)
        return self._by_concept

    def places_of(self, *concepts: Concept) -> set[int]:
        """Return the places of all words of those phrases."""
        return {place for match in self.having(*concepts) for place in range(match.first, match.end)}

    def known_places(self) -> set[int]:
        """Return the places of all words that are understood: not those of names."""
        if self._known is None:
            self._known = {
                place
                for match in self.matches
                if match.concepts != _NAME
                for place in range(match.first, match.end)
            }
        known = self._known | self.taken
        # What is also another word is a name behind one, or behind a patient: Ahmad Ali.
        names = [match for match in self.matches if Concept.NAME in match.concepts]
        patients = {match.end for match in self.matches if names and Concept.PATIENT in match.concepts}
        for match in names:
            is_behind = match.first in patients or (match.first and match.first - 1 not in known)
            if is_behind and match.first not in self.taken:
                known.discard(match.first)
        return known

    def unknown(self) -> list[int]:
        """Return the places of the words that are not understood."""
        known = self.known_places()
        return [place for place in range(len(self.words)) if place not in known]

    def said(self, first: int, end: int) -> str:
        """Return the words from one place to before another, as they were typed."""
        return self.text[self.words[first].start : self.words[end - 1].end] if first < end else ""

    def clause_end(self, place: int) -> int:
        """Return the place behind the last word of the clause of that word."""
        end = place
        while end < len(self.words) and self.clauses[end] == self.clauses[place]:
            end += 1
        return end

    def clause_start(self, place: int) -> int:
        """Return the place of the first word of the clause of that word."""
        first = place
        while first > 0 and self.clauses[first - 1] == self.clauses[place]:
            first -= 1
        return first

    def places_between(self, start: int, end: int) -> range:
        """Return the places of the words that lie in a stretch of the text."""
        inside = [place for place, word in enumerate(self.words) if word.start < end and word.end > start]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def masked(self, places: Collection[int]) -> str:
        """Return the text with the words at those places blotted out; all others keep their places."""
        letters = list(self.text)
        for place in places:
            word = self.words[place]
            letters[word.start : word.end] = MASK * (word.end - word.start)
        return "".join(letters)


def take_apart(text: str, book: Phrasebook, names: DoctorNames) -> Sentence:
    """Take a text apart."""
    words, clauses = _words([part for token in tokens_of(text) for part in book.split(token)], book.ends)
    # The name of a doctor is no typing error of another word.
    rows: list[tuple[str, ...]] = []
    when = when_words(language())
    for place, word in enumerate(words):
        before = words[place - 1] if place else None
        # Nor is a surname behind an unknown first name: Julia Stein.
        is_surname = before is not None and _is_proper(before, rows[-1], book) and word.text.istitle()
        rows.append((word.key,) if is_surname or _is_name(word, book, names) else book.forms(word))
    matches = book.matches(rows, clauses)
    titles = _places(matches, {Concept.TITLE, Concept.COURTESY, Concept.TOWARDS, Concept.DOCTOR})
    # Titles of one word are no names, and other words may be both.
    ordinary = (match for match in matches if match.concepts != _NAME)
    common = frozenset(place for match in ordinary for place in range(match.first, match.end))
    # Small words are near short names in another script.
    small = frozenset(
        place
        for match in matches
        if (match.concepts - {Concept.NAME} or match.is_kind)
        for place in range(match.first, match.end)
    )
    # Nor is “tonight” Laila, who is written almost so in Arabic.
    small |= {place for place, word in enumerate(words) if word.is_word and when.one(word.key) is not None}
    titles |= {place for place in _places(matches, {Concept.WITH}) if place + 1 not in common}
    doctors = [
        found
        for found in find_doctors(words, names, titles, common, small)
        if found.first - 1 in titles or not _is_of_somebody_else(found, matches)
    ]
    named = {place for found in doctors for place in range(found.first, found.end)}
    kept = [match for match in matches if named.isdisjoint(range(match.first, match.end))]
    return Sentence(text, words, clauses, kept, doctors, named)


def _is_of_somebody_else(found: NamedDoctors, matches: Sequence[Match]) -> bool:
    """Tell whether another name stands beside a single one, where no capital letter shows it: ليلى منصور."""
    beside = {match.first for match in matches if match.concepts == _NAME}
    return found.end - found.first == 1 and not beside.isdisjoint({found.first - 1, found.end})


def _is_proper(word: TypedWord, forms: tuple[str, ...], book: Phrasebook) -> bool:
    """Tell whether an unknown word is written with a capital letter."""
    return word.text.istitle() and not any(map(book.knows, forms))


def _is_name(word: TypedWord, book: Phrasebook, names: DoctorNames) -> bool:
    return bool(names.exact(word) or (not book.has(word.key) and names.near(word, titled=False)))


def _places(matches: Iterable[Match], concepts: set[Concept]) -> frozenset[int]:
    return frozenset(match.end - 1 for match in matches if not concepts.isdisjoint(match.concepts))


def _is_part(sign: TypedWord, words: Sequence[TypedWord], behind: TypedWord | None) -> bool:
    """Tell whether a full stop belongs to what is before it: Dr. Rao, am 9. Dezember, am 8. nicht."""
    if sign.text != "." or not words or words[-1].end != sign.start:
        return False
    if not words[-1].text[0].isdigit():
        return words[-1].key in SHORTENED
    return behind is not None and (behind.text.islower() or behind.key in _months(language()))


@lru_cache(maxsize=20)
def _months(reads: Language) -> frozenset[str]:
    """Return the names of the months in a language."""
    named = (names for widths in reads.cldr.months.values() for names in widths.values())
    return frozenset(key_of(name.rstrip(".")) for names in named for name in names.values())


def _words(tokens: Sequence[TypedWord], ends: frozenset[str]) -> tuple[list[TypedWord], list[int]]:
    words: list[TypedWord] = []
    clauses: list[int] = []
    clause = 0
    for token, behind in zip_longest(tokens, tokens[1:]):
        if token.is_sign:
            clause += token.text in ENDS and not _is_part(token, words, behind)
        else:
            words.append(token)
            clauses.append(clause)
            clause += token.key in ends
    return words, clauses
