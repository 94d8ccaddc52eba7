"""Which kinds of visit a doctor offers, as it is stored."""

from services.models.people import UserId
from services.models.scheduling import Schedule
from services.storage.storage import Storage
from tests.catalogue import CHECK, FIRST_VISIT, offers

DOCTOR = UserId("d-rao")


async def test_what_a_doctor_offers_is_kept_beside_the_hours_and_does_not_change_them(
    storage: Storage,
) -> None:
    await storage.schedules.put(DOCTOR, Schedule(slot_minutes=20))
    await offers(storage, DOCTOR, FIRST_VISIT, CHECK, grid_minutes=5)
    stored = await storage.schedules.of_doctor(DOCTOR)
    assert stored is not None
    assert (stored.kind_ids, stored.grid_minutes, stored.slot_minutes) == ((FIRST_VISIT.id, CHECK.id), 5, 20)
    await storage.schedules.put(DOCTOR, Schedule(slot_minutes=40))
    again = await storage.schedules.of_doctor(DOCTOR)
    assert again is not None
    assert (again.kind_ids, again.slot_minutes) == ((FIRST_VISIT.id, CHECK.id), 40)


async def test_a_doctor_without_hours_of_their_own_can_offer_kinds_and_none_again(storage: Storage) -> None:
    await offers(storage, DOCTOR, CHECK)
    stored = await storage.schedules.of_doctor(DOCTOR)
    assert stored is not None
    assert stored.kind_ids == (CHECK.id,)
    await offers(storage, DOCTOR)
    assert (await storage.schedules.of_doctor(DOCTOR)) == Schedule()
