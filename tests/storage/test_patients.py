"""Patients without an account, and who looks after whom, as they are stored."""

import asyncio
from dataclasses import replace
from datetime import date

from services.models.patients import MOST_LOOKED_AFTER, Made, Patient, own_patient
from services.models.people import Gender, UserId
from services.storage.storage import Storage
from tests.storage.conftest import a_user
from tests.turning import MONDAY

MIA = Patient(
    UserId("p-1"), "Mia Patel", "mia@example.org", date(2019, 3, 14), "+442079460018", Gender.FEMALE, "en"
)
MADE = Made(MONDAY, UserId("asha"))


async def test_a_patient_comes_back_as_they_were_made_and_is_made_once(storage: Storage) -> None:
    await storage.patients.add(MIA, MADE)
    await storage.patients.add(replace(MIA, name="Another"), MADE)
    assert await storage.patients.by_id(MIA.id) == MIA
    assert await storage.patients.made(MIA.id) == MADE
    assert await storage.patients.by_ids([MIA.id, UserId("p-2"), UserId("asha")]) == {MIA.id: MIA}
    await storage.patients.delete(MIA.id)
    assert await storage.patients.by_id(MIA.id) is None
    assert await storage.patients.made(MIA.id) is None


async def test_a_change_counts_only_if_nobody_else_was_first(storage: Storage) -> None:
    await storage.patients.add(MIA, MADE)
    changed = await storage.patients.change(replace(MIA, name="Mia Rao", phone=None))
    assert changed == replace(MIA, name="Mia Rao", phone=None, revision=1)
    assert await storage.patients.change(replace(MIA, name="Mia Roy")) is None
    assert await storage.patients.search("patel") == []
    assert await storage.patients.search("rao") == [changed]


async def test_a_patient_is_found_by_name_address_and_telephone(storage: Storage) -> None:
    tom = Patient(UserId("p-2"), "Tom O’Brien", phone="+442079460019")
    for each in (MIA, tom):
        await storage.patients.add(each, MADE)
    assert await storage.patients.search("obr") == [tom]
    assert await storage.patients.search("mia@ex") == [MIA]
    assert await storage.patients.search("020", tom.phone) == [tom]
    assert await storage.patients.search("?") == []
    assert await storage.patients.alike("mia PATEL") == [MIA]
    assert await storage.patients.alike("Mia Patel", tom.phone) == [MIA, tom]


async def test_the_id_of_a_merged_patient_leads_to_the_other(storage: Storage) -> None:
    """Through another one that was merged, too, and to an account's own patient; a circle ends."""
    asha = a_user("asha")
    await storage.users.add(asha, b"hash", MONDAY)
    ids = [UserId(f"p-{number}") for number in range(5)]
    for each in ids:
        await storage.patients.add(replace(MIA, id=each), MADE)
    merged = storage.patients._patients
    for was, into in ((0, "p-1"), (1, "asha"), (3, "p-4"), (4, "p-3")):
        await merged.update_one({"_id": ids[was]}, {"$set": {"merged_into": into}})
    own = own_patient(asha)
    assert await storage.patients.by_ids(ids) == {ids[0]: own, ids[1]: own, ids[2]: replace(MIA, id=ids[2])}
    assert await storage.patients.search("mia") == [replace(MIA, id=ids[2])]
    assert await storage.patients.change(replace(MIA, id=ids[0])) is None


async def test_whom_an_account_looks_after_is_read_with_it(storage: Storage) -> None:
    asha, tom = a_user("asha"), a_user("tom")
    for user in (asha, tom):
        await storage.users.add(user, b"hash", MONDAY)
    assert await storage.carers.look_after(asha.id, MIA.id)
    assert await storage.carers.look_after(asha.id, MIA.id)
    assert await storage.carers.look_after(tom.id, MIA.id)
    assert not await storage.carers.look_after(UserId("nobody"), MIA.id)
    both = [replace(user, looks_after=(MIA.id,)) for user in (asha, tom)]
    assert await storage.users.by_id(asha.id) == both[0]
    assert dict(await storage.carers.of_patients([MIA.id, asha.id, UserId("p-9")])) == {MIA.id: both}
    assert await storage.carers.stop(asha.id, MIA.id)
    assert not await storage.carers.stop(asha.id, MIA.id)
    assert dict(await storage.carers.of_patients([MIA.id])) == {MIA.id: both[1:]}


async def test_nobody_looks_after_more_than_ten_however_many_are_added_at_once(storage: Storage) -> None:
    asha = a_user("asha")
    await storage.users.add(asha, b"hash", MONDAY)
    wanted = [UserId(f"p-{number}") for number in range(MOST_LOOKED_AFTER + 5)]
    done = await asyncio.gather(*(storage.carers.look_after(asha.id, each) for each in wanted))
    assert sum(done) == MOST_LOOKED_AFTER
    found = await storage.users.by_id(asha.id)
    assert found is not None
    assert len(found.looks_after) == MOST_LOOKED_AFTER
