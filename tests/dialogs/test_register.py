"""/register: each question, each wrong answer, each role."""

import pytest

from services.models.people import Role
from tests.town import PASSWORD, STAFF_CODE, Person, Town


async def _up_to_password(person: Person, name: str = "Asha Patel", email: str = "asha@example.org") -> None:
    await person.talks([("/register", "full name"), (name, "email address"), (email, "Choose a password")])


async def test_wrong_answers_get_one_sentence_and_the_question_again(town: Town) -> None:
    asha = town.person()
    await asha.talks(
        [
            ("/register", "full name"),
            ("12345", "A name needs letters"),
            ("x" * 81, "at most 80 characters"),
            ("🙂🙂🙂", "A name needs letters"),
            ("Asha Patel", "email address"),
            ("not a mail", "one like asha@example.org"),
            ("asha@", "What is your email address?"),
            ("asha@example.org", "Choose a password"),
            ("short", "at least 8 characters"),
            ("x" * 73, "It can have 72 bytes"),
            ("é" * 37, "too long"),
            (PASSWORD, "patient, a doctor or an admin"),
            ("nurse", "couldn't find that"),
            ("patient", "gender"),
            ("fe", "couldn't find that"),
            ("female", "Is this right?"),
            ("perhaps", "tap one of the buttons"),
            ("«Save»", "account is ready"),
        ]
    )
    assert await town.storage.users.email_exists("asha@example.org")


async def test_the_password_is_deleted_at_once_and_never_repeated(town: Town) -> None:
    asha = town.person()
    await _up_to_password(asha)
    for typed in ("short", "x" * 73, PASSWORD):
        await asha.says(typed)
    for label in ("Patient", "rather not say"):
        await asha.taps(label)
    shown = [message.get("text", "") for message in asha.phone.messages]
    assert not any(secret in text for text in shown for secret in ("short", "x" * 73, PASSWORD))
    stored = await town.storage.conversations.of_chat(asha.phone.chat_id)  # type: ignore[arg-type]
    assert PASSWORD not in str(stored)


async def test_one_card_is_edited_in_place_and_stays_the_only_one(town: Town) -> None:
    asha = town.person()
    await _up_to_password(asha)
    await asha.says(PASSWORD)
    assert len(asha.messages) == 1
    card = asha.last_id
    await asha.taps("Patient")
    await asha.taps("Female")
    assert (len(asha.messages), asha.last_id) == (1, card)


async def test_back_returns_to_the_question_before_and_keeps_the_answers(town: Town) -> None:
    asha = town.person()
    await _up_to_password(asha)
    await asha.talks(
        [("«Back»", "email address"), ("«Back»", "full name"), ("Asha Rao", "Thank you, Asha Rao")]
    )
    await asha.talks([("asha@example.org", "password"), (PASSWORD, "patient"), ("«Patient»", "gender")])
    await asha.talks([("«Back»", "patient, a doctor"), ("«Patient»", "gender"), ("«Male»", "Asha Rao")])


@pytest.mark.parametrize("way_out", ["/cancel", "«Leave»"])
async def test_a_registration_can_be_left_and_saves_nothing(town: Town, way_out: str) -> None:
    asha = town.person()
    await _up_to_password(asha)
    await asha.talks([(way_out, "Nothing was saved"), ("hello", "What would you like to do?")])
    assert not await town.storage.users.email_exists("asha@example.org")


@pytest.mark.parametrize("way_on", ["«Go on»", "«Register»", "/register"])
async def test_a_refused_command_puts_the_registration_aside_and_it_goes_on(town: Town, way_on: str) -> None:
    asha = town.person()
    await _up_to_password(asha)
    await asha.talks([(PASSWORD, "patient, a doctor"), ("/book", "Please sign in first")])
    assert any("Your registration is on hold" in message["text"] for message in asha.messages)
    await (asha.taps(way_on.strip("«»")) if way_on.startswith("«") else asha.says(way_on))
    assert len([message for message in asha.messages if "patient, a doctor" in message["text"]]) == 1
    assert not any("on hold" in message["text"] for message in asha.messages)
    await asha.says("patient")
    await asha.talks([("Female", "Asha Patel"), ("«Save»", "account is ready")])


async def test_another_dialog_asks_before_it_takes_the_place_of_a_registration(town: Town) -> None:
    asha = town.person()
    await _up_to_password(asha)
    await asha.talks([(PASSWORD, "patient, a doctor"), ("«Patient»", "gender"), ("«Female»", "right?")])
    await asha.talks([("/login", "Your registration isn't finished"), ("«Go on»", "Is this right?")])
    await asha.talks([("/login", "leave it and start the sign-in?"), ("«Leave it»", "What is your email")])
    assert len(asha.messages) == 1
    await asha.talks([("asha@example.org", "What is your password"), (PASSWORD, "Wrong email or password")])
    assert not await town.storage.users.email_exists("asha@example.org")


