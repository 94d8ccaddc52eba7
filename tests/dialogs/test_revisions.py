"""A tap counts for the question that was on the screen when it was tapped, and for no other."""

import pytest

from bot.callbacks.revision import read_stamp
from services.models.people import ChatId, Role
from tests.faults.holding import logged
from tests.town import PASSWORD, Person, Town


@pytest.fixture
async def doctor(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


@pytest.fixture
async def asha(town: Town) -> Person:
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _step(person: Person) -> str:
    found = await person.town.storage.conversations.of_chat(ChatId(person.phone.chat_id))
    assert found is not None
    return str(found.get("step"))


async def test_a_double_tap_on_a_day_picks_one_day(doctor: Person) -> None:
    await doctor.says("/timeoff")
    card, data, answers = doctor.last_id, doctor.buttons["12"], len(doctor.phone.answers)
    first = doctor.phone.tap(card, data)
    second = doctor.phone.tap(card, data)
    await doctor.settled(first)
    assert "What is the last day" in await doctor.settled(second)
    assert await _step(doctor) == "time_off.last"
    # It is acknowledged, and nobody is scolded.
    assert [answer["text"] for answer in doctor.phone.answers[answers:]] == ["", ""]


async def test_a_double_tap_on_skip_skips_one_question(town: Town) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "rao@example.org", PASSWORD):
        await guest.says(text)
    await guest.taps("Doctor")
    await guest.says("Cardiology")
    card, data = guest.last_id, guest.buttons[guest.label("rather not say")]
    await guest.taps_raw(card, data)
    asked = guest.last
    assert await guest.taps_raw(card, data) == asked
    assert await _step(guest) == "register.staff_code"


async def test_a_question_that_comes_again_is_another_one(asha: Person, doctor: Person) -> None:
    del doctor
    await asha.says("/book")
    card, data = asha.last_id, asha.buttons["Cardiology"]
    await asha.talks([("«Cardiology»", "Who would"), ("«Back»", "What kind")])
    assert "What kind" in await asha.taps_raw(card, data)
    await asha.talks([("«Cardiology»", "Who would")])


async def test_a_wrong_answer_leaves_the_same_question_with_the_same_buttons(
    asha: Person, doctor: Person
) -> None:
    del doctor
    await asha.says("/book")
    before = asha.buttons
    await asha.says("xyzzy")
    assert asha.buttons == before


async def test_an_edit_that_was_lost_keeps_nobody_from_going_on(asha: Person, doctor: Person) -> None:
    """The card still shows the question before: a tap there puts it right."""
    del doctor
    await asha.says("/book")
    card, data = asha.last_id, asha.buttons["Cardiology"]
    await asha.taps("Cardiology")
    shown = next(m for m in asha.phone.messages if m["message_id"] == card)
    shown["text"] = "What kind"
    await asha.taps_raw(card, data)
    assert await _step(asha) == "booking.doctor"


async def test_buttons_of_the_version_before_are_old_and_lead_on(asha: Person, doctor: Person) -> None:
    del doctor
    await asha.says("/book")
    plain, revision = read_stamp(asha.buttons["Cardiology"])
    assert revision is not None
    answer = await asha.taps_raw(asha.last_id, plain)
    assert "This card is old" in answer
    assert "What kind" in answer
    assert asha.phone.answers[-1]["text"] == "This card is old."
    await asha.talks([("«Cardiology»", "Who would")])


async def test_a_dialog_that_the_version_before_has_written_goes_on(
    town: Town, asha: Person, doctor: Person
) -> None:
    del doctor
    await asha.says("/book")
    conversations = town.storage.conversations
    chat = ChatId(asha.phone.chat_id)
    document = await conversations.of_chat(chat)
    assert document is not None
    await conversations.put(chat, {k: v for k, v in document.items() if k not in {"revision", "shown"}})
    assert "Who would" in await asha.says("cardiology")


async def test_buttons_outside_of_dialogs_have_no_revision(asha: Person, doctor: Person) -> None:
    del doctor
    await asha.says("/help")
    assert all(read_stamp(data)[1] is None for data in asha.buttons.values())
    with logged("incident") as incident:
        await asha.taps("Book an appointment")
    assert incident.texts == []
