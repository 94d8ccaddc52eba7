"""The settings on the card of a kind of visit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.conversations.catalogue.editor import Choice, Setting
from bot.conversations.catalogue.questions import QUESTIONS
from bot.localization.languages import ENGLISH
from bot.localization.reader import speaking
from bot.parsing.hours import read_span
from bot.parsing.prices import read_price
from bot.parsing.visit_kinds import NONE, read_minutes
from bot.parsing.words.english import understood
from bot.texts import catalogue as texts
from bot.texts import kind_settings as words
from bot.texts.formats import span
from services.availability.booking_window import MOST_AHEAD
from services.catalogue.fields import MAX_LEAD_TIME
from services.errors import BadBuffer, BadHorizon, BadLeadTime, BadSeries, BadVisitLength
from services.models.catalogue import (
    LONGEST_BUFFER,
    LONGEST_SERIES,
    LONGEST_VISIT,
    SHORTEST_VISIT,
    Catalogue,
    ForPatients,
    Video,
    VisitKind,
)
from services.names.digits import whole_number

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# What follows after a tap.
NEXT_VIDEO = {None: Video.OFF, Video.OFF: Video.ONLY, Video.ONLY: Video.OFFERED, Video.OFFERED: None}
NEXT_PATIENTS = {
    ForPatients.ANYBODY: ForPatients.NEW,
    ForPatients.NEW: ForPatients.KNOWN,
    ForPatients.KNOWN: ForPatients.ANYBODY,
}
# As each doctor has set it.
USUAL = {"usual", "as usual", "default", *NONE}


def _name(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    return replace(kind, name=text)


def _length(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    length = read_minutes(text)
    if length is None:
        raise BadVisitLength(SHORTEST_VISIT, LONGEST_VISIT)
    return replace(kind, minutes=length)


def _buffer(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    length = read_minutes(text)
    if length is None:
        raise BadBuffer(LONGEST_BUFFER)
    return replace(kind, buffer_minutes=length)


def _price(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    return replace(kind, price=read_price(text))


def _preparation(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    return replace(kind, preparation="" if understood(text) in NONE else text)


def _group(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    return replace(kind, group="" if understood(text) in NONE else text)


def _series(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    number = understood(text)
    if number in NONE:
        return replace(kind, in_series=1)
    if (most := whole_number(number, len(str(LONGEST_SERIES)))) is None:
        raise BadSeries(LONGEST_SERIES)
    return replace(kind, in_series=most)


def _lead_time(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    if understood(text) in USUAL:
        return replace(kind, lead_time=None)
    value = read_span(text)
    if value is None:
        raise BadLeadTime(MAX_LEAD_TIME)
    return replace(kind, lead_time=value)


def _horizon(kind: VisitKind, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    if understood(text) in USUAL:
        return replace(kind, horizon=None)
    value = read_span(text, DAY)
    if value is None:
        raise BadHorizon(MOST_AHEAD)
    return replace(kind, horizon=value)


def _spans(*values: timedelta) -> Callable[[VisitKind, Catalogue], Sequence[Choice]]:
    return lambda _kind, _catalogue: [
        Choice(words.usual_label(), "usual"),
        *(Choice(span(value), _in_english(value)) for value in values),
    ]


def _in_english(value: timedelta) -> str:
    with speaking(ENGLISH):
        return span(value)


def _minutes(*values: int) -> Callable[[VisitKind, Catalogue], Sequence[Choice]]:
    return lambda _kind, _catalogue: [Choice(texts.minutes(value), str(value)) for value in values]


def _groups(kind: VisitKind, catalogue: Catalogue) -> Sequence[Choice]:
    groups = {room.group for room in catalogue.rooms.values() if not room.is_retired} - {kind.group}
    return [Choice(words.nothing_label(), "none"), *(Choice(each, each) for each in sorted(groups))]


SETTINGS: tuple[Setting[VisitKind], ...] = (
    Setting("name", words.name, words.ask_name, _name),
    Setting("length", words.length, words.ask_length, _length, _minutes(10, 15, 20, 30, 45, 60)),
    Setting("buffer", words.buffer, words.ask_buffer, _buffer, _minutes(0, 5, 10, 15)),
    Setting(
        "price",
        words.price,
        words.ask_price,
        _price,
        lambda _kind, _catalogue: [Choice(words.no_price_label(), "none")],
    ),
    Setting("video", words.video, next=lambda kind: replace(kind, video=NEXT_VIDEO[kind.video])),
    Setting(
        "patients",
        words.patients,
        next=lambda kind: replace(kind, for_patients=NEXT_PATIENTS[kind.for_patients]),
    ),
    Setting("desk", words.desk, next=lambda kind: replace(kind, desk_only=not kind.desk_only)),
    Setting(
        "followups",
        words.follow_ups,
        next=lambda kind: replace(kind, for_follow_ups=not kind.for_follow_ups),
    ),
    Setting(
        "preparation",
        words.preparation,
        words.ask_preparation,
        _preparation,
        lambda _kind, _catalogue: [Choice(words.nothing_label(), "none")],
    ),
    Setting("questions", words.questions, opens=QUESTIONS),
    Setting("needs", words.needs, words.ask_needs, _group, _groups),
    Setting(
        "series",
        words.series,
        words.ask_series,
        _series,
        lambda _kind, _catalogue: [Choice(words.series_label(n), str(n)) for n in (1, 6, 10, 12)],
    ),
    Setting("notice", words.notice, words.ask_notice, _lead_time, _spans(HOUR, DAY, 2 * DAY)),
    Setting("ahead", words.ahead, words.ask_ahead, _horizon, _spans(14 * DAY, 30 * DAY, 90 * DAY)),
)
