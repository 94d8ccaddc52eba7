"""Sentences that are acted on later: what becomes of them, and of the dialog that was open."""

from datetime import timedelta
from typing import Any

import pytest

from services.models.people import ChatId, Role
from tests.town import Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with a doctor. It is Monday, 3 May 2027."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _stored(town: Town, person: Person) -> dict[str, Any]:
    return await town.storage.conversations.of_chat(ChatId(person.phone.chat_id)) or {}


async def test_a_question_asked_aside_is_answered_and_the_open_one_is_asked_again(
    asha: Person, town: Town
) -> None:
    await asha.says("book Dr Rao")
    shown = await asha.says("where are you?")
    assert "Which day?" in shown
    assert "type one like" not in shown
    assert "paused" not in {name for name, is_so in (await _stored(town, asha)).items() if is_so}
    assert "Which time?" in await asha.says("friday please")


async def test_what_is_done_instead_is_not_followed_by_the_question(asha: Person) -> None:
    await asha.says("book Dr Rao tuesday at 9:30 am because of a check")
    await asha.taps("Confirm")
    await asha.says("book Dr Rao")
    assert "Cancel Dr Meera Rao" in await asha.says("cancel my appointment")


async def test_a_sentence_that_waits_keeps_what_it_says_in_any_dialog(asha: Person, town: Town) -> None:
    await asha.says("book Dr Rao tuesday at 9:30 am because of a check")
    await asha.taps("Confirm")
    rao = town.person("Meera")
    await rao.signs_in("rao@example.org")
    await rao.says("/hours")
    await rao.taps("Mon")
    await rao.says("/help")
    await rao.says("I need thursday off")
    shown = await rao.taps(rao.label("time off"))
    assert "Thu 6 May" in shown, shown


@pytest.mark.parametrize("how", ["/logout", "later"])
async def test_a_sentence_is_forgotten(asha: Person, town: Town, clock: TurnableClock, how: str) -> None:
    await asha.says("friday because of my heart xyz")
    assert "heart" in str(await _stored(town, asha))
    if how == "later":
        clock.turn(timedelta(minutes=16))
        await asha.says("/help")
    else:
        await asha.says(how)
    assert "heart" not in str(await _stored(town, asha))


async def test_what_says_nothing_is_not_kept(town: Town) -> None:
    guest = town.person("Guest")
    assert "not sure" in await guest.says("Kq7 zebra-lamp!")
    assert "zebra" not in str(await _stored(town, guest))


@pytest.mark.parametrize(
    ("speaks", "typed", "reason"),
    [
        ("en", "thank you so much!", "thanks to my new shoes my heel hurts"),
        ("en", "Hello", "hello, I have a rash"),
        ("hi", "धन्यवाद", "घुटने में दर्द"),
        ("de", "vielen Dank", "Danke, nur ein Check"),
        ("ar", "شكرا", "ألم في الركبة"),
    ],
)
async def test_thanks_are_no_reason_to_come(town: Town, speaks: str, typed: str, reason: str) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha Patel", "asha@example.org")
    asha = town.person("Asha", speaks=speaks)
    await asha.signs_in("asha@example.org")
    for step in ("/book rao", "4 May 2027", "9:30"):
        question = await asha.says(step)
    asked = await asha.says(typed)
    assert question.splitlines()[-1] in asked
    assert typed not in asked
    assert reason in await asha.says(reason)
