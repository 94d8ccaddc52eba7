"""/users: what admins decide on the cards of people, and who hears of it."""

import pytest

from services.models.people import Role, UserId
from tests.town import PASSWORD, Person, Town


async def _registers_as_doctor(town: Town) -> Person:
    doctor = town.person("Meera")
    for text in ("/register", "Meera Rao", "rao@example.org", PASSWORD):
        await doctor.says(text)
    for label in ("Doctor", "Cardiology", "rather not say", "I don't have one", "Save"):
        await doctor.taps(label)
    return doctor


async def _nora(town: Town) -> Person:
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


async def _book(person: Person, doctor: str, day: str, time: str) -> None:
    for act in ("/book", doctor, day, time):
        await person.says(act)
    await person.taps("Skip")
    card = person.last_id
    await person.taps("Confirm")
    await person.hears("Appointment booked", since=card - 1)


@pytest.fixture
async def booked(town: Town) -> tuple[Person, Person, Person]:
    """Give an admin, and a patient who has three times with a doctor who has a colleague."""
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    for day in ("2027-05-04", "2027-05-05", "2027-05-06"):
        await _book(asha, "Meera Rao", day, "10:30")
    return await _nora(town), asha, doctor


async def test_admins_hear_of_a_doctor_who_waits_and_decide_in_the_message(town: Town) -> None:
    nora, bela = await _nora(town), await town.signed_in("Bela Kis", "bela@example.org", Role.ADMIN)
    doctor = await _registers_as_doctor(town)
    for admin in (nora, bela):
        said = await admin.hears("Dr Meera Rao is waiting for approval")
        assert "Specialization: Cardiology\nEmail: rao@example.org" in said
        assert list(admin.buttons) == ["✅ Approve", "🚫 Refuse"]
    for address in ("nora@example.org", "bela@example.org"):
        mail = await town.mailbox.wait_for(lambda m, to=address: m.to == (to,))  # type: ignore[misc]
        assert mail.subject == "A doctor is waiting for approval at MediConnect"
    assert "Dr Meera Rao is approved and can sign in now" in await nora.taps("Approve")
    assert "active" in nora.last
    assert "🚫 Block" in nora.buttons
    # The other one's message is about a doctor who does not wait any more.
    said = await bela.taps("Refuse")
    assert "Nora Lind already approved Dr Meera Rao on Mon 3 May 2027, 06:00 AM." in said
    assert "active" in said
    assert "✅ Approve" not in bela.buttons
    assert "you are signed in" in await doctor.signs_in("rao@example.org")


async def test_a_refused_doctor_can_be_let_in_after_all(town: Town) -> None:
    nora = await _nora(town)
    doctor = await _registers_as_doctor(town)
    await nora.hears("waiting for approval")
    await nora.talks(
        [("«Refuse»", "Dr Meera Rao is refused"), ("«Unblock»", "Dr Meera Rao can sign in again")]
    )
    mail = await town.mailbox.wait_for(lambda mail: "is open" in mail.subject)
    assert "Dr Meera Rao, your account at MediConnect is open again." in mail.text
    assert "you are signed in" in await doctor.signs_in("rao@example.org")


async def test_blocking_asks_once_and_signs_out_everywhere_at_once(town: Town) -> None:
    nora = await _nora(town)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    tablet = town.person("Tablet")
    await tablet.signs_in("asha@example.org")
    await nora.talks([("/users asha", "1 account"), ("«Asha Patel»", "patient · female · active")])
    await nora.talks([("«Block»", "Block Asha Patel (asha@example.org)?"), ("«Keep it»", "active")])
    assert "signed in as" in await asha.says("/me")
    await nora.talks(
        [("«Block»", "Block Asha Patel"), ("«Yes, block»", "Asha Patel is blocked and signed out")]
    )
    for phone in (asha, tablet):
        assert "Please sign in first" in await phone.says("/appointments")
    assert "This account is blocked" in await asha.signs_in("asha@example.org")
    mail = await town.mailbox.wait_for(lambda mail: mail.to == ("asha@example.org",))
    assert "Asha Patel, your account at MediConnect is blocked." in mail.text
    await nora.talks([("«Unblock»", "Asha Patel can sign in again"), ("«Users»", "1 account with “asha”")])
    # What was wanted is done after signing in.
    assert "Upcoming appointments" in await asha.signs_in("asha@example.org")


