"""A text while it is read: what is known, the sentence taken apart, and what was found in it so far. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.localization.reader import language
from bot.understanding.concepts import Sign
from bot.understanding.doctor_names import DoctorNames, KnownDoctor
from bot.understanding.meaning import Doubt, Entities
from bot.understanding.phrases.phrasebook import phrasebook_of
from bot.understanding.sentence import take_apart
from services.models.people import Role


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a text is read: who writes (None: nobody who is signed in), the day, the clinic."""

    role: Role | None
    today: date
    doctors: tuple[KnownDoctor, ...] = ()

    @property
    def specializations(self) -> tuple[str, ...]:
        """The specializations of the doctors, as the clinic calls them."""
        return tuple(dict.fromkeys(each.specialization for each in self.doctors if each.specialization))


@lru_cache(maxsize=20)
def _names(doctors: tuple[KnownDoctor, ...]) -> DoctorNames:
    return DoctorNames.of(doctors)


class Reading:
    """One text while it is read: each reader adds to `said`, `signs` and `asks`, and takes its words.

    `verb_last`: the language has the verb at the end of a clause, so what it is about stands before it.
    """

    def __init__(self, text: str, known: Known) -> None:
        self.known = known
        book = phrasebook_of(language())
        self.verb_last = bool(book.ends)
        self.sentence = take_apart(text, book, _names(known.doctors))
        self.signs: set[Sign] = set()
        self.said = Entities()
        self.asks: set[Doubt] = set()

    def take(self, places: range) -> str:
        """Take words for an entity; return them as they were typed."""
        self.sentence.taken.update(places)
        return self.sentence.said(places.start, places.stop)

    def same_clause(self, place: int, other: int) -> bool:
        """Tell whether two words stand in the same clause."""
        return self.sentence.clauses[place] == self.sentence.clauses[other]
