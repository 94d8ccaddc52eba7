"""What the bot has written can be copied back to it, with isolates that nobody sees; and odd languages."""

import pytest

from bot.localization.isolates import FSI, PDI, RLM
from services.models.people import Role
from tests.localization.test_isolates import balanced
from tests.plans import OURS
from tests.town import PASSWORD, Town

ISOLATES = {"\u2066", "\u2067", FSI, PDI}


def _copied(text: str) -> str:
    return f"{FSI}{text}{PDI}"


async def test_what_is_copied_from_an_arabic_chat_is_read_without_its_isolates(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    guest = town.person(speaks="ar")
    for text in ("/register", "Asha Patel", "asha@example.org", PASSWORD):
        await guest.says(_copied(text))
    for label in ("مريض", "أنثى"):
        await guest.says(_copied(label))
    await guest.taps("✅ حفظ")
    found = await town.storage.users.credentials("asha@example.org")
    assert found is not None
    assert found.user.name == "Asha Patel"
    assert found.user.language == "ar"
    await guest.says(f"{_copied('/book')} {_copied('Rao')} {_copied('2027-05-04')} {_copied('10:30')}")
    await guest.says(f"A {FSI}cough{PDI}, and {PDI}{PDI}pain\u2067")
    await guest.taps(guest.label("✅"))
    (row,) = [each async for each in town.storage.appointments._appointments.find({}, comment=OURS)]
    assert row["reason"] == "A cough, and pain"
    for message in guest.messages:
        assert balanced(message["text"])
    assert not ISOLATES & set(str(found.user))


@pytest.mark.parametrize("before", ["", FSI, f"{FSI}{FSI}", "\u2067", f"{RLM}{FSI}", RLM])
async def test_a_command_may_stand_between_isolates(town: Town, before: str) -> None:
    guest = town.person()
    expected = await guest.says("/help")
    assert await guest.says(f"{before}/help{PDI}") == expected
    await guest.says(f"{before}/language{PDI} {before}Deutsch{PDI}")
    assert "Deutsch" in guest.last
    assert "🔑 Anmelden" in guest.buttons


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        *(("", "🔑 Sign in"), ("xx", "🔑 Sign in"), ("zh-hans-CN", "🔑 Sign in"), ("x" * 35, "🔑 Sign in")),
        *(
            ("-de", "🔑 Sign in"),
            ("de\u202e", "🔑 Sign in"),
            ("fr", "🔑 Sign in"),
            ("DE_at-1996", "🔑 Anmelden"),
        ),
    ],
)
async def test_whatever_telegram_says_of_a_language_there_is_an_answer(
    town: Town, tag: str, expected: str
) -> None:
    guest = town.person(speaks=tag)
    await guest.says("/start")
    assert expected in guest.buttons
