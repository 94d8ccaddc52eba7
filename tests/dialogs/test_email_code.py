"""The address of a registration: a code is sent there, asked for again, and the address put right."""

from datetime import timedelta
from typing import Any

import pytest

from services.errors import StorageDown
from services.models.people import Role
from services.storage.email_verification import EmailVerificationStore
from services.storage.sessions import SessionStore
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock

ASHA = "asha@example.org"
BUTTONS = ["🔢 Enter the code", "📧 Send a new code", "✏️ Change address"]
ASKED = "isn't confirmed yet"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def _verified(town: Town, email: str = ASHA) -> object:
    row = await town.storage.users._users.find_one({"email": email}, comment=OURS)
    return row and row.get("email_verified")


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient who has just registered."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    person = town.person("Asha")
    await person.registers("Asha Patel", ASHA)
    return person


async def _books(person: Person, time: str = "10:30") -> str:
    await person.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day")])
    await person.talks([("2027-05-04", "Which time"), (time, "reason"), ("«Skip»", "Book this")])
    return await person.taps("Confirm")


async def test_whoever_registers_is_signed_in_and_confirms_the_address_with_the_code(
    town: Town, asha: Person
) -> None:
    assert "Your account is ready, and you are signed in" in asha.last
    assert f"I've emailed a code to {ASHA}" in asha.last
    assert list(asha.buttons)[:3] == BUTTONS
    assert await _verified(town) is False
    code = await town.code(ASHA)
    await asha.talks([("«Enter the code»", f"What is the code that I emailed to {ASHA}?")])
    await asha.talks([("12 34", "A code has 6 digits, like 042137"), (_wrong(code), "Wrong code")])
    await asha.talks([(f" {code[:3]}-{code[3:]} ", f"Thank you, {ASHA} is confirmed"), ("/me", ASHA)])
    assert "not confirmed" not in asha.last
    assert not set(BUTTONS) & set(asha.buttons)
    assert await _verified(town) is True
    assert ASKED not in await _books(asha)
    shown = [message.get("text", "") for message in asha.phone.messages]
    assert not any(code in text for text in shown)


async def test_an_unconfirmed_account_books_and_is_asked_again_at_the_end_and_in_me(
    town: Town, asha: Person
) -> None:
    said = await _books(asha)
    assert "Appointment booked" in said
    assert said.count(ASKED) == 1
    assert list(asha.buttons)[-3:] == BUTTONS
    booked = asha.last_id
    await asha.talks([("«Enter the code»", "What is the code"), (await town.code(ASHA), "is confirmed")])
    kept = next(message for message in asha.messages if message["message_id"] == booked)
    assert "Appointment booked" in kept["text"]
    assert ASKED not in await _books(asha, "11:00")


async def test_me_says_that_it_is_not_confirmed_and_has_the_buttons(asha: Person) -> None:
    await asha.talks([("/me", f"Email: {ASHA} (not confirmed yet)")])
    assert list(asha.buttons)[:3] == BUTTONS


async def test_otherwise_nobody_is_asked_more_than_once_a_day(asha: Person, clock: TurnableClock) -> None:
    await asha.talks([("/start", "Welcome"), ("/logout", "signed out")])
    assert ASKED not in await asha.signs_in(ASHA)
    clock.turn(timedelta(days=1))
    await asha.talks([("/start", ASKED), ("/start", "Welcome"), ("/logout", "signed out")])
    assert ASKED not in await asha.signs_in(ASHA)
    clock.turn(timedelta(days=1))
    await asha.says("/logout")
    assert ASKED in await asha.signs_in(ASHA)


