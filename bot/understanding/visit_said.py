"""What a sentence says of a visit besides its time: the doctor, what hurts, for whom, how. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.understanding import entities, people_said
from bot.understanding.concepts import Concept, Evidence
from bot.understanding.corrections import corrects
from bot.understanding.denial import is_denied, wanted_doctors
from bot.understanding.doctor_names import NamedDoctors
from bot.understanding.durations import minutes_said
from bot.understanding.reading import Reading
from services.models.people import Role, UserId
from services.names.specializations import meant_among

POSSESSIVE = re.compile(r"['’]s?$")
# What is done with a visit.
_WISHES = frozenset(
    {Concept.BOOK, Concept.WANT, Concept.SEE, Concept.APPOINTMENT, Concept.MOVE, Concept.CANCEL}
)


def read_lateness(reading: Reading) -> None:
    """Find how late somebody is: no date is meant by that number."""
    if reading.sentence.having(Concept.LATE) and (said := minutes_said(reading.sentence)):
        reading.said = replace(reading.said, minutes=said[0])
        reading.signs.add(Evidence.MINUTES_SAID)
        reading.sentence.taken.update(said[1])


def read_doctors(reading: Reading) -> None:
    """Find the doctors who are named, and names of doctors whom the clinic does not have."""
    sentence = reading.sentence
    wanted = wanted_doctors(sentence, verb_last=reading.verb_last)
    if len(wanted) < len(sentence.doctors):
        reading.said = replace(reading.said, corrects=True)
    ids: set[UserId] = {each for found in wanted for each in found.ids}
    is_patient = reading.known.role in {None, Role.PATIENT}
    unknown = set(sentence.unknown())
    for title in sentence.having(Concept.TITLE, *([Concept.COURTESY] if is_patient else [])):
        place = title.end
        if place in unknown and place not in sentence.taken:
            end = place + 1
            while end in unknown and _may_be_name(reading, end):
                end += 1
            sentence.doctors.append(NamedDoctors(place, end, ()))
            reading.said = replace(reading.said, named=reading.take(range(place, end)))
    for towards in sentence.having(Concept.TOWARDS) if is_patient and not ids else ():
        is_name = towards.end in unknown and sentence.words[towards.end].text[:1].isupper()
        if is_name and not _WISHES.isdisjoint(sentence.concepts()):
            reading.said = replace(reading.said, named=reading.take(range(towards.end, towards.end + 1)))
    if ids:
        reading.said = replace(reading.said, doctors=tuple(sorted(ids)))
        reading.signs.add(Evidence.DOCTOR_SAID)
    if reading.said.named:
        reading.signs.add(Evidence.DOCTOR_SAID)
    if sentence.having(Concept.ANY_DOCTOR):
        reading.said = replace(reading.said, any_doctor=True)


def _may_be_name(reading: Reading, place: int) -> bool:
    word = reading.sentence.words[place]
    return word.is_word and not word.text[0].islower()


def read_kinds(reading: Reading) -> None:
    """Find the kinds of doctor; what hurts is a reason, or asks which kind people see for it."""
    sentence = reading.sentence
    wants = {*_WISHES, Concept.CANT_COME, Concept.LATE}
    behind_for = entities.reason_behind_due_to(sentence) or entities.reason_behind_for(sentence)
    if behind_for and not reading.said.reason:
        reading.said = replace(reading.said, reason=reading.take(behind_for))
        reading.signs.add(Evidence.REASON_SAID)
    kinds, complaints = entities.kinds_said(sentence)
    has_wish = not wants.isdisjoint(sentence.concepts()) or bool(reading.said.doctors)
    if (
        complaints
        and (has_wish or kinds)
        and not reading.said.reason
        and reading.known.role is not Role.DOCTOR
    ):
        _complaint(reading)
    if complaints == ["General medicine"] and sentence.having(Concept.CHILD):
        # With a fever, a child is seen by the doctor for children.
        complaints = ["Paediatrics"]
    complaints = [each for each in complaints if each not in kinds]
    if complaints and reading.known.role not in {None, Role.PATIENT}:
        return
    if kinds or (complaints and not has_wish):
        reading.signs.add(Evidence.KIND_SAID if kinds else Evidence.SYMPTOM_SAID)
        _note_kinds(reading, kinds or complaints)
    elif complaints:
        reading.signs.add(Evidence.REASON_SAID)


def _complaint(reading: Reading) -> None:
    others = reading.sentence.places_of(*_WISHES)
    if places := entities.complaint_beside(reading.sentence, others | reading.sentence.taken):
        reading.said = replace(reading.said, reason=reading.take(places))


def _note_kinds(reading: Reading, usual: Sequence[str]) -> None:
    here, lacking = [], []
    known = reading.known.specializations
    for name in usual:
        found = _kind_of_clinic(name, known)
        (here.append(found) if found else lacking.append(name))
    reading.said = replace(
        reading.said,
        kinds=tuple(dict.fromkeys(here)),
        lacking=() if here else tuple(dict.fromkeys(lacking)),
    )
    of_kind = [each.id for each in reading.known.doctors if each.specialization in here]
    if len(reading.said.doctors) > 1 and (fits := [each for each in reading.said.doctors if each in of_kind]):
        reading.said = replace(reading.said, doctors=tuple(fits))


@lru_cache(maxsize=500)
def _kind_of_clinic(usual: str, known: tuple[str, ...]) -> str | None:
    """Return what the clinic calls a kind of doctor, or None where it has none."""
    found = meant_among(usual, known) or [each for each in known if each.casefold() == usual.casefold()]
    return found[0] if found else None


def read_people(reading: Reading, relative: range) -> None:
    """Find for whom it is, or about whom."""
    # In “child coughs” the child is only part of the reason, in “my child coughs” it is whom it is about.
    if len(relative) > 1 or (relative and relative.start not in reading.sentence.taken):
        if reading.known.role not in {None, Role.PATIENT}:
            relative = people_said.with_names_beside(reading.sentence, relative)
        reading.signs |= {Evidence.RELATIVE_SAID, Evidence.PERSON_SAID}
        reading.said = replace(reading.said, person=reading.take(relative))
        return
    if person := people_said.person_said(reading.sentence, reading.known.role):
        reading.signs.add(Evidence.PERSON_SAID)
        # Asha Patel's visits are those of Asha Patel.
        name = POSSESSIVE.sub("", reading.take(person))
        reading.said = replace(reading.said, person=name)
    elif reading.sentence.having(Concept.MYSELF):
        reading.said = replace(reading.said, for_me=True)


def read_details(reading: Reading) -> None:
    """Find whether it is by video, a language, and whether an earlier answer is taken back."""
    sentence = reading.sentence
    concepts = sentence.concepts()
    if not concepts.isdisjoint({Concept.VIDEO, Concept.IN_PERSON}):
        reading.said = replace(reading.said, by_video=Concept.VIDEO in concepts)
    if codes := entities.languages_said(sentence):
        reading.said = replace(reading.said, language=codes[0])
        reading.signs.add(Evidence.LANGUAGE_SAID)
    is_moved = Concept.ANOTHER in reading.signs or bool(reading.sentence.having(Concept.CANT_COME))
    if corrects(reading, is_moved=is_moved) and not denied(reading):
        reading.said = replace(reading.said, corrects=True)


def denied(reading: Reading) -> bool:
    """Tell whether the act is denied: “don't cancel”."""
    return is_denied(reading.sentence, verb_last=reading.verb_last)
