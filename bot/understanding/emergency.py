"""Words that sound like an emergency, in all languages at once, whichever the reader's is. Pure.

The words, and how they are written, are in emergency.toml. A false alarm costs a sentence, a miss may cost
more; so what is taken out before is named there, too.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.parsing.words.letters import comparable, runs
from bot.parsing.words.plain import plain

# Stands for punctuation, across which no sign goes: "No! Chest pain".
STOP = "|"
WORD = rf"[^{STOP}\s]"
# So many other words may stand at a "…", and so many fillers between a denial and a sign.
OTHERS, MOST_FILLERS = 4, 3
NEVER = r"(?!)"
# By so many letters the words are found with which a sign begins.
FIRST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one language, as patterns for what `_words` returns."""

    always: re.Pattern[str]
    signs: re.Pattern[str]
    harmless: re.Pattern[str]
    denied: re.Pattern[str]
    # How the words begin with which they begin, by their first letters; a whole word ends with a space.
    beginnings: Mapping[str, tuple[str, ...]]

    def are_in(self, words: str, each: Sequence[tuple[str, str]]) -> bool:
        """Tell whether one of them is in the words; `each` are their first letters, and they with a space."""
        # Nearly all texts have none of the words, so nothing has to be taken out of them.
        known = self.beginnings
        if not any(word.startswith(known[letters]) for letters, word in each if letters in known):
            return False
        if not (self.always.search(words) or self.signs.search(words)):
            return False
        words = self.harmless.sub(f" {STOP} ", words)
        if self.always.search(words):
            return True
        return bool(self.signs.search(self.denied.sub(f" {STOP} ", words)))


def sounds_like_emergency(text: str) -> bool:
    """Tell whether a text sounds like an emergency: its writer gets the emergency number before all else."""
    words = _words(text)
    each = [(word[:FIRST_LETTERS], f"{word} ") for word in words.split()]
    return any(signs.are_in(words, each) for signs in _all_signs())


def _words(text: str) -> str:
    """Return the words as they are compared, with a space around each, and around STOP for punctuation.

    Hyphens and apostrophes only part words.
    """
    parts = runs(comparable(re.sub(r"[.,]", STOP, plain(text))))
    shown = (part if is_word else _between(part) for is_word, part in parts)
    return f" {' '.join(''.join(shown).split())} "


def _between(part: str) -> str:
    numbers = re.sub(r"[^\s\d]+", f" {STOP} ", part)
    return numbers if part.strip() else " "


@cache
def _all_signs() -> Sequence[Signs]:
    tables = tomllib.loads((files("bot.understanding") / "emergency.toml").read_text(encoding="utf-8"))
    return [_signs(table) for table in tables.values()]


def _signs(table: Mapping[str, list[str]]) -> Signs:
    signs, fillers = _either(table["signs"]), _either(table["fillers"])
    between = rf"(?: {fillers}){{0,{MOST_FILLERS}}}"
    before = rf" {_either(table['denials'])}{between} {signs}(?= )"
    after = rf" {signs}{between} {_either(table.get('denials_after', ()))}(?= )"
    return Signs(
        re.compile(rf" {_either(table['always'])}(?= )"),
        re.compile(rf" {signs}(?= )"),
        re.compile(rf" {_either(table['harmless'])}(?= )"),
        re.compile(f"{before}|{after}"),
        _beginnings((*table["signs"], *table["always"])),
    )


def _beginnings(phrases: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return how the first words of phrases begin, by their first letters."""
    found: dict[str, set[str]] = {}
    for phrase in phrases:
        first = phrase.split()[0]
        parts = _words(first.removesuffix("*")).split()
        is_beginning = first.endswith("*") and len(parts) == 1
        found.setdefault(parts[0][:FIRST_LETTERS], set()).add(parts[0] + " " * (not is_beginning))
    return {letters: tuple(sorted(each)) for letters, each in found.items()}


def _either(phrases: Iterable[str]) -> str:
    """Return a pattern for any of the phrases; the longest come first."""
    patterns = sorted(map(_pattern, phrases), key=len, reverse=True)
    return f"(?:{'|'.join(patterns)})" if patterns else NEVER


def _pattern(phrase: str) -> str:
    pattern = ""
    for part in phrase.split():
        if part == "…":
            pattern += rf"(?: {WORD}+){{0,{OTHERS}}}"
            continue
        ending = f"{WORD}*" if part.endswith("*") else ""
        word = _words(part.removesuffix("*")).strip()
        pattern += f" {re.escape(word)}{ending}".replace(r"\ ", " ")
    return pattern.removeprefix(" ")