async def test_two_admins_who_block_and_unblock_are_told_of_each_other(town: Town) -> None:
    nora, bela = await _nora(town), await town.signed_in("Bela Kis", "bela@example.org", Role.ADMIN)
    await town.account("Asha Patel", "asha@example.org")
    for admin in (nora, bela):
        for act in ("/users asha", "«Asha»", "«Block»"):
            await (admin.taps(act.strip("«»")) if act.startswith("«") else admin.says(act))
    await nora.taps("Yes, block")
    assert "Nora Lind already blocked Asha Patel" in await bela.taps("Yes, block")
    shown, unblock = nora.last_id, nora.buttons["✅ Unblock"]
    assert "can sign in again" in await bela.taps("Unblock")
    assert "Bela Kis already unblocked Asha Patel" in await nora.taps_raw(shown, unblock)
    assert "🚫 Block" in nora.buttons


async def test_nobody_blocks_themselves_nor_the_last_admin(town: Town) -> None:
    nora = await _nora(town)
    await nora.talks([("/users nora", "1 account"), ("«Nora»", "This is you.")])
    assert not any("Block" in label for label in nora.buttons)
    own = UserId(await _id(town, "nora@example.org"))
    assert "You can't block yourself" in await nora.taps_raw(nora.last_id, f"blk:{own}:0:")
    bela = await town.signed_in("Bela", "bela@example.org", Role.ADMIN)
    # Bela is about to block Nora, and dies with the work half done.
    await town.storage.admins.mark(own, "x", town.assembly.clinic.clock.now())
    await nora.talks([("/users bela", "1 account"), ("«Bela»", "admin"), ("«Block»", "Block Bela")])
    assert "This is the last admin" in await nora.taps("Yes, block")
    assert "signed in as" in await bela.says("/me")


async def test_a_blocked_doctors_appointments_are_cancelled_and_each_patient_is_offered_others(
    town: Town, booked: tuple[Person, Person, Person]
) -> None:
    nora, asha, doctor = booked
    await nora.talks([("/users meera", "1 account"), ("«Meera»", "doctor · Cardiology")])
    said = await nora.taps("Block")
    assert "3 appointments coming up\n• Tue 4 May 2027, 10:30 AM, Asha Patel" in said
    assert "I'll tell each patient and offer up to three other times" in said
    assert list(nora.buttons) == ["« Keep it as it is", "🚫 Block, keep them", "🚫 Block and cancel those 3"]
    card = asha.last_id
    said = await nora.taps("Block and cancel those 3")
    assert (
        "is blocked and signed out everywhere. 3 appointments are cancelled. I'll tell the patients" in said
    )
    heard = await asha.hears("Tue 4 May 2027, 10:30 AM", since=card)
    assert "By: the clinic\nWhy: Dr Meera Rao isn't seeing patients here at the moment." in heard
    assert heard.count("Dr Tomás Sen") == 3
    for day in ("Tue 4 May", "Wed 5 May", "Thu 6 May"):
        await town.mailbox.wait_for(lambda m, day=day: f"Cancelled: Dr Meera Rao, {day}" in m.subject)  # type: ignore[misc]
    assert "Please sign in first" in await doctor.says("/appointments")
    assert "can't be booked" in await asha.says(f"/start doctor_{(await _id(town, 'rao@example.org'))}")


async def _id(town: Town, email: str) -> str:
    found = await town.storage.users.credentials(email)
    assert found is not None
    return found.user.id


async def test_what_was_kept_can_be_cancelled_later_on_the_card(
    booked: tuple[Person, Person, Person],
) -> None:
    nora, asha, _ = booked
    await nora.talks(
        [("/users meera", "1 account"), ("«Meera»", "doctor"), ("«Block»", "3 appointments coming")]
    )
    await nora.talks([("«Block, keep them»", "Dr Meera Rao is blocked and signed out everywhere.")])
    assert "3 appointments are still booked" in nora.last
    await nora.talks([("«Cancel the 3 appointments»", "Cancel all appointments with Dr Meera Rao?")])
    await nora.talks([("«Keep them»", "still booked"), ("«Cancel the 3»", "• Thu 6 May 2027, 10:30 AM")])
    card = asha.last_id
    await nora.talks([("«Yes, cancel those 3»", "3 appointments are cancelled. I'll tell the patients.")])
    assert not any("Cancel the" in label for label in nora.buttons)
    await asha.hears("Appointment cancelled", since=card)


