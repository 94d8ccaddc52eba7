"""A button's label that is typed is that button, in every question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.steps import Back, Confirm, Leave, SaveAndCancel, Skip
from bot.callbacks.tap import Tap
from bot.dialogs.typed_labels import folded, typed_button
from bot.ui.keyboards import Button, button
from services.models.people import Role
from tests.town import PASSWORD, Person, Town

SUMMARY = [button("✅ Confirm", Confirm()), button("« Back", Back()), button("✖ Leave", Leave())]


@pytest.fixture
async def doctor(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


async def _at_the_reason(town: Town) -> Person:
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    for text in ("/book", "Cardiology", "Rao"):
        await asha.says(text)
    await asha.taps("Soonest")
    return asha


async def test_skip_yes_back_and_cancel_are_buttons_when_typed(town: Town, doctor: Person) -> None:
    del doctor
    asha = await _at_the_reason(town)
    await asha.talks(
        [
            ("back", "Which day?"),
            ("soonest", "Which time?"),  # not the whole label, but the day on which the soonest is
            ("back", "Which day?"),
            ("«Soonest»", "reason"),
            ("Skip.", "Book this"),
            ("maybe", "Please tap one of the buttons"),
            ("Yes", "Appointment booked"),
        ]
    )
    await asha.hears("Appointment booked")
    await asha.says("/appointments")
    assert "skip" not in asha.last.casefold()


@pytest.mark.parametrize("typed", ["leave", "✖ Leave", "cancel", "✖ Cancel", "no"])
async def test_what_leaves_is_understood(town: Town, doctor: Person, typed: str) -> None:
    del doctor
    asha = await _at_the_reason(town)
    await asha.says("skip")
    assert "Booking stopped. Nothing was saved." in await asha.says(typed)


async def test_what_leads_out_of_the_dialog_is_understood_and_a_secret_is_no_label(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks(
        [
            ("/login", "email address"),
            ("asha@example.org", "What is your password"),
            ("Cancel!", "Wrong email or password"),
            ("forgotten password", "a code is on its way"),
        ]
    )


async def test_a_reason_that_only_begins_like_a_label_is_a_reason(town: Town, doctor: Person) -> None:
    del doctor
    asha = await _at_the_reason(town)
    assert "back pain" in await asha.says("back pain")


async def test_registering_can_be_typed_to_its_end(town: Town) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "a@example.org", PASSWORD, "patient", "I'd rather not say"):
        await guest.says(text)
    assert "Welcome" in await guest.says("save")


@given(st.text(max_size=60))
def test_nothing_else_is_taken_for_a_button(text: str) -> None:
    tap = typed_button(text, SUMMARY)
    labels = {"confirm": Confirm(), "back": Back(), "leave": Leave(), "cancel": Leave()}
    assert tap == labels.get(folded(text))


@pytest.mark.parametrize(
    ("text", "buttons", "meant"),
    [
        ("yes", SUMMARY, Confirm()),
        ("Ok!", SUMMARY, Confirm()),
        ("no", SUMMARY, Leave()),
        ("ｙｅｓ", SUMMARY, Confirm()),
        ("yes", [*SUMMARY, button("Save and cancel those 9", SaveAndCancel())], None),
        (
            "save and cancel those 9",
            [*SUMMARY, button("Save and cancel those 9", SaveAndCancel())],
            SaveAndCancel(),
        ),
        ("yes", [button("Skip", Skip()), button("✖ Leave", Leave())], None),
        ("a b", [button("A-B", Skip()), button("A B", Back())], None),
        ("", [button("·", Skip())], None),
    ],
)
def test_a_yes_confirms_only_where_one_thing_can_be(
    text: str, buttons: list[Button], meant: Tap | None
) -> None:
    assert typed_button(text, buttons, alone=True) == meant
