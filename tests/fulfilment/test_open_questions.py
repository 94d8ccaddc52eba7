"""Questions outside of dialogs, such as “Cancel this appointment?”: what is typed in answer to them."""

from datetime import timedelta
from typing import Any

import pytest

from services.models.people import ChatId, Role
from tests.town import Person, Town
from tests.turning import TurnableClock

CARD, QUESTION = "📋 Appointment", "Cancel Dr Meera Rao, Tue 4 May 2027, 10:30 AM"
BUTTONS = {"« Keep it", "✖ Yes, cancel it"}


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient with one appointment. It is Monday, 3 May 2027."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.says("book Dr Rao tuesday at 10:30 am because of a check")
    assert "booked" in await asha.taps("Confirm")
    return asha


async def _asked(asha: Person) -> None:
    assert QUESTION in await asha.says("cancel my appointment")


async def _has_it(asha: Person) -> bool:
    return "1 appointment" in await asha.says("/appointments")


NO = (
    *(
        "no",
        "No!",
        "no, wait",
        "oh no",
        "no thanks",
        "no thank you very much",
        "wait",
        "stop",
        "Keep it",
        "don't",
    ),
    *("never mind", "don't cancel it", "go back"),
)
YES = ("yes", "Yes please", "ok")
NEITHER = ("hm", "👍", "whatever", "yes please cancel it", "cancel it", "cancel", "no, cancel", "no, 30")


@pytest.mark.parametrize("no", NO)
async def test_a_no_keeps_it(asha: Person, no: str) -> None:
    await _asked(asha)
    assert CARD in await asha.says(no)
    assert await _has_it(asha)


@pytest.mark.parametrize("yes", [*YES, *NEITHER])
async def test_a_yes_or_what_says_nothing_new_shows_the_buttons_again(asha: Person, yes: str) -> None:
    await _asked(asha)
    shown = await asha.says(yes)
    assert ("To be sure, please tap the button" in shown) is (yes in YES)
    assert set(asha.buttons) == BUTTONS
    # It is a question as before.
    await asha.says(yes)
    assert set(asha.buttons) == BUTTONS
    assert "cancelled" in await asha.taps("Yes, cancel it")
    assert "None at the moment" in await asha.says("/appointments")


async def test_the_label_of_a_button_is_the_button(asha: Person) -> None:
    await _asked(asha)
    assert "cancelled" in await asha.says("yes, cancel it")


ELSE = (
    ("ok I can't breathe", "please call 112 now"),
    ("yes I have chest pain", "please call 112 now"),
    ("no, I can't breathe", "please call 112 now"),
    ("ok when is my appointment?", "📋 Appointment"),
    ("move it", "Which day"),
    ("yes book another one", "What kind of doctor"),
)


@pytest.mark.parametrize(("words", "answer"), ELSE)
async def test_a_yes_or_no_before_something_else_is_no_answer(asha: Person, words: str, answer: str) -> None:
    await _asked(asha)
    assert answer in await asha.says(words)
    assert await _has_it(asha)


async def test_cancel_is_a_no_where_something_else_would_be_done(asha: Person) -> None:
    assert "delete" in (await asha.says("/forgetme")).lower()
    assert "Asha Patel" in await asha.says("cancel")
    assert "1 appointment" in await asha.says("/appointments")


async def test_a_sentence_that_means_something_else_is_acted_on(asha: Person) -> None:
    await _asked(asha)
    assert "None of your upcoming appointments fits" in await asha.says("no, cancel the one on friday")
    await _asked(asha)
    assert "Which time?" in await asha.says("move it to thursday instead")
    assert await _has_it(asha)


async def _is_asked_no_more(asha: Person) -> None:
    assert "What would you like to do?" in await asha.says("hm")
    assert QUESTION in await asha.says("yes, cancel it"), "it is a sentence again"
    assert await _has_it(asha)