async def test_accounts_of_older_versions_are_not_asked(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    bela = await town.signed_in("Bela", "bela@example.org")
    assert ASKED not in bela.last
    assert ASKED not in await _books(bela)
    assert "not confirmed" not in await bela.says("/me")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await nora.talks([("/users bela", "1 account"), ("«Bela»", "bela@example.org")])
    assert "not confirmed" not in nora.last


async def test_another_code_makes_the_first_worth_nothing(town: Town, asha: Person) -> None:
    first = await town.code(ASHA)
    await asha.talks([("«Send a new code»", f"I've emailed a code to {ASHA}")])
    second = await town.code(ASHA, 2)
    if first != second:
        await asha.talks([(first, "Wrong code")])
    await asha.talks([(second, "is confirmed")])


async def test_a_code_that_was_used_or_is_too_old_gets_one_sentence_and_the_way_on(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    code = await town.code(ASHA)
    await asha.taps("Enter the code")
    clock.turn(timedelta(minutes=14))
    await asha.says("/me")
    clock.turn(timedelta(minutes=2))
    await asha.talks([("«Enter the code»", "What is the code"), (code, "expired or was already used")])
    await asha.talks([("«Send again»", "It works for 15 minutes")])
    await asha.talks([(await town.code(ASHA, 2), "is confirmed")])


async def test_a_mistyped_address_is_changed_at_once_and_nothing_is_told_at_the_first_one(
    town: Town, asha: Person
) -> None:
    await town.account("Bela", "bela@example.org")
    await asha.talks([("«Change address»", "What is the right one? I'll change it at once")])
    await asha.talks([("nonsense", "one like asha@example.org"), ("bela@example.org", "another account")])
    await asha.talks([("Asha.Patel@example.org", "emailed a code to asha.patel@example.org")])
    assert await _verified(town, "asha.patel@example.org") is False
    old = await town.code(ASHA)
    await asha.talks([(old, "Wrong code"), (await town.code("asha.patel@example.org"), "is confirmed")])
    assert await _verified(town, "asha.patel@example.org") is True
    assert [mail.subject for mail in town.mailbox.mails if mail.to == (ASHA,)] == [
        "Your code for MediConnect"
    ]
    # From then on it is changed with a code first, as ever, and the old address is told.
    await asha.talks([("«Email»", "What is the new one?"), ("new@example.org", "What is the code")])
    assert await _verified(town, "new@example.org") is None
    await asha.talks([(await town.code("new@example.org"), "Your email address is changed")])
    await town.mailbox.wait_for(lambda mail: "was changed" in mail.subject)


async def test_an_address_that_refuses_mail_is_said_at_once(town: Town) -> None:
    asha = town.person("Asha")
    for act in ("/register", "Asha", "asha@exmaple.org", PASSWORD):
        await asha.says(act)
    await asha.taps("Patient")
    await asha.taps("rather not say")
    town.mailbox.refuse_with(550, "no such mailbox")
    await asha.talks([("«Save»", "asha@exmaple.org doesn't accept email"), ("«Change address»", "right one")])
    town.mailbox.refuse_with(550, "no such mailbox")
    await asha.talks([("asha@exampel.org", "doesn't accept email"), (ASHA, "emailed a code to " + ASHA)])
    await asha.talks([(await town.code(ASHA), "is confirmed")])
    assert await _verified(town, "asha@exampel.org") is None


async def test_while_the_mail_server_is_away_the_account_is_made_all_the_same(town: Town) -> None:
    asha = town.person("Asha")
    for act in ("/register", "Asha", "asha@exmaple.org", PASSWORD):
        await asha.says(act)
    await asha.taps("Patient")
    await asha.taps("rather not say")
    town.mailbox.refuse_with(451, "try later", times=3)
    await asha.talks([("«Save»", "account is ready, and you are signed in")])
    assert "I couldn't email a code to asha@exmaple.org yet" in asha.last
    await asha.talks(
        [("«Send a new code»", "Tap Send again in a minute"), ("«Back»", "What is the right one?")]
    )
    # What was typed counts although no code could be sent yet.
    await asha.talks([(ASHA, "Tap Send again in a minute"), ("«Send again»", "emailed a code to " + ASHA)])
    await asha.talks([(await town.code(ASHA), "is confirmed")])


async def test_codes_are_limited_and_the_newest_still_works(town: Town, asha: Person) -> None:
    await asha.taps("Send a new code")
    for _ in range(3):
        await asha.taps("Send again")
    assert "I've already emailed several codes" in await asha.taps("Send again")
    await asha.talks([(await town.code(ASHA, 5), "is confirmed")])


async def test_a_doctor_who_waits_for_approval_confirms_and_corrects_the_address_in_that_chat(
    town: Town,
) -> None:
    doctor, stranger = town.person("Meera"), town.person("Eve")
    for act in ("/register", "Meera Rao", "roa@example.org", PASSWORD):
        await doctor.says(act)
    for label in ("Doctor", "Cardiology", "Female", "I don't have one"):
        await doctor.taps(label)
    await doctor.talks([("«Save»", "I've emailed a code to roa@example.org")])
    forged = doctor.buttons["✏️ Change address"]
    await doctor.talks([("«Change address»", "What is the right one?")])
    await doctor.talks([("rao@example.org", "emailed a code to rao@example.org")])
    code = await town.code("rao@example.org")
    await doctor.talks([(code, "as soon as the clinic has approved your registration")])
    assert await _verified(town, "rao@example.org") is True
    # Once it is confirmed, another one needs its code first, as everywhere.
    await doctor.taps_raw(doctor.last_id, forged)
    await doctor.talks([("meera@example.org", "What is the code")])
    assert await _verified(town, "meera@example.org") is None
    await doctor.talks([(await town.code("meera@example.org"), "Your email address is changed")])
    await stranger.says("/start")
    assert "Please sign in first" in await stranger.taps_raw(stranger.last_id, forged)


async def test_a_code_that_is_typed_without_the_button_is_understood(town: Town, asha: Person) -> None:
    code = await town.code(ASHA)
    await asha.talks([(_wrong(code), "Wrong code"), ("thanks", "welcome"), (code, f"{ASHA} is confirmed")])
    assert await _verified(town) is True
    assert "is confirmed" not in await asha.says(code)
    assert not any(code in message.get("text", "") for message in asha.phone.messages[:-2])


async def test_a_booking_is_told_although_it_can_not_be_noted_that_the_person_was_asked(
    asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_args: object) -> bool:
        raise StorageDown

    monkeypatch.setattr(EmailVerificationStore, "note_asked", down)
    assert "Appointment booked" in await _books(asha)


async def test_whoever_was_signed_in_without_being_told_is_told_after_the_next_tap(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, put = town.person("Asha"), SessionStore.put
    for act in ("/register", "Asha", ASHA, PASSWORD, "patient", "female"):
        await asha.says(act)

    async def lost(*args: Any) -> None:
        await put(*args)
        monkeypatch.setattr(SessionStore, "put", put)
        raise StorageDown

    monkeypatch.setattr(SessionStore, "put", lost)
    summary = asha.last_id
    data = asha.buttons["✅ Save"]
    assert "can't reach the clinic's records" in await asha.taps("Save")
    assert "Your account is ready, and you are signed in" in await asha.taps_raw(summary, data)
    await asha.talks([("/me", "not confirmed yet")])


async def test_nobody_uses_the_buttons_of_another(town: Town, asha: Person) -> None:
    forged = asha.buttons["✏️ Change address"]
    bela = await town.signed_in("Bela", "bela@example.org")
    assert "This card is old" in await bela.taps_raw(bela.last_id, forged)
    guest = town.person("Guest")
    await guest.says("/start")
    assert "Please sign in first" in await guest.taps_raw(guest.last_id, forged)


async def test_a_forgotten_password_that_was_renewed_confirms_the_address(town: Town, asha: Person) -> None:
    await town.code(ASHA)
    await asha.talks([("/logout", "signed out"), ("/forgot", "email address"), (ASHA, "What is the code")])
    await asha.talks([(await town.code(ASHA, 2), "Choose a password"), ("a new secret", "your password")])
    assert await _verified(town) is True
