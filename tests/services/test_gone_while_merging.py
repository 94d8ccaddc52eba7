"""Somebody goes while a patient is being made one with them: nothing is left of either."""

import json

import pytest

from services.errors import ClaimUnknown, PatientHasAppointments, VisitsOverlap
from services.handover.carrying import GRACE
from services.models.appointments import AppointmentStatus
from services.models.people import Principal, Role
from tests.services.conftest import Bench
from tests.services.families import account, again, booked, patient, rows
from tests.services.test_merging import HOUR, TEN


async def _leaves(bench: Bench, who: Principal) -> None:
    """Delete the account, and let the rounds and the order for it come to their ends."""
    await bench.clinic.account_deletion.leave(await again(bench, who))
    for _ in range(3):
        await bench.clinic.handover.merging.work()
        bench.clock.turn(GRACE)
        await bench.clinic.periodic.run()


async def _left(bench: Bench, *words: str) -> list[str]:
    """Return the documents with one of these words."""
    database = bench.storage.patients._patients.database
    found = [
        str(row) for name in await database.list_collection_names() for row in await rows(bench, name, {})
    ]
    return [row for row in found if any(word in row for word in words)]


async def test_visits_that_were_in_the_way_go_with_the_account(bench: Bench) -> None:
    nora = await account(bench, "nora", Role.RECEPTIONIST)
    asha = await account(bench, "asha")
    await account(bench, "rao", Role.DOCTOR)
    quokka = await patient(bench, "Quokka", await account(bench, "tom"), phone="+442079460018")
    later = await booked(bench, quokka.id, TEN + HOUR)
    merging = bench.clinic.handover.merging
    order = merging.merge(nora, quokka.id, asha.id)
    one = await booked(bench, quokka.id, TEN)
    await order
    # As if somebody had read the patient before, and each had booked at one time.
    other = await booked(bench, quokka.id, TEN + 3 * HOUR)
    mine = await booked(bench, asha.id, TEN + 3 * HOUR, "lee")
    with pytest.raises(VisitsOverlap):
        await merging.merge(nora, quokka.id, asha.id)
    affected = await bench.clinic.account_deletion.affected(await again(bench, asha))
    assert {card.appointment.id for card in affected} == {one.id, later.id, other.id, mine.id}
    await _leaves(bench, asha)
    states = {row["status"] for row in await rows(bench, "appointments", {})}
    assert states == {AppointmentStatus.CANCELLED.value}
    assert await _left(bench, "Quokka", "+442079460018", "Asha", "asha@") == []


async def test_who_has_just_become_one_with_somebody_goes_along(bench: Bench) -> None:
    nora = await account(bench, "nora", Role.RECEPTIONIST)
    asha = await account(bench, "asha")
    quokka = await patient(bench, "Quokka", asha, by="asha", phone="+442079460018")
    double = await patient(bench, "Quokka Zett", by="nora", phone="+442079460019")
    await bench.clinic.handover.merging.merge(nora, double.id, quokka.id)
    await bench.clinic.handover.removal.remove(await again(bench, asha), quokka.id)
    for _ in range(3):
        await bench.clinic.handover.merging.work()
        bench.clock.turn(GRACE)
        await bench.clinic.periodic.run()
    assert await _left(bench, "Quokka", "+44207946001") == []


async def test_nobody_is_removed_whose_other_record_has_a_visit_to_come(bench: Bench) -> None:
    nora = await account(bench, "nora", Role.RECEPTIONIST)
    asha = await account(bench, "asha")
    await account(bench, "rao", Role.DOCTOR)
    quokka = await patient(bench, "Quokka", asha, by="asha")
    double = await patient(bench, "Quokka Zett")
    await bench.clinic.handover.merging.merge(nora, double.id, quokka.id)
    await booked(bench, double.id, TEN)
    with pytest.raises(PatientHasAppointments):
        await bench.clinic.handover.removal.remove(await again(bench, asha), quokka.id)


async def test_what_was_carried_over_to_somebody_who_went_at_that_moment_names_nobody(bench: Bench) -> None:
    nora, asha = await account(bench, "nora", Role.RECEPTIONIST), await account(bench, "asha")
    quokka = await patient(bench, "Quokka", phone="+442079460018")
    await bench.clinic.handover.merging.merge(nora, quokka.id, asha.id)
    await bench.storage.users._users.delete_one({"_id": asha.id})
    await bench.clinic.handover.merging.work()
    (row,) = await rows(bench, "patients", {})
    assert row["merged_into"] == asha.id
    assert not {"name", "phone", "merging"} & set(row)


async def test_codes_of_before_a_merge_end_with_those_of_the_one_who_stays(bench: Bench) -> None:
    nora = await account(bench, "nora", Role.RECEPTIONIST)
    tom = await account(bench, "tom")
    assert tom.chat_id is not None
    mia, double = await patient(bench, "Mia"), await patient(bench, "Mia Zett")
    handing = bench.clinic.handover.codes
    code = await handing.hand_over(nora, double.id, request_id="1")
    claim = await handing.open(tom.chat_id, code.code)
    await bench.clinic.handover.merging.merge(nora, double.id, mia.id)
    assert (await handing.preview(tom, claim)).patient == mia
    for _ in range(2):
        await bench.clinic.handover.merging.work()
        bench.clock.turn(GRACE)
    assert await handing.withdraw(nora, mia.id) == (mia, 1)
    with pytest.raises(ClaimUnknown):
        await handing.look_after(tom, claim)


async def test_codes_for_a_patient_are_in_ones_data_and_go_with_it(bench: Bench) -> None:
    asha, tom = await account(bench, "asha"), await account(bench, "tom")
    mia = await patient(bench, "Mia", asha)
    asha = await again(bench, asha)
    code = await bench.clinic.handover.codes.hand_over(asha, mia.id, request_id="1")
    assert tom.chat_id is not None
    claim = await bench.clinic.handover.codes.open(tom.chat_id, code.code)
    await bench.clinic.handover.codes.look_after(tom, claim)
    (hers,) = json.loads(await bench.clinic.personal_data.file(asha))["patient_codes"]
    assert (hers["patient"], hers["made_by"], hers["used_by"]) == ("Mia", "you", "somebody else")
    tom = await again(bench, tom)
    content = await bench.clinic.personal_data.file(tom)
    (his,) = json.loads(content)["patient_codes"]
    assert (his["patient"], his["made_by"], his["used_by"]) == ("Mia", "somebody else", "you")
    assert not {"digest", "opened_in"} & set(his)
    assert asha.id not in content.decode()
    assert f"claim:new:{asha.id}" in {row["_id"] for row in await rows(bench, "attempts", {})}
    await _leaves(bench, asha)
    assert await rows(bench, "claims", {}) == []
    assert {row["_id"] for row in await rows(bench, "attempts", {})} == {
        "claim:all",
        f"claim:chat:{tom.chat_id}",
    }
