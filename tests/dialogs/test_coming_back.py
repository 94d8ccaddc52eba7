"""People hear of what they missed when they come back, and guests of what was decided about them."""

import pytest

from services.models.people import Role
from tests.faults.holding import told
from tests.town import Person, Town


@pytest.fixture
async def doctor(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


async def test_who_comes_back_after_blocking_the_bot_hears_of_the_cancelling(
    town: Town, doctor: Person
) -> None:
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    for does in ("/book", "Cardiology", "Rao"):
        await asha.says(does)
    for label in ("Soonest", "Skip", "Confirm"):
        await asha.taps(label)
    await asha.hears("Appointment booked")
    await told(town)
    town.telegram.faults.refuse(
        "sendMessage",
        error_code=403,
        description="Forbidden: bot was blocked by the user",
        chat_id=asha.phone.chat_id,
        times=1,
    )
    await doctor.says("/appointments")
    await doctor.taps("3 May")
    await doctor.taps("Cancel app")
    await doctor.taps("Skip")
    await doctor.taps("Yes, cancel")
    await doctor.hears("Appointment cancelled")
    await told(town)
    assert not any("While you were away" in message["text"] for message in asha.messages)
    since = asha.last_id
    await asha.says("/help")
    await asha.hears("While you were away: ✖ Appointment cancelled", since=since)
    await asha.says("/help")
    await told(town)
    assert sum("While you were away" in message["text"] for message in asha.messages) == 1


async def test_a_doctor_who_registered_hears_in_that_chat_that_it_is_approved(town: Town) -> None:
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    rao = town.person("Rao")
    await rao.says("/register")
    for answer in ("Meera Rao", "rao@example.org", "correct horse"):
        await rao.says(answer)
    await rao.taps("Doctor")
    await rao.says("Cardiology")
    await rao.taps("I'd rather not say")
    await rao.taps("I don't have one")
    await rao.taps("Save")
    await admin.hears("waiting for approval")
    await admin.taps("Approve")
    await rao.hears("your registration is approved")
    assert "/login" in rao.last
