"""The collection `schedules`: each doctor's weekly hours, time off, and the digest of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pymongo.errors import DuplicateKeyError

from services.models.notifications import Event
from services.models.people import UserId
from services.models.scheduling import Digest, Hours, Schedule, Slot, TimeOff, Video, Weekday
from services.storage.freed_times import FreedTimes
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.notifications import event_document

# So many removed ids are kept: an order for time off is valid for minutes only.
MOST_TAKEN_BACK = 100


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A doctor's digest that is due since an instant; None: it is not worked out yet when it is due."""

    doctor_id: UserId
    digest: Digest
    due: datetime | None


class ScheduleStore:
    """Stores one schedule for each doctor, under the doctor's id."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._schedules: Collection = database["schedules"]
        self._of_doctor = Batcher(self._of_doctors)

    async def prepare(self) -> None:
        """Make the index by which digests that are due are found."""
        async with translate_driver_errors():
            await self._schedules.create_index([("digest.due", 1)])
            await self._schedules.create_index("unsent.id", sparse=True)

    async def put(self, doctor_id: UserId, schedule: Schedule) -> None:
        """Store the doctor's hours; time off is not changed."""
        with self._freed_times.unclear_if_down(doctor_id):
            async with translate_driver_errors():
                await self._schedules.update_one(
                    {"_id": doctor_id}, {"$set": _document(schedule)}, upsert=True
                )
        self._freed_times.freed(doctor_id)

    async def add_time_off(self, doctor_id: UserId, off: TimeOff) -> None:
        """Add time off, once; what was removed stays removed."""
        is_new = {"_id": doctor_id, "time_off.id": {"$ne": off.id}, "taken_back": {"$ne": off.id}}
        added = {"$push": {"time_off": {"id": off.id, "start": off.slot.start, "end": off.slot.end}}}
        async with translate_driver_errors():
            try:
                await self._schedules.update_one(is_new, added, upsert=True)
            except DuplicateKeyError:
                # The document is there: since just now, or with that time off already.
                await self._schedules.update_one(is_new, added)

    async def remove_time_off(self, doctor_id: UserId, off_id: str) -> bool:
        """Remove time off for good; tell whether it was there."""
        update = {
            "$pull": {"time_off": {"id": off_id}},
            # So that the order for it, if it is still being carried out, does not add it again.
            "$push": {"taken_back": {"$each": [off_id], "$slice": -MOST_TAKEN_BACK}},
        }
        with self._freed_times.unclear_if_down(doctor_id):
            async with translate_driver_errors():
                done = await self._schedules.update_one({"_id": doctor_id, "time_off.id": off_id}, update)
        if done.modified_count:
            self._freed_times.freed(doctor_id)
        return bool(done.modified_count)

    async def digest(self, doctor_id: UserId) -> Digest:
        """Return when the doctor gets the digest."""
        async with translate_driver_errors():
            row = await self._schedules.find_one({"_id": doctor_id}, {"digest": True})
        return _digest((row or {}).get("digest", {}))

    async def put_digest(self, doctor_id: UserId, digest: Digest) -> None:
        """Change when the doctor gets the digest; for another hour `due` is worked out again."""
        changed = {"at": digest.at.isoformat("minutes"), "when_empty": digest.when_empty}
        async with translate_driver_errors():
            done = await self._schedules.update_one(
                {"_id": doctor_id, "digest.at": _as_stored(digest.at)},
                {"$set": {f"digest.{name}": value for name, value in changed.items()}},
            )
            if not done.matched_count:
                await self._schedules.update_one(
                    {"_id": doctor_id}, {"$set": {"digest": changed}}, upsert=True
                )

    async def digests_due(self, now: datetime, limit: int) -> list[DueDigest]:
        """Return digests that are due, and those for which that is not worked out yet."""
        found = []
        async with translate_driver_errors():
            for query in ({"digest.due": None}, {"digest.due": {"$gt": EVER.start, "$lte": now}}):
                cursor = self._schedules.find(query, {"digest": True}).hint([("digest.due", 1)]).limit(limit)
                found += await cursor.to_list(None)
        return readable(found, _due_digest, "schedule")

    async def plan_digest(self, due: DueDigest, next_due: datetime, event: Event | None) -> bool:
        """Store when a digest is due next, with the event of this one in the same write.

        False if another worker was faster, or the doctor has changed the hour.
        """
        update: Document = {"$set": {"digest.due": next_due}}
        if event is not None:
            update["$push"] = {"unsent": event_document(event)}
        async with translate_driver_errors():
            done = await self._schedules.update_one(
                {
                    "_id": due.doctor_id,
                    "digest.due": due.due,
                    "digest.at": _as_stored(due.digest.at),
                    "digest.when_empty": {"$in": [True] if due.digest.when_empty else [False, None]},
                },
                update,
            )
        return bool(done.modified_count)

    async def of_doctor(self, doctor_id: UserId) -> Schedule | None:
        """Return the doctor's schedule, or None."""
        return await self._of_doctor(doctor_id)

    async def of_doctors(self, ids: Sequence[UserId]) -> dict[UserId, Schedule]:
        """Return the schedules of those doctors, as far as they were ever stored."""
        found = await self._of_doctors(ids)
        return {doctor_id: each for doctor_id, each in zip(ids, found, strict=True) if each is not None}

    async def _of_doctors(self, ids: Sequence[UserId]) -> list[Schedule | None]:
        async with translate_driver_errors():
            cursor = self._schedules.find({"_id": {"$in": list(set(ids))}})
            found = {row["_id"]: _schedule(row) for row in await cursor.to_list(None)}
        return [found.get(doctor_id) for doctor_id in ids]


