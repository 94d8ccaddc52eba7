"""What is left of somebody in news that is not spread yet."""

from services.models.people import UserId
from services.storage.storage import Storage
from tests.storage.conftest import an_appointment, an_event
from tests.turning import MONDAY


async def test_a_digest_is_rewritten_beside_news_that_has_no_visits(storage: Storage) -> None:
    appointment = an_appointment(1, patient="asha", doctor="rao")
    await storage.appointments.add(appointment, an_event(), MONDAY)
    visit = {"start": appointment.slot.start, "patient": "Asha Patel", "reason": "a cough"}
    unsent = [
        {"id": "d", "kind": "digest", "facts": {"items": [visit]}},
        {"id": "s", "kind": "schedule_changed", "facts": {"what": "hours"}},
    ]
    schedules = storage.schedules._schedules
    await schedules.insert_one({"_id": UserId("rao"), "unsent": unsent})
    await storage.erasure.rename_in_digests(UserId("asha"), "Somebody", MONDAY)
    row = await schedules.find_one({"_id": UserId("rao")})
    digest, other = row["unsent"]
    assert digest["facts"]["items"][0] == visit | {"patient": "Somebody", "reason": None}
    assert other == unsent[1]
