"""How long is said: 20 minutes, half an hour, two and a half hours, an hour and 20 minutes. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.localization.reader import language
from bot.parsing.when.clock import SHARES
from bot.parsing.when.lexicon import Senses, when_words
from bot.understanding.concepts import Concept
from bot.understanding.phrases.phrasebook import Match
from bot.understanding.sentence import Sentence
from services.names.digits import plain_digits

MINUTES_AN_HOUR = 60
# How long such a phrase says, in minutes.
SPANS = {
    Concept.QUARTER_OF_AN_HOUR: 15,
    Concept.HALF_AN_HOUR: 30,
    Concept.THREE_QUARTERS_OF_AN_HOUR: 45,
    Concept.HOUR_AND_A_QUARTER: 75,
    Concept.HOUR_AND_A_HALF: 90,
    Concept.TWO_HOURS_AND_A_HALF: 150,
}
# So many hours such a word says where no number stands beside it: Arabic has a word for two.
HOURS = {Concept.HOUR: 1, Concept.TWO_HOURS: 2}
# What may stand between hours and a share of one: two “and a” half. In Russian it is the word for “from”.
_JOINING = frozenset({"and", "a", "from", "from?"})
_LESS = "minus"
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a duration, in minutes, from the place `first` to before `end`."""

    minutes: float
    first: int
    end: int


def minutes_said(sentence: Sentence) -> tuple[int, range] | None:
    """Return the minutes that are said and the places of the words that say them, or None."""
    minutes = [*_minutes(sentence)]
    spans = [*_spans(sentence)]
    hours = [*_hours(sentence, {place for part in minutes for place in range(part.first, part.end)})]
    found = next(iter([*spans, *minutes, *hours]), None)
    if found is None:
        return None
    for hour in (*spans, *hours):
        for minute in minutes:
            if hour.end <= minute.first and _past_joining(sentence, hour.end) >= minute.first:
                return round(hour.minutes + minute.minutes), range(hour.first, minute.end)
    return round(found.minutes), range(found.first, found.end)


def _spans(sentence: Sentence) -> Iterator[_Part]:
    for span, minutes in SPANS.items():
        for match in sentence.having(span):
            if minutes < MINUTES_AN_HOUR:
                hours, first = _hours_before(sentence, match.first)
                yield _Part(hours * MINUTES_AN_HOUR + minutes, first, match.end)
            # “2 hour and a half”: the hour of the phrase is one of those.
            elif minutes < 2 * MINUTES_AN_HOUR and (hours := _number_at(sentence, match.first - 1)):
                yield _Part((hours - 1) * MINUTES_AN_HOUR + minutes, match.first - 1, match.end)
            else:
                yield _Part(minutes, match.first, match.end)


def _minutes(sentence: Sentence) -> Iterator[_Part]:
    for match in sentence.having(Concept.MINUTE):
        for place in _beside(match):
            if number := _number_at(sentence, place):
                yield _Part(number, min(place, match.first), max(place + 1, match.end))
                break


def _hours(sentence: Sentence, of_minutes: set[int]) -> Iterator[_Part]:
    """Yield the hours that are said, with their shares; an hour without a number is one."""
    for match in sentence.having(*HOURS):
        more, end = _shares_behind(sentence, match)
        if share := _share_at(sentence, match.first - 1):
            hours, first = _hours_before(sentence, match.first - 1)
            yield _Part(hours * MINUTES_AN_HOUR + share, first, match.end)
            continue
        beside = (place for place in _beside(match) if place not in of_minutes)
        place = next((place for place in beside if _number_at(sentence, place)), match.first)
        usual = next(hours for concept, hours in HOURS.items() if concept in match.concepts)
        number = _number_at(sentence, place) or usual
        # साढ़े तीन, half past three, is three and a half.
        past = _senses_at(sentence, min(place, match.first) - 1).get("beside", 0)
        first = min(place, match.first) - bool(past)
        yield _Part(number * MINUTES_AN_HOUR + past + more, first, max(place + 1, end))


def _beside(unit: Match) -> tuple[int, ...]:
    """Return where the number of a unit may stand: some languages say it behind the unit, минут на 15."""
    return unit.first - 1, unit.end, unit.end + 1


def _hours_before(sentence: Sentence, share: int) -> tuple[float, int]:
    """Return the hours that are said before a share of one (two and a half), and where that begins."""
    place = share - 1
    while place >= 0 and _senses_at(sentence, place).keys() & _JOINING and not _number_at(sentence, place):
        place -= 1
    number = _number_at(sentence, place) if share - 1 > place else 0
    return (number, place) if number else (0, share)


def _shares_behind(sentence: Sentence, hour: Match) -> tuple[int, int]:
    """Return the minutes that are said behind an hour (and a half, إلا ربع), and the place behind them."""
    place, sign = hour.end, 1
    while place < len(sentence.words) and sentence.clauses[place] == sentence.clauses[hour.first]:
        if share := _share_at(sentence, place):
            return sign * share, place + 1
        senses = _senses_at(sentence, place)
        sign = -1 if _LESS in senses else sign
        if not senses.keys() & {*_JOINING, _LESS}:
            break
        place += 1
    return 0, hour.end


def _past_joining(sentence: Sentence, place: int) -> int:
    """Return the first place from there on of a word that joins nothing."""
    while _senses_at(sentence, place).keys() & _JOINING:
        place += 1
    return place


def _share_at(sentence: Sentence, place: int) -> int:
    """Return the minutes of a share of an hour that is named there, or 0."""
    senses = _senses_at(sentence, place)
    return next((minutes for name, minutes in SHARES.items() if name in senses), 0)


def _senses_at(sentence: Sentence, place: int) -> Senses:
    inside = 0 <= place < len(sentence.words)
    return when_words(language()).one(sentence.words[place].key) or {} if inside else {}


def _number_at(sentence: Sentence, place: int) -> float:
    """Return the number that is written there, in digits (1.5) or letters, or 0."""
    if not 0 <= place < len(sentence.words):
        return 0
    word = plain_digits(sentence.words[place].text)
    return float(word) if _NUMBER.fullmatch(word) else _senses_at(sentence, place).get("number", 0)
