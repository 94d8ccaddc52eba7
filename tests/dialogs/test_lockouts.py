"""What people hear who try too often; and that others go on meanwhile."""

from datetime import timedelta

import pytest

from services.errors import StorageDown
from services.models.people import ChatId, Role
from services.storage.users import UserStore
from tests.town import PASSWORD, STAFF_CODE, Town
from tests.turning import TurnableClock

NEW = "a new secret"


async def test_strangers_lock_nobody_out_of_their_own_chat(town: Town, clock: TurnableClock) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    for _ in range(2):
        thief = town.person()
        await thief.signs_in("asha@example.org", "wrong")
        for _ in range(4):
            await thief.says("wrong")
    assert "from this chat. Please wait until 06:15 AM" in await thief.says(PASSWORD)
    assert "from new chats. Please wait until 06:15 AM" in await town.person().signs_in("asha@example.org")
    await asha.talks([("/me", "asha@example.org"), ("«Password»", "password")])
    await asha.talks([(PASSWORD, "Choose a password"), (NEW, "asha@example.org"), ("/logout", "signed out")])
    assert "Hello Asha" in await asha.signs_in("asha@example.org", NEW)
    clock.turn(-timedelta(hours=2))
    assert "Hello Asha" in await thief.signs_in("asha@example.org", NEW)


async def test_a_copied_session_signs_nobody_in(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    thief = town.person()
    await thief.says("/start")
    sessions = town.storage.sessions._sessions
    document = await sessions.find_one({"_id": ChatId(asha.phone.chat_id)})
    await sessions.insert_one(document | {"_id": ChatId(thief.phone.chat_id)})
    answer = await thief.says("/me")
    assert "asha@example.org" not in answer
    assert "sign" in answer
    await asha.talks([("/me", "asha@example.org"), ("/logout", "signed out")])
    await sessions.insert_one(document)
    assert "asha@example.org" not in await asha.says("/me")


async def test_who_has_an_account_is_said_five_times_an_hour_and_the_owner_gets_a_mail(town: Town) -> None:
    for number in range(6):
        await town.account("Asha", f"p{number}@example.org")
    thief = town.person()
    await thief.talks([("/register", "full name"), ("Eve", "email address")])
    for number in range(5):
        assert "already has an account" in await thief.says(f"p{number}@example.org")
    assert "Too many email addresses from this chat. Please wait until 07:00 AM" in await thief.says(
        "p5@example.org"
    )
    mail = await town.mailbox.wait_for(lambda mail: mail.to == ("p0@example.org",))
    assert "someone tried to register" in mail.text
    assert await town.person().says("/register")


async def test_a_registration_saved_before_its_acknowledgement_was_lost_is_ones_own(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, add, by_id = town.person(), UserStore.add, UserStore.by_id
    for text in ("/register", "Asha", "mailto:Asha@example.org.", PASSWORD):
        await asha.says(text)
    for label in ("Patient", "rather not say"):
        await asha.taps(label)

    async def down(*_args: object) -> None:
        monkeypatch.setattr(UserStore, "by_id", by_id)
        raise StorageDown

    async def applied(*args: object, **more: object) -> None:
        await add(*args, **more)  # type: ignore[arg-type]
        monkeypatch.setattr(UserStore, "add", add)
        monkeypatch.setattr(UserStore, "by_id", down)
        raise StorageDown

    monkeypatch.setattr(UserStore, "add", applied)
    assert "can't reach the clinic's records" in await asha.taps("Save")
    await asha.talks([("«Save»", "Your account is ready"), ("/logout", "signed out")])
    assert "Hello Asha" in await asha.signs_in("<asha@example.org>")


async def test_an_admin_finds_somebody_by_an_address_as_it_was_pasted(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await nora.says("/users mailto:\u200bASHA@example.org.")
    assert "Asha" in " ".join(nora.buttons)


async def test_the_staff_code_has_so_many_guesses_over_all_chats(town: Town) -> None:
    for number in range(6):
        guesser = town.person()
        await guesser.talks(
            [("/register", "full name"), ("Eve", "mail"), (f"e{number}@example.org", "password")]
        )
        await guesser.talks([(PASSWORD, "patient"), ("«Admin»", "gender"), ("«Female»", "staff code")])
        for _ in range(5):
            assert "Wrong staff code" in await guesser.says("guess-guess")
    nora = town.person()
    await nora.talks([("/register", "full name"), ("Nora", "mail"), ("nora@example.org", "password")])
    await nora.talks([(PASSWORD, "patient"), ("«Admin»", "gender"), ("«Female»", "staff code")])
    assert "Too many wrong staff codes across all chats" in await nora.says(STAFF_CODE)
