"""For whom a visit is, or about whom somebody writes: a relative, or a name. Pure."""

from collections.abc import Sequence

from bot.localization.reader import language
from bot.understanding.concepts import Concept
from bot.understanding.doctor_names import DoctorNames
from bot.understanding.phrases.phrasebook import phrasebook_of
from bot.understanding.sentence import Sentence, take_apart
from services.models.people import Role

# No name has more words.
MOST_WORDS = 4


def relative_said(sentence: Sentence, *, verb_last: bool) -> range:
    """Return the places of a word for a relative, with “my” before it and a name behind it."""
    mine = {
        match.first
        for match in sentence.having(Concept.MY)
        if match.end - match.first == 1 and Concept.APPOINTMENT not in match.concepts
    }
    behind_for = {match.end for match in sentence.having(Concept.FOR)}
    # An older person calls the clerk so: “नमस्ते बेटा,”.
    greeted = {match.end for match in sentence.having(Concept.GREETING)}
    # Without capital letters, what follows may also be the verb: then it must be known as a name.
    names = {match.first for match in sentence.matches if Concept.NAME in match.concepts}
    is_clear = verb_last or sentence.text.lower() != sentence.text.upper()
    for match in sentence.having(Concept.RELATIVE):
        first = match.first
        if first in greeted and sentence.clause_end(first) == match.end:
            continue
        # The Arabic “my father” is also “I want”.
        if Concept.WANT in match.concepts and first not in behind_for:
            continue
        while first > 0 and first - 1 in mine:
            first -= 1
        end = match.end
        while (
            end < len(sentence.words)
            and _is_name(sentence, end, caseless=False)
            and end in set(sentence.unknown())
            and (is_clear or end in names or first in behind_for)
        ):
            end += 1
        return _with_their_people(sentence, range(first, end))
    return range(0)


def _with_their_people(sentence: Sentence, said: range) -> range:
    """Return a relative with whose it is before it, and who it is behind it: मेरे पति की माँ, रमेश के बेटे."""
    of = sentence.places_of(Concept.OF_BEHIND)
    relatives = {match.first: match.end for match in sentence.having(Concept.RELATIVE)}
    first, end = said.start, said.stop
    while (then := end + 1 if end in of else end) in relatives:
        end = relatives[then]
    names = set(sentence.unknown()) | sentence.places_of(Concept.NAME)
    courteous = sentence.places_of(Concept.COURTESY_BEHIND)
    if first - 1 in of:
        start = first - 1
        while start and start - 1 in courteous:
            start -= 1
        named = start
        while named and named - 1 in names:
            named -= 1
        first = named if named < start else first
    return range(first, end)


def with_names_beside(sentence: Sentence, relative: range) -> range:
    """Return the places of a relative and of whose it is, as staff say it: خالد ابن الحاجة سعاد."""
    unknown = set(sentence.unknown())
    first, end = relative.start, relative.stop
    begin, stop = sentence.clause_start(first), sentence.clause_end(end - 1)
    titles = sentence.places_of(Concept.COURTESY, Concept.RELATIVE)
    while first > begin and first - 1 in unknown and _is_name(sentence, first - 1, caseless=False):
        first -= 1
    while end < stop and (end in unknown or (end in titles and end + 1 in unknown)):
        if not _is_name(sentence, end, caseless=end in titles):
            break
        end += 1
    return range(first, end)


def is_relative(text: str) -> bool:
    """Tell whether a text has a word for a relative with “my” before it, and is no name alone."""
    return bool(relative_said(take_apart(text, phrasebook_of(language()), DoctorNames()), verb_last=False))


def person_said(sentence: Sentence, role: Role | None) -> range:
    """Return the places of somebody's name: unknown words, behind “for” where a patient writes."""
    unknown = sentence.unknown()
    runs = _runs(unknown, sentence.clauses)
    behind_for = {match.end for match in sentence.having(Concept.FOR)}
    before_for = {match.first - 1 for match in sentence.having(Concept.FOR_BEHIND)}
    is_staff = role is not None and role is not Role.PATIENT
    # Where nothing is written with a capital letter, names aren't either.
    caseless = is_staff and not any(word.text[:1].isupper() for word in sentence.words[1:] if word.is_word)
    articles = {match.end for match in sentence.having(Concept.ARTICLE)}
    for run in runs:
        if is_staff and not caseless and run[0] in articles:
            continue
        named = [place for place in run if _is_name(sentence, place, caseless=caseless)]
        if not (named and len(run) <= MOST_WORDS):
            continue
        if is_staff or run[0] in behind_for or run[-1] in before_for:
            first = named[0]
            before = sentence.places_of(Concept.COURTESY if is_staff else Concept.MY)
            while first - 1 in before:
                first -= 1
            return range(first, named[-1] + 1)
    return range(0)


def _runs(places: Sequence[int], clauses: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1 and clauses[place] == clauses[place - 1]:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _is_name(sentence: Sentence, place: int, *, caseless: bool) -> bool:
    word = sentence.words[place]
    has_case = word.text.lower() != word.text.upper()
    return word.is_word and (caseless or not has_case or word.text[0].isupper())
