"""The whole story over HTTP, with what the chats and the mailbox hear of it."""

from services.models.people import Role
from tests.town import STAFF_CODE
from tests.web.conftest import Portal


async def test_one_registers_books_moves_and_cancels_and_both_sides_hear(portal: Portal) -> None:
    rao = await portal.town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    registered = await portal.call(
        "POST",
        "/register",
        {"name": "Asha Patel", "email": "asha@example.org", "password": "correct horse", "role": "patient"},
    )
    assert (registered.status, registered.body) == (201, "")
    token = await portal.signs_in("asha@example.org")
    me = (await portal.call("GET", "/me", token=token)).body
    assert me["name"] == "Asha Patel"
    (doctor,) = (await portal.call("GET", "/doctors", token=token)).body
    assert (doctor["name"], doctor["specialization"]) == ("Meera Rao", "Cardiology")
    free = f"/doctors/{doctor['id']}/slots?from=2027-05-04&to=2027-05-04"
    times = [slot["time"] for slot in (await portal.call("GET", free, token=token)).body]
    assert "09:30 AM" in times
    booked = await portal.call(
        "POST",
        "/appointment",
        {
            "patientId": me["id"],
            "doctorId": doctor["id"],
            "date": "2027-05-04",
            "time": "09:30 AM",
            "reason": "Chest pain",
        },
        token=token,
    )
    assert booked.status == 201
    assert await rao.hears("Asha Patel")
    await portal.town.mailbox.wait_for(lambda mail: mail.to == ("asha@example.org",))
    assert "09:30 AM" not in [slot["time"] for slot in (await portal.call("GET", free, token=token)).body]
    (found,) = (await portal.call("GET", "/appointments", token=token)).body
    assert found == booked.body
    assert (found["status"], found["date"], found["time"]) == ("booked", "2027-05-04", "09:30 AM")
    path = booked.headers["Location"]
    moved = await portal.call("PATCH", path, {"date": "2027-05-04", "time": "11:00 AM"}, token=token)
    assert (moved.status, moved.body["time"]) == (200, "11:00 AM")
    cancelled = await portal.call("DELETE", path, token=token)
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    assert await rao.hears("cancelled")
    again = await portal.call("DELETE", path, token=token)
    assert again.status == 409
    assert again.is_problem
    nora = await portal.town.signed_in("Nora Ek", "nora@example.org", Role.ADMIN)
    said = await nora.says("/audit asha")
    assert "Asha Patel booked an appointment on Tue 4 May 2027, 09:30 AM, over HTTP." in said
    assert "Asha Patel moved an appointment to Tue 4 May 2027, 11:00 AM, over HTTP." in said
    assert "Asha Patel cancelled an appointment on Tue 4 May 2027, 11:00 AM, over HTTP." in said


async def test_an_admin_sees_everybody_and_nobodys_password(portal: Portal) -> None:
    form = {"name": "Nora Ek", "email": "nora@example.org", "password": "correct horse", "role": "admin"}
    refused = await portal.call("POST", "/register", form)
    assert refused.status == 403
    assert refused.is_problem
    assert (await portal.call("POST", "/register", form | {"staffCode": STAFF_CODE})).status == 201
    token = await portal.signs_in("nora@example.org")
    (nora,) = (await portal.call("GET", "/alluser", token=token)).body
    assert set(nora) == {"id", "name", "email", "role", "specialization", "gender", "status"}
