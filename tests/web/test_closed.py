"""What is closed in the chat is closed over HTTP, too: no time of it is listed, booked or moved to."""

from services.models.people import Role
from tests.web.conftest import Portal


async def test_a_closed_day_has_no_times_and_cannot_be_booked_or_moved_to(portal: Portal) -> None:
    vera = await portal.town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    asha, token = await portal.account("Asha")
    kept = await portal.books(asha, rao, token, date="2027-05-05")
    lost = await portal.books(asha, rao, token, "10:00 AM")
    await vera.talks(
        [
            ("/closures 4 May all day", "1 appointment is booked then"),
            ("Works outing", "will be cancelled"),
            ("«Save, cancel that one»", "Saved. The clinic is closed"),
        ]
    )
    path = f"/doctors/{rao.id}/slots?from=2027-05-04&to=2027-05-05"
    listed = (await portal.call("GET", path, token=token)).body
    assert {slot["date"] for slot in listed} == {"2027-05-05"}
    assert (await portal.call("GET", lost.headers["Location"], token=token)).body["status"] == "cancelled"
    assert (await portal.books(asha, rao, token)).status == 422
    to_closed = {"date": "2027-05-04", "time": "09:30 AM"}
    moved = await portal.call("PATCH", kept.headers["Location"], to_closed, token=token)
    assert moved.status == 422
    assert moved.is_problem
