"""What nobody has foreseen goes wrong in a handler."""

import logging
import re

import pytest

from bot.texts.notification_layouts import News, as_message
from services.models.people import Role
from tests.town import PASSWORD, Person, Town


@pytest.fixture
async def asha(town: Town) -> Person:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def broken(*_: object, **__: object) -> None:
    raise RuntimeError("nobody has foreseen this")


def number_in(answer: str) -> str:
    found = re.search(r"give the clinic this number: ([0-9A-F]{6})$", answer)
    assert found, answer
    return found[1]


async def test_an_incident_is_logged_with_the_number_that_the_person_is_told(
    town: Town, asha: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(town.assembly.clinic.doctors, "specializations", broken)
    number = number_in(await asha.says("/book"))
    lines = [record for record in caplog.records if record.getMessage() == f"incident id={number}"]
    assert [record.levelno for record in lines] == [logging.ERROR]
    assert lines[0].exc_info is not None
    assert isinstance(lines[0].exc_info[1], RuntimeError)
    assert "asha@example.org" in await asha.says("/me")
    monkeypatch.undo()
    assert "What kind of doctor" in await asha.says("/book")


async def test_an_incident_in_a_dialog_leaves_the_question_open(
    town: Town, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for does in ("/book", "Cardiology", "Rao"):
        await asha.says(does)
    for label in ("Soonest", "Skip"):
        await asha.taps(label)
    monkeypatch.setattr(town.assembly.clinic.booking, "book", broken)
    card, data = asha.last_id, asha.buttons["✅ Confirm"]
    number_in(await asha.taps_raw(card, data))
    # The tap itself was answered, so that nothing spins.
    assert len(asha.phone.answers) == 3
    monkeypatch.undo()
    await asha.taps_raw(card, data)
    await asha.hears("Appointment booked")


async def test_an_incident_says_nothing_of_what_was_typed(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await town.account("Asha Patel", "asha@example.org")
    asha = town.person()
    monkeypatch.setattr(town.assembly.clinic.sessions, "sign_in", broken)
    await asha.signs_in("asha@example.org")
    assert "incident id=" in caplog.text
    assert PASSWORD not in caplog.text
    assert "asha@example.org" not in caplog.text
    assert not any(message["text"] == PASSWORD for message in asha.phone.messages)


async def test_news_that_can_not_be_told_holds_up_no_other(
    town: Town, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(said: News) -> str:
        if any(label == "Patient" for label, _value in said.facts):
            raise ZeroDivisionError
        return as_message(said)

    monkeypatch.setattr("bot.telegram.chat_channel.as_message", told)
    for does in ("/book", "Cardiology", "Rao"):
        await asha.says(does)
    for label in ("Soonest", "Skip", "Confirm"):
        await asha.taps(label)
    await asha.hears("Appointment booked")
    await town.mailbox.wait_for(lambda mail: mail.to == ("rao@example.org",))
