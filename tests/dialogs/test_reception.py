"""Receptionists: an admin makes their accounts; they act for every patient, and administer nothing."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.models.people import Role
from tests.faults.holding import all_told
from tests.plans import OURS
from tests.town import USUAL_LIMITS, Person, Town, founded
from tests.turning import TurnableClock

SECRET = "secret reason"
PASSWORD = "a quiet morning"


@pytest.fixture
async def nora(town: Town) -> Person:
    """Return an admin of a clinic with a doctor and a patient."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha Patel", "asha@example.org")
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


@pytest.fixture
async def rita(town: Town, nora: Person) -> Person:
    """Return a receptionist of Nora's clinic."""
    del nora
    return await town.signed_in("Rita Moss", "rita@example.org", Role.RECEPTIONIST)


async def signs_in(town: Town, email: str) -> Person:
    person = town.person(email)
    await person.signs_in(email)
    return person


async def books(person: Person, *acts: str) -> str:
    """Type these after /book, then the reason, and confirm."""
    for act in ("/book", *acts, SECRET):
        await person.says(act)
    return await person.taps("Confirm")


async def test_an_admin_makes_a_receptionist_who_chooses_a_password_and_signs_in(
    town: Town, nora: Person
) -> None:
    await nora.talks(
        [
            ("/users", "accounts"),
            ("«Add a receptionist»", "New receptionist"),
            ("Rita <Moss>", "What is Rita <Moss>'s email address?"),
            ("asha@example.org", "asha@example.org belongs to another account"),
            ("Rita@example.org", "Email: rita@example.org\nRole: receptionist"),
        ]
    )
    said = await nora.taps("Make the account")
    assert "✅ Rita <Moss> has an account. A code is on its way to rita@example.org" in said
    assert "receptionist · email not confirmed · active" in said
    assert "Appointments" not in "".join(nora.buttons)
    mail = await town.mailbox.wait_for(lambda m: m.to == ("rita@example.org",))
    assert "has made an account for you as a receptionist" in mail.text
    found = re.search(r"Code: (\d{6})\b", mail.text)
    assert found
    rita = town.person("Rita")
    await rita.talks([("/forgot", "email address?"), ("«I have a code»", "email address?")])
    await rita.talks([("rita@example.org", "What is the code"), (found[1], "Choose a password")])
    await rita.talks([(PASSWORD, "What is your password for"), (PASSWORD, "Hello Rita <Moss>")])
    await rita.talks([("/me", "Role: receptionist"), ("/appointments", "Mon 3 May 2027")])
    assert "not confirmed" not in await rita.says("/me")
    assert {"book", "appointments", "doctors"} <= {command["command"] for command in rita.phone.commands}
    assert not {"users", "audit", "closures", "stats"} & {each["command"] for each in rita.phone.commands}
    assert "Nora Lind registered Rita <Moss> as a receptionist." in await nora.says("/audit rita")
    await nora.talks([("/users receptionists", "1 account · Reception")])


async def test_if_the_email_is_refused_there_is_no_account_and_the_admin_types_another(
    town: Town, nora: Person
) -> None:
    await nora.talks(
        [("/users", "accounts"), ("«Add a receptionist»", "New receptionist"), ("Rita Moss", "address?")]
    )
    await nora.says("rota@example.org")
    town.mailbox.refuse_with(550, "5.1.1 There is no such mailbox")
    said = await nora.taps("Make the account")
    assert "That address doesn't accept email" in said
    assert "What is Rita Moss's email address?" in said
    assert not await town.storage.users.email_exists("rota@example.org")
    await nora.talks([("rita@example.org", "rita@example.org"), ("«Make the account»", "has an account")])


@pytest.mark.parametrize("act", ["receptionist", "role:receptionist"])
async def test_nobody_registers_as_a_receptionist(town: Town, act: str) -> None:
    person = town.person()
    for text in ("/register", "Rita Moss", "rita@example.org", PASSWORD):
        await person.says(text)
    assert not any("ecept" in label for label in person.buttons)
    said = await (person.forges(act) if ":" in act else person.says(act))
    assert "Are you here as a patient, a doctor or an admin?" in said


async def test_the_reception_books_moves_and_cancels_and_both_hear_that_it_was_the_clinic(
    town: Town, nora: Person, rita: Person
) -> None:
    asha, rao = await signs_in(town, "asha@example.org"), await signs_in(town, "rao@example.org")
    assert "✅ Booked for Asha Patel" in await books(
        rita, "asha", "Cardiology", "Meera Rao", "tomorrow", "10:30"
    )
    for person in (asha, rao):
        assert "By: the clinic" in await person.hears("Appointment booked")
    await rita.talks(
        [("/appointments asha", "Asha Patel, asha@example.org"), ("«10:30 AM»", "Status: booked")]
    )
    assert SECRET not in rita.last
    assert "Rita Moss" in rita.last
    await rita.talks(
        [("«Move»", "Which day?"), ("tomorrow", "Which time?"), ("11:00", "I'll tell them both.")]
    )
    await rita.taps("Confirm")
    assert "By: the clinic" in await asha.hears("Appointment moved")
    await rita.talks([("/appointments tomorrow", "11:00 AM Dr Meera Rao"), ("«11:00 AM»", "booked")])
    await rita.talks(
        [
            ("«Cancel app»", "tell the patient"),
            ("«Skip»", "Cancel"),
            ("«Yes, cancel»", "Cancelled: Asha Patel"),
        ]
    )
    for person in (asha, rao):
        assert "By: the clinic" in await person.hears("Appointment cancelled")
    noted = await nora.says("/audit rita")
    for done in ("booked an appointment for", "moved an appointment of", "cancelled an appointment of"):
        assert re.search(rf"Rita Moss {done} Asha Patel[^\n]*, at the desk", noted)


