"""Buttons: their colours, their order in languages that are read from right to left, and what they copy."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.callbacks.steps import Back, Confirm, Leave, Nothing, PickPage, SaveAndCancel, Skip
from bot.callbacks.tap import Tap
from bot.callbacks.visits import AskCancel, BookDoctor, ConfirmAppointment
from bot.localization.isolates import FSI, RLM, open_isolates, seen_length, without_isolates
from bot.localization.languages import Language, languages, spoken
from bot.localization.messages import Words
from bot.localization.reader import speaking
from bot.localization.reading_direction import in_reading_direction
from bot.texts import labels
from bot.texts.formats import short_moment
from bot.texts.proposals import doctor_at
from bot.ui.button_styles import Style, cancelling
from bot.ui.keyboards import (
    LABEL_LENGTH,
    MOST_COPIED,
    Keyboard,
    button,
    copies,
    joins,
    keyboard,
    link,
    pager,
    ways_out,
)
from bot.ui.month_calendar import month_rows
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentId
from services.models.people import UserId
from services.models.slots import Slot
from services.namesakes import BETWEEN

VISIT = AppointmentId("v1")


def _labels(shown: Keyboard) -> list[list[str]]:
    return [[key["text"] for key in row] for row in shown.rows]


def _styles(shown: Keyboard) -> list[str]:
    return [str(key["style"]) for row in shown.rows for key in row if "style" in key]


@pytest.mark.parametrize(
    ("label", "tap", "style"),
    [
        (labels.SAVE, Confirm(), "primary"),
        (labels.COMES, ConfirmAppointment(VISIT), "primary"),
        (labels.CANCEL_YES, Confirm(), "danger"),
        (labels.CANCEL, AskCancel(VISIT), "danger"),
        ("✖ Save and cancel 3", SaveAndCancel(), "danger"),
        (labels.SKIP, Skip(), None),
        (labels.LEAVE, Leave(), None),
    ],
)
def test_a_button_has_its_colour_by_what_it_does(label: Words, tap: Tap, style: str | None) -> None:
    assert _styles(keyboard([button(label, tap)])) == ([style] if style else [])


def test_a_colour_can_be_given_where_it_depends_on_how_many_are_cancelled() -> None:
    for count, style in ((0, "primary"), (1, "danger")):
        assert _styles(keyboard([button("Save", Confirm(), cancelling(count))])) == [style]


@pytest.mark.parametrize("code", ["en", "ar"])
def test_one_button_of_a_card_is_primary_and_it_is_the_first(code: str) -> None:
    reads = spoken(code)
    assert reads
    with speaking(reads):
        both = [button(name, BookDoctor(UserId(name))) for name in ("one", "two")]
        drop = [button(labels.CANCEL, AskCancel(VISIT)), button(labels.CANCEL, AskCancel(VISIT))]
        shown = keyboard(both, drop)
        for card in (shown, keyboard([button(labels.SAVE, Confirm())]) + shown):
            assert sorted(_styles(card)) == ["danger", "danger", "primary"]
        first = next(key for row in shown.rows for key in row if key.get("style") == Style.PRIMARY)
        assert first["text"].removeprefix(RLM) == "one"
        # A keyboard that became a part of another keeps its own colours.
        assert _styles(shown).count("primary") == 1


def test_rows_follow_the_direction_in_which_the_reader_reads() -> None:
    arabic = spoken("ar")
    assert arabic
    left_to_right = keyboard(pager(1, 3, PickPage))
    assert _labels(left_to_right) == [["‹", "2/3", "›"]]
    with speaking(arabic):
        assert _labels(keyboard(pager(1, 3, PickPage))) == [[f"{RLM}›{RLM}", "2/3", f"{RLM}‹{RLM}"]]
        leave, back = keyboard(ways_out()).rows[0]
        assert [leave["callback_data"], back["callback_data"]] == [Leave().pack(), Back().pack()]
        rows = month_rows(date(2027, 5, 1), {date(2027, 5, 4)}, date(2027, 5, 1), date(2027, 8, 1))
        title, header, week = keyboard(*rows).rows[:3]
        assert [key["text"] for key in header] == list("جخرثنحس")
        # The first day of an Egyptian week is Saturday, and stands on the right.
        assert [key["text"] for key in week] == ["·", "·", "·", "4", "·", "·", "[·]"]
        assert title[0]["text"] == f"{RLM}›{RLM}"
        assert title[2]["callback_data"] == Nothing().pack()


def test_what_is_not_seen_of_a_label_takes_none_of_its_room() -> None:
    long = FSI * 9 + "x" * 40
    assert button(long, Skip()).text == long
    assert without_isolates(button(long + "x", Skip()).text) == "x" * 39 + "…"


def test_addresses_are_copied_as_far_as_a_button_can() -> None:
    (key,) = copies(labels.COPY_ADDRESS, "x" * MOST_COPIED)
    assert keyboard([key]).rows == [
        [{"text": "📋 Copy the address", "copy_text": {"text": "x" * MOST_COPIED}}]
    ]
    assert copies(labels.COPY_ADDRESS, "x" * (MOST_COPIED + 1)) == []
    assert copies(labels.COPY_ADDRESS, "") == []
    room = "https://meet.example/room"
    assert joins(None) == []
    assert keyboard(joins(room)).rows == [
        [
            {"text": "🎥 Join", "url": room, "style": "primary"},
            {"text": "📋 Copy the address", "copy_text": {"text": room}},
        ]
    ]
    assert not list(keyboard([link(labels.DOCTORS, room)]).buttons)


@pytest.mark.parametrize("reads", list(languages()), ids=lambda each: each.code)
def test_a_time_with_a_doctor_is_never_cut(reads: Language) -> None:
    rules = ClinicRules("Clinic", ZoneInfo("UTC"), None)
    days = (datetime(2027, 1, 1, 12, 30, tzinfo=UTC) + timedelta(days=number) for number in range(0, 365, 3))
    with speaking(reads):
        for start in days:
            shown = button(doctor_at("Maximiliana Wolkenstein", Slot(start, start), rules), Confirm()).text
            assert seen_length(shown) <= LABEL_LENGTH
            time = without_isolates(short_moment(start, rules.zone))
            assert without_isolates(shown).endswith(time), shown
            # What is left of the name ends before the time: else that would be read as a part of it.
            long = doctor_at("Maximiliana Wolkenstein", Slot(start, start), rules)
            nested = [
                open_isolates(each.rpartition(BETWEEN)[0]) for each in (shown, in_reading_direction(long))
            ]
            assert nested[0] == nested[1]


def test_a_short_name_is_whole_where_the_doctors_can_be_cut() -> None:
    label = "Thu 3 Dec, 11:30 AM · Mia · Dr Leïla Haddad-Benali"
    cut = button(label, Nothing()).text
    assert len(cut) == LABEL_LENGTH
    assert cut == "Thu 3 Dec, 11:30 AM · Mia · Dr Leïla Ha…"
    # What ends with a time is cut before it.
    timed = button("Mia · Dr Leïla Haddad-Benali of Paris · 11:30 AM", Nothing()).text
    assert timed.endswith("… · 11:30 AM")
    # So are two of one name, whom the end tells apart.
    name = "Ann Catherine Lee-Montgomery"
    labels = {button(f"{name} · Paediatrics, ward {ward}", Nothing()).text for ward in "AB"}
    assert len(labels) == 2
