"""Reads kinds of visit, each in a line: First visit, 45 min, buffer 5, 80 EUR. Pure."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.input_errors import BadKindLine, NoVisitLength
from bot.parsing.hours import read_span
from bot.parsing.prices import is_about_price, read_price
from bot.parsing.words.english import in_english, understood
from bot.parsing.words.plain import alone, plain
from bot.parsing.words.tables import Topic
from services.errors import BadPrice
from services.models.catalogue import AnswerType, ForPatients, KindId, Question, Video, VisitKind

MINUTE = timedelta(minutes=1)
# A comma between two digits belongs to a number.
_BETWEEN = re.compile(r"\s*(?:[;؛،]|,(?!(?<=\d,)\d))\s*")
_BUFFER = re.compile(r"(?:a\s+)?buffer(?:\s+of)?\s*:?\s*(?P<first>.+)|(?P<last>.+?)\s*(?:of\s+)?buffer")
_NEEDS = re.compile(r"(?:needs?|in)\s*:?\s+(?:an?\s+|the\s+)?(?P<group>.+)")
_SERIES = re.compile(
    r"(?:in\s+)?(?:a\s+)?series\s*(?:of\s+)?(?:at\s+most\s+|up\s+to\s+)?:?\s*(?P<number>\d{1,3})"
)
_QUESTION = re.compile(r"(?P<text>.+?[?？؟:])\s*(?P<choices>.*)", re.DOTALL)
_CHOICES = re.compile(r"\s*(?:[,;،؛/|\n]|\bor\b)\s*")
YES_NO = {"yes no", "y n", "yes or no"}
# How these are said, beside “in the clinic” and so on.
VIDEOS = {
    "in the clinic": Video.OFF,
    "clinic": Video.OFF,
    "clinic only": Video.OFF,
    "by video": Video.ONLY,
    "video": Video.ONLY,
    "video only": Video.ONLY,
    "either": Video.OFFERED,
    "clinic or video": Video.OFFERED,
    "as the doctor offers": None,
}
PATIENTS = {
    "anybody": ForPatients.ANYBODY,
    "anyone": ForPatients.ANYBODY,
    "all patients": ForPatients.ANYBODY,
    "new patients": ForPatients.NEW,
    "new patients only": ForPatients.NEW,
    "new": ForPatients.NEW,
    "known patients": ForPatients.KNOWN,
    "known patients only": ForPatients.KNOWN,
    "known": ForPatients.KNOWN,
}
DESK = {"desk only": True, "by the desk": True, "by the desk only": True, "patients": False}
FOLLOW_UPS = {"for follow-ups": True, "for follow-up": True, "follow-ups": True, "not for follow-ups": False}
NONE = {"none", "no", "nothing", "-", "remove"}


def read_kind(text: str, kind_id: KindId) -> VisitKind:
    """Return the kind of visit that a line describes: its name, its length, and what else there is.

    Raises BadKindLine, NoVisitLength, BadPrice.
    """
    name, *parts = _parts(text)
    kind = changed_kind(", ".join(parts), VisitKind(kind_id, name, 0))
    if not kind.minutes:
        raise NoVisitLength(name)
    return kind


def changed_kind(text: str, kind: VisitKind) -> VisitKind:
    """Return the kind with what a line says of it. Raises BadKindLine, BadPrice."""
    for part in _parts(text):
        kind = _with(kind, part)
    return kind


def _parts(text: str) -> list[str]:
    return [part for part in (each.strip() for each in _BETWEEN.split(text.strip())) if part] or [""]


def _with(kind: VisitKind, part: str) -> VisitKind:
    if not part:
        return kind
    words = plain(part)
    for said in dict.fromkeys((words, in_english(words, Topic.KIND))):
        for reader in READERS:
            if (changed := reader(kind, said)) is not None:
                return changed
    raise BadKindLine(part)


def _buffer(kind: VisitKind, part: str) -> VisitKind | None:
    found = _BUFFER.fullmatch(part)
    length = read_minutes(found["first"] or found["last"]) if found is not None else None
    return None if length is None else replace(kind, buffer_minutes=length)


def _price(kind: VisitKind, part: str) -> VisitKind | None:
    return replace(kind, price=read_price(part)) if is_about_price(part) else None


def _length(kind: VisitKind, part: str) -> VisitKind | None:
    if kind.minutes and alone(part).isdigit():
        raise BadPrice  # a second number without a unit can only be a price
    length = read_minutes(part)
    return None if length is None else replace(kind, minutes=length)


def _words(kind: VisitKind, part: str) -> VisitKind | None:
    if part in VIDEOS:
        return replace(kind, video=VIDEOS[part])
    if part in PATIENTS or part.removeprefix("for ") in PATIENTS:
        return replace(kind, for_patients=PATIENTS[part.removeprefix("for ")])
    if part in DESK:
        return replace(kind, desk_only=DESK[part])
    return replace(kind, for_follow_ups=FOLLOW_UPS[part]) if part in FOLLOW_UPS else None


def _series(kind: VisitKind, part: str) -> VisitKind | None:
    found = _SERIES.fullmatch(part)
    return replace(kind, in_series=int(found["number"])) if found is not None else None


def _group(kind: VisitKind, part: str) -> VisitKind | None:
    found = _NEEDS.fullmatch(part)
    return replace(kind, group=found["group"]) if found is not None else None


READERS: tuple[Callable[[VisitKind, str], VisitKind | None], ...] = (
    _words,
    _buffer,
    _price,
    _series,
    _length,
    _group,
)


def read_minutes(text: str) -> int | None:
    """Return a length in whole minutes, or None if unreadable; a bare number counts minutes."""
    length = read_span(text, MINUTE)
    return None if length is None else length // MINUTE


def read_question(text: str, question_id: str) -> Question:
    """Return a question before the visit; what is behind its question mark are the choices.

    “Are you pregnant? yes/no”; “Which side? left, right”; “What do you take?” is answered in words.
    """
    found = _QUESTION.fullmatch(text.strip())
    if found is None or not found["choices"].strip():
        return Question(question_id, text.strip())
    choices = tuple(each for each in _CHOICES.split(found["choices"].strip(" ().")) if each)
    if understood(" ".join(choices)) in YES_NO:
        return Question(question_id, found["text"], AnswerType.YES_NO)
    return Question(question_id, found["text"], AnswerType.CHOICE, choices)
