"""What /help, its buttons and the command menu offer each kind of visitor."""

import pytest

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from services.models.people import ChatId, Role
from tests.town import Town

OFFERED = {
    Role.PATIENT: {"book", "appointments", "doctors", "reminders", "waitlist", "family", "me"},
    Role.DOCTOR: {"schedule", "appointments", "hours", "timeoff", "me"},
    Role.RECEPTIONIST: {"appointments", "book", "patients", "doctors", "me"},
    Role.ADMIN: {
        *("appointments", "users", "stats", "doctors", "announce"),
        *("export", "outbox", "audit", "me"),
    },
}


@pytest.mark.parametrize("role", list(Role))
async def test_help_has_buttons_for_what_somebody_can_do(town: Town, role: Role) -> None:
    person = await town.signed_in("Nora", "nora@example.org", role, "Cardiology")
    said = await person.says("/help")
    taps = [Tap.unpack(data) for data in person.buttons.values()]
    assert {tap.command for tap in taps if isinstance(tap, Do)} == OFFERED[role]
    for name in OFFERED[role]:
        assert f"/{name} – " in said
    for label in list(person.buttons):
        answer = await person.taps(label)
        assert "🚫" not in answer
        assert "I don't know" not in answer
        await person.says("/cancel")
        await person.says("/help")


async def test_a_patient_chooses_reminders_by_command(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/reminders", "How long before should I remind"), ("/cancel", "stopped. Nothing")])
    assert "reminders" in {command["command"] for command in asha.phone.commands}


async def test_a_chat_whose_menu_is_of_an_older_version_gets_the_new_one(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org", by_typing=True)
    before, chat = asha.phone.commands, ChatId(asha.phone.chat_id)
    assert before
    stored = await town.storage.conversations.of_chat(chat)
    assert stored is not None
    await town.storage.conversations.put(chat, stored | {"menu": "patient"})
    old = [{"command": "book", "description": "take a time"}]
    town.telegram.change_commands(("chat", chat, ""), old)
    assert asha.phone.commands == old
    await asha.says("/help")
    assert asha.phone.commands == before


async def test_only_those_who_book_are_told_that_they_can_book_here(town: Town) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    assert await nora.says("/start") == "👋 Welcome to MediConnect!\nGood to see you, Nora Lind."
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    assert "Good to see you, Dr Meera Rao." in await rao.says("/start")
    assert "Book a doctor's appointment here" not in rao.last
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    assert "Book a doctor's appointment here" in await asha.says("/start")


async def test_greetings_thanks_emergencies_and_stickers_have_answers_of_their_own(town: Town) -> None:
    guest = town.person()
    await guest.talks(
        [
            ("Hello!", "👋 Hello! What would you like"),
            ("thank you", "You're welcome"),
            ("hm", "I'm not sure what you mean"),
        ]
    )
    assert "please call 112 now" in await guest.says("My chest hurts badly")
    assert "Register" in " ".join(guest.buttons)
    update_id = guest.phone.send_sticker("😀")
    assert "I can only read text" in await guest.settled(update_id)


async def test_a_doctor_is_found_by_the_name_behind_the_command(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors rao", "Next free time"), ("/doctors", "Our doctors")])
    said = await asha.says("/doctors <xyz>")
    assert said.startswith("🔎 I couldn't find a doctor called “<xyz>”.")
    assert "Our doctors" in said


async def test_where_only_buttons_are_understood_it_is_said(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/book rao tomorrow 9:30", "reason"), ("«Skip»", "Book this")])
    await asha.talks([("I think so", "Please tap one of the buttons"), ("confirm", "booked")])


async def test_a_cancelled_appointment_has_one_button_to_book_another(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks(
        [("/book rao tomorrow 9:30", "reason"), ("«Skip»", "Book this"), ("«Confirm»", "booked")]
    )
    await asha.talks([("«Open the app»", "Status"), ("«Cancel app»", "Cancel Dr"), ("«Yes»", "cancelled")])
    assert list(asha.buttons) == ["📅 Book another time", "📋 My appointments"]
