"""What each word may be in the grammar of days and times, in the reader's language and in English. Pure.

A word's senses are kinds with a number: `weekday` 4 is Friday, `near` 1 tomorrow, `part` 2 the afternoon,
`unit` 7 a week. Kinds that are only signs (`from`, `or`, `the`) have 0. A kind that ends with `_post` is a
sign that stands behind what it is about, as in Hindi. `weak` words say nothing alone, `ordinary` ones
nothing at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.localization.languages import ENGLISH, Language
from bot.parsing.words.letters import comparable
from bot.parsing.words.plain import MONTHS, NUMBER_WORDS, ORDINALS, WEEKDAYS
from bot.parsing.words.tables import LEFT_OUT, Table, Topic, table_of, words_of_when

Senses = Mapping[str, int]
MORNING, AFTERNOON, EVENING = 1, 2, 3
WEEK = 7
_SIGNS = (
    *("in", "at", "on", "the", "of", "from", "to", "until", "before", "after", "by", "between", "and", "or"),
    *("not", "no", "next", "this", "coming", "last", "early", "since", "during", "a", "ago", "weekend", "h"),
    *("minute", "hour", "month", "minus", "past", "half", "quarter", "third", "weekdays", "earliest"),
    *("midnight", "any", "as_moved", "the_date", "in_post", "on_post", "date_post", "year", "to_post"),
)
_SENSES: Mapping[str, Senses] = {
    **{name: {"weekday": number} for number, name in enumerate(WEEKDAYS)},
    **{name: {"month_name": number} for number, name in enumerate(MONTHS, 1)},
    **{name: {"number": number} for name, number in NUMBER_WORDS.items()},
    **{str(number): {"number": number} for number in range(13, 60)},
    **{sign: {sign: 0} for sign in _SIGNS},
    LEFT_OUT: {"glue": 0},
    "word": {"ordinary": 0},
    "first": {"ordinal": 1},
    "twenty": {"number": 20, "tens": 20},
    "today": {"near": 0},
    "tomorrow": {"near": 1},
    "day after tomorrow": {"near": 2},
    "yesterday": {"near": -1},
    "day before yesterday": {"near": -2},
    "this morning": {"near": 0, "and_part": MORNING},
    "tonight": {"near": 0, "and_part": EVENING},
    "this afternoon": {"near": 0, "and_part": AFTERNOON},
    "tomorrow morning": {"near": 1, "and_part": MORNING},
    "tomorrow afternoon": {"near": 1, "and_part": AFTERNOON},
    "am": {"half_day": 0},
    "pm": {"half_day": 1},
    "morning": {"part": MORNING},
    "afternoon": {"part": AFTERNOON},
    "evening": {"part": EVENING},
    "night": {"part": EVENING, "night": 0},
    "noon": {"noon": 0},
    "day": {"unit": 1},
    "week": {"unit": WEEK},
    "till": {"until": 0},
    "half past": {"beside": 30},
    "half to": {"beside": -30},
    "quarter past": {"beside": 15},
    "quarter to": {"beside": -15},
    "45 min to": {"beside": -45},
    "one o'clock": {"clock": 60, "face": 0, "unclear": 0},
    "half past one": {"clock": 90, "face": 0},
    "half past two": {"clock": 150, "face": 0},
    "next week": {"weeks_on": 1},
    "this week": {"weeks_on": 0},
    "week after next": {"weeks_on": 2},
    "this month": {"this_month": 0},
    "next month": {"next_month": 0},
    "from now": {"from_now": 0},
    "from?": {"from_weak": 0},
    "from-": {"from_post": 0},
    "until-": {"until_post": 0},
    "before-": {"before_post": 0},
    "after-": {"after_post": 0},
    "between-": {"between_post": 0},
    "not-": {"not_post": 0},
    "except-": {"not_post": 0, "except_post": 0},
}
# “In 2 weeks” is a place in time, and “2 weeks” only how long something is.
_AHEAD = re.compile(r"in (\d+) (day|week|month)s?")
_COUNTED = re.compile(r"(\d+) (day|week)s?")
_HOUR = re.compile(r"(\d+) h")
_ORDINAL = re.compile(r"(\d+)th")
# How a meaning ends that says nothing alone, and one that counts only together with a date.
_WEAK: Mapping[str, Senses] = {"?": {"weak": 0}, "~": {"weak": 0, "short": 0}}
# Names in which a slip is read have so many letters, and so does what is typed.
SHORTEST_NAME = 5
_WITH_SLIPS = frozenset({*WEEKDAYS, *MONTHS, "today", "tomorrow", "yesterday", "day after tomorrow"})
_DAYS_BY_WORD = {"day": 1, "week": WEEK}
SHORTEST_REST = 2
# “To” is one letter in Arabic, and two with the article.
_TO_DAYS = {"ل", "لل"}


def senses(meaning: str) -> Senses | None:
    """Return the senses of a meaning of the tables, or None for what is about neither days nor times."""
    if meaning in _SENSES:
        return _SENSES[meaning]
    if meaning[-1:] in _WEAK:
        found = senses(meaning[:-1])
        return None if found is None else {**found, **_WEAK[meaning[-1]]}
    return _of_weekday(meaning) or _counted(meaning)


def _of_weekday(meaning: str) -> Senses | None:
    """Return the senses of “mondays” and “friday morning”."""
    day, _, part = meaning.partition(" ")
    if day in WEEKDAYS and (also := _SENSES.get(part, {}).get("part")):
        return {**_SENSES[day], "and_part": also}
    return {**_SENSES[day[:-1]], "plural": 0} if day.removesuffix("s") in WEEKDAYS else None


def _counted(meaning: str) -> Senses | None:
    """Return the senses of “in 2 weeks”, “2 weeks” and “2th”."""
    if ahead := _AHEAD.fullmatch(meaning):
        count, unit = int(ahead[1]), ahead[2]
        return {"months_ahead": count} if unit == "month" else {"ahead": count * _DAYS_BY_WORD[unit]}
    if hour := _HOUR.fullmatch(meaning):
        return {"number": int(hour[1]), "marked": 0}
    if counted := _COUNTED.fullmatch(meaning):
        return {"span": int(counted[1]) * _DAYS_BY_WORD[counted[2]]}
    ordinal = _ORDINAL.fullmatch(meaning)
    return {"ordinal": int(ordinal[1])} if ordinal else None


@dataclass(frozen=True, slots=True)
class WhenWords:
    """The words of one language and of English.

    `phrases` are words as `comparable` returns them, with one space between; `longest` is how many words the
    longest phrase has that begins with a word. `names` are those in which a slip of the pen is read, by their
    first letter.
    """

    phrases: Mapping[str, Senses]
    longest: Mapping[str, int]
    names: Mapping[str, tuple[str, ...]]
    table: Table

    def one(self, word: str) -> Senses | None:
        """Return the senses of one word, also with an article or a prefix, or with a slip of the pen."""
        if (found := self.phrases.get(word)) is not None:
            return found
        return self._with_prefix(word) if self.table.article or self.table.prefixes else None

    def parted(self, word: str) -> tuple[str, str]:
        """Return a prefix that says “to” and the rest of an unknown word, or nothing and the word."""
        if word not in self.phrases and word not in self.longest:
            for prefix in sorted(self.table.prefixes, key=len, reverse=True):
                rest = word.removeprefix(prefix)
                if rest == word or len(rest) < SHORTEST_REST or "to" not in self.phrases.get(prefix, ()):
                    continue
                for each in (self.table.article + rest, rest):
                    if each in self.phrases or each in self.longest:
                        return prefix, each
        return "", word

    def _with_prefix(self, word: str) -> Senses | None:
        article = self.table.article
        if article and (found := self.phrases.get(word.removeprefix(article))) is not None:
            return found
        for prefix, before in self.table.prefixes.items():
            rest = word.removeprefix(prefix)
            if rest == word or len(rest) < SHORTEST_REST:
                continue
            found = self.phrases.get(article + rest) or self.phrases.get(rest)
            if found is not None:
                return {**found, **of_prefix(prefix, before)}
        return None

    def mistyped(self, word: str) -> Senses | None:
        """Return the senses of the one name that the word is, one letter wrong, missing, extra or swapped."""
        if len(word) < SHORTEST_NAME:
            return None
        meant = [self.phrases[name] for name in self.names.get(word[0], ()) if _is_one_slip(word, name)]
        return meant[0] if meant and all(each == meant[0] for each in meant) else None


def of_prefix(prefix: str, before: str) -> Senses:
    """Return the senses of what a prefix says: “and”, “to”, and half an hour before."""
    if before == "and":
        return {"and_before": 0}
    if prefix in _TO_DAYS:
        return {"as_moved": 0, "with_prefix": 0}
    found = senses(before)
    return {"before_hour": found["beside"]} if found and "beside" in found else {}


def _is_one_slip(word: str, name: str) -> bool:
    """Tell whether one letter is wrong, missing, extra, or swapped with the next."""
    if abs(len(word) - len(name)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), None)
    if same is None:
        return len(word) != len(name)
    typed, meant = word[same:], name[same:]
    return (
        typed[1:] == meant[1:]
        or typed[1:] == meant
        or typed == meant[1:]
        or (typed[:2] == meant[1::-1] and typed[2:] == meant[2:])
    )


@lru_cache(maxsize=100)
def when_words(reads: Language) -> WhenWords:
    """Return the words of a language, which count first, and those of English; read once."""
    phrases: dict[str, Senses] = {}
    names: set[str] = set()
    # Many words mean the same.
    merged: dict[frozenset[str], Senses] = {}
    for each in (ENGLISH, reads):
        for said, meanings in _words(each):
            # Of the names of both languages, what is typed may be either.
            if meanings not in merged:
                merged[meanings] = _merged(meanings)
            phrases[said] = merged[meanings]
            if len(said) >= SHORTEST_NAME and " " not in said and meanings & _WITH_SLIPS:
                names.add(said)
    longest: dict[str, int] = {}
    for said in phrases:
        first, count = said.partition(" ")[0], said.count(" ") + 1
        longest[first] = max(count, longest.get(first, 0))
    by_letter: dict[str, tuple[str, ...]] = {}
    for name in sorted(names):
        by_letter[name[0]] = (*by_letter.get(name[0], ()), name)
    return WhenWords(phrases, longest, by_letter, table_of(reads, Topic.ANY))


def _words(reads: Language) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the words of a language with their meanings, of which none is unknown to the grammar."""
    if reads is ENGLISH:
        english = (*WEEKDAYS, *MONTHS, *NUMBER_WORDS)
        yield from ((name, frozenset({name + "?" * (name in {"march", "may"})})) for name in english)
        yield from ((comparable(word), frozenset({f"{number}th"})) for word, number in ORDINALS.items())
    for said, meanings in words_of_when(reads).items():
        known = frozenset(meaning for meaning in meanings if senses(meaning) is not None)
        if known:
            yield said, known


def _merged(meanings: Iterable[str]) -> Senses:
    found: dict[str, int] = {}
    for meaning in sorted(meanings):
        found |= senses(meaning) or {}
    return found
