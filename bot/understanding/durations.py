"""How long is said: 20 minutes, half an hour, two and a half hours, an hour and 20 minutes. Pure.

What is not clear is not read: then it is asked for.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.localization.reader import language
from bot.parsing.when.clock import SHARES
from bot.parsing.when.lexicon import Senses, when_words
from bot.understanding.concepts import Concept
from bot.understanding.phrases.phrasebook import Match
from bot.understanding.sentence import Sentence
from services.names.digits import plain_digits

AN_HOUR = 60
# How long such a phrase says, in minutes.
SPANS = {
    Concept.QUARTER_OF_AN_HOUR: 15,
    Concept.HALF_AN_HOUR: 30,
    Concept.THREE_QUARTERS_OF_AN_HOUR: 45,
    Concept.HOUR_AND_A_QUARTER: 75,
    Concept.HOUR_AND_A_HALF: 90,
    Concept.TWO_HOURS_AND_A_HALF: 150,
}
# So many hours such a word says where no number stands beside it: Arabic has a word for two, and the Hindi
# for two is read as another word elsewhere. Several hours need a number.
HOURS = {Concept.HOUR: 1, Concept.TWO_HOURS: 2, Concept.SEVERAL_HOURS: 0}
# With such a word before it, a number of hours is a time of day, or says when: at 3, in an hour.
_CLOCK = {
    "en": frozenset({"at", "in", "till", "until"}),
    "es": frozenset({"las", "en"}),
    "ru": frozenset({"в", "во", "к"}),
    "de": frozenset({"in", "ab"}),
    "ar": frozenset({"الساعه"}),
}
# The same before half an hour: “um 3 und eine halbe Stunde zu spät” has a time, “um 3 Stunden” has not.
_CLOCK_BEFORE_SHARE = {**_CLOCK, "de": _CLOCK["de"] | {"um"}}
_ARTICLE = "ال"
# A language that says the number behind the unit, too: минут на 15.
_NUMBER_BEHIND = {"ru": frozenset({"на", "через"})}
# What stands between hours and a share of one: two “and a” half, in Russian “with”.
_JOINING, _JOINING_IN = frozenset({"and", "a"}), {"ru": frozenset({"с"})}
_LESS = "minus"
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,2})?")
_COMMAS = frozenset({",", "٫"})
# As minutes behind an hour without a word for them: an hour and fifteen.
_BARE_MINUTES = range(5, AN_HOUR)
_TENS = range(20, 100, 10)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a duration, in minutes, from the place `first` to before `end`."""

    minutes: float
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that is written from the place `first` to before `end`; None: one that can't be read."""

    value: float | None
    first: int
    end: int


def minutes_said(sentence: Sentence) -> tuple[int, range] | None:
    """Return how late somebody is, in minutes, and the places of the words that say it, or None.

    Where several durations are said, it is the one nearest to the word for being late.
    """
    spans, minutes = [*_spans(sentence)], [*_minutes(sentence)]
    hours = [*_hours(sentence, minutes)]
    short = [*minutes, *(span for span in spans if span.minutes < AN_HOUR)]
    long = [*hours, *(span for span in spans if span.minutes >= AN_HOUR)]
    sums = [total for hour in long if (total := _sum(sentence, hour, short))]
    within = {place for total in sums for place in range(total.first, total.end)}
    found = [*sums, *(part for part in (*short, *long) if part.first not in within)]
    late = [match.first for match in sentence.having(Concept.LATE)]
    if not found or not late:
        return None

    def apart(part: _Part) -> tuple[bool, int]:
        return min(
            (sentence.clauses[place] != sentence.clauses[part.first], _gap(part, place)) for place in late
        )

    nearest = min(found, key=apart)
    return round(nearest.minutes), range(nearest.first, nearest.end)


def _gap(part: _Part, place: int) -> int:
    return max(part.first - place, place - part.end + 1)


def _sum(sentence: Sentence, hour: _Part, short: Iterable[_Part]) -> _Part | None:
    """Return hours and the minutes that are said right behind them: an hour and 20 minutes."""
    for part in short:
        between = range(hour.end, part.first)
        if part.first >= hour.end and all(_joins(sentence, place) for place in between):
            more = -part.minutes if _is_less(sentence, between) else part.minutes
            return _Part(hour.minutes + more, hour.first, part.end)
    return None


