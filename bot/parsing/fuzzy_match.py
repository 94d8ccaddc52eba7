"""Finds the choice that somebody typed: in part, without accents, or with a typing error. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar
from unicodedata import normalize

from bot.input_errors import NearMiss, NotAChoice, SeveralFit, Unclear
from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import language
from bot.parsing.words.letters import ARABIC, comparable, runs
from bot.parsing.words.plain import alone
from bot.parsing.words.tables import Topic, table_of
from services.names.folding import folded, name_words

TITLES = re.compile(r"^(dr|doctor|prof)\b\.?\s*", re.IGNORECASE)
# A title that is written with a sign in it has three parts: a word, the sign, and a word.
TITLE_PARTS = (3, 1)
T = TypeVar("T")
# No name is longer, and comparing letter by letter takes long.
LONGEST = 80
# Words shorter than the first number may have no error, words shorter than the second one, longer words two.
# Neurology and nephrology are two errors apart, and must never be taken for each other.
ONE_SLIP, TWO_SLIPS = 3, 11
MOST_SLIPS = 2
# Enough for the 1,400 names of places, which are searched often, in several languages.
REMEMBERED = 10_000
# The beginning of a name is enough if it has so many letters.
BEGINNING = 5


def choose(text: str, choices: Iterable[str]) -> str:
    """Return the choice that is meant, if a wrong one does no harm. Raises NotAChoice, SeveralFit.

    A full match comes before one without accents, that before a match in part, and that before one with
    typing errors.
    """
    try:
        return choose_surely(text, choices)
    except NearMiss as near:
        if len(near.choices) == 1:
            return near.choices[0]
        raise SeveralFit(near.choices) from near


def choose_surely(text: str, choices: Iterable[str]) -> str:
    """Return the choice that is meant, if something is stored or booked with it.

    If it matches only within a word or with a typing error, the person is asked: NearMiss names the choice.
    Raises NotAChoice, SeveralFit, NearMiss.
    """
    names = list(choices)
    for fitting in (_in_full, _without_accents, _at_words, _in_any_order, _in_part, nearly):
        fits = tuple(fitting(text, names))
        if fits and (fitting is nearly or (fitting is _in_part and len(fits) == 1)):
            raise NearMiss(fits)
        if len(fits) > 1:
            raise SeveralFit(fits)
        if fits:
            return fits[0]
    raise NotAChoice


def meant_in(text: str, table: Mapping[str, T]) -> T:
    """Return what is meant of a table; one thing may have several names. Raises as `choose_surely`."""
    try:
        return table[choose_surely(text, table)]
    except SeveralFit as several:
        first, *others = (table[name] for name in several.choices)
        if any(each != first for each in others):
            raise
        return first


def fitting(text: str, choices: Iterable[str]) -> list[str]:
    """Return all choices that match best, in the order of `choose`; for searching."""
    names = list(choices)
    for fits in (_in_full, _without_accents, _at_words, _in_part, nearly):
        if found := fits(text, names):
            return found
    return []


def called(text: str, choices: Iterable[str]) -> list[str]:
    """Return the names that are meant by a text that may be about something else.

    After a title names are found as in `choose`; without one, each word must be a word of the name.
    """
    names = list(choices)
    if untitled(text) != text.strip():
        try:
            return [choose(text, names)]
        except Unclear as several:
            return list(several.choices)
        except NotAChoice:
            return []
    words = set(_plain(text).split()) if len(text) <= LONGEST else set()
    return [name for name in names if words and words <= set(_plain(name).split())]


def _in_full(text: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if _untitled(name) == _untitled(text)]


def _without_accents(text: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if _plain(name) == _plain(text)]


def _at_words(text: str, names: Sequence[str]) -> list[str]:
    """Return those that contain the text at the beginning of a word."""
    wanted = _plain(text)
    return [name for name in names if wanted and f" {wanted}" in f" {_plain(name)}"]


def _in_any_order(text: str, names: Sequence[str]) -> list[str]:
    """Return those in which each typed word begins a different word."""
    wanted = _plain(text).split() if len(text) <= LONGEST else []
    return [name for name in names if wanted and _begin(wanted, _all_words(name))]


def _begin(wanted: Sequence[str], words: Sequence[str]) -> bool:
    left = list(words)
    # The longest first: a word that begins with it may begin with a shorter one, too.
    for word in sorted(wanted, key=len, reverse=True):
        found = next((other for other in left if other.startswith(word)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _in_part(text: str, names: Sequence[str]) -> list[str]:
    wanted = _plain(text)
    return [name for name in names if wanted and wanted in _plain(name)]


def nearly(text: str, names: Sequence[str]) -> list[str]:
    """Return those with the fewest typing errors between them and the text."""
    wanted = _plain(text).split() if len(text) <= LONGEST else []
    if not wanted:
        return []
    slips = {name: _slips(wanted, _plain(name).split()) for name in names}
    fewest = min(slips.values(), default=MOST_SLIPS + 1)
    return [name for name, count in slips.items() if count == fewest <= MOST_SLIPS]


def untitled(text: str) -> str:
    """Return a name without the title before it, in English or as the reader's language has it."""
    return _without_title(text.strip(), language())


