"""Typing errors in words that are known: one letter wrong, missing, too many, or two swapped. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bot.understanding.phrases.word_set import WordSet

# Words of fewer letters may have no typing error: too many others are near them.
SHORTEST = 5
# A beginning that is only written alike has at least so many letters.
SHORTEST_ALIKE = 4


class Spelling:
    """The words of a language, and those that a mistyped one may be."""

    def __init__(
        self, words: Collection[str], *, alike: Mapping[str, str], never_meant: Iterable[str] = ()
    ) -> None:
        """Take the words of all phrases; those that end with * are beginnings.

        `alike` is what is written in several ways, and the one in which it is compared, in that order; ^ and
        $ are a word's ends. Words that are `never_meant` are known, and no mistyped word is one of them.
        """
        self._alike = tuple(alike.items())
        whole = {word for word in words if not word.endswith("*")}
        stems = {word.rstrip("*") for word in words if word.endswith("*")} - {""}
        self._words, self._stems, self._never_meant = WordSet(whole), WordSet(stems), WordSet(never_meant)
        # Words by how they are compared, where that is another way.
        self._by_plain: dict[str, str] = {}
        for word in sorted(whole | stems) if alike else ():
            plain = self._plain(word)
            if plain != word:
                before = self._by_plain.get(plain)
                self._by_plain[plain] = word if before is None else f"{before} {word}"

    def knows(self, word: str) -> bool:
        """Tell whether a word is known, or begins as a known one does."""
        return (
            word in self._words
            or any(word[:length] in self._stems for length in range(2, len(word) + 1))
            or word in self._never_meant
        )

    def corrected(self, forms: Sequence[str]) -> list[str]:
        """Return what is meant by a mistyped word, or nothing if that is not clear."""
        if self._alike and (alike := [word for form in forms for word in self._written_alike(form)]):
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
        if found := self._compared_as(plain):
            return found
        for length in range(len(plain) - 1, SHORTEST_ALIKE - 1, -1):
            if stems := [word for word in self._compared_as(plain[:length]) if word in self._stems]:
                return stems
        return []

    def _compared_as(self, plain: str) -> list[str]:
        found = self._by_plain.get(plain, "").split()
        if (plain in self._words or plain in self._stems) and self._plain(plain) == plain:
            found.append(plain)
        return found

    def _plain(self, word: str) -> str:
        said = f"^{word}$"
        for written, compared in self._alike:
            said = said.replace(written, compared)
        return said.strip("^$")

    def _candidates(self, form: str) -> Iterator[str]:
        for length in (len(form) - 1, len(form), len(form) + 1):
            if length >= SHORTEST:
                yield from self._words.like(form[0], length)
                yield from self._stems.like(form[0], length)

    def _beginnings(self, form: str) -> Iterator[str]:
        for length in range(SHORTEST, len(form)):
            yield from self._stems.like(form[0], length)


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
