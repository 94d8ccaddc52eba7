"""What is said of a visit besides its time: the kind of doctor, the reason, the language. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bot.understanding.concepts import Concept
from bot.understanding.phrases.phrasebook import Match
from bot.understanding.sentence import Sentence

# How many words may stand between what is treated and the word for a doctor: a doctor for my skin.
NEAR = 3
# Words that stand between “for” and what it is for.
_LIGHT = frozenset(
    {
        *(Concept.FILLER, Concept.ARTICLE, Concept.MY, Concept.FOR),
        *(Concept.OF_BEHIND, Concept.COURTESY_BEHIND, Concept.MAKE),
    }
)
# For: I have a rash.
_BEFORE_IT = _LIGHT | {Concept.HAVE}
_COMPLAINTS = frozenset({"body", "symptoms"})


def names_in(match: Match, *sections: str) -> list[str]:
    """Return the entries of those sections that a phrase stands for."""
    found = [each.name for each in match.meanings if each.section in sections]
    return sorted(found) if len(found) > 1 else found


def kinds_said(sentence: Sentence) -> tuple[list[str], list[str]]:
    """Return the usual names of the kinds of doctor that are named, and those of what hurts.

    What is treated is a kind beside the word for a doctor (skin doctor), and a complaint with a word for
    pain; alone it is a kind.
    """
    matches = list(sentence.open_matches())
    doctors = sentence.places_of(Concept.DOCTOR, Concept.DOCTORS, Concept.TITLE, Concept.SEE)
    hurts = bool(sentence.places_of(Concept.PAIN, Concept.COMPLAINS))
    # A rash on the hands is treated by whoever treats rashes.
    names_symptom = any(names_in(match, "symptoms") for match in matches)
    kinds: list[str] = []
    complaints: list[str] = []
    for match in matches:
        kinds += names_in(match, "kinds")
        is_near = any(
            abs(place - match.first) <= NEAR and sentence.clauses[place] == sentence.clauses[match.first]
            for place in doctors
        )
        parts = names_in(match, "body") if is_near or not names_symptom else []
        (complaints if parts and hurts and not is_near else kinds).extend(parts)
        complaints += names_in(match, "symptoms")
    return list(dict.fromkeys(kinds)), list(dict.fromkeys(complaints))


def reason_behind_because(sentence: Sentence) -> range:
    """Return the places of the reason behind a word like “because”: the rest of its clause."""
    for match in sentence.having(Concept.BECAUSE):
        end = sentence.clause_end(match.end) if match.end < len(sentence.words) else match.end
        if end > match.end:
            return range(match.end, _without_politeness(sentence, _to_where_it_goes_on(sentence, end)))
    return range(0)


def reason_before_because(sentence: Sentence) -> range:
    """Return the places of a complaint before a word like the Hindi इसलिए, “so”: दर्द है इसलिए."""
    for match in sentence.having(Concept.BECAUSE_BEHIND):
        if match.first and (found := _complaint_before(sentence, match.first)):
            return found
    return range(0)


def _reason_before_for(sentence: Sentence) -> range:
    """Return the places of a complaint or check-up before a word for “for”, in languages that say it so."""
    for match in sentence.having(Concept.FOR_BEHIND):
        if match.first and (found := _complaint_before(sentence, match.first)):
            return found
    return range(0)


def _complaint_before(sentence: Sentence, end: int) -> range:
    """Return the places of a complaint that ends before that place: back to a day, a doctor or an act."""
    light = {*_LIGHT, Concept.PAIN, Concept.CHECK_UP, Concept.NOT, Concept.NO, Concept.SHOW, Concept.SEE}
    first = sentence.clause_start(end - 1)
    before = [match for match in sentence.matches if first <= match.first < end]
    closed = [m.end for m in before if not is_complaint(m) and not m.concepts <= light]
    closed += [place + 1 for place in sentence.taken if first <= place < end]
    first = max([first, *closed])
    within = [match for match in before if match.first >= first]
    if not any(map(is_complaint, within)):
        return range(0)
    if sentence.clauses[end - 1] == sentence.clauses[min(end, len(sentence.words) - 1)]:
        # Before a postposition it is a noun, so “I” does not belong to it.
        fillers = sentence.places_of(Concept.FILLER) - sentence.places_of(Concept.MY, Concept.PAIN)
        while first < end and first in fillers:
            first += 1
    return range(first, end)


def _without_politeness(sentence: Sentence, end: int) -> int:
    polite = sentence.places_of(Concept.POLITE, Concept.THANKS)
    while end > 0 and end - 1 in polite:
        end -= 1
    return end


def _to_where_it_goes_on(sentence: Sentence, end: int) -> int:
    """Return where a reason ends that may go on behind a comma: not where another wish begins."""
    while end < len(sentence.words):
        clause = range(end, sentence.clause_end(end))
        is_polite = set(clause) <= sentence.places_of(Concept.POLITE, Concept.THANKS)
        speaks_of_visit = is_polite or any(
            match.first in clause and not match.concepts <= {*_LIGHT, Concept.PAIN, Concept.NOT}
            for match in sentence.matches
        )
        is_named = any(found.first in clause for found in sentence.doctors)
        if speaks_of_visit or is_named or any(sentence.words[place].text.isdigit() for place in clause):
            return end
        end = clause.stop
    return end


def reason_behind_due_to(sentence: Sentence) -> range:
    """Return the places of the reason behind a word like “wegen”: up to a day, a doctor or a wish."""
    for match in sentence.having(Concept.DUE_TO):
        if match.end < len(sentence.words) and match.end not in sentence.taken:
            return range(match.end, _rest(sentence, match.end))
    return range(0)


def reason_behind_for(sentence: Sentence) -> range:
    """Return the places of a complaint or check-up behind a word like “for”: for my knee, about a rash."""
    open_ones = sorted(sentence.open_matches(), key=lambda match: match.first)
    by_first = {match.first: match for match in open_ones}
    for match in sentence.having(Concept.FOR):
        place = match.end
        while place in by_first and by_first[place].concepts and by_first[place].concepts <= _BEFORE_IT:
            place = by_first[place].end
        found = by_first.get(place)
        if found is None or not is_complaint(found):
            continue
        if any(each.first == found.end and Concept.DOCTOR in each.concepts for each in open_ones):
            continue
        return range(match.end, _rest(sentence, found.end))
    return _reason_before_for(sentence)


def complaint_beside(sentence: Sentence, others: AbstractSet[int]) -> range:
    """Return the places of a clause of its own that is a complaint: “my knee hurts, can I come?”."""
    for match in sentence.open_matches():
        if names_in(match, *_COMPLAINTS):
            first, end = sentence.clause_start(match.first), sentence.clause_end(match.first)
            if (first > 0 or end < len(sentence.words)) and others.isdisjoint(range(first, end)):
                return range(first, end)
    return _complaint_within(sentence, others)


def _complaint_within(sentence: Sentence, others: AbstractSet[int]) -> range:
    """Return the places of a complaint that follows a wish without a comma: “cita me duele la rodilla”."""
    for match in sentence.having(Concept.COMPLAINS):
        found = range(match.first, _rest(sentence, match.end))
        if match.first > 0 and found and others.isdisjoint(found):
            return found
    return range(0)


def is_complaint(match: Match) -> bool:
    """Tell whether a phrase is what people complain of, or come to have checked."""
    is_complaint = any(each.section in _COMPLAINTS for each in match.meanings)
    if Concept.APPOINTMENT in match.concepts:
        return False
    return is_complaint or not match.concepts.isdisjoint({Concept.CHECK_UP, Concept.PAIN})


def _rest(sentence: Sentence, place: int) -> int:
    """Return where a reason ends: before a day, a doctor or an act, at the latest with its clause."""
    if place >= len(sentence.words):
        return place
    end = sentence.clause_end(place) if sentence.clauses[place] == sentence.clauses[place - 1] else place
    light = {*_LIGHT, Concept.PAIN, Concept.COMPLAINS, Concept.CHECK_UP, Concept.RELATIVE, Concept.NOT}
    starts = [
        match.first
        for match in sentence.matches
        if match.first >= place
        and match.concepts
        and not match.concepts & light
        and not names_in(match, *_COMPLAINTS)
    ]
    starts += [found for found in sentence.taken if found >= place]
    end = min([end, *starts])
    around = sentence.places_of(Concept.FOR, Concept.FILLER) - sentence.places_of(Concept.PAIN)
    while end > place and end - 1 in around:
        end -= 1
    return end


def gives_visit_another_day(sentence: Sentence, days: Sequence[range], *, is_ours: bool) -> bool:
    """Tell whether one's own appointment of one day is spoken of with another day: मेरा कल का … परसों कर दो."""
    other = {
        Concept.BOOK,
        Concept.CANCEL,
        Concept.WHEN,
        Concept.SHOW,
        Concept.NOT,
        Concept.WANT,
        Concept.HAVE,
    }
    visits = sentence.places_of(Concept.APPOINTMENT)
    is_own = (is_ours or bool(sentence.having(Concept.MY))) and not sentence.having(*other)
    is_replaced = bool(sentence.having(Concept.INSTEAD)) and bool(visits)
    return is_own and len(days) > 1 and (is_replaced or is_before_visit(sentence, days[0].stop))


def is_before_visit(sentence: Sentence, place: int) -> bool:
    """Tell whether an appointment is spoken of at a place, or behind small words there: (का) मेरा अपॉइंटमेंट."""
    small = sentence.places_of(Concept.MY, Concept.FILLER)
    while place in small:
        place += 1
    return place in sentence.places_of(Concept.APPOINTMENT)


def languages_said(sentence: Sentence) -> list[str]:
    """Return the ISO 639 codes of the languages that are named."""
    found = (name for match in sentence.open_matches() for name in names_in(match, "languages"))
    return list(dict.fromkeys(found))
