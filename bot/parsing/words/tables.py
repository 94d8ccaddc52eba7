"""What the words of a language mean in English: Unicode's CLDR, and one small file a language for the rest.

A file is named after the ISO 639 code of its language (es.toml). Its sections:
- `words` are known everywhere, under what they mean in English; `_` says nothing and is left out.
- `day`, `week`, `clock` and `span` count before `words` where a day, the hours of a week, a time or a
  duration is read: дня is “afternoon” in a time, and “days” in a duration. `price` has codes of
  currencies, `kind` what is said of a kind of visit, and `doctor` that any will do.
- `prefixes` and `article` are written together with the next word.
- `rewrites` are regular expressions for the English words, where the order of words differs.
- `when` counts before all others where days and times are found in a sentence (see when/lexicon.py, which
  has its meanings); there a word may have several, and one with `?` says nothing alone.
A language without a file has CLDR's words alone.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel.numbers import is_currency

from bot.localization.languages import ENGLISH, Language
from bot.parsing.words.letters import comparable
from bot.parsing.words.plain import MONTHS, NUMBER_WORDS, WEEKDAYS

LEFT_OUT = "_"
# With so many letters the beginning of a weekday or a month is enough.
BEGINNING = 4
UNITS = ("minute", "hour", "day", "week", "month")
# The parts of the day in CLDR are numbered: morning2 is before noon in some languages.
PARTS = ("midnight", "noon", "am", "pm", "morning", "afternoon", "evening", "night")
# What is shown where somebody may type the same, as the catalogue has it.
SHOWN = ("closed", "midnight", "none")
# By context (format, stand-alone), width and number.
Names = Mapping[str, Mapping[str, Mapping[int, str]]]
COUNTED = re.compile(r"(?:in )?(?:\d )?(?:minute|hour|day|week|month)s?")
# All that a file may give words for.
MEANINGS = frozenset(
    {LEFT_OUT, *WEEKDAYS, *MONTHS, *NUMBER_WORDS, *PARTS}
    | {"today", "tomorrow", "yesterday", "day after tomorrow", "day before yesterday", "tomorrow morning"}
    | {"tomorrow afternoon", "weekdays", "weekend", "daily", "next week", "first", "in", "at", "from", "to"}
    | {"till", "until", "before", "after", "and", "h", "half an hour", "closed", "usual", "whole day"}
    | {"only that day", "none", "no", "yes", "skip", "anywhere", "free", "price", "on time", "late"}
    | {"last", "every", "weekly", "monthly", "or", "dr", "buffer", "video", "clinic"}
    | {"clinic or video", "new patients", "known patients", "all patients", "desk only", "for follow-ups"}
    | {"series of", "half past", "half to", "quarter past", "quarter to", "45 min to", "half past one"}
    | {"half past two", "anybody"}
)


class Topic(StrEnum):
    """What is read; the value is the name of the section."""

    ANY = "words"
    WEEK = "week"
    DAY = "day"
    CLOCK = "clock"
    SPAN = "span"
    PRICE = "price"
    KIND = "kind"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Table:
    """What words mean in English; `longest` is the largest number of words of one entry.

    `behind_numbers` are words that are a month there, and a weekday elsewhere: mar 4 mar, in Spanish.
    """

    meanings: Mapping[str, str]
    behind_numbers: Mapping[str, str]
    longest: int
    prefixes: Mapping[str, str]
    article: str
    rewrites: tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=100)
def table_of(reads: Language, topic: Topic) -> Table:
    """Return the words of a language, read once for each topic. Raises ValueError for a wrong file."""
    own = _file(reads.code)
    days, months = (
        dict(_names(reads.cldr.days, WEEKDAYS)),
        dict(_names(reads.cldr.months, MONTHS)) if topic is not Topic.WEEK else {},
    )
    found = months | days
    if topic is Topic.CLOCK:
        found |= _periods(reads)
    if topic in {Topic.DAY, Topic.SPAN}:
        # A month is no distance from today; where it is shortened, it may look like a Monday.
        found |= _units(reads, UNITS if topic is Topic.SPAN else UNITS[:-1])
    if topic is Topic.PRICE:
        found |= _currencies(reads)
    found |= {comparable(reads.messages.gettext(shown)): shown for shown in SHOWN}
    for section in dict.fromkeys((Topic.ANY, topic)):
        found |= _own(own.get(section, {}))
    found.pop("", None)
    return Table(
        found,
        {name: months[name] for name in months.keys() & days.keys()},
        max((len(words.split()) for words in found), default=1),
        {comparable(prefix): meaning for prefix, meaning in own.get("prefixes", {}).items()},
        comparable(own.get("article", "")),
        tuple((re.compile(each["pattern"]), each["with"]) for each in own.get("rewrites", ())),
    )


@lru_cache(maxsize=100)
def words_of_when(reads: Language) -> Mapping[str, frozenset[str]]:
    """Return all words for days and times of a language, each with all that it may mean.

    Beginnings of names do not count: in a sentence they may be other words.
    """
    own, found = _file(reads.code), dict[str, set[str]]()
    named = [*_names(reads.cldr.days, WEEKDAYS), *_names(reads.cldr.months, MONTHS)]
    full = {comparable(name) for names in (reads.cldr.days, reads.cldr.months) for name in _all_of(names)}
    pairs = [(name, meaning) for name, meaning in named if name in full]
    if reads is not ENGLISH:
        pairs += _periods(reads).items()
        pairs += _units(reads, UNITS[2:]).items()
    for section in (Topic.ANY, Topic.DAY, Topic.CLOCK):
        pairs += _own(own.get(section, {})).items()
    for said, meaning in pairs:
        found.setdefault(said, set()).add(meaning or LEFT_OUT)
    sure: dict[str, set[str]] = {}
    for meaning, words in own.get("when", {}).items():
        for said in words:
            sure.setdefault(comparable(said), set()).add(meaning)
    return {said: frozenset(meanings) for said, meanings in (found | sure).items() if said}


def _all_of(names: Names) -> Iterator[str]:
    for widths in names.values():
        for width in ("short", "abbreviated", "wide"):
            yield from widths.get(width, {}).values()


def _file(code: str) -> dict[str, Any]:
    place = files("bot.parsing.words") / f"{code}.toml"
    return tomllib.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}


def _own(section: Mapping[str, list[str]]) -> dict[str, str]:
    for meaning in section:
        is_known = meaning in MEANINGS or COUNTED.fullmatch(meaning) or is_currency(meaning.upper())
        if not is_known:
            raise ValueError(meaning)
    return {
        comparable(said): "" if meaning == LEFT_OUT else meaning
        for meaning, words in section.items()
        for said in words
    }


def _names(kinds: Names, meanings: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield CLDR's names of weekdays or months; the full ones come last, as they count most."""
    full: list[tuple[str, str]] = []
    for widths in kinds.values():
        for width in ("short", "abbreviated", "wide"):
            # Months are counted from 1, weekdays from 0, which is Monday.
            names = [comparable(name) for _, name in sorted(widths.get(width, {}).items())]
            pairs = zip(names, meanings, strict=False)
            if width == "wide":
                full += pairs
            else:
                yield from pairs
    yield from _beginnings(full)
    yield from full


