"""Kinds of visit and places over HTTP: listed, asked for, booked, and refused where there are none such."""

from dataclasses import replace
from typing import Any

from services.models.catalogue import ForPatients
from services.models.people import Role, User
from tests.catalogue import CHECK, FIRST_VISIT, HARBOUR, HOSPITAL, offers, works_at
from tests.web.conftest import Portal


async def _clinic(portal: Portal) -> tuple[User, User, str]:
    """Return a doctor with two kinds at two places, a patient, and the patient's token."""
    doctor, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    await works_at(portal.town.storage, doctor.id, HARBOUR, HOSPITAL)
    await offers(portal.town.storage, doctor.id, FIRST_VISIT, CHECK)
    asha, token = await portal.account("Asha")
    return doctor, asha, token


async def _free(portal: Portal, doctor: User, token: str, query: str = "") -> Any:
    path = f"/doctors/{doctor.id}/slots?from=2027-05-04&to=2027-05-04{query}"
    answer = await portal.call("GET", path, token=token)
    assert answer.status == 200, answer.body
    return answer.body


async def test_kinds_and_places_are_listed(portal: Portal) -> None:
    doctor, _, token = await _clinic(portal)
    hidden = replace(CHECK, id="k-desk", name="At the desk", desk_only=True)  # type: ignore[arg-type]
    seen_once = replace(CHECK, id="k-new", name="New", for_patients=ForPatients.KNOWN)  # type: ignore[arg-type]
    for kind in (hidden, seen_once):
        await portal.town.storage.catalogue.put(kind)
    kinds = (await portal.call("GET", "/kinds", token=token)).body
    assert [kind["name"] for kind in kinds] == ["Check", "First visit", "New"]
    assert kinds[1] == {
        "id": FIRST_VISIT.id,
        "name": "First visit",
        "minutes": 45,
        "price": {"amount": "90.00", "currency": "EUR"},
        "video": None,
        "forPatients": "anybody",
        "preparation": "Please bring your old letters.",
    }
    await offers(portal.town.storage, doctor.id, FIRST_VISIT, seen_once, hidden, CHECK)
    of_doctor = (await portal.call("GET", f"/kinds?doctorId={doctor.id}", token=token)).body
    assert [kind["id"] for kind in of_doctor] == [FIRST_VISIT.id, CHECK.id]
    places = (await portal.call("GET", "/places", token=token)).body
    assert [(place["id"], place["address"]) for place in places] == [
        (HARBOUR.id, HARBOUR.address),
        (HOSPITAL.id, HOSPITAL.address),
    ]
    for path in ("/kinds", "/places"):
        answer = await portal.call("GET", path)
        assert answer.status == 401
        assert answer.is_problem


async def test_where_the_clinic_has_one_place_it_is_that_of_hours_that_name_none(portal: Portal) -> None:
    doctor, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    asha, token = await portal.account("Asha")
    await portal.town.storage.catalogue.put(HARBOUR)
    there = await _free(portal, doctor, token, f"&place={HARBOUR.id}")
    assert there
    assert there == await _free(portal, doctor, token)
    wanted = {"patientId": asha.id, "doctorId": doctor.id, "date": "2027-05-04", "time": there[0]["time"]}
    booked = await portal.call("POST", "/appointment", wanted | {"place": HARBOUR.id}, token=token)
    assert booked.status == 201, booked.body
    refused = await portal.call("POST", "/appointment", wanted | {"place": "elsewhere"}, token=token)
    assert refused.status == 422


async def test_of_a_doctor_with_nothing_for_that_patient_no_times_are_listed_either(portal: Portal) -> None:
    doctor, asha, token = await _clinic(portal)
    known_only = replace(CHECK, for_patients=ForPatients.KNOWN)
    await portal.town.storage.catalogue.put(known_only)
    await offers(portal.town.storage, doctor.id, known_only)
    path = f"/doctors/{doctor.id}/slots?from=2027-05-04&to=2027-05-04"
    listed = await portal.call("GET", path, token=token)
    wanted = {"patientId": asha.id, "doctorId": doctor.id, "date": "2027-05-04", "time": "09:00 AM"}
    booked = await portal.call("POST", "/appointment", wanted, token=token)
    assert (listed.status, listed.body, booked.status) == (200, [], 422)


