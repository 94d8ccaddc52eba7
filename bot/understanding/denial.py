"""Acts that are denied (“don't cancel”), or asked for together, so that a question comes first. Pure."""

from bot.understanding.concepts import Concept
from bot.understanding.doctor_names import NamedDoctors
from bot.understanding.phrases.phrasebook import Match
from bot.understanding.sentence import Sentence

# Acts that take something away or make something: with a “not” before them it is asked.
_ACTS = (
    *(Concept.CANCEL, Concept.MOVE, Concept.BOOK, Concept.CONFIRM, Concept.BLOCK, Concept.DELETE),
    *(Concept.LATE,),
)
NEAR = 3


def is_denied(sentence: Sentence, *, verb_last: bool) -> bool:
    """Tell whether an act is denied: “don't cancel”."""
    acts = sentence.having(*_ACTS)
    denials = sentence.having(Concept.NOT)
    return any(_denies(sentence, no, act, verb_last=verb_last) for no in denials for act in acts)


def asks_for_two_acts(sentence: Sentence) -> bool:
    """Tell whether something is to be cancelled, and something else to be done with it."""
    said = sentence.concepts()
    return Concept.CANCEL in said and not said.isdisjoint({Concept.BOOK, Concept.MOVE})


def wanted_doctors(sentence: Sentence, *, verb_last: bool) -> list[NamedDoctors]:
    """Return the doctors who are named, without those who are not wanted: “not Sen, Rao”, सेन नहीं, राव."""
    denials = sentence.having(Concept.NOT)
    titles = sentence.places_of(Concept.TITLE)
    small = sentence.places_of(Concept.FILLER, Concept.WITH, Concept.OF_BEHIND) - {no.first for no in denials}
    wanted = []
    for found in sentence.doctors:
        first = found.first - 1 if found.first - 1 in titles else found.first
        end = found.end
        while verb_last and end in small:
            end += 1
        if not any(end == no.first if verb_last else first == no.end for no in denials):
            wanted.append(found)
    return wanted or sentence.doctors


def _denies(sentence: Sentence, no: Match, act: Match, *, verb_last: bool) -> bool:
    """Tell whether a “not” stands shortly before an act, or behind it in its clause, as in German.

    Where the verb ends the sentence, it stands right behind the act, or denies something else.
    """
    if act is no:
        return True
    if sentence.clauses[act.first] != sentence.clauses[no.first]:
        return False
    if act.first < no.first:
        return not verb_last or no.first - act.end <= 1
    return act.first - no.end < NEAR