async def test_once_the_answer_was_tapped_nothing_is_asked_any_more(asha: Person) -> None:
    await _asked(asha)
    await asha.taps("Keep it")
    await _is_asked_no_more(asha)


@pytest.mark.parametrize("command", ["/help", "/users", "/mydata", "/nonsense", "/cancel"])
async def test_once_something_else_was_done_nothing_is_asked_any_more(asha: Person, command: str) -> None:
    await _asked(asha)
    await asha.says(command)
    await _is_asked_no_more(asha)


async def test_a_question_is_for_the_one_who_was_asked(asha: Person, town: Town) -> None:
    await _asked(asha)
    await town.storage.sessions.remove(ChatId(asha.phone.chat_id))
    await asha.says("hm")
    assert not BUTTONS & set(asha.buttons)


@pytest.mark.parametrize("damage", [{"question": {"rows": [["one"]], "no": 3}}, {"until": "soon"}, "text"])
async def test_a_question_of_another_version_is_lost_alone(asha: Person, town: Town, damage: Any) -> None:
    await _asked(asha)
    stored, this = town.storage.conversations._conversations, {"_id": asha.phone.chat_id}
    before = await stored.find_one(this)
    assert before is not None
    asked = before["asked"] | damage if isinstance(damage, dict) else damage
    await stored.update_one(this, {"$set": {"asked": asked}})
    assert "What would you like to do?" in await asha.says("hm")
    after = await stored.find_one(this)
    assert after is not None
    assert after["recent"][: len(before["recent"])] == before["recent"]


async def test_a_choice_of_several_may_be_declined_and_a_wish_is_a_wish(asha: Person) -> None:
    await asha.says("book Dr Rao thursday at 10:30 am because of a check")
    assert "booked" in await asha.taps("Confirm")
    which = "Which one do you want to cancel?"
    assert which in await asha.says("cancel my appointment")
    assert "2 appointments" in await asha.says("no wait")
    await asha.says("cancel my appointment")
    assert "Please tap one of these" in await asha.says("yes")
    assert len([label for label in asha.buttons if "Rao" in label]) == 2
    assert "Which one do you want to move?" in await asha.says("move my appointment")
    assert which in await asha.says("cancel my appointment")


async def test_a_question_is_forgotten_after_a_while(asha: Person, clock: TurnableClock, town: Town) -> None:
    await _asked(asha)
    stored, this = town.storage.conversations._conversations, {"_id": asha.phone.chat_id}
    found = await stored.find_one(this)
    assert found is not None
    # Its buttons may name people, so it is forgotten although nobody writes.
    assert found["expires_at"] == clock.now() + timedelta(minutes=15)
    clock.turn(timedelta(minutes=16))
    assert "What would you like to do?" in await asha.says("yes")


LANGUAGES = {
    "de": ("Termin absagen", ("nein", "nein danke", "nein, warte"), "ja"),
    "es": ("cancela mi cita", ("no", "no gracias", "no, espera", "déjalo"), "sí"),
    "ru": ("отмените мою запись", ("нет", "нет спасибо", "не надо"), "да"),
    "hi": ("मेरी अपॉइंटमेंट रद्द करो", ("नहीं", "नहीं रुको"), "हाँ"),
    "ar": ("ألغِ موعدي", ("لا", "لا شكرا", "لا، انتظر", "انتظر"), "أجل"),
}


@pytest.mark.parametrize("code", LANGUAGES)
async def test_yes_and_no_in_each_language(asha: Person, code: str) -> None:
    cancel, noes, yes = LANGUAGES[code]
    await asha.says(f"/language {code}")
    for no in noes:
        await asha.says(cancel)
        assert len(asha.buttons) == 2
        await asha.says(no)
        assert len(asha.buttons) > 2, no
    await asha.says(cancel)
    asked = set(asha.buttons)
    await asha.says(yes)
    assert set(asha.buttons) == asked
    label = next(each for each in asked if "✖" in each)
    await asha.says(label.removeprefix("✖ "))
    assert not asked & set(asha.buttons)