async def test_of_a_blocked_patient_the_doctor_hears(booked: tuple[Person, Person, Person]) -> None:
    nora, _, doctor = booked
    await nora.talks(
        [("/users asha", "1 account"), ("«Asha»", "patient"), ("«Block»", "3 appointments coming")]
    )
    assert "I'll tell the doctors" in nora.last
    await nora.talks([("«Block and cancel those 3»", "3 appointments are cancelled. I'll tell the doctors")])
    heard = await doctor.hears("Appointment cancelled")
    assert "By: the clinic\nWhy: The patient's account is blocked." in heard


async def test_a_specialization_is_changed_by_tapping_or_typing(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    nora = await _nora(town)
    await nora.talks(
        [
            ("/users meera", "1 account"),
            ("«Meera»", "Cardiology"),
            ("«Change specialization»", "What is the new specialization?"),
            ("x", "A specialization needs 2 to 40 characters"),
            ("«Dermatology»", "✅ Dr Meera Rao: Dermatology."),
            ("«Change specialization»", "Dr Meera Rao: Dermatology"),
            ("sports medicine", "✅ Dr Meera Rao: Sports medicine."),
            ("«Change specialization»", "What is the new specialization"),
            ("«✖ Leave»", "Specialization change stopped. Nothing was saved."),
            ("«Back to /users»", "👥 2 accounts"),
        ]
    )
    await nora.talks([("/doctors", "Our doctors"), ("«Sports medicine»", "1 doctor")])


async def test_a_password_is_reset_by_a_code_that_the_admin_never_sees(town: Town) -> None:
    nora = await _nora(town)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await nora.talks([("/users asha", "1 account"), ("«Asha»", "active")])
    await nora.talks([("«Reset password»", "Send Asha Patel a code"), ("«Keep it»", "active")])
    assert "signed in as" in await asha.says("/me")
    await nora.talks([("«Reset password»", "signed out everywhere. You won't see the code")])
    await nora.talks([("«Yes, send a code»", "A code is on its way to asha@example.org")])
    code = await town.code("asha@example.org")
    assert not any(code in message["text"] for message in nora.messages)
    assert "Please sign in first" in await asha.says("/me")
    assert "Wrong email or password" in await asha.signs_in("asha@example.org")
    for _ in range(6):
        await nora.talks([("«Reset password»", "Send Asha Patel a code"), ("«Yes, send»", "on its way")])
    await nora.talks([("«History»", "Nora Lind sent Asha Patel a code for a new password")])


async def test_the_code_that_an_admin_had_sent_counts_also_for_who_says_that_the_password_is_forgotten(
    town: Town,
) -> None:
    nora = await _nora(town)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await nora.talks([("/users asha", "1 account"), ("«Asha»", "active")])
    await nora.talks([("«Reset password»", "You won't see the code"), ("«Yes, send a code»", "on its way")])
    code = await town.code("asha@example.org")
    await asha.talks([("/login", "email address"), ("asha@example.org", "What is your password for")])
    await asha.talks([("«Forgot your password?»", "on its way"), (code, "Choose a password")])
    await asha.talks([("another horse", "What is your password for"), ("another horse", "you are signed in")])
    assert (
        sum(mail.to == ("asha@example.org",) and "code" in mail.subject for mail in town.mailbox.mails) == 1
    )


async def test_nothing_is_reset_where_no_mail_can_be_sent(town: Town) -> None:
    nora = await _nora(town)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await nora.talks([("/users asha", "1 account"), ("«Asha»", "active"), ("«Reset password»", "Send Asha")])
    town.mailbox.refuse_with(550, "no such mailbox")
    await nora.talks([("«Yes, send a code»", "That address doesn't accept email")])
    assert "signed in as" in await asha.says("/me")
    await nora.talks([("/users nora", "1 account"), ("«Nora»", "This is you.")])
    assert not any("Reset" in label for label in nora.buttons)
