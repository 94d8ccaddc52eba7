"""Where to come to is said before it is confirmed, on the card and in the mail; whom to call, in the help."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.models.people import Role
from tests.town import Town, founded
from tests.turning import TurnableClock

STREET, NUMBER = "12 Harbour Street, 2nd floor", "+44 117 496 0123"


@pytest.fixture
async def town(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """Return a town whose clinic says where it is."""
    async with founded(database_url, clock, tmp_path, CLINIC_ADDRESS=STREET, CLINIC_PHONE=NUMBER) as built:
        yield built


async def test_a_patient_hears_where_to_come_to_and_whom_to_call(town: Town) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.talks(
        [("/help", NUMBER), ("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day")]
    )
    await asha.talks([("2027-05-04", "Which time"), ("10:30", "reason"), ("«Skip»", f"📍 {STREET}")])
    await asha.taps("Confirm")
    assert f"Where: {STREET}" in await asha.hears("Appointment booked")
    assert STREET not in await rao.hears("Appointment booked")
    assert (
        "You can move or cancel it in /appointments until Tue 4 May 2027, 08:30 AM."
        f" After that, please call the clinic: {NUMBER}." in asha.last
    )
    mail = await town.mailbox.wait_for(lambda mail: mail.to == ("asha@example.org",))
    assert f"Where: {STREET}" in mail.text
    await asha.says("/appointments")
    assert f"📍 {STREET}" in await asha.taps(asha.label("4 May"))
    await rao.says("/appointments")
    assert STREET not in await rao.taps(rao.label("4 May"))
