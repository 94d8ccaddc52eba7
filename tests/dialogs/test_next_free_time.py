"""How few taps a booking takes, and the next free time of a doctor whom the patient knows."""

import pytest

from services.models.people import Role
from services.models.scheduling import Schedule
from tests.dialogs.test_booking import _rao
from tests.town import Person, Town


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with three doctors."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def test_six_taps_lead_from_the_command_to_the_booking(asha: Person) -> None:
    await asha.says("/book")
    taps = ("Cardiology", "Rao", "4", "10:30 AM", "Skip", "Confirm")
    for label in taps:
        await asha.taps(label)
    assert len(taps) == 6
    await asha.hears("Appointment booked")


async def test_three_taps_take_the_next_free_time_of_a_doctor_whom_the_patient_knows(asha: Person) -> None:
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")])
    assert not any("next free time" in label for label in asha.buttons)
    for label in ("4", "10:30 AM", "Skip", "Confirm"):
        await asha.taps(label)
    await asha.says("/book")
    taps = ("Dr Meera Rao: next free time", "Skip", "Confirm")
    for label in taps:
        assert "Dr Meera Rao" in await asha.taps(label)
    assert len(taps) == 3
    await asha.hears("Mon 3 May 2027, 09:00 AM")


async def test_the_way_back_from_the_next_free_time_is_the_doctors_month(asha: Person, town: Town) -> None:
    await asha.says(f"/start doctor_{await _rao(town)}")
    await asha.talks(
        [
            ("«Take the next free time»", "Mon 3 May 2027, 09:00 AM"),
            ("«Back»", "Which day?"),
            ("«Back»", "There are 2 doctors"),
            ("«Back»", "What kind"),
        ]
    )


async def test_a_doctor_without_a_free_time_shows_the_month(asha: Person, town: Town) -> None:
    rao = await _rao(town)
    await town.storage.schedules.put(rao, Schedule(weekly={}))
    await asha.says("/book")
    said = await asha.taps_raw(asha.last_id, f"soon:{rao}")
    assert "no free time at the moment" in said


async def test_whoever_may_not_be_booked_any_more_is_not_offered_again(asha: Person, town: Town) -> None:
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")])
    for label in ("Soonest", "Skip", "Confirm"):
        await asha.taps(label)
    await town.storage.users._users.update_one({"name": "Meera Rao"}, {"$set": {"status": "blocked"}})
    await asha.says("/book")
    assert not any("next free time" in label for label in asha.buttons)
