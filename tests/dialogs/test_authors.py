"""Who has booked, moved and cancelled an appointment, and from where: on the admins' card, and in /audit."""

from services.models.people import Role
from tests.faults.holding import all_told
from tests.plans import OURS
from tests.town import Person, Town


async def _opens(nora: Person) -> str:
    """Open the card of Asha's appointment."""
    await nora.says("/appointments asha")
    if not any("Rao" in label for label in nora.buttons):
        await nora.taps("Cancelled")
    return await nora.taps("Dr Meera Rao")


async def test_the_card_and_the_audit_say_who_did_it_and_from_where(town: Town) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    for act in ("/book rao", "tomorrow", "10:30"):
        await asha.says(act)
    await asha.says("secret cough")
    await asha.taps("Confirm")
    await _opens(nora)
    assert "🧾 Booked by Asha Patel, Mon 3 May 2027, 06:00 AM, in the chat" in nora.last
    await nora.talks([("«Move»", "Which day?"), ("5 May", "Which time?"), ("11:30", "")])
    while "Moved:" not in nora.last:
        await nora.taps(nora.label("Skip") if any("Skip" in each for each in nora.buttons) else "Confirm")
    shown = await nora.taps("Open the appointment")
    assert "🧾 Moved by Nora Lind, Mon 3 May 2027, 06:00 AM, at the desk" in shown
    # Entries of an earlier version don't say from where.
    rows = town.storage.appointments._appointments
    await rows.update_one({}, {"$unset": {"history.0.via": ""}}, comment=OURS)
    await rao.talks([("/appointments", "Asha"), ("«Asha Patel»", "Appointment")])
    await rao.taps("Cancel appointment")
    await rao.taps("Skip")
    await rao.taps("Yes, cancel it")
    shown = await _opens(nora)
    assert shown.splitlines()[-3:] == [
        "🧾 Booked by Asha Patel, Mon 3 May 2027, 06:00 AM",
        "🧾 Moved by Nora Lind, Mon 3 May 2027, 06:00 AM, at the desk",
        "🧾 Cancelled by Dr Meera Rao, Mon 3 May 2027, 06:00 AM, in the chat",
    ]
    assert "cough" not in shown
    await all_told(town)
    said = await nora.says("/audit asha")
    for sentence in (
        "Asha Patel booked an appointment on Tue 4 May 2027, 10:30 AM, in the chat.",
        "Nora Lind moved an appointment of Asha Patel to Wed 5 May 2027, 11:30 AM, at the desk.",
        "Meera Rao cancelled an appointment of Asha Patel on Wed 5 May 2027, 11:30 AM, in the chat.",
    ):
        assert said.count(sentence) == 1, said
    # Patients and doctors see nothing of it on their cards. The news must not come between.
    await asha.hears("Appointment cancelled")
    assert "🧾" not in await _of_asha(asha)


async def _of_asha(asha: Person) -> str:
    await asha.says("/appointments")
    await asha.taps("Cancelled")
    return await asha.taps(asha.label("Rao"))
