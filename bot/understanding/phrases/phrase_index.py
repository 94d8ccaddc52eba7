"""Phrases by what they begin with, kept as text: as objects they would take several times the room.

A phrase is a line: the number of its meaning, then its words. Lines are read when somebody types a word with
which they begin. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# The beginnings whose phrases stay read: those that people type most come again and again.
KEPT = 256


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for: an entry `name` of a `section` of the file."""

    section: str
    name: str


@dataclass(frozen=True, slots=True)
class WordPattern:
    """A row of words, each in its comparable form; one that ends with * is a beginning."""

    words: tuple[str, ...]
    meaning: Meaning

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return how closely it fits: more words, then whole ones, then longer beginnings."""
        starts = [len(word) for word in self.words if word.endswith("*")]
        return len(self.words), -len(starts), sum(starts)


@dataclass(slots=True)
class PhraseIndex:
    """Phrases, each under a key; `texts` has their lines."""

    texts: dict[str, str] = field(default_factory=dict)
    _numbers: dict[Meaning, int] = field(default_factory=dict)
    _meanings: list[Meaning] = field(default_factory=list)
    _read: dict[str, tuple[WordPattern, ...]] = field(default_factory=dict)

    def add(self, key: str, words: Sequence[str], meaning: Meaning) -> None:
        """Add a phrase under a key. Words have no spaces."""
        number = self._numbers.setdefault(meaning, len(self._meanings))
        if number == len(self._meanings):
            self._meanings.append(meaning)
        line = " ".join((str(number), *words))
        before = self.texts.get(key)
        self.texts[key] = line if before is None else f"{before}\n{line}"
        self._read.pop(key, None)

    def under(self, key: str) -> tuple[WordPattern, ...]:
        """Return the phrases under a key, the longest first."""
        found = self._read.get(key)
        if found is None:
            text = self.texts.get(key)
            if text is None:
                return ()
            if len(self._read) >= KEPT:
                self._read.clear()
            found = self._read[key] = tuple(
                sorted(self.parsed(text), key=lambda pattern: -len(pattern.words))
            )
        return found

    def shared(self, other: "PhraseIndex") -> set[tuple[str, ...]]:
        """Return the rows of words that both have."""
        rows: set[tuple[str, ...]] = set()
        for key in self.texts.keys() & other.texts.keys():
            theirs = {pattern.words for pattern in other.parsed(other.texts[key])}
            rows |= theirs.intersection(pattern.words for pattern in self.parsed(self.texts[key]))
        return rows

    def parsed(self, text: str) -> Iterator[WordPattern]:
        """Yield the phrases of some lines."""
        for line in text.split("\n"):
            number, *words = line.split(" ")
            yield WordPattern(tuple(words), self._meanings[int(number)])