def _beginnings(full: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the beginnings of names that only one of them has."""
    meant: dict[str, set[str]] = {}
    for name, meaning in full:
        for length in range(BEGINNING, len(name)):
            meant.setdefault(name[:length], set()).add(meaning)
    for begin, meanings in meant.items():
        if len(meanings) == 1:
            yield begin, next(iter(meanings))


def _periods(reads: Language) -> dict[str, str]:
    found: dict[str, str] = {}
    for widths in reads.cldr.day_periods.values():
        for names in widths.values():
            for period, name in names.items():
                part = period.rstrip("0123456789")
                if part in PARTS:
                    found.setdefault(comparable(name), part)
    return found


def _units(reads: Language, units: Sequence[str]) -> dict[str, str]:
    """Return CLDR's words for durations: часа is an hour, and ساعتان, which has its number within, two."""
    found: dict[str, str] = {}
    patterns = reads.cldr._data["unit_patterns"]  # noqa: SLF001 - Babel shows them in no other way
    for unit in units:
        for forms in patterns.get(f"duration-{unit}", {}).values():
            for number, pattern in forms.items():
                if number == "per" or not isinstance(pattern, str):
                    continue
                counted = unit if "{0}" in pattern or number != "two" else f"2 {unit}s"
                found.setdefault(comparable(pattern.replace("{0}", "")), counted)
    return found


def _currencies(reads: Language) -> dict[str, str]:
    """Return the currencies by their names of one word."""
    names = ((comparable(name), code.lower()) for code, name in reads.cldr.currencies.items())
    return {name: code for name, code in names if name.isalpha()}
