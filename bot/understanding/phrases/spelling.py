"""Typing errors in words that are known: one letter wrong, missing, too many, or two swapped. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Words of fewer letters may have no typing error: too many others are near them.
SHORTEST = 5
# A beginning that is only written alike has at least so many letters.
SHORTEST_ALIKE = 4


@dataclass(slots=True)
class Spelling:
    """The words of a language, and those that a mistyped one may be."""

    words: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    # What is written in several ways, and the one in which it is compared; ^ and $ are the word's ends.
    alike: tuple[tuple[str, str], ...] = ()
    # The words that are compared in that one way.
    _alike: dict[str, list[str]] = field(default_factory=dict)
    # By the first letter and the number of letters.
    _near: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def learn(self, words: Iterable[str]) -> None:
        """Add words; those that end with * are beginnings."""
        for word in words:
            bare = word.rstrip("*")
            known = self.stems if word.endswith("*") else self.words
            if bare and bare not in known:
                known.add(bare)
                if self.alike:
                    self._alike.setdefault(self._plain(bare), []).append(bare)
                if len(bare) >= SHORTEST:
                    self._near.setdefault((bare[0], len(bare)), []).append(bare)

    def knows(self, word: str) -> bool:
        """Tell whether a word is known, or begins as a known one does."""
        return word in self.words or any(word[:length] in self.stems for length in range(2, len(word) + 1))

    def corrected(self, forms: Sequence[str]) -> list[str]:
        """Return what is meant by a mistyped word, or nothing if that is not clear."""
        if self.alike and (alike := [word for form in forms for word in self._written_alike(form)]):
            return alike
        for form in forms:
            if len(form) < SHORTEST:
                continue
            found = {word for word in self._candidates(form) if within_one(form, word)}
            if len(found) == 1:
                return list(found)
            longer = {
                stem
                for stem in self._beginnings(form)
                if any(within_one(form[:end], stem) for end in _ends(stem))
            }
            if not found and len(longer) == 1:
                return list(longer)
        return []

    def _written_alike(self, form: str) -> list[str]:
        """Return the words that are written as that one is, or else the longest beginning that is."""
        plain = self._plain(form)
        if found := self._alike.get(plain):
            return found
        for length in range(len(plain) - 1, SHORTEST_ALIKE - 1, -1):
            if stems := [word for word in self._alike.get(plain[:length], ()) if word in self.stems]:
                return stems
        return []

    def _plain(self, word: str) -> str:
        said = f"^{word}$"
        for written, compared in self.alike:
            said = said.replace(written, compared)
        return said.strip("^$")

    def _candidates(self, form: str) -> list[str]:
        lengths = (len(form) - 1, len(form), len(form) + 1)
        return [word for length in lengths for word in self._near.get((form[0], length), ())]

    def _beginnings(self, form: str) -> list[str]:
        lengths = range(SHORTEST, len(form))
        return [
            word for length in lengths for word in self._near.get((form[0], length), ()) if word in self.stems
        ]


def _ends(stem: str) -> range:
    return range(len(stem) - 1, len(stem) + 2)


def within_one(word: str, other: str) -> bool:
    """Tell whether there is at most one letter wrong, missing, too many, or one pair swapped."""
    if word == other:
        return True
    more = len(word) - len(other)
    if not -1 <= more <= 1:
        return False
    short, long = (other, word) if more > 0 else (word, other)
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = long[:same] + long[same : same + 2][::-1] + long[same + 2 :]
    return short[same + 1 :] == long[same + 1 :] or short == swapped