def _spans(sentence: Sentence) -> Iterator[_Part]:
    for span, minutes in SPANS.items():
        for match in sentence.having(span):
            place = match.first
            if minutes < AN_HOUR:
                place = _before_joining(sentence, place)
            number = _number_before(sentence, place) if minutes < 2 * AN_HOUR else None
            is_joined = minutes >= AN_HOUR or place < match.first
            if number is None or not is_joined or _is_on_clock(sentence, number.first, _CLOCK_BEFORE_SHARE):
                yield _Part(minutes, match.first, match.end)
            elif number.value is not None:
                # “2 hour and a half”: the hour of the phrase is one of those.
                yield _Part(number.value * AN_HOUR + minutes % AN_HOUR, number.first, match.end)


def _minutes(sentence: Sentence) -> Iterator[_Part]:
    for match in sentence.having(Concept.MINUTE):
        number = _number_before(sentence, match.first) or _number_behind(sentence, match)
        if number is not None and number.value is not None:
            yield _Part(number.value, min(number.first, match.first), max(number.end, match.end))


def _hours(sentence: Sentence, minutes: Iterable[_Part]) -> Iterator[_Part]:
    of_minutes = {place for part in minutes for place in range(part.first, part.end)}
    for match in sentence.having(*HOURS):
        share = _share_at(sentence, match.first - 1)
        number = _share_of(sentence, match) if share else _number_of(sentence, match, of_minutes)
        first = min(number.first, match.first)
        is_definite = sentence.words[match.first].key.startswith(_ARTICLE)
        if number.value is None or is_definite or _is_on_clock(sentence, first, _CLOCK):
            continue
        # साढ़े तीन, half past three, is three and a half.
        past = _senses_at(sentence, first - 1).get("beside", 0)
        more, end = _behind_hour(sentence, match, of_minutes)
        said = number.value * AN_HOUR + share + past + more
        yield _Part(said, first - bool(past), max(number.end, end))


def _share_of(sentence: Sentence, hour: Match) -> _Number:
    """Return the whole hours before a share that stands before the word for an hour: two and a half hours."""
    share = hour.first - 1
    return _number_before(sentence, _before_joining(sentence, share)) or _Number(0, share, hour.end)


def _number_of(sentence: Sentence, hour: Match, of_minutes: set[int]) -> _Number:
    """Return the number of hours, or what the word says without one: several hours are not clear then."""
    if before := _number_before(sentence, hour.first):
        return before
    behind = _number_behind(sentence, hour)
    if behind is not None and behind.first not in of_minutes:
        return behind
    usual = next(hours for concept, hours in HOURS.items() if concept in hour.concepts)
    return _Number(usual or None, hour.first, hour.end)


def _behind_hour(sentence: Sentence, hour: Match, of_minutes: set[int]) -> tuple[float, int]:
    """Return the minutes that are said behind an hour without a word for them, and the place behind.

    Those are a share of it (and a half, إلا ربع), or a number: an hour and fifteen, час двадцать.
    """
    place = hour.end
    while _is_in_clause(sentence, place, hour.first) and _joins(sentence, place):
        place += 1
    if not _is_in_clause(sentence, place, hour.first) or place in of_minutes:
        return 0, hour.end
    is_less = _is_less(sentence, range(hour.end, place))
    share = _share_at(sentence, place)
    is_joined = place > hour.end or "and_before" in _senses_at(sentence, place) or language().code == "ru"
    number = _number_at(sentence, place) if is_joined and not share else None
    late = sentence.places_of(Concept.LATE)
    is_last = not _is_in_clause(sentence, place + 1, hour.first) or place + 1 in late
    more = share or (number if number in _BARE_MINUTES and is_last else 0) or 0
    return (-more if is_less else more), (place + 1 if more else hour.end)


def _is_on_clock(sentence: Sentence, first: int, words: dict[str, frozenset[str]]) -> bool:
    """Tell whether what begins there is a time of day, by the word before it."""
    return first > 0 and sentence.words[first - 1].key in words.get(language().code, ())


