"""A set of words that is kept as text: as objects they would take several times the room. Pure."""

from collections.abc import Iterable, Sequence


class WordSet:
    """Words by their first letter and their length: those that share both are one text, in a row."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take words that are not empty."""
        rows: dict[int, dict[str, None]] = {}
        for word in words:
            rows.setdefault(_key(word[0], len(word)), {})[word] = None
        self._rows = {key: "".join(row) for key, row in rows.items()}

    def __contains__(self, word: str) -> bool:
        """Tell whether a word is one of them."""
        length = len(word)
        row = self._rows.get(_key(word[0], length)) if word else None
        if row is None:
            return False
        at = row.find(word)
        # It may also be the end of one word and the beginning of the next.
        while at > 0 and at % length:
            at = row.find(word, at + 1)
        return at >= 0

    def like(self, first: str, length: int) -> Sequence[str]:
        """Return the words with a first letter and a length."""
        row = self._rows.get(_key(first, length), "")
        return [row[at : at + length] for at in range(0, len(row), length)]


def _key(first: str, length: int) -> int:
    """Return a number for a first letter and a length: it takes less room than both."""
    return ord(first) << 16 | length
