"""What /help, its buttons and the command menu offer each kind of visitor."""

import pytest

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from services.models.people import ChatId, Role
from tests.town import Town

OFFERED = {
    Role.PATIENT: {"book", "appointments", "doctors", "reminders", "waitlist", "me"},
    Role.DOCTOR: {"schedule", "appointments", "hours", "timeoff", "me"},
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
    asha = await town.signed_in("Asha", "asha@example.org")
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
