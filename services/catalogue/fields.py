"""What is valid in the clinic's catalogue: names, lengths, prices, questions. Pure.

Sources: FHIR R4 HealthcareService and Questionnaire; ISO 4217 for currencies.
"""

from dataclasses import replace
from datetime import timedelta

from babel.numbers import get_currency_precision, is_currency

from services.availability.booking_window import MOST_AHEAD
from services.errors import (
    BadBuffer,
    BadChoices,
    BadHorizon,
    BadLeadTime,
    BadPrice,
    BadQuestion,
    BadSeries,
    BadVisitLength,
    LeadTimeTooLong,
    TextTooLong,
    TooManyQuestions,
)
from services.models.catalogue import (
    LONGEST_BUFFER,
    LONGEST_SERIES,
    LONGEST_VISIT,
    MOST_CHOICES,
    MOST_QUESTIONS,
    SHORTEST_VISIT,
    AnswerType,
    Place,
    Price,
    Question,
    Room,
    VisitKind,
)
from services.names.folding import visible
from services.patients.fields import read_phone

STEP_MINUTES = 5
MAX_NAME, MAX_GROUP, MAX_ADDRESS, MAX_DIRECTIONS, MAX_PREPARATION = 40, 40, 200, 300, 300
MAX_QUESTION, MAX_CHOICE, LEAST_CHOICES = 200, 40, 2
MOST_UNITS = 1_000_000
MAX_LEAD_TIME = timedelta(days=30)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def checked_kind(kind: VisitKind) -> VisitKind:
    """Return the kind with its texts cleaned, if it is valid.

    Raises TextTooLong, BadVisitLength, BadBuffer, BadPrice, BadLeadTime, BadHorizon, LeadTimeTooLong,
    BadSeries, BadQuestion, BadChoices, TooManyQuestions.
    """
    if not _is_of_steps(kind.minutes, SHORTEST_VISIT, LONGEST_VISIT):
        raise BadVisitLength(SHORTEST_VISIT, LONGEST_VISIT)
    if not _is_of_steps(kind.buffer_minutes, 0, LONGEST_BUFFER):
        raise BadBuffer(LONGEST_BUFFER)
    if not 1 <= kind.in_series <= LONGEST_SERIES:
        raise BadSeries(LONGEST_SERIES)
    if len(kind.questions) > MOST_QUESTIONS:
        raise TooManyQuestions(MOST_QUESTIONS)
    _check_price(kind.price)
    _check_window(kind.lead_time, kind.horizon)
    return replace(
        kind,
        name=_named("name", kind.name, MAX_NAME),
        group=_text("group", kind.group, MAX_GROUP).casefold(),
        preparation=_text("preparation", kind.preparation, MAX_PREPARATION),
        questions=tuple(map(checked_question, kind.questions)),
    )


def checked_place(place: Place, region: str | None) -> Place:
    """Return the place with its texts cleaned; a telephone number without a country is of the `region`.

    Raises TextTooLong, BadPhone.
    """
    return replace(
        place,
        name=_named("name", place.name, MAX_NAME),
        address=_text("address", place.address, MAX_ADDRESS),
        phone=read_phone(place.phone, region) if place.phone else "",
        directions=_text("directions", place.directions, MAX_DIRECTIONS),
    )


def checked_room(room: Room) -> Room:
    """Return the room with its texts cleaned. Raises TextTooLong."""
    return replace(
        room,
        name=_named("name", room.name, MAX_NAME),
        group=_named("group", room.group, MAX_GROUP).casefold(),
    )


def checked_question(question: Question) -> Question:
    """Return the question with its texts cleaned. Raises BadQuestion, BadChoices."""
    text = visible(question.text)
    if not 0 < len(text) <= MAX_QUESTION:
        raise BadQuestion(MAX_QUESTION)
    choices = tuple(map(visible, question.choices))
    if question.answered_by is AnswerType.CHOICE:
        is_right = LEAST_CHOICES <= len(choices) <= MOST_CHOICES and len(set(choices)) == len(choices)
        if not is_right or not all(0 < len(each) <= MAX_CHOICE for each in choices):
            raise BadChoices(LEAST_CHOICES, MOST_CHOICES, MAX_CHOICE)
    return replace(question, text=text, choices=choices)


def minor_digits(currency: str) -> int:
    """Return how many digits the minor unit of a currency has: 2 for EUR, 0 for JPY (ISO 4217)."""
    return get_currency_precision(currency)


def _check_price(price: Price | None) -> None:
    if price is None:
        return
    if not is_currency(price.currency):
        raise BadPrice
    if not 0 <= price.minor <= MOST_UNITS * 10 ** minor_digits(price.currency):
        raise BadPrice


def _check_window(lead_time: timedelta | None, horizon: timedelta | None) -> None:
    if lead_time is not None and (lead_time % MINUTE or not timedelta(0) <= lead_time <= MAX_LEAD_TIME):
        raise BadLeadTime(MAX_LEAD_TIME)
    if horizon is not None and (horizon % DAY or not DAY <= horizon <= MOST_AHEAD * DAY):
        raise BadHorizon(MOST_AHEAD)
    if lead_time is not None and horizon is not None and lead_time >= horizon:
        raise LeadTimeTooLong(lead_time, horizon)


def _is_of_steps(minutes: int, least: int, most: int) -> bool:
    return minutes % STEP_MINUTES == 0 and least <= minutes <= most


def _named(what: str, text: str, most: int) -> str:
    if not (found := _text(what, text, most)):
        raise TextTooLong(what, most)
    return found


def _text(what: str, text: str, most: int) -> str:
    found = visible(text)
    if len(found) > most:
        raise TextTooLong(what, most)
    return found
