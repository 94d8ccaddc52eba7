"""Phrases by their first word, kept as text: as objects they would take several times the room.

All that begins with the same word is a block of lines, one a phrase: its other words, and the number of its
meaning. Nothing is read before somebody types that word. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Before each block, before each line, and before the number of a line.
BLOCK, LINE, NUMBER = "\v", "\n", "\t"
# A second word that is a beginning has its star in front, and one that is an end has two, so that those are
# found together.
STAR = "*"
# Blocks stand together that begin with the same letters: so many.
TOGETHER = 2
# Of so many words it is remembered what they may be: most texts are made of the same ones.
KEPT = 2000
# Before an end such as *termin there are at least so many letters.
SHORTEST_BEFORE_END = 2


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


@dataclass(frozen=True, slots=True, eq=False)
class PhraseIndex:
    """Phrases under their first words, which may be beginnings (auto*) or ends (*termin)."""

    _meanings: Sequence[Meaning]
    # Blocks by the letters with which they begin, behind those of their first words that are beginnings.
    _texts: dict[str, str]
    # The first words that are ends. Neither has its star.
    _ends: tuple[str, ...]

    @classmethod
    def of(cls, phrases: Iterable[tuple[Sequence[str], Meaning]]) -> "PhraseIndex":
        """Return an index of phrases: rows of words (no spaces in them), and what they stand for."""
        numbers: dict[Meaning, int] = {}
        blocks: dict[str, dict[str, None]] = {}
        for words, meaning in phrases:
            number = numbers.setdefault(meaning, len(numbers))
            line = f"{LINE}{' '.join(_star_first(words[1:]))}{NUMBER}{number}"
            blocks.setdefault(words[0], {})[line] = None
        together: dict[str, list[str]] = {}
        for first in blocks:
            together.setdefault(first[:TOGETHER], []).append(first)
        texts: dict[str, str] = {}
        for letters, firsts in together.items():
            beginnings = " ".join(first.removesuffix(STAR) for first in firsts if first.endswith(STAR))
            texts[letters] = beginnings + "".join(
                "".join((BLOCK, first, *blocks[first], LINE)) for first in firsts
            )
        ends = tuple(first.removeprefix(STAR) for first in blocks if first.startswith(STAR))
        return cls(tuple(numbers), texts, ends)

    @lru_cache(maxsize=KEPT)  # noqa: B019 - it lives to the end
    def firsts(self, form: str) -> tuple[str, ...]:
        """Return the first words of blocks that a word may be: itself, its beginnings, and its ends."""
        text, start = self._place(form)
        found = [form] if start >= 0 else []
        stems = text[: text.index(BLOCK)].split() if text else ()
        return (*found, *(stem + STAR for stem in stems if form.startswith(stem)), *self.ends(form))

    def ends(self, form: str) -> list[str]:
        """Return the first words of blocks that are ends of a word."""
        if not form.endswith(self._ends):
            return []
        return [
            STAR + end
            for end in self._ends
            if form.endswith(end) and len(form) - len(end) >= SHORTEST_BEFORE_END
        ]

    def _place(self, first: str) -> tuple[str, int]:
        """Return the text with a block, and where its lines begin (-1: there is none)."""
        text = self._texts.get(first[:TOGETHER])
        if text is None:
            return "", -1
        start = text.find(f"{BLOCK}{first}{LINE}")
        return text, start if start < 0 else start + len(first) + 1

    def phrases(self, first: str) -> Iterator[WordPattern]:
        """Yield all phrases with a first word."""
        text, start = self._place(first)
        while start >= 0:
            end = text.index(LINE, start + 1)
            yield self._read(first, text[start + 1 : end])
            start = end if text[end + 1 : end + 2] not in {"", BLOCK} else -1

    def fitting(self, first: str, behind: Sequence[str]) -> Iterator[WordPattern]:
        """Yield the phrases with a first word of which the second may stand there as well.

        `behind` are the forms of the word behind it. Most phrases fail at their second word, and aren't read.
        """
        text, start = self._place(first)
        if start < 0:
            return
        stop = text.find(BLOCK, start)
        stop = len(text) if stop < 0 else stop
        for second in ("", STAR, *behind):
            probe = f"{LINE}{second or NUMBER}"
            at = text.find(probe, start, stop)
            while at >= 0:
                end = text.index(LINE, at + 1)
                if second in {"", STAR} or text[at + len(probe)] in {" ", NUMBER}:
                    yield self._read(first, text[at + 1 : end])
                at = text.find(probe, end, stop)

    def has(self, words: Sequence[str]) -> bool:
        """Tell whether a row of words is one of the phrases."""
        text, start = self._place(words[0])
        if start < 0:
            return False
        stop = text.find(BLOCK, start)
        line = f"{LINE}{' '.join(_star_first(words[1:]))}{NUMBER}"
        return text.find(line, start, len(text) if stop < 0 else stop) >= 0

    def _read(self, first: str, line: str) -> WordPattern:
        said, _, number = line.partition(NUMBER)
        rest = said.split()
        if rest and rest[0].startswith(STAR):
            end = rest[0][1:]
            rest[0] = end if end.startswith(STAR) else end + STAR
        return WordPattern((first, *rest), self._meanings[int(number)])


def _star_first(rest: Sequence[str]) -> Sequence[str]:
    """Return the words behind the first, with the stars of a second one in front."""
    if not rest or STAR not in rest[0]:
        return rest
    return (STAR + rest[0].removesuffix(STAR), *rest[1:])
