"""What was understood of a text: the intent, what was said about it, and the questions that it raises."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.parsing.when import When
from bot.understanding.intents import Intent
from services.models.people import UserId


class Doubt(StrEnum):
    """What is not clear, so that the person is asked before anything goes on."""

    DAY = "day"
    DOCTOR = "doctor"
    KIND = "kind"
    INTENT = "intent"


@dataclass(frozen=True, slots=True)
class Entities:
    """What was said besides the intent; what was not said is empty.

    - `doctors`: who may be meant, one if it is clear. `named`: what was typed as the name of a doctor whom
      the clinic does not have. `any_doctor`: whoever is free.
    - `kinds`: specializations, as the clinic calls them; `lacking`: usual names of those it does not have.
    - `when`: the day and time that are wanted; to cancel or find an appointment, those that it has. `of`: the
      day and time that an appointment has which is to be moved.
    - `by_video`: False is in person. `reason`: why somebody comes, as it was typed. `person`: for whom, or
      about whom, it is, as it was typed: a name, or "my son". `for_me`: for whoever writes.
    - `minutes`: how late somebody is. `language`: its ISO 639 code. `corrects`: it changes an earlier answer.
    """

    doctors: tuple[UserId, ...] = ()
    named: str = ""
    any_doctor: bool = False
    kinds: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    when: When = field(default_factory=When)
    of: When = field(default_factory=When)
    by_video: bool | None = None
    reason: str = field(default="", repr=False)
    person: str = field(default="", repr=False)
    for_me: bool = False
    minutes: int | None = None
    language: str | None = None
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as it was understood.

    `intent` is None where it is not clear; then `likely` are those that it may be, the likeliest first, at
    most three. `asks` are the questions that come before anything else. `left` are the words that were not
    understood, as they were typed: whoever answers says so. `is_sure`: the intent stands in words of its own;
    without them it is only guessed from what was named, as a name alone asks staff's bot for that person.
    """

    intent: Intent | None
    said: Entities = field(default_factory=Entities)
    asks: frozenset[Doubt] = frozenset()
    likely: tuple[Intent, ...] = ()
    left: tuple[str, ...] = field(default=(), repr=False)
    is_sure: bool = True