def _as_stored(at: time) -> Document:
    """Return the query for a digest at that hour; the default hour may not be stored."""
    return {"$in": [at.isoformat("minutes"), *([None] if at == Digest().at else [])]}


def _due_digest(row: Document) -> DueDigest:
    digest = row.get("digest", {})
    return DueDigest(UserId(row["_id"]), _digest(digest), digest.get("due"))


def _digest(row: Document) -> Digest:
    usual = Digest()
    at = time.fromisoformat(row["at"]) if "at" in row else usual.at
    return Digest(at, row.get("when_empty", usual.when_empty))


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
        "notice_minutes": schedule.lead_time // timedelta(minutes=1),
        "horizon_days": schedule.horizon.days,
        "change_notice_minutes": schedule.change_lead_time // timedelta(minutes=1),
        "video": schedule.video.value,
    }


def _schedule(document: Document) -> Schedule:
    """Return the schedule; hours that were never stored are the default ones."""
    time_off = tuple(
        TimeOff(row["id"], Slot(row["start"], row["end"]))
        for row in sorted(document.get("time_off", ()), key=lambda row: row["start"])
    )
    if "weekly" not in document:
        return Schedule(time_off=time_off)
    weekly: dict[Weekday, tuple[Hours, ...]] = {}
    for row in document["weekly"]:
        day = Weekday[row["weekday"].upper()]
        hours = Hours(time.fromisoformat(row["start"]), time.fromisoformat(row["end"]))
        weekly[day] = (*weekly.get(day, ()), hours)
    return Schedule(
        weekly=weekly,
        slot_minutes=document["slot_minutes"],
        buffer_minutes=document["buffer_minutes"],
        lead_time=timedelta(minutes=document["notice_minutes"]),
        horizon=timedelta(days=document["horizon_days"]),
        change_lead_time=_change_lead_time(document),
        time_off=time_off,
        video=Video(document.get("video", Video.OFF.value)),
    )


def _change_lead_time(document: Document) -> timedelta:
    """Return it; documents of older versions have the default."""
    minutes = document.get("change_notice_minutes")
    return Schedule().change_lead_time if minutes is None else timedelta(minutes=minutes)
