"""/forgetme: one question, and then nobody finds anything of the person anywhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.models.people import ChatId, Role
from services.storage.mongo.driver import connect
from tests.faults.holding import all_told
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock


async def _everything(url: str) -> str:
    """Return all that is in the database, as text."""
    found: list[Any] = []
    async with connect(url) as database:
        for name in await database.list_collection_names():
            found += await database[name].find({}, comment=OURS).hint("_id_").to_list(None)
    return str(found)


async def _books(person: Person, day: str, time: str, reason: str) -> None:
    await person.talks(
        [("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day"), (day, "Which time")]
    )
    await person.talks([(time, "reason"), (reason, "Book this")])
    since = person.last_id
    await person.taps("Confirm")
    await person.hears("Appointment booked", since=since - 1)


@pytest.fixture
async def rao(town: Town) -> Person:
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


@pytest.fixture
async def asha(town: Town, rao: Person, clock: TurnableClock) -> Person:
    """Return a patient with an appointment that is past and two to come."""
    person = await town.signed_in("Asha Patel", "asha@example.org")
    await _books(person, "2027-05-03", "9:00", "It flutters")
    clock.turn_to(datetime(2027, 5, 3, 10, tzinfo=UTC))
    await _books(person, "2027-05-04", "10:30", "It still flutters")
    await _books(person, "2027-05-05", "10:30", "It flutters again")
    # The doctor is told of one after the other; of what goes before that, nothing is told.
    await rao.hears("It flutters again")
    return person


async def test_the_question_names_what_goes_and_can_be_answered_with_no(asha: Person) -> None:
    question = await asha.says("/forgetme")
    assert "Delete your account, Asha Patel?" in question
    assert "These 2 appointments will be cancelled" in question
    assert "Tue 4 May 2027, 10:30 AM: Dr Meera Rao" in question
    assert list(asha.buttons) == ["« Keep my account", "🗑 Yes, delete it"]
    assert "You are signed in as Asha Patel" in await asha.taps("Keep my account")
    await asha.talks([("«Delete my account»", "Delete your account"), ("/appointments", "2 appointments")])


async def test_a_patient_goes_and_nothing_is_left_of_them(
    town: Town, asha: Person, rao: Person, database_url: str, clock: TurnableClock
) -> None:
    tablet = town.person("Asha's tablet")
    await tablet.signs_in("asha@example.org")
    await tablet.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@asha.example", "emailed a code")])
    since = rao.last_id
    await asha.talks(
        [("/forgetme", "Delete your account"), ("«Yes, delete it»", "2 appointments are cancelled")]
    )
    assert "login" in {command["command"] for command in asha.phone.commands}
    heard = await rao.hears("Appointment cancelled", since=since)
    assert "A former patient" in heard
    assert not any(word in heard for word in ("Asha", "flutters"))
    await town.mailbox.wait_for(lambda mail: mail.to == ("rao@example.org",) and "Cancelled" in mail.subject)
    await rao.talks([("/appointments", "None at the moment"), ("«✖ Cancelled»", "A former patient")])
    await asha.talks([("/me", "Please sign in"), ("/help", "what I can do for you at")])
    assert "Wrong email or password" in await asha.signs_in("asha@example.org")
    assert "Please sign in" in await tablet.says("/me")
    # The order stands for a while, and goes over everything once more at its end.
    clock.turn(timedelta(minutes=3))
    await town.assembly.clinic.periodic.run()
    left = await _everything(database_url)
    for word in ("Asha", "flutters", "new@asha.example", "clearance"):
        assert word not in left
    assert left.count("asha@example.org") == 2  # what was just typed: in this chat's dialog, and as a try
    assert "A former patient" in left


async def test_a_doctor_goes_and_the_patients_hear_of_it_with_other_times(
    town: Town, asha: Person, rao: Person, database_url: str, clock: TurnableClock
) -> None:
    bela = await town.signed_in("Bela", "bela@example.org")
    await bela.talks([("/book", "What kind"), ("Cardiology", "There are 2 doctors")])
    await rao.talks(
        [("/forgetme", "Tue 4 May 2027, 10:30 AM: Asha Patel"), ("«Yes, delete it»", "2 appointments")]
    )
    # The news of neither visit must come between what follows.
    for day in ("Tue 4 May", "Wed 5 May"):
        await asha.hears(f"Appointment cancelled\nWith: Dr (no longer here)\nWhen: {day}")
    await all_told(town)
    await asha.talks([("/doctors", "1 specialization"), ("«Cardiology»", "1 doctor")])
    assert "couldn't find that" in await bela.says("Rao")
    await asha.talks(
        [
            ("/appointments", "None at the moment"),
            ("«✖ Cancelled»", "2 appointments"),
            ("«Past»", "1 appointment"),
        ]
    )
    assert "Dr (no longer here)" in asha.last
    assert "It flutters" in await asha.taps(asha.label("3 May"))
    clock.turn(timedelta(minutes=3))
    await town.assembly.clinic.periodic.run()
    left = await _everything(database_url)
    assert not any(word in left for word in ("Meera", "rao@example.org"))
    assert "It flutters" in left  # the patient's own


async def test_the_morning_that_a_doctor_was_told_of_names_nobody_who_has_gone(
    town: Town, asha: Person, rao: Person, database_url: str, clock: TurnableClock
) -> None:
    await town.assembly.clinic.periodic.run()
    clock.turn_to(datetime(2027, 5, 4, 7, tzinfo=UTC))
    await town.assembly.clinic.periodic.run()
    assert "Asha Patel" in await rao.hears("1 appointment")
    await asha.talks([("/forgetme", "Delete your account"), ("«Yes, delete it»", "deleted")])
    clock.turn(timedelta(minutes=3))
    await town.assembly.clinic.periodic.run()
    left = await _everything(database_url)
    assert not any(word in left for word in ("Asha", "flutters"))


async def test_the_last_admin_can_not_go(town: Town) -> None:
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await nora.talks(
        [("/forgetme", "Delete your account, Nora?"), ("«Yes, delete it»", "This is the last admin")]
    )
    assert "1 account" in await nora.says("/users")
    olga = await town.signed_in("Olga", "olga@example.org", Role.ADMIN)
    await nora.talks([("/forgetme", "Delete your account"), ("«Yes, delete it»", "deleted")])
    assert "1 account" in await olga.says("/users")
    await olga.talks([("/forgetme", "Delete your account"), ("«Yes, delete it»", "This is the last admin")])


async def test_a_button_of_another_account_deletes_nothing_unasked(town: Town, asha: Person) -> None:
    await town.account("Bela", "bela@example.org")
    await asha.says("/forgetme")
    card, forget = asha.last_id, asha.buttons["🗑 Yes, delete it"]
    await asha.says("/logout")
    assert "Nobody is signed in" in await asha.taps_raw(card, forget)
    assert "Hello Bela" in await asha.signs_in("bela@example.org")
    await asha.taps_raw(card, forget)
    shown = next(message["text"] for message in asha.messages if message["message_id"] == card)
    assert "Delete your account, Bela?" in shown
    assert await town.storage.users.email_exists("asha@example.org")
    assert await town.storage.users.email_exists("bela@example.org")


async def test_a_second_tap_finds_nobody(asha: Person) -> None:
    await asha.says("/forgetme")
    card, forget = asha.last_id, asha.buttons["🗑 Yes, delete it"]
    first, second = asha.phone.tap(card, forget), asha.phone.tap(card, forget)
    await asha.settled(first)
    assert "Nobody is signed in" in await asha.settled(second)


async def test_a_dialog_in_another_chat_ends_with_the_account(town: Town, asha: Person) -> None:
    tablet = town.person()
    await tablet.signs_in("asha@example.org")
    await tablet.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day")])
    await asha.talks([("/forgetme", "Delete your account"), ("«Yes, delete it»", "deleted")])
    assert await town.storage.conversations.of_chat(ChatId(tablet.phone.chat_id)) is None
    assert "What would you like" in await tablet.says("tomorrow")
