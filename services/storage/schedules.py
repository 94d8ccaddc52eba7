"""The collection `schedules`: each doctor's weekly hours."""

from collections.abc import Sequence
from datetime import time, timedelta

from services.models import Hours, Schedule, UserId, Weekday
from services.storage.driver import Collection, Database, Document, border
from services.storage.together import Together


class Schedules:
    """Stores one schedule a doctor, under the doctor's id, which is its index too."""

    def __init__(self, database: Database) -> None:
        self._schedules: Collection = database["schedules"]
        self._of_doctor = Together(self._of_doctors)

    async def put(self, doctor_id: UserId, schedule: Schedule) -> None:
        """Make this the doctor's schedule."""
        async with border():
            await self._schedules.replace_one({"_id": doctor_id}, _document(schedule), upsert=True)

    async def of_doctor(self, doctor_id: UserId) -> Schedule | None:
        """Return the doctor's schedule, or None."""
        return await self._of_doctor(doctor_id)

    async def _of_doctors(self, ids: Sequence[UserId]) -> list[Schedule | None]:
        async with border():
            cursor = self._schedules.find({"_id": {"$in": list(set(ids))}})
            found = {row["_id"]: _schedule(row) for row in await cursor.to_list(None)}
        return [found.get(doctor_id) for doctor_id in ids]


def _document(schedule: Schedule) -> Document:
    return {
        "weekly": [
            {
                "weekday": day.name.lower(),
                "start": hours.start.isoformat("minutes"),
                "end": hours.end.isoformat("minutes"),
            }
            for day, stretches in sorted(schedule.weekly.items())
            for hours in stretches
        ],
        "slot_minutes": schedule.slot_minutes,
        "buffer_minutes": schedule.buffer_minutes,
        "notice_minutes": schedule.notice // timedelta(minutes=1),
        "horizon_days": schedule.horizon.days,
    }


def _schedule(document: Document) -> Schedule:
    weekly: dict[Weekday, tuple[Hours, ...]] = {}
    for row in document["weekly"]:
        day = Weekday[row["weekday"].upper()]
        hours = Hours(time.fromisoformat(row["start"]), time.fromisoformat(row["end"]))
        weekly[day] = (*weekly.get(day, ()), hours)
    return Schedule(
        weekly=weekly,
        slot_minutes=document["slot_minutes"],
        buffer_minutes=document["buffer_minutes"],
        notice=timedelta(minutes=document["notice_minutes"]),
        horizon=timedelta(days=document["horizon_days"]),
    )
