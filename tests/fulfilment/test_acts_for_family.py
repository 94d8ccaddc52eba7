"""Appointments of those whom somebody looks after, and of guests, in their own words."""

from services.models.people import Role
from tests.town import PASSWORD, Town


async def test_the_appointment_of_a_child_is_meant_by_name_or_by_relation(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.talks([("/family", "look after"), ("«Add someone»", "name"), ("Mia Patel", "Save")])
    await asha.taps("Save")
    for who in ("Mia Patel", "Myself"):
        await asha.says("/book")
        await asha.taps(who)
        await asha.says("Dr Rao")
        await asha.says("4 May" if who == "Myself" else "5 May")
        await asha.says("10:30 am")
        await asha.taps("Skip")
        assert "booked" in await asha.taps("Confirm")
    assert "Mia Patel" in await asha.says("cancel my daughter's appointment")
    assert "✖ Yes, cancel it" in asha.buttons


async def test_a_guest_signs_in_first_and_goes_on(town: Town) -> None:
    await town.account("Asha Patel", "asha@example.org")
    guest = town.person()
    assert "sign in" in (await guest.says("cancel my appointment")).lower()
    await guest.talks([("/login", "email"), ("asha@example.org", "password")])
    assert "no upcoming appointments" in await guest.says(PASSWORD)
