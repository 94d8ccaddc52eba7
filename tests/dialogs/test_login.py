"""/login, /logout, /me, and what guards them."""

from datetime import timedelta

import pytest

from services.models.people import ChatId, Role
from tests.town import PASSWORD, Town
from tests.turning import TurnableClock


async def test_signing_in_and_out_changes_who_one_is_and_the_menu(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    guest_menu = {command["command"] for command in asha.phone.commands}
    await asha.talks(
        [("/login", "email address"), ("Asha@Example.ORG", "password"), (PASSWORD, "Hello Asha")]
    )
    patient_menu = {command["command"] for command in asha.phone.commands}
    await asha.talks([("/me", "asha@example.org"), ("/logout", "signed out"), ("/me", "Please sign in")])
    assert {"login", "register"} <= guest_menu
    assert {"book", "appointments", "logout"} <= patient_menu
    assert not {"login", "users"} & patient_menu
    assert {command["command"] for command in asha.phone.commands} == guest_menu


async def test_an_unknown_mail_and_a_wrong_password_read_the_same(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    answers = []
    for email in ("asha@example.org", "nobody@example.org"):
        guest = town.person()
        answers.append((await guest.signs_in(email, "wrong password")).replace(email, "…"))
    assert answers[0] == answers[1]
    assert "Wrong email or password" in answers[0]


async def test_the_password_is_deleted_whether_right_or_wrong(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.signs_in("asha@example.org", "wrong password")
    await asha.says(PASSWORD)
    shown = [message.get("text", "") for message in asha.phone.messages]
    assert not {"wrong password", PASSWORD} & set(shown)


async def test_after_five_wrong_tries_a_mail_waits_in_every_chat(town: Town, clock: TurnableClock) -> None:
    await town.account("Asha", "asha@example.org")
    thief, asha = town.person(), town.person()
    await thief.signs_in("asha@example.org", "wrong password")
    for _ in range(4):
        assert "Wrong email or password" in await thief.says("wrong password")
    assert "wait until 06:15 AM" in await thief.says(PASSWORD)
    assert "wait until 06:15 AM" in await asha.signs_in("asha@example.org")
    clock.turn(timedelta(minutes=15))
    assert "Hello Asha" in await asha.signs_in("asha@example.org")


async def test_after_five_wrong_tries_a_chat_waits_for_every_mail(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    thief = town.person()
    for number in range(5):
        await thief.signs_in(f"guess{number}@example.org", "wrong password")
    assert "wait until" in await thief.signs_in("asha@example.org")


@pytest.mark.parametrize(("status", "refusal"), [("pending", "has to approve"), ("blocked", "is blocked")])
async def test_a_password_is_deleted_also_after_the_account_was_refused(
    town: Town, status: str, refusal: str
) -> None:
    await town.account("Asha", "asha@example.org")
    users = town.storage.users._users
    await users.update_one({"email": "asha@example.org"}, {"$set": {"status": status}})
    asha = town.person()
    assert refusal in await asha.signs_in("asha@example.org")
    assert refusal in await asha.says(PASSWORD)
    assert len([message for message in asha.messages if "What is your password for" in message["text"]]) == 1
    await users.update_one({"email": "asha@example.org"}, {"$set": {"status": "active"}})
    assert "Hello Asha" in await asha.says(PASSWORD)
    assert not any(message.get("text") == PASSWORD for message in asha.phone.messages)


@pytest.mark.parametrize("command", ["/help", "/book"])
async def test_a_password_is_deleted_also_while_its_question_is_put_aside(town: Town, command: str) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks([("/login", "email address"), ("asha@example.org", "What is your password for")])
    await asha.says(command)
    assert "I deleted your message" in await asha.says(PASSWORD)
    await asha.says(PASSWORD)
    assert any("Hello Asha" in message["text"] for message in asha.messages)
    assert not any(message.get("text") == PASSWORD for message in asha.phone.messages)


async def test_a_question_that_is_refused_does_not_go_on_asking(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would you like")])
    await town.storage.sessions.remove(ChatId(asha.phone.chat_id))
    assert "Please sign in" in await asha.says("Rao")
    assert "Sign in" in " ".join(asha.buttons)
    assert not any("Who would you like" in message["text"] for message in asha.messages)


async def test_a_password_typed_behind_the_command_is_deleted(town: Town) -> None:
    asha = town.person()
    await asha.says(f"/login asha@example.org {PASSWORD}")
    assert not any(PASSWORD in message.get("text", "") for message in asha.phone.messages)


async def test_a_password_that_looks_like_a_command_is_a_password(town: Town) -> None:
    asha = town.person()
    await asha.talks([("/register", "name"), ("Asha", "mail"), ("asha@example.org", "Choose a password")])
    await asha.talks([("/s3cret_word", "patient, a doctor"), ("«Patient»", "gender"), ("«Female»", "right?")])
    await asha.talks([("«Save»", "account is ready"), ("/logout", "signed out")])
    assert not any("s3cret" in message.get("text", "") for message in asha.phone.messages)
    assert "Hello Asha" in await asha.signs_in("asha@example.org", "/s3cret_word")


async def test_back_from_a_known_mail_lets_one_type_another(town: Town) -> None:
    await town.account("Bela", "bela@example.org")
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks([("/forgot", "email address"), ("asha@example.org", "What is the code")])
    await asha.talks([(await town.code("asha@example.org"), "Choose a password")])
    await asha.talks([("a new secret", "password for asha@example.org"), ("«Back»", "email address")])
    await asha.talks([("bela@example.org", "What is your password for bela@example.org")])
    assert "Hello Bela" in await asha.says(PASSWORD)


@pytest.mark.parametrize("fault", ["revoked", "expired", "forged", "blocked", "other role"])
async def test_every_command_and_tap_checks_the_session(town: Town, clock: TurnableClock, fault: str) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.says("/appointments")
    chat_id = ChatId(asha.phone.chat_id)
    sessions, users = town.storage.sessions._sessions, town.storage.users._users
    if fault == "revoked":
        await town.storage.sessions.remove(chat_id)
    elif fault == "expired":
        clock.turn(timedelta(days=31))
    elif fault == "forged":
        await sessions.update_one({"_id": chat_id}, {"$set": {"token": "eyJhbGciOiJub25lIn0.e30."}})
    elif fault == "blocked":
        await users.update_one({"email": "asha@example.org"}, {"$set": {"status": "blocked"}})
    else:
        await users.update_one({"email": "asha@example.org"}, {"$set": {"role": Role.ADMIN.value}})
    answer = await asha.taps("Past")
    assert any(word in answer for word in ("sign in", "signed out", "blocked"))
    assert "sign" in await asha.says("/appointments") or fault == "blocked"
    assert "login" in {command["command"] for command in asha.phone.commands}


async def test_what_a_guest_wanted_is_done_after_signing_in(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks([("/book", "Please sign in first"), ("«Sign in»", "email address")])
    await asha.talks([("asha@example.org", "password"), (PASSWORD, "What kind of doctor")])


async def test_what_a_guest_wanted_long_ago_is_wanted_no_more(town: Town, clock: TurnableClock) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks([("/forgetme", "Please sign in first")])
    clock.turn(timedelta(hours=1))
    assert "you are signed in" in await asha.signs_in("asha@example.org")


async def test_who_is_signed_out_already_stays_signed_in_after_signing_in(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/logout", "signed out"), ("/logout", "Nobody is signed in here")])
    await asha.talks([("«Sign in»", "email address"), ("asha@example.org", "What is your password")])
    assert "Hello Asha" in await asha.says(PASSWORD)
    assert "Book an appointment" in " ".join(asha.buttons)
    assert "asha@example.org" in await asha.says("/me")


async def test_what_the_role_may_not_do_is_not_done_after_signing_in(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks([("/users", "Please sign in first"), ("«Sign in»", "email address")])
    await asha.talks([("asha@example.org", "What is your password"), (PASSWORD, "Hello Asha")])
    assert "Book an appointment" in " ".join(asha.buttons)


@pytest.mark.parametrize("act", ["/help", "/start", "/register"])
async def test_what_a_guest_did_since_takes_the_place_of_what_was_wanted(town: Town, act: str) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.says("/book")
    await asha.says(act)
    assert "Hello Asha" in await asha.signs_in("asha@example.org")


async def test_another_dialog_takes_the_place_of_one_that_is_open(town: Town) -> None:
    asha = town.person()
    await asha.talks([("/login", "email address"), ("/register", "full name")])
    assert [
        m["text"] for m in asha.messages if "Sign-in stopped, because you started something else" in m["text"]
    ]


async def test_who_gives_up_signing_in_gives_up_what_it_was_for(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks(
        [("/book", "Please sign in"), ("«Sign in»", "email address"), ("/cancel", "stopped. Nothing")]
    )
    assert "Hello Asha" in await asha.signs_in("asha@example.org")


async def test_what_a_guest_wanted_is_done_after_registering_on_the_way(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = town.person()
    await asha.talks([("/book", "Please sign in first"), ("«Register»", "full name"), ("Asha", "mail")])
    await asha.talks([("asha@example.org", "password"), (PASSWORD, "patient"), ("«Patient»", "gender")])
    await asha.talks(
        [("«rather not say»", "right?"), ("«Save»", "ready"), ("«Go on»", "What kind of doctor")]
    )


async def test_what_the_role_may_not_do_is_not_offered_after_registering(town: Town) -> None:
    asha = town.person()
    await asha.talks([("/users", "Please sign in first"), ("«Register»", "full name"), ("Asha", "mail")])
    await asha.talks([("asha@example.org", "password"), (PASSWORD, "patient"), ("«Patient»", "gender")])
    await asha.talks([("«rather not say»", "right?"), ("«Save»", "ready")])
    assert "▶ Go on" not in asha.buttons


async def test_two_chats_of_one_account_both_work(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    phone, tablet = town.person(), town.person()
    await phone.signs_in("asha@example.org")
    await tablet.signs_in("asha@example.org")
    await phone.says("/logout")
    assert "Asha" in await tablet.says("/me")
