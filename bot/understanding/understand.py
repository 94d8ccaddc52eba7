"""The way of a text: emergency, words, names, reason, days and times, then the intent by one table. Pure.

Nothing is guessed: words that are not understood are handed back, and what may mean several things is asked.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from bot.localization.reader import language
from bot.parsing.when import When
from bot.understanding import entities, people_said, rules
from bot.understanding.concepts import Concept, Evidence
from bot.understanding.denial import NEAR, asks_for_two_acts
from bot.understanding.doctor_names import DoctorNames
from bot.understanding.emergency import sounds_like_emergency
from bot.understanding.intents import INTENTS, Intent
from bot.understanding.meaning import Doubt, Entities, Understood
from bot.understanding.phrases.phrasebook import phrasebook_of
from bot.understanding.reading import Known, Reading
from bot.understanding.sentence import Sentence, take_apart
from bot.understanding.times_said import is_over, read_times
from bot.understanding.visit_said import (
    denied,
    read_details,
    read_doctors,
    read_kinds,
    read_lateness,
    read_people,
)
from services.models.people import Role

# Longer texts are letters to the clinic, and read no further.
LONGEST = 600
MOST_LIKELY = 3
# So many words may be left over where the intent is sure.
MOST_LEFT = 4
# What is answered and leads nowhere, so it is never offered.
NO_WAY_ON = frozenset({Intent.GREETING, Intent.THANKS, Intent.EMERGENCY})
# What is said in passing, and what may stand beside it.
COURTESY = frozenset({Concept.THANKS, Concept.GREETING})
POLITE = frozenset({Concept.POLITE, Concept.COURTESY, Concept.COURTESY_BEHIND, Concept.FILLER})
# What is only done in days to come.
TO_COME = frozenset(
    {Intent.BOOK, Intent.MOVE, Intent.CANCEL, Intent.CONFIRM, Intent.FREE_TIMES, Intent.WHEN_IS_IT}
)
# What is offered where nothing was understood, the likeliest first.
USUAL = {
    None: (Intent.BOOK, Intent.SIGN_IN, Intent.PERSON),
    Role.PATIENT: (Intent.BOOK, Intent.APPOINTMENTS, Intent.PERSON),
    Role.DOCTOR: (Intent.MY_DAY, Intent.TIME_OFF, Intent.HELP),
    Role.RECEPTIONIST: (Intent.CLINIC_DAY, Intent.BOOK, Intent.FIND_PERSON),
    Role.ADMIN: (Intent.CLINIC_DAY, Intent.BOOK, Intent.FIND_PERSON),
}
# What staff ask for about a person whom they name.
_OF_PEOPLE = frozenset(
    {
        *(Intent.FIND_PERSON, Intent.BOOK, Intent.MOVE, Intent.CANCEL, Intent.BLOCK, Intent.APPOINTMENTS),
        *(Intent.FOLLOW_UP, Intent.FREE_TIMES),
    }
)


def learn_words() -> None:
    """Read the words of the reader's language, which takes a moment; later calls find them there."""
    understand(".", Known(None, date.min))


def understand(text: str, known: Known) -> Understood:
    """Return what a text means, in the reader's language or in English. Never raises for any text."""
    if sounds_like_emergency(text):
        return Understood(Intent.EMERGENCY)
    if len(text) > LONGEST:
        return _unclear(known.role, [], Entities(), (text[:LONGEST],))
    return _understood(Reading(text, known))


def sounds_like_correction(text: str) -> bool:
    """Tell whether a text may take an earlier answer back: “no, Thursday”, “Thursday instead”."""
    return any(
        Concept.INSTEAD in match.concepts
        or (match.first <= NEAR and not match.concepts.isdisjoint({Concept.NO, Concept.NOT}))
        for match in _without_names(text).matches
    )


def is_mere_courtesy(text: str) -> bool:
    """Tell whether a text says no more than thanks or a greeting, in the reader's language or in English."""
    sentence = _without_names(text)
    said = sentence.concepts()
    return not said.isdisjoint(COURTESY) and said <= COURTESY | POLITE and not sentence.unknown()


def _without_names(text: str) -> Sentence:
    """Take a text apart where doctors' names do not matter; of one that is too long nothing is read."""
    return take_apart(text if len(text) <= LONGEST else "", phrasebook_of(language()), DoctorNames())


