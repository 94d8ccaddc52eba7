"""How phrases are written in the files of words: with beginnings, ends, and other words within."""

from collections.abc import Sequence

import pytest

from bot.understanding.phrases.phrase_index import Meaning
from bot.understanding.phrases.phrasebook import Phrasebook, _Keys, _words
from bot.understanding.phrases.spelling import Spelling

MEANT = Meaning("concepts", "filler")


def book_of(*phrases: str) -> Phrasebook:
    """Return a book in which each phrase means the same."""
    rows: Sequence[tuple[list[str], Meaning]] = [(_words(phrase, _Keys()), MEANT) for phrase in phrases]
    words = {word for row, _ in rows for word in row if not word.startswith("*")}
    return Phrasebook.of(rows, Spelling(words, alike={}))


@pytest.mark.parametrize(
    ("phrase", "said", "others"),
    [
        ("auto*", "autobahn", "aut"),
        ("*termin", "zahnarzttermin", "termine"),
        ("can walk*", "can walking", "can talking"),
        ("can *ing", "can walking", "can ingest"),
        ("can now *ing", "can now walking", "can now ingest"),
        ("sage … ab*", "sage alles absagen", "sage alles zu"),
        ("sage … *ab", "sage alles hinab", "sage alles absagen"),
    ],
)
def test_a_star_stands_for_the_rest_of_a_word(phrase: str, said: str, others: str) -> None:
    def means_it(text: str) -> bool:
        words = text.split()
        found = book_of(phrase).matches([(word,) for word in words], [0] * len(words))
        return any(MEANT in match.meanings for match in found)

    assert means_it(said)
    assert not means_it(others)


@pytest.mark.parametrize("phrase", ["allerg*ist", "a*", "*", "**", "see *ist*"])
def test_a_star_that_would_match_nothing_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="one star stands at the beginning or the end"):
        book_of(phrase)