def in_full(text: str, table: Mapping[str, T]) -> T:
    """Return what is called so, and not only in part. Raises NotAChoice."""
    found = {alone(name): each for name, each in table.items()}
    if (name := alone(text)) not in found:
        raise NotAChoice
    return found[name]


@lru_cache(maxsize=REMEMBERED)
def _without_title(name: str, reads: Language) -> str:
    # The reader's title first: of “Dr(a). Peña” the English one would leave a piece.
    for title in (_said_title(reads), TITLES):
        found = title.sub("", name)
        if found != name:
            return found
    if reads is ENGLISH:
        return name
    parts, titles = runs(name), _titles(reads)
    for count in TITLE_PARTS:
        if comparable("".join(part for _, part in parts[:count])) in titles:
            return "".join(part for _, part in parts[count:]).lstrip(" .")
    return name


@lru_cache(maxsize=20)
def _said_title(reads: Language) -> re.Pattern[str]:
    """Return what the bot says before the name of a doctor, as people type it."""
    before = reads.messages.gettext("Dr {name}").partition("{name}")[0].strip(" .")
    return re.compile(rf"^{re.escape(before)}\.?\s+", re.IGNORECASE)


@lru_cache(maxsize=100)
def _titles(reads: Language) -> frozenset[str]:
    """Return what doctors are called: as the language's table has it, and as the bot says it."""
    said = reads.messages.gettext("Dr {name}").partition("{name}")[0]
    meanings = table_of(reads, Topic.ANY).meanings
    return frozenset({comparable(said), *(title for title, meaning in meanings.items() if meaning == "dr")})


def _untitled(name: str) -> str:
    return _untitled_for(name, language())


@lru_cache(maxsize=REMEMBERED)
def _untitled_for(name: str, reads: Language) -> str:
    return " ".join(normalize("NFKC", _without_title(name.strip(), reads)).casefold().split())


def _plain(name: str) -> str:
    """Return the name without title, accents and punctuation, case-folded."""
    return _plain_for(name, language())


@lru_cache(maxsize=REMEMBERED)
def _plain_for(name: str, reads: Language) -> str:
    # What only stretches an Arabic word is no letter, and people mix letters that look alike.
    return folded(_untitled_for(name, reads)).translate(ARABIC)


def _all_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in all spellings: O Neil and ONeil for O'Neil."""
    return _all_words_for(name, language())


@lru_cache(maxsize=REMEMBERED)
def _all_words_for(name: str, reads: Language) -> tuple[str, ...]:
    return tuple(word.translate(ARABIC) for word in name_words(_untitled_for(name, reads)))


def _slips(wanted: Sequence[str], words: Sequence[str]) -> int:
    """Return the number of typing errors between the typed words and those of a name, in any order.

    More than MOST_SLIPS means that they are different.
    """
    left, total = list(words), 0
    for word in wanted:
        count, nearest = min(((_word_slips(word, other), other) for other in left), default=(len(word), ""))
        if count > _allowed(word):
            return MOST_SLIPS + 1
        left.remove(nearest)
        total += count
    return total


def _allowed(word: str) -> int:
    return (len(word) >= ONE_SLIP) + (len(word) >= TWO_SLIPS)


def _word_slips(word: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped; a long word may be cut."""
    # Each error adds at most one letter, so most words need not be compared letter by letter.
    strange = len(set(word) - set(other))
    if strange > _allowed(word):
        return strange
    slips = _edits(word, other)
    return min(slips) if len(word) >= BEGINNING else slips[-1]


def _edits(word: str, other: str) -> list[int]:
    """Return the distance from `word` to each beginning of `other` (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(word):
        row = [i + 1]
        for j, there in enumerate(other):
            steps = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter != there))
            if i and j and letter == other[j - 1] and word[i - 1] == there:
                steps = min(steps, before[j - 1] + 1)
            row.append(steps)
        before, last = last, row
    return last
