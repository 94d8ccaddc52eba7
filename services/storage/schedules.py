"""The collection `schedules`: each doctor's hours, time off, dates with other hours, and the digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pymongo.errors import DuplicateKeyError

from services.models.catalogue import KindId
from services.models.notifications import Event
from services.models.people import UserId
from services.models.scheduling import DateHours, Digest, Schedule
from services.models.slots import TimeOff
from services.storage.freed_times import FreedTimes
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.notifications import event_document
from services.storage.schedule_documents import hours_document, read_schedule, schedule_document

# So many ids that were removed or carried out are kept: an order is valid for minutes only.
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

    async def put(self, doctor_id: UserId, schedule: Schedule, event: Event | None = None) -> None:
        """Store the doctor's hours, with the event in the same write; time off and dates are not changed."""
        update: Document = {"$set": schedule_document(schedule), **_with_event(event)}
        with self._freed_times.unclear_if_down(doctor_id):
            async with translate_driver_errors():
                await self._schedules.update_one({"_id": doctor_id}, update, upsert=True)
        self._freed_times.freed(doctor_id)

    async def add_time_off(self, doctor_id: UserId, off: TimeOff, event: Event | None = None) -> bool:
        """Add time off, with the event, once; what was removed stays removed. Tell whether it was added."""
        is_new = {"_id": doctor_id, "time_off.id": {"$ne": off.id}, "taken_back": {"$ne": off.id}}
        row: Document = {"id": off.id, "start": off.slot.start, "end": off.slot.end}
        if off.place is not None:
            row["place"] = off.place
        return await self._once(is_new, _with_event(event, time_off=row))

    async def offer(
        self, doctor_id: UserId, kind_ids: Sequence[KindId], grid_minutes: int, event: Event | None = None
    ) -> None:
        """Store which kinds of visit the doctor offers, the first one first, and how far apart they begin."""
        update: Document = {
            "$set": {"kinds": list(kind_ids), "grid_minutes": grid_minutes},
            **_with_event(event),
        }
        with self._freed_times.unclear_if_down(doctor_id):
            async with translate_driver_errors():
                await self._schedules.update_one({"_id": doctor_id}, update, upsert=True)
        self._freed_times.freed(doctor_id)

    async def put_date(self, doctor_id: UserId, changed: DateHours, event: Event | None = None) -> bool:
        """Set the hours of a date, or remove them, with the event; each change only once, even if repeated.

        So an order for it that is carried out again does not undo what was changed since. Tells whether it
        was done now.
        """
        is_new = {"_id": doctor_id, "dated": {"$ne": changed.id}}
        kept = {"$each": [changed.id], "$slice": -MOST_TAKEN_BACK}
        name = f"dates.{changed.day.isoformat()}"
        update: Document = _with_event(event, dated=kept)
        if changed.hours is None:
            update["$unset"] = {name: ""}
        else:
            update["$set"] = {name: [hours_document(each) for each in changed.hours]}
        with self._freed_times.unclear_if_down(doctor_id):
            was_done = await self._once(is_new, update)
        self._freed_times.freed(doctor_id)
        return was_done

    async def prune(self, doctor_id: UserId, before: date) -> None:
        """Forget the doctor's dates with other hours, and time off, from before a day of the clinic."""
        kept_dates = {
            "$arrayToObject": {
                "$filter": {
                    "input": {"$objectToArray": {"$ifNull": ["$dates", {}]}},
                    "cond": {"$gte": ["$$this.k", before.isoformat()]},
                }
            }
        }
        # Zones are less than a day from UTC; so much is kept in any case.
        end = datetime.combine(before, time(0), UTC) - timedelta(days=1)
        kept_off = {
            "$filter": {"input": {"$ifNull": ["$time_off", []]}, "cond": {"$gte": ["$$this.end", end]}}
        }
        async with translate_driver_errors():
            await self._schedules.update_one(
                {"_id": doctor_id}, [{"$set": {"dates": kept_dates, "time_off": kept_off}}]
            )

    async def is_dated(self, doctor_id: UserId, change_id: str) -> bool:
        """Tell whether that change of a date's hours was made already."""
        query = {"_id": doctor_id, "dated": change_id}
        async with translate_driver_errors():
            return await self._schedules.find_one(query, {"_id": True}) is not None

    async def _once(self, is_new: Document, update: Document) -> bool:
        """Write it if it is new, also where there is no document yet; tell whether it was written."""
        async with translate_driver_errors():
            try:
                done = await self._schedules.update_one(is_new, update, upsert=True)
            except DuplicateKeyError:
                # The document is there: since just now, or with that change already.
                done = await self._schedules.update_one(is_new, update)
        return bool(done.modified_count or done.upserted_id)

    async def remove_time_off(self, doctor_id: UserId, off_id: str, event: Event | None = None) -> bool:
        """Remove time off for good, with the event; tell whether it was there."""
        # So that the order for it, if it is still being carried out, does not add it again.
        gone = {"$each": [off_id], "$slice": -MOST_TAKEN_BACK}
        update = {"$pull": {"time_off": {"id": off_id}}, **_with_event(event, taken_back=gone)}
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
            found = {row["_id"]: read_schedule(row) for row in await cursor.to_list(None)}
        return [found.get(doctor_id) for doctor_id in ids]


def _with_event(event: Event | None, **pushed: Document) -> Document:
    """Return the part of an update that pushes these values, and the event that is not spread yet."""
    if event is not None:
        pushed["unsent"] = event_document(event)
    return {"$push": pushed} if pushed else {}


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
