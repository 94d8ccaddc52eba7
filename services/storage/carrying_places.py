"""Carrying over a patient's places on waiting lists to another patient, with whom they are made one.

The patient who stays may be on the same list. Then the two entries become one, which has waited since the
earlier of both and takes any time that either wants, for the kind of visit that the patient who stays wants.
Who waits for an earlier time than that of an appointment goes on waiting for it.
"""

from datetime import datetime

from services.models.appointments import AppointmentId
from services.models.patients import Patient
from services.models.people import UserId
from services.models.scheduling import PartOfDay
from services.storage.freed_times import FreedTimes
from services.storage.mongo.driver import (
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)
from services.storage.waitlist import entry_id


class PlaceCarryingStore:
    """Carries over entries of the collection `waitlist`."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._entries: Collection = database["waitlist"]
        self._freed_times = freed_times

    async def carry(self, lost: UserId, kept: Patient) -> list[AppointmentId] | None:
        """Carry over all places; return the holds of offers that nobody needs any more.

        None: an entry was changed meanwhile, so that it is to be done again.
        """
        async with translate_driver_errors():
            rows = await self._entries.find({"patient_id": lost}).to_list(None)
        unneeded: list[AppointmentId] = []
        for row in rows:
            place = entry_id(row["doctor_id"], kept.id, row.get("instead_of"))
            async with translate_driver_errors():
                other = await self._entries.find_one({"_id": place})
                if not await self._put(place, row, other, kept):
                    return None
                gone = await self._entries.delete_one(_as_seen(row))
            if not gone.deleted_count:
                return None
            unneeded += _unneeded(row, other)
            self._freed_times.freed(UserId(row["doctor_id"]), kept.id)
        return unneeded

    async def _put(self, place: str, row: Document, other: Document | None, kept: Patient) -> bool:
        """Store the entry of the patient who stays; False if it was changed meanwhile."""
        events = [_given(event, row["patient_id"], kept) for event in row.get("unsent", ())]
        told: Document = {"unsent": events} if events else {}
        if other is None:
            return not await insert_new(self._entries, [{**row, **told, "_id": place, "patient_id": kept.id}])
        known = {event["id"] for event in other.get("unsent", ())}
        new = [event for event in events if event["id"] not in known]
        update: Document = {"$set": _joined(row, other), "$inc": {"version": 1}}
        if row.get("place_id") != other.get("place_id"):
            update["$unset"] = {"place_id": ""}
        if new:
            update["$push"] = {"unsent": {"$each": new}}
        done = await self._entries.update_one(_as_seen(other), update)
        return bool(done.matched_count)


def _unneeded(row: Document, other: Document | None) -> list[AppointmentId]:
    """Return the hold of the one offer of two that does not stand any more."""
    offer = row.get("offer")
    if not offer or other is None:
        return []
    stands = _offer_of_both(row, other)
    return [AppointmentId(offer["id"])] if stands is None or offer["id"] != stands["id"] else []


def _offer_of_both(row: Document, other: Document) -> Document | None:
    """Return the one offer that stands: that of the patient who stays, or one for the same kind of visit."""
    found: Document | None = other.get("offer")
    is_same = row.get("kind_id") == other.get("kind_id")
    return found or (row.get("offer") if is_same else None)


def _joined(row: Document, other: Document) -> Document:
    """Return the fields of the one entry for both. Joined with the first again, it stays the same."""
    free: set[datetime] = {*row["known"]} & {*other["known"]}
    joined: Document = {
        "since": min(row["since"], other["since"]),
        "start": min(row["start"], other["start"]),
        "end": max(row["end"], other["end"]),
        "part": row["part"] if row["part"] == other["part"] else PartOfDay.ANY.value,
        # What only one of the two knew to be free may be new to the other one.
        "known": sorted(free),
        "passed": sorted({*row["passed"], *other["passed"]}),
    }
    offer = _offer_of_both(row, other)
    return joined | ({"offer": offer} if offer else {})


def _given(event: Document, lost: str, kept: Patient) -> Document:
    """Return an event, told of the patient who stays."""
    facts = event["facts"]
    if facts.get("patient_id") == lost:
        facts = {**facts, "patient_id": kept.id, "patient": kept.name}
    readers = [kept.id if reader == lost else reader for reader in event["readers"]]
    return {**event, "readers": readers, "facts": facts}


def _as_seen(row: Document) -> Document:
    return {"_id": row["_id"], "since": row["since"], "version": row["version"]}
