"""The bot is killed while it books a series: before the write that decides, or just after it."""

from datetime import timedelta
from typing import Any

import pytest

from services.clock import SystemClock
from services.models.catalogue import KindId, VisitKind
from services.models.people import Role
from tests.faults.holding import all_told, mailed
from tests.faults.stage import Stage
from tests.faults.wire import wired
from tests.plans import OURS

PHYSIO = VisitKind(KindId("physio"), "Physiotherapy", 30, in_series=8)
# What is in the write of the series, and in the one that decides.
BEGINS, DECIDES = "numbers", "series_booked"


@pytest.mark.parametrize(
    ("part", "nth", "is_done"),
    [(BEGINS, 1, True), (DECIDES, 1, False), (DECIDES, 1, True)],
)
async def test_a_series_is_booked_whole_and_told_once(
    real_stage: Stage, part: str, nth: int, *, is_done: bool
) -> None:
    town = real_stage.town
    doctor = await real_stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Physiotherapy")
    patient = await real_stage.signed_in("Asha Patel", "asha@example.org")
    rao = await town.storage.users.credentials("rao@example.org")
    assert rao is not None
    await town.storage.catalogue.put(PHYSIO)
    offered = {"kinds": [PHYSIO.id], "grid_minutes": 30}
    await town.storage.schedules._schedules.update_one({"_id": rao.user.id}, {"$set": offered}, upsert=True)
    today = SystemClock().now().date()
    day = today + timedelta(days=7 + (2 - today.weekday()) % 7)
    transcript = [
        (f"/book rao {day.isoformat()} 10:30", "reason"),
        ("«Skip»", "Book this"),
        ("«Make it a series»", "How often"),
        ("weekly, 4 times", "4 visits"),
    ]
    url = real_stage.environ["DB_URL"]
    async with (
        wired(url, part, nth, is_done=is_done) as (wire, near_end),
        real_stage.process(DB_URL=near_end) as bot,
    ):
        for act, expected in transcript:
            patient.phone.press(act.strip("«»")) if act.startswith("«") else patient.phone.send(act)
            await patient.hears(expected)
        patient.phone.press("Confirm")
        await wire.cut()
        await bot.kill()
    # What the killed bot had claimed is due again after a minute, and no test waits so long.
    due: dict[str, Any] = {"due": {"$exists": True}}
    notices = town.storage.notifications._notifications
    await notices.update_many(due, {"$set": {"due": SystemClock().now()}}, comment=OURS)
    async with real_stage.process():
        for person in (patient, doctor):
            await person.hears("4 visits booked")
        await mailed(town.mailbox, "asha@example.org", "rao@example.org")
        await all_told(town, seconds=20)
    rows = await town.storage.appointments._appointments.find({}, {"status": 1}, comment=OURS).to_list(None)
    assert [row["status"] for row in rows] == ["booked"] * 4
    for person in (patient, doctor):
        assert sum("4 visits booked" in message["text"] for message in person.messages) == 1