async def test_the_reception_sees_what_became_of_a_patients_messages_and_sends_them_again(
    town: Town, nora: Person, rita: Person
) -> None:
    town.mailbox.refuse_with(550, "5.1.1 There is no such mailbox", times=2)
    await books(rita, "asha", "Cardiology", "Meera Rao", "tomorrow", "10:30")
    await town.assembly.outbox.send_due()
    await all_told(town)
    await rita.talks([("/appointments asha", "Asha Patel"), ("«Delivery»", "address does not exist")])
    assert "It is being sent again" in await rita.taps(rita.label("Send again"))
    await rita.talks([("«« Asha Patel»", "Upcoming: 1 appointment")])
    assert "Account" not in "".join(rita.buttons)
    admin = await town.storage.users.credentials("nora@example.org")
    assert admin is not None
    assert "no longer exists" in await rita.taps_raw(rita.last_id, f"dlv:{admin.user.id}:0")
    assert "resent a message to Asha Patel" in await nora.says("/audit rita")


@pytest.mark.parametrize(
    "data", ["blk:{asha}:1:", "email=:{asha}:", "rst:{asha}:", "audit:0::", "hours=:{rao}"]
)
async def test_what_only_admins_may_is_refused_in_one_sentence(town: Town, rita: Person, data: str) -> None:
    ids = {}
    for name in ("asha", "rao"):
        found = await town.storage.users.credentials(f"{name}@example.org")
        assert found is not None
        ids[name] = found.user.id
    await rita.says("/help")
    said = await rita.taps_raw(rita.last_id, data.format(**ids))
    assert said == "🚫 Only admins can do that. See what you can do in /help."


async def test_a_receptionist_is_blocked_and_deletes_the_account_like_anybody(
    town: Town, nora: Person, rita: Person
) -> None:
    await nora.talks(
        [("/users rita", "1 account"), ("«Rita»", "receptionist"), ("«Block»", "Block Rita Moss")]
    )
    await nora.talks([("«Yes, block»", "Rita Moss is blocked")])
    assert "blocked" in await rita.says("/appointments") or "sign in" in rita.last
    await nora.talks([("«Unblock»", "can sign in again")])
    await rita.signs_in("rita@example.org")
    await rita.talks(
        [("/mydata", "everything I keep about you"), ("/forgetme", "Delete your account, Rita Moss?")]
    )
    assert "Your account is deleted" in await rita.taps("Yes, delete")
    assert await town.storage.users.credentials("rita@example.org") is None


@pytest.fixture
async def full(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A clinic with the usual limits."""
    async with founded(
        database_url, clock, tmp_path, driver_options=None, over_webhook=False, **USUAL_LIMITS
    ) as town:
        await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        await town.account("Asha Patel", "asha@example.org")
        yield town


async def test_the_reception_is_told_of_a_limit_and_books_all_the_same_with_one_tap(full: Town) -> None:
    rita = await full.signed_in("Rita Moss", "rita@example.org", Role.RECEPTIONIST)
    nora = await full.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    assert "Booked for" in await books(rita, "asha", "Cardiology", "Meera Rao", "2027-05-04", "10:30")
    for act in ("/book", "asha", "Cardiology", "Meera Rao", "2027-05-04", "11:00"):
        await rita.says(act)
    said = await rita.taps("Skip")
    assert (
        "Asha Patel already has an appointment with this doctor on Tue 4 May 2027, which is the limit."
        " You can book all the same."
    ) in said
    assert "🕑 Tue 4 May 2027, 11:00 AM" in said
    assert "✅ Confirm" not in rita.buttons
    # At another time the limit counts anew.
    await rita.talks([("«Back»", "reason"), ("«Back»", "Which time?"), ("«Back»", "Which day?")])
    await rita.talks(
        [("2027-05-05", "Which time?"), ("11:00", "reason"), ("«Skip»", "Book this appointment?")]
    )
    await rita.talks([("«Back»", "reason"), ("«Back»", "Which time?"), ("«Back»", "Which day?")])
    await rita.talks([("2027-05-04", "Which time?"), ("11:00", "reason"), ("«Skip»", "which is the limit")])
    assert "✅ Booked for Asha Patel" in await rita.taps("Book all the same")
    count = full.storage.appointments._appointments.count_documents
    assert await count({"status": "booked"}, comment=OURS) == 2
    noted = await nora.says("/audit rita")
    assert "at the desk, beyond the limit of" in noted
    assert noted.count("beyond") == 1