def _number_before(sentence: Sentence, end: int) -> _Number | None:
    """Return the number that ends right before a place, in digits (1.5, 2,5) or letters (forty five)."""
    place = end - 1
    number = _number_at(sentence, place)
    if number is None:
        is_piece = place >= 0 and any(sign.isnumeric() for sign in sentence.words[place].text)
        return _Number(None, place, end) if is_piece else None
    if place and _is_decimal(sentence, place):
        return _Number(float(f"{_digits(sentence, place - 1)}.{_digits(sentence, place)}"), place - 1, end)
    before = place - 1
    if _joins(sentence, before) and _number_at(sentence, before) is None:
        before -= 1
    other = _number_at(sentence, before)
    if other is None or _digits(sentence, place) or _digits(sentence, before):
        return _Number(number, place, end)
    # Forty five, cuarenta y cinco, خمس وأربعين
    low, high = sorted((other, number))
    is_whole = high in _TENS and 0 < low < _TENS.step and _is_in_clause(sentence, before, place)
    return _Number(low + high, before, end) if is_whole else _Number(number, place, end)


def _is_decimal(sentence: Sentence, place: int) -> bool:
    """Tell whether a number stands behind the comma of another one: 2,5."""
    between = sentence.text[sentence.words[place - 1].end : sentence.words[place].start]
    return between in _COMMAS and bool(_digits(sentence, place - 1) and _digits(sentence, place))


def _digits(sentence: Sentence, place: int) -> str:
    """Return a word if it is a whole number in digits, else nothing."""
    word = plain_digits(sentence.words[place].text) if place >= 0 else ""
    return word if word.isdigit() else ""


def _number_behind(sentence: Sentence, unit: Match) -> _Number | None:
    """Return the number that stands behind a unit, in languages that say it so."""
    words = _NUMBER_BEHIND.get(language().code)
    if words is None:
        return None
    place = unit.end
    if _is_in_clause(sentence, place, unit.first) and sentence.words[place].key in words:
        place += 1
    number = _number_at(sentence, place) if _is_in_clause(sentence, place, unit.first) else None
    is_several = Concept.HOUR not in unit.concepts
    return _Number(number, place, place + 1) if number is not None and is_several else None


def _before_joining(sentence: Sentence, place: int) -> int:
    """Return the first place of the words that join what stands there to what is before."""
    while place > 0 and _joins(sentence, place - 1) and _number_at(sentence, place - 1) is None:
        place -= 1
    return place


def _joins(sentence: Sentence, place: int) -> bool:
    if not 0 <= place < len(sentence.words):
        return False
    is_word = sentence.words[place].key in _JOINING_IN.get(language().code, ())
    return is_word or not _senses_at(sentence, place).keys().isdisjoint({*_JOINING, _LESS})


def _is_less(sentence: Sentence, between: range) -> bool:
    return any(_LESS in _senses_at(sentence, place) for place in between)


def _is_in_clause(sentence: Sentence, place: int, other: int) -> bool:
    return place < len(sentence.words) and sentence.clauses[place] == sentence.clauses[other]


def _share_at(sentence: Sentence, place: int) -> int:
    """Return the minutes of a share of an hour that is named there, or 0."""
    senses = _senses_at(sentence, place)
    return next((minutes for name, minutes in SHARES.items() if name in senses), 0)


def _senses_at(sentence: Sentence, place: int) -> Senses:
    inside = 0 <= place < len(sentence.words)
    return when_words(language()).one(sentence.words[place].key) or {} if inside else {}


def _number_at(sentence: Sentence, place: int) -> float | None:
    """Return the number that a word says, in digits (1.5) or letters, or None."""
    if not 0 <= place < len(sentence.words):
        return None
    word = plain_digits(sentence.words[place].text)
    if _NUMBER.fullmatch(word):
        return float(word)
    senses = _senses_at(sentence, place)
    # وعشرين, and twenty, is also the twentieth.
    return senses.get("number", senses.get("ordinal") if "and_before" in senses else None)
