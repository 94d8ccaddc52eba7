"""Whom one looks after, over HTTP: their `patientId` counts as one's own, and nobody else's does."""

from services.models.patients import Made, Patient
from services.models.people import Role, User, UserId
from tests.plans import OURS
from tests.turning import MONDAY
from tests.web.conftest import Portal

MIA = Patient(UserId("p-" + "1" * 22), "Mia Patel")
TUESDAY = "2027-05-04"


async def _looked_after_by(portal: Portal, *users: User) -> None:
    await portal.town.storage.patients.add(MIA, Made(MONDAY, users[0].id))
    for user in users:
        await portal.town.storage.carers.look_after(user.id, MIA.id)


async def test_one_books_moves_and_cancels_for_whom_one_looks_after(portal: Portal) -> None:
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    asha, token = await portal.account("Asha")
    await _looked_after_by(portal, asha)
    me = (await portal.call("GET", "/me", token=token)).body
    assert (me["id"], me["patients"]) == (asha.id, [{"id": MIA.id, "name": "Mia Patel"}])
    own = await portal.books(asha, rao, token, "09:30 AM")
    booking = {"patientId": MIA.id, "doctorId": rao.id, "date": TUESDAY, "time": "10:00 AM"}
    booked = await portal.call("POST", "/appointment", booking, token=token)
    assert (booked.status, booked.body["patientId"]) == (201, MIA.id)
    free = f"/doctors/{rao.id}/slots?from={TUESDAY}&to={TUESDAY}&patientId={MIA.id}"
    assert "10:00 AM" not in [slot["time"] for slot in (await portal.call("GET", free, token=token)).body]
    first = await portal.call("GET", "/appointments?limit=1", token=token)
    rest = await portal.call("GET", first.headers["Link"].partition("<")[2].partition(">")[0], token=token)
    assert [each["id"] for each in (*first.body, *rest.body)] == [own.body["id"], booked.body["id"]]
    path = booked.headers["Location"]
    assert (await portal.call("GET", path, token=token)).body == booked.body
    moved = await portal.call("PATCH", path, {"date": TUESDAY, "time": "11:00 AM"}, token=token)
    assert (moved.status, moved.body["time"]) == (200, "11:00 AM")
    assert (await portal.call("DELETE", path, token=token)).body["status"] == "cancelled"


async def test_an_id_of_before_a_merge_still_leads_to_the_patient(portal: Portal) -> None:
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    asha, token = await portal.account("Asha")
    await _looked_after_by(portal, asha)
    former = UserId("p-" + "2" * 22)
    patients = portal.town.storage.patients._patients
    await patients.insert_one({"_id": former, "merged_into": MIA.id}, comment=OURS)
    booking = {"patientId": former, "doctorId": rao.id, "date": TUESDAY, "time": "10:00 AM"}
    booked = await portal.call("POST", "/appointment", booking, token=token)
    assert (booked.status, booked.body["patientId"]) == (201, MIA.id)
    free = f"/doctors/{rao.id}/slots?from={TUESDAY}&to={TUESDAY}&patientId={former}"
    slots = await portal.call("GET", free, token=token)
    assert slots.status == 200
    assert "10:00 AM" not in [slot["time"] for slot in slots.body]


async def test_a_stranger_and_a_former_carer_reach_nothing(portal: Portal) -> None:
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    asha, token = await portal.account("Asha")
    tom, toms = await portal.account("Tom")
    _, strangers = await portal.account("Zed")
    await _looked_after_by(portal, asha, tom)
    booking = {"patientId": MIA.id, "doctorId": rao.id, "date": TUESDAY, "time": "10:00 AM"}
    booked = await portal.call("POST", "/appointment", booking, token=token)
    path = booked.headers["Location"]
    assert (await portal.call("GET", path, token=toms)).status == 200
    await portal.town.storage.carers.stop(tom.id, MIA.id)
    elsewhen = {"date": TUESDAY, "time": "11:00 AM"}
    for other in (toms, strangers):
        assert (await portal.call("GET", "/me", token=other)).body["patients"] == []
        assert (await portal.call("GET", "/appointments", token=other)).body == []
        for method, body in (("GET", None), ("PATCH", elsewhen), ("DELETE", None)):
            answer = await portal.call(method, path, body, token=other)
            assert (answer.status, answer.is_problem) == (403, True)
        refused = await portal.call("POST", "/appointment", {**booking, "time": "02:00 PM"}, token=other)
        assert (refused.status, refused.is_problem) == (403, True)
        slots = await portal.call("GET", f"/doctors/{rao.id}/slots?patientId={MIA.id}", token=other)
        assert (slots.status, slots.is_problem) == (403, True)
    assert (await portal.call("GET", path, token=token)).body["status"] == "booked"
