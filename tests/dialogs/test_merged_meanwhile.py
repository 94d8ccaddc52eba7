"""Two patients are made one while somebody is booking for the one who goes."""

import pytest

from services.models.appointments import AppointmentStatus
from services.models.patients import Made, Patient
from services.models.people import Principal, Role, UserId
from tests.town import Person, Town
from tests.turning import MONDAY

MIA, DOUBLE = Patient(UserId("p-" + "1" * 22), "Mia Patel"), Patient(UserId("p-" + "2" * 22), "Mia Patell")


async def _asha(town: Town) -> Person:
    """Return who looks after one of two records of a child, in a clinic with a doctor."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    rita = await town.account("Rita Moss", "rita@example.org", Role.RECEPTIONIST)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    (account,) = (await town.storage.user_search.search("asha", 0, 5)).items
    for patient in (MIA, DOUBLE):
        await town.storage.patients.add(patient, Made(MONDAY, rita.id))
    assert await town.storage.carers.look_after(account.id, DOUBLE.id)
    return asha


async def _merges(town: Town) -> None:
    (rita,) = (await town.storage.user_search.search("rita", 0, 5)).items
    await town.assembly.clinic.handover.merging.merge(Principal(rita, None, "session"), DOUBLE.id, MIA.id)


STEPS = ("«Cardiology»", "«Rao»", "tomorrow", "10:30", "«Skip»", "«Confirm»")


@pytest.mark.parametrize("after", range(len(STEPS)))
async def test_a_booking_goes_on_for_the_one_who_stays(town: Town, after: int) -> None:
    asha = await _asha(town)
    await asha.talks([("/book", "Who is it for?"), ("«Mia Patell»", "What kind")])
    for number, step in enumerate(STEPS):
        if number == after:
            await _merges(town)
        await asha.talks([(step, "")])
    (visit,) = await town.storage.appointment_queries.after(Role.PATIENT, (MIA.id, DOUBLE.id), None, 5)
    assert (visit.patient_id, visit.status) == (MIA.id, AppointmentStatus.BOOKED), asha.last


async def test_what_is_changed_of_the_one_who_goes_is_shown_anew(town: Town) -> None:
    asha = await _asha(town)
    await asha.talks([("/family", "Mia Patell"), ("«Mia Patell»", ""), ("«Change»", "Save this?")])
    await _merges(town)
    await asha.talks([("«Save»", "changed"), ("«Save»", "Saved: Mia Patel.")])
    (stays,) = await town.storage.patients.search("mia")
    assert (stays.id, stays.name) == (MIA.id, "Mia Patel")
