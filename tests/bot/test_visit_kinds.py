"""Lines that describe kinds of visit, prices, questions, places and rooms, and places behind hours."""

from datetime import time

import pytest

from bot.input_errors import BadKindLine, NoVisitLength
from bot.parsing.hours import read_hours, read_week
from bot.parsing.places import marked, named_place, placed, read_place, read_room, split_place
from bot.parsing.prices import read_price
from bot.parsing.visit_kinds import changed_kind, read_kind, read_question
from services.errors import BadPrice, ClinicError
from services.models.catalogue import AnswerType, ForPatients, KindId, Place, Price, RoomId, Video
from services.models.scheduling import Hours, Weekday
from services.models.slots import PlaceId

HARBOUR, HOSPITAL = Place(PlaceId("h"), "Harbour Street"), Place(PlaceId("o"), "Hospital")
SUNSET = Place(PlaceId("s"), "Sunset 2 Road")
PLACES = (HARBOUR, HOSPITAL, SUNSET)
KIND = KindId("k")


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("80 EUR", Price(8000, "EUR")),
        ("€ 45.50", Price(4550, "EUR")),
        ("45,5 euros", Price(4550, "EUR")),
        ("1.200,50 EUR", Price(120050, "EUR")),
        ("$1,200", Price(120000, "USD")),
        ("chf 90", Price(9000, "CHF")),
        ("price: 1000 JPY", Price(1000, "JPY")),
        ("free", None),
        ("0", None),
    ],
)
def test_a_price_is_read_however_it_is_written(text: str, price: Price | None) -> None:
    assert read_price(text) == price


@pytest.mark.parametrize(
    "text", ["forty euros", "80", "80 XYZ", "EUR 80 USD", "10.50 JPY", "-5 EUR", "", "8O EUR"]
)
def test_a_price_in_words_or_without_a_currency_is_refused(text: str) -> None:
    with pytest.raises(BadPrice):
        read_price(text)


def test_a_line_says_all_that_a_kind_is_in_any_order() -> None:
    line = "Scan; needs an ultrasound, €45,50, 5 min buffer, 1 h 30, by video, new patients, series 6"
    kind = read_kind(f"{line}, desk only, for follow-ups", KIND)
    assert (kind.name, kind.minutes, kind.buffer_minutes, kind.price) == ("Scan", 90, 5, Price(4550, "EUR"))
    assert (kind.group, kind.video, kind.for_patients) == ("ultrasound", Video.ONLY, ForPatients.NEW)
    assert (kind.in_series, kind.desk_only, kind.for_follow_ups) == (6, True, True)
    changed = changed_kind("20 minutes, free, known patients", read_kind("Check, 10", KIND))
    assert (changed.name, changed.minutes, changed.price) == ("Check", 20, None)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("First visit", NoVisitLength),
        ("", NoVisitLength),
        ("First visit, 45 min, blue", BadKindLine),
        ("First visit, 45 min, forty euros", BadPrice),
        ("First visit, 45, 80", BadPrice),
    ],
)
def test_what_a_line_does_not_say_or_nobody_understands_is_told_apart(
    line: str, error: type[ClinicError]
) -> None:
    with pytest.raises(error):
        read_kind(line, KIND)


def test_the_choices_of_a_question_stand_behind_its_mark() -> None:
    taken, pregnant, side = (
        read_question(text, "q")
        for text in ("What do you take?", "Are you pregnant? (yes / no)", "Which side? left, right or both")
    )
    assert (taken.answered_by, taken.text) == (AnswerType.TEXT, "What do you take?")
    assert pregnant.answered_by is AnswerType.YES_NO
    assert (side.answered_by, side.choices) == (AnswerType.CHOICE, ("left", "right", "both"))


def test_places_and_rooms_are_read_from_a_line() -> None:
    place = read_place("Harbour Street, 12 Harbour Street, 12345 Town, +49 30 1234567", PlaceId("x"), "DE")
    assert (place.name, place.address) == ("Harbour Street", "12 Harbour Street, 12345 Town")
    assert place.phone == "+49 30 1234567"
    one = read_room("Ultrasound 1", RoomId("r"), PLACES)
    assert (one.group.casefold(), one.place) == ("ultrasound", None)
    two = read_room("Scanner, ultrasound, hosp", RoomId("r"), PLACES)
    assert (two.group, two.place) == ("ultrasound", HOSPITAL.id)
    assert named_place("h", PLACES) is None


def _at(text: str) -> list[tuple[int, str | None]]:
    return [(each.start.hour, each.place) for each in placed(read_hours(marked(text, PLACES)), PLACES)]


def test_a_place_counts_for_the_hours_before_it_or_behind_it_if_it_stands_first() -> None:
    assert _at("9-13 Harbour Street, 14-17 Hospital") == [(9, "h"), (14, "o")]
    assert _at("9-12, 13-17 at harbour") == [(9, "h"), (13, "h")]
    assert _at("Harbour 9-12; Hospital 14-17") == [(9, "h"), (14, "o")]
    assert _at("9-12 Hospital, 13-15") == [(9, "o"), (13, None)]
    assert _at("9-17") == [(9, None)]
    # One word of a name is enough, unless another place has it, too.
    assert _at("9-12 road, 13-15 Street") == [(9, SUNSET.id), (13, "h")]
    # A name with a number or a weekday in it is no hour and no day.
    week = read_week(marked("Mon 9-12 Sunset 2 Road; Sun closed", PLACES))
    assert placed(week[Weekday.MONDAY], PLACES) == (Hours(time(9), time(12), SUNSET.id),)
    assert week[Weekday.SUNDAY] == ()
    assert split_place("4 May 9-12 at Hospital", PLACES) == ("4 may 9-12", HOSPITAL.id)
    assert split_place("4 May to 9 May", PLACES) == ("4 May to 9 May", None)