async def test_what_a_guest_wanted_is_kept_while_a_registration_is_left_for_the_sign_in(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.talks(
        [("/register", "full name"), ("Asha", "email address"), ("/book", "Please sign in first")]
    )
    await asha.talks([("«Sign in»", "isn't finished"), ("«Leave it»", "What is your email address")])
    await asha.talks([("asha@example.org", "What is your password"), (PASSWORD, "What kind of doctor")])


async def test_a_second_tap_on_leaving_a_registration_starts_nothing_twice(town: Town) -> None:
    asha = town.person()
    await asha.talks([("/register", "full name"), ("Asha", "email address"), ("/login", "isn't finished")])
    await asha.taps("Leave it")
    card = asha.last_id
    await asha.says("asha@example.org")
    await asha.forges("instead:login")
    assert "What is your password for asha@example.org" in asha.last
    await asha.taps_raw(card, "instead:login")
    assert "This card is old" in asha.last


async def test_a_mail_address_that_has_an_account_leads_to_signing_in(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    guest = town.person()
    await guest.talks(
        [("/register", "full name"), ("Asha", "mail"), ("ASHA@Example.org", "already has an account")]
    )


async def test_a_doctor_without_the_staff_code_waits_and_is_approved(town: Town) -> None:
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    doctor = town.person()
    await _up_to_password(doctor, "Meera Rao", "rao@example.org")
    await doctor.talks(
        [
            (PASSWORD, "patient, a doctor"),
            ("«Doctor»", "specialization"),
            ("7", "2 to 40 characters"),
            ("cardiology", "gender"),
            ("«Female»", "staff code"),
            ("«I don't have one»", "An admin has to approve it"),
            ("«Save»", "The clinic has to approve your registration"),
        ]
    )
    await admin.hears("waiting for approval")
    assert "The clinic still has to approve your account" in await doctor.signs_in("rao@example.org")
    await admin.talks([("/users", "2 accounts"), ("«Meera Rao»", "waiting for approval")])
    assert "is approved" in await admin.taps("Approve")
    await town.mailbox.wait_for(lambda mail: mail.to == ("rao@example.org",) and "approved" in mail.subject)
    assert "you are signed in" in await doctor.signs_in("rao@example.org")


async def test_a_doctor_who_is_refused_can_not_sign_in(town: Town) -> None:
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    doctor = town.person()
    await _up_to_password(doctor, "Meera Rao", "rao@example.org")
    await doctor.says(PASSWORD)
    for label in ("Doctor", "Cardiology", "Female", "I don't have one", "Save"):
        await doctor.taps(label)
    await admin.hears("waiting for approval")
    await admin.talks([("/users rao", "1 account"), ("«Meera Rao»", "waiting"), ("«Refuse»", "is refused")])
    assert "This account is blocked" in await doctor.signs_in("rao@example.org")


async def test_the_staff_code_makes_a_doctor_active_and_an_admin_possible(town: Town) -> None:
    doctor, admin = town.person(), town.person()
    await _up_to_password(doctor, "Meera Rao", "rao@example.org")
    await doctor.talks([(PASSWORD, "patient"), ("«Doctor»", "specialization"), ("«Neurology»", "gender")])
    await doctor.talks(
        [("«Male»", "staff code"), (STAFF_CODE, "Is this right?"), ("«Save»", "account is ready")]
    )
    await _up_to_password(admin, "Nora Lind", "nora@example.org")
    await admin.talks(
        [
            (PASSWORD, "patient"),
            ("«Admin»", "gender"),
            ("«rather not say»", "staff code"),
            ("wrong-code", "Wrong staff code"),
            (STAFF_CODE, "Is this right?"),
            ("«Save»", "account is ready"),
        ]
    )
    assert not any(
        "code" in str(m.get("text")) and m["from"]["id"] == admin.phone.chat_id for m in admin.phone.messages
    )


async def test_the_staff_code_can_not_be_guessed_for_long(town: Town) -> None:
    admin = town.person()
    await _up_to_password(admin, "Nora Lind", "nora@example.org")
    await admin.talks([(PASSWORD, "patient"), ("«Admin»", "gender"), ("«Female»", "staff code")])
    for _ in range(5):
        assert "Wrong staff code" in await admin.says("wrong-code")
    assert "wait until 06:15 AM" in await admin.says(STAFF_CODE)


async def test_an_admin_can_not_skip_the_staff_code_with_a_forged_tap(town: Town) -> None:
    admin = town.person()
    await _up_to_password(admin, "Nora Lind", "nora@example.org")
    await admin.talks([(PASSWORD, "patient"), ("«Admin»", "gender"), ("«Female»", "staff code")])
    await admin.forges("skip")
    assert "staff code" in admin.last
    await admin.forges("ok")
    assert not await town.storage.users.email_exists("nora@example.org")


@pytest.mark.parametrize(
    "name", ["مریم رضایی", "王小明", "Zoë 🌻 O'Brien", "<b>Bold</b> & Co", "\u202eevil Asha", "José-María"]
)
async def test_names_of_any_script_are_shown_as_they_were_typed(town: Town, name: str) -> None:
    asha = town.person()
    await _up_to_password(asha, name)
    await asha.says(PASSWORD)
    await asha.taps("Patient")
    summary = await asha.taps("Female")
    assert name.replace("\u202e", "") in summary
    await asha.taps("Save")


async def test_a_signed_in_person_does_not_register_again(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/register", "You are signed in as Asha"), ("/login", "sign out first with /logout")])


async def test_two_who_register_one_mail_at_once_end_with_one_account(town: Town) -> None:
    first, second = town.person(), town.person()
    for person in (first, second):
        await _up_to_password(person)
        await person.says(PASSWORD)
        await person.taps("Patient")
        await person.taps("Female")
    await first.taps("Save")
    await second.talks([("«Save»", "already has an account"), ("other@example.org", "Choose a password")])