def _understood(reading: Reading) -> Understood:
    """Return what the text means."""
    behind_because = entities.reason_behind_because(reading.sentence)
    before_because = entities.reason_before_because(reading.sentence)
    read_lateness(reading)
    read_times(reading, behind_because, before_because)
    read_doctors(reading)
    relative = people_said.relative_said(reading.sentence, verb_last=reading.verb_last)
    read_kinds(reading)
    read_people(reading, relative)
    read_details(reading)
    reading.signs |= reading.sentence.concepts()
    left = tuple(reading.sentence.words[place].text for place in reading.sentence.unknown())
    return _with_intent(reading, left)


def _with_intent(reading: Reading, left: tuple[str, ...]) -> Understood:
    fits = rules.fitting(reading.signs, reading.known.role)
    likely = [each.intent for each in fits]
    best = fits[0] if fits else None
    if best is not None and _is_about_nobody(reading, best.intent):
        left = (*left, *reading.said.person.split())
        reading.said = replace(reading.said, person="")
    if best is not None and best.intent is Intent.SYMPTOM:
        # How long it has hurt does not matter here.
        left = tuple(word for word in left if not word.isdigit())
    # Whoever thanks says kind words, too.
    is_sure = best is not None and (best.rank >= rules.SURE or best.intent is Intent.THANKS)
    too_much_left = best is not None and len(left) > (MOST_LEFT if is_sure else 0)
    is_tied = len(fits) > 1 and best is not None and fits[1].rank == best.rank
    is_about_something_else = (best is None or too_much_left) and bool(left) and not reading.said.corrects
    is_excused = is_sure and best is not None and best.intent in {Intent.LATE, Intent.CANCEL, Intent.MOVE}
    is_about_something_else |= bool(reading.sentence.having(Concept.UNRELATED)) and not is_excused
    if is_about_something_else or asks_for_two_acts(reading.sentence):
        return _unclear(reading.known.role, likely, Entities(), left)
    # Nobody can come on a day that is over: it tells of a visit.
    is_told = best is not None and best.intent in TO_COME and is_over(reading.said.when, reading.known.today)
    if best is None or too_much_left or is_tied or is_told or denied(reading):
        return _unclear(reading.known.role, likely, reading.said, left, reading.asks)
    said = reading.said
    if best.intent is Intent.SYMPTOM:
        said = replace(said, reason="", when=When())
    elif Evidence.SYMPTOM_SAID in reading.signs and (said.kinds or said.lacking):
        said = replace(said, kinds=(), lacking=())
    asks = set(reading.asks)
    if len(said.doctors) > 1:
        asks.add(Doubt.DOCTOR)
    if len(said.kinds) > 1 and best.intent is Intent.BOOK:
        asks.add(Doubt.KIND)
    counts, is_sure = _only_what_counts(best.intent, said), best.rank >= rules.SURE
    return Understood(best.intent, counts, frozenset(asks), (), left, is_sure)


def _is_about_nobody(reading: Reading, intent: Intent) -> bool:
    """Tell whether words that staff wrote are no name, as the intent is about no person."""
    is_staff = reading.known.role not in rules.PATIENTS
    is_name = bool(reading.said.person) and Evidence.RELATIVE_SAID not in reading.signs
    return is_staff and is_name and intent not in _OF_PEOPLE


def _only_what_counts(intent: Intent, said: Entities) -> Entities:
    """Return what was said without what only led to the intent."""
    if intent is not Intent.LANGUAGE and said.language:
        said = replace(said, language=None)
    if intent is Intent.REMINDERS:
        # “Two hours before” is no time of day.
        said = replace(said, when=When())
    if intent is Intent.ILL:
        said = replace(said, kinds=(), lacking=())
    if intent is not Intent.SYMPTOM and said.reason and intent is not Intent.BOOK:
        said = replace(said, reason="")
    return said


def _unclear(
    role: Role | None,
    likely: Sequence[Intent],
    said: Entities,
    left: tuple[str, ...],
    asks: AbstractSet[Doubt] = frozenset(),
) -> Understood:
    ways = dict.fromkeys([*likely, *USUAL[role]])
    offered = [intent for intent in ways if intent in INTENTS[role] and intent not in NO_WAY_ON]
    offered = offered[:MOST_LIKELY]
    return Understood(None, said, frozenset({*asks, Doubt.INTENT}), tuple(offered), left)
