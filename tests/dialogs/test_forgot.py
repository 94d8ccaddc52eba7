"""/forgot: a code by mail, and a new password."""

import asyncio
from datetime import timedelta

import pytest

from services.models.people import Role
from tests.faults.holding import logged
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock

NEW = "a new secret"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return somebody with an account who is not signed in here."""
    await town.account("Asha", "asha@example.org")
    return town.person()


async def test_who_forgot_the_password_chooses_another_and_signs_in(town: Town, asha: Person) -> None:
    tablet = town.person()
    await tablet.signs_in("asha@example.org")
    await asha.talks([("/forgot", "What is your email address?"), ("nonsense", "one like asha@example.org")])
    await asha.talks([("Asha@example.org", "If asha@example.org has an account here, a code is on its way")])
    code = await town.code("asha@example.org")
    await asha.talks([(_wrong(code), "You have 4 attempts left"), (code, "Choose a password")])
    await asha.talks(
        [("short", "at least 8 characters"), (NEW, "What is your password for asha@example.org?")]
    )
    assert any("Your new password is set" in message["text"] for message in asha.messages)
    assert "Wrong email or password" in await asha.says(PASSWORD)
    assert "Hello Asha" in await asha.says(NEW)
    assert "Please sign in" in await tablet.says("/appointments")
    shown = [str(message.get("text")) for message in asha.phone.messages]
    assert not any(secret in text for text in shown for secret in (code, NEW, PASSWORD, "short"))
    await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "was changed" in m.subject)


async def test_the_button_beside_the_password_knows_the_mail_and_what_was_wanted(
    town: Town, asha: Person
) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await asha.talks([("/book", "Please sign in first"), ("«Sign in»", "email address")])
    await asha.talks(
        [
            ("asha@example.org", "What is your password for"),
            ("«Forgot your password?»", "a code is on its way"),
        ]
    )
    assert (
        len(
            [
                m
                for m in asha.messages
                if "code is on its way" in m["text"] or "What is your password" in m["text"]
            ]
        )
        == 1
    )
    await asha.talks(
        [("«Back»", "What is your email address?"), ("asha@example.org", "a code is on its way")]
    )
    code = await town.code("asha@example.org", 2)
    await asha.talks(
        [(code, "Choose a password"), (NEW, "What is your password for"), (NEW, "What kind of doctor")]
    )


@pytest.mark.usefixtures("asha")
async def test_an_address_without_an_account_reads_the_same_to_the_end(town: Town) -> None:
    await town.account("Bela", "blocked@example.org")
    await town.storage.users._users.update_one(
        {"email": "blocked@example.org"}, {"$set": {"status": "blocked"}}
    )
    said = []
    for email in ("asha@example.org", "nobody@example.org", "blocked@example.org"):
        person = town.person()
        answers = [await person.says("/forgot"), await person.says(email)]
        code = await town.code(email) if email == "asha@example.org" else "123456"
        answers += [await person.says(_wrong(code)), await person.taps("Send again")]
        answers += [await person.says("111111" if email == "asha@example.org" else "000000")]
        said.append([answer.replace(email, "…") for answer in answers])
    assert said[0] == said[1] == said[2]
    await town.code("asha@example.org", 2)
    assert {mail.to for mail in town.mailbox.mails} == {("asha@example.org",)}


async def test_nobody_waits_for_the_mail_of_somebody_who_has_an_account(town: Town, asha: Person) -> None:
    """Else whoever asks could tell by the time it takes."""
    sent, may_go_out = asyncio.Event(), asyncio.Event()
    really = town.assembly.mail_sender.send

    async def slowly(mail: object) -> None:
        sent.set()
        await may_go_out.wait()
        await really(mail)  # type: ignore[arg-type]

    town.assembly.mail_sender.send = slowly  # type: ignore[method-assign]
    await asha.talks([("/forgot", "email address"), ("asha@example.org", "on its way")])
    await asyncio.wait_for(sent.wait(), 5)
    await asha.talks([("000000", "Wrong code")])
    may_go_out.set()
    await town.code("asha@example.org")


async def test_a_code_is_good_in_the_chat_that_asked_whatever_others_try(town: Town, asha: Person) -> None:
    await asha.talks([("/forgot", "email address"), ("asha@example.org", "on its way")])
    code = await town.code("asha@example.org")
    thief = town.person()
    await thief.talks(
        [
            ("/forgot", "address"),
            ("«I have a code»", "Then I'll ask"),
            ("asha@example.org", "What is the code"),
        ]
    )
    for left in ("4 attempts", "3 attempts"):
        assert f"{left} left" in await thief.says(_wrong(code))
    assert "2 attempts left" in await thief.says(code)
    await thief.taps("Send again")
    assert "Choose a password" in await asha.says(code)
    for left in ("4 attempts", "3 attempts", "2 attempts", "1 attempt", "Too many attempts"):
        assert left in await thief.says(code)
    assert "What is your password for" in await asha.says(NEW)


async def test_a_code_that_is_too_old_and_one_that_grows_old_at_the_password(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await asha.talks([("/forgot", "email address"), ("asha@example.org", "on its way")])
    code = await town.code("asha@example.org")
    clock.turn(timedelta(minutes=10))
    await asha.says("what?")
    clock.turn(timedelta(minutes=5))
    await asha.talks([(code, "has expired"), ("«Send again»", "Only the newest one works")])
    second = await town.code("asha@example.org", 2)
    clock.turn(timedelta(minutes=10))
    await asha.talks([(second, "Choose a password")])
    clock.turn(timedelta(minutes=5))
    await asha.talks([(NEW, "has expired"), ("«Send again»", "Only the newest one works")])
    third = await town.code("asha@example.org", 3)
    await asha.talks([(third, "Choose a password"), (NEW, "What is your password for")])


async def test_codes_are_not_mailed_without_end(town: Town, asha: Person) -> None:
    await asha.talks([("/forgot", "email address"), ("asha@example.org", "on its way")])
    for _ in range(4):
        assert "Only the newest one works" in await asha.taps("Send again")
    assert "another after 07:00 AM" in await asha.taps("Send again")
    other = town.person()
    await other.talks([("/forgot", "email address"), ("asha@example.org", "another after 07:00 AM")])
    await asha.talks([("«Back»", "email address"), ("bela@example.org", "another after 07:00 AM")])


async def test_a_mail_server_that_is_down_tells_nothing_and_another_code_can_be_sent(
    town: Town, asha: Person
) -> None:
    await town.mailbox.stop()
    with logged("reset.unsent") as unsent:
        await asha.talks(
            [("/forgot", "email address"), ("asha@example.org", "If asha@example.org has an account")]
        )
        # Nobody waits for that mail, so it may be tried later than it is answered.
        await unsent.came()
    await town.mailbox.start()
    await asha.talks([("«Send again»", "Only the newest one works")])
    code = await town.code("asha@example.org")
    await asha.talks([(code, "Choose a password"), (NEW, "What is your password for")])


async def test_who_is_blocked_meanwhile_gets_no_new_password(town: Town, asha: Person) -> None:
    await asha.talks([("/forgot", "email address"), ("asha@example.org", "on its way")])
    await asha.talks([(await town.code("asha@example.org"), "Choose a password")])
    await town.storage.users._users.update_one({"email": "asha@example.org"}, {"$set": {"status": "blocked"}})
    assert "This account is blocked" in await asha.says(NEW)
    assert not any(str(message.get("text")) == NEW for message in asha.phone.messages)


async def test_who_waits_for_the_login_after_wrong_tries_gets_in_with_a_new_password(
    town: Town, asha: Person
) -> None:
    await asha.signs_in("asha@example.org", "wrong")
    for _ in range(5):
        await asha.says("wrong")
    assert "wait until" in await asha.says(PASSWORD)
    await asha.talks([("«Forgot your password?»", "on its way")])
    await asha.talks(
        [(await town.code("asha@example.org"), "Choose a password"), (NEW, "What is your password for")]
    )
    assert "Hello Asha" in await asha.says(NEW)


async def test_a_code_typed_behind_the_command_is_deleted(asha: Person) -> None:
    await asha.says("/forgot 123456")
    assert not any("123456" in str(message.get("text")) for message in asha.phone.messages)
