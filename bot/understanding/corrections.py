"""Whether a sentence takes an earlier answer back: “no, Thursday”, “Thursday instead”. Pure."""

from bot.understanding.concepts import Concept
from bot.understanding.denial import NEAR
from bot.understanding.reading import Reading


def corrects(reading: Reading, *, is_moved: bool) -> bool:
    """Tell whether an earlier answer is taken back, and not an appointment moved."""
    return _begins_with_no(reading) or (_is_instead(reading) and not is_moved) or _begins_with_not(reading)


def _begins_with_no(reading: Reading) -> bool:
    """Tell whether it begins with “no”, “rather”, or a “not” that stands before a day or the like.

    Before it may be a clause that says nothing: “oh, no, Thursday”.
    """
    sentence = reading.sentence
    fillers = sentence.places_of(Concept.FILLER, Concept.GREETING)
    start = 0
    # “Sorry no” and “oh no” are one clause with it.
    denial = next((match for match in sentence.having(Concept.NO) if match.first == 1), None)
    if denial is not None and 0 in fillers and sentence.clause_end(1) == denial.end:
        return True
    while start in fillers and sentence.clause_end(start) <= NEAR:
        start += 1
    if start and sentence.clauses[start - 1] == sentence.clauses[min(start, len(sentence.words) - 1)]:
        start = 0
    return any(
        match.first == start
        and Concept.WANT not in match.concepts
        and (Concept.INSTEAD in match.concepts or _says_what(reading, match.end))
        for match in sentence.having(Concept.NO, Concept.NOT, Concept.INSTEAD)
    )


def _says_what(reading: Reading, place: int) -> bool:
    """Tell whether a day or the like stands from that place on, or nothing else in that clause."""
    places, words = range(place, place + NEAR), reading.sentence.words[place : place + NEAR]
    if place and (not words or reading.sentence.clauses[place] != reading.sentence.clauses[place - 1]):
        return True
    return not reading.sentence.taken.isdisjoint(places) or any(word.text[0].isdigit() for word in words)


def _is_instead(reading: Reading) -> bool:
    """Tell whether something is wanted instead of an earlier answer, not of an appointment."""
    speaks_of_visit = reading.sentence.having(
        Concept.BOOK, Concept.MOVE, Concept.CANCEL, Concept.CHANGE, Concept.APPOINTMENT
    )
    return not speaks_of_visit and bool(reading.sentence.having(Concept.INSTEAD))


def _begins_with_not(reading: Reading) -> bool:
    when = reading.said.when
    fillers = reading.sentence.places_of(Concept.FILLER)
    start = next((place for place in range(len(reading.sentence.words)) if place not in fillers), 0)
    return start in reading.sentence.taken and bool(when.not_days or when.not_dates) and bool(when.days)