async def test_free_times_are_those_of_a_kind_and_a_place(portal: Portal) -> None:
    doctor, _, token = await _clinic(portal)
    first = await _free(portal, doctor, token)
    assert (first[0]["time"], first[0]["end"][11:16], first[0]["place"]) == ("09:00 AM", "09:45", HARBOUR.id)
    assert first == await _free(portal, doctor, token, f"&kind={FIRST_VISIT.id}")
    checks = await _free(portal, doctor, token, f"&kind={CHECK.id}&place={HOSPITAL.id}")
    assert (checks[0]["time"], checks[0]["end"][11:16]) == ("01:00 PM", "13:15")
    assert {slot["place"] for slot in checks} == {HOSPITAL.id}


async def test_who_names_no_kind_gets_the_first_that_is_for_them(portal: Portal) -> None:
    doctor, asha, token = await _clinic(portal)
    known = replace(FIRST_VISIT, for_patients=ForPatients.KNOWN)
    new = replace(CHECK, for_patients=ForPatients.NEW)
    await offers(portal.town.storage, doctor.id, known, new)
    free = await _free(portal, doctor, token)
    assert free == await _free(portal, doctor, token, f"&kind={new.id}")
    booked = await portal.books(asha, doctor, token, "01:30 PM", key="k")
    assert (booked.status, booked.body["kind"]) == (201, new.id)
    again = await portal.books(asha, doctor, token, "01:30 PM", key="k")
    assert again.body["id"] == booked.body["id"]
    await portal.town.storage.catalogue.put(replace(new, desk_only=True))
    assert await _free(portal, doctor, token) == []
    refused = await portal.books(asha, doctor, token, "02:30 PM")
    assert (refused.status, refused.body["type"]) == (422, "/problems/kind-not-offered")


async def test_a_visit_is_booked_of_the_kind_and_at_the_place_that_are_wanted(portal: Portal) -> None:
    doctor, asha, token = await _clinic(portal)
    booked = await portal.books(asha, doctor, token, "01:30 PM", kind=CHECK.id, place=HOSPITAL.id, key="k")
    assert booked.status == 201, booked.body
    assert (booked.body["kind"], booked.body["place"]) == (CHECK.id, HOSPITAL.id)
    assert (booked.body["end"][11:16], "answers" in booked.body) == ("13:45", False)
    (found,) = (await portal.call("GET", "/appointments", token=token)).body
    assert found == booked.body
    again = await portal.books(asha, doctor, token, "01:30 PM", kind=CHECK.id, place=HOSPITAL.id, key="k")
    assert (again.status, again.body["id"]) == (201, booked.body["id"])
    other = await portal.books(asha, doctor, token, "01:30 PM", kind=FIRST_VISIT.id, key="k")
    assert other.status == 409


async def test_without_them_it_is_the_first_kind_and_a_plain_clinic_says_nothing_of_kinds(
    portal: Portal,
) -> None:
    doctor, asha, token = await _clinic(portal)
    assert (await portal.books(asha, doctor, token)).body["kind"] == FIRST_VISIT.id
    sen, _ = await portal.account("Sen", Role.DOCTOR, "Neurology")
    booked = await portal.books(asha, sen, token, "11:30 AM")
    assert not {"kind", "place"} & booked.body.keys()
    assert all("place" not in slot for slot in await _free(portal, sen, token))


async def test_unknown_kinds_and_places_are_refused_with_a_problem_of_their_field(portal: Portal) -> None:
    doctor, asha, token = await _clinic(portal)
    path = f"/doctors/{doctor.id}/slots?from=2027-05-04&to=2027-05-04"
    for field in ("kind", "place"):
        asked = await portal.call("GET", f"{path}&{field}=nothing", token=token)
        booked = await portal.books(asha, doctor, token, **{field: "nothing"})
        for answer in (asked, booked):
            assert (answer.status, answer.is_problem) == (422, True), answer.body
            assert list(answer.body["errors"]) == [field]
    elsewhere = await portal.books(asha, doctor, token, "09:30 AM", place=HOSPITAL.id)
    assert list(elsewhere.body["errors"]) == ["time"]
    unknown = await portal.call("GET", "/kinds?doctorId=nobody", token=token)
    assert (unknown.status, unknown.is_problem) == (404, True)
