"""The collection `waitlist`: one entry for each patient and doctor, and for each appointment to be earlier.

Each change names the `since` and the `version` with which the entry was read, and fails if it was changed
since. So of two workers that offer something to the same patient only one succeeds. The event is stored in
the write that makes the offer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument

from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.catalogue import KindId
from services.models.notifications import Event
from services.models.people import UserId
from services.models.scheduling import PartOfDay
from services.models.slots import Slot
from services.models.waitlist import SlotOffer, WaitlistEntry
from services.storage.freed_times import Freed
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.notifications import event_document

IN_LINE = [("doctor_id", 1), ("since", 1), ("_id", 1)]
UPCOMING = [AppointmentStatus.BOOKED.value, AppointmentStatus.CANCELLED.value]


@dataclass(frozen=True, slots=True)
class Taking:
    """That a patient took a time with a doctor at an instant; `stands`: they have it still.

    `kind_id` is the kind of visit that it is by now.
    """

    patient_id: UserId
    slot: Slot
    at: datetime
    stands: bool
    kind_id: KindId | None = None


class WaitlistStore:
    """Stores waitlist entries."""

    def __init__(self, database: Database) -> None:
        self._entries: Collection = database["waitlist"]
        self._appointments: Collection = database["appointments"]

    async def prepare(self) -> None:
        """Make the indexes."""
        async with translate_driver_errors():
            await self._entries.create_index(IN_LINE)
            await self._entries.create_index([("patient_id", 1), ("since", 1)])
            await self._entries.create_index("unsent.id", sparse=True)
            await self._entries.create_index([("offer.told", 1), ("offer.until", 1)], sparse=True)
            await self._entries.create_index([("end", 1)])

    async def put(self, entry: WaitlistEntry) -> WaitlistEntry | None:
        """Store an entry; return the patient's earlier one for the same, which it replaces."""
        async with translate_driver_errors():
            row = await self._entries.find_one_and_update(
                {"_id": _id(entry)},
                {
                    "$set": _document(entry),
                    "$unset": {"unsent": ""} | _absent(entry),
                    "$inc": {"version": 1},
                },
                upsert=True,
                return_document=ReturnDocument.BEFORE,
            )
        return _entry(row) if row else None

    async def get(
        self, doctor_id: UserId, patient_id: UserId, instead_of: AppointmentId | None = None
    ) -> WaitlistEntry | None:
        """Return a patient's entry for a doctor, or for an earlier time than that appointment's; or None."""
        async with translate_driver_errors():
            row = await self._entries.find_one({"_id": entry_id(doctor_id, patient_id, instead_of)})
        return _entry(row) if row else None

    async def of_patients(self, patient_ids: Iterable[UserId]) -> list[WaitlistEntry]:
        """Return all entries of these patients, oldest first."""
        query = {"patient_id": {"$in": sorted(patient_ids)}}
        async with translate_driver_errors():
            rows = self._entries.find(query).sort("since", 1)
            return readable(await rows.to_list(None), _entry, "place")

    async def doctors(self) -> list[UserId]:
        """Return the doctors for whom somebody waits."""
        async with translate_driver_errors():
            return [UserId(i) for i in await self._entries.distinct("doctor_id", {"doctor_id": {"$gt": ""}})]

    async def concerned(self, freed: Freed) -> set[UserId]:
        """Return the doctors in whose lines somebody may want what was freed, or waits no more.

        A patient whose own time is free again may want any time of those for whom they wait.
        """
        queries: list[Document] = []
        if freed.doctors:
            queries.append({"doctor_id": {"$in": sorted(freed.doctors)}})
        if freed.patients:
            queries.append({"patient_id": {"$in": sorted(freed.patients)}})
        if freed.booked:
            queries.append({"_id": {"$in": sorted(entry_id(*pair) for pair in freed.booked)}})
        async with translate_driver_errors():
            found = [await self._entries.distinct("doctor_id", query) for query in queries]
        return {UserId(doctor_id) for each in found for doctor_id in each}

    async def due(self, now: datetime) -> set[UserId]:
        """Return the doctors in whose lines an offer has ended or is not told yet, or the days are over."""
        queries: tuple[Document, ...] = (
            {"offer.told": False},
            {"offer.told": True, "offer.until": {"$lte": now}},
            {"end": {"$lte": now}},
        )
        async with translate_driver_errors():
            rows = await self._entries.find({"$or": queries}, {"doctor_id": True}).to_list(None)
        return {UserId(row["doctor_id"]) for row in rows}

    async def line(self, doctor_id: UserId, limit: int) -> list[WaitlistEntry]:
        """Return the entries for a doctor, those who have waited longest first."""
        async with translate_driver_errors():
            rows = self._entries.find({"doctor_id": doctor_id}).sort(IN_LINE).hint(IN_LINE).limit(limit)
            return readable(await rows.to_list(None), _entry, "place")

    async def before(self, entry: WaitlistEntry) -> int:
        """Return how many entries for the same doctor are before one."""
        query = {
            "doctor_id": entry.doctor_id,
            "since": {"$lte": entry.since},
            "$or": [{"since": {"$lt": entry.since}}, {"_id": {"$lt": _id(entry)}}],
        }
        async with translate_driver_errors():
            return int(await self._entries.count_documents(query, hint=IN_LINE))

    async def change(
        self, before: WaitlistEntry, after: WaitlistEntry, event: Event | None = None
    ) -> WaitlistEntry | None:
        """Change `before` to `after`, with an event in the same write, unless it was changed since.

        Returns it as it is afterwards, or None.
        """
        update: Document = {"$set": _document(after), "$inc": {"version": 1}}
        if absent := _absent(after):
            update["$unset"] = absent
        if event is not None:
            update["$push"] = {"unsent": event_document(event)}
        async with translate_driver_errors():
            row = await self._entries.find_one_and_update(
                _as_seen(before), update, return_document=ReturnDocument.AFTER
            )
        return _entry(row) if row else None

    async def remove(self, entry: WaitlistEntry) -> bool:
        """Remove an entry, unless it was changed since; tell whether it was removed."""
        async with translate_driver_errors():
            done = await self._entries.delete_one(_as_seen(entry))
        return bool(done.deleted_count)

    async def leave(
        self, doctor_id: UserId, patient_id: UserId, instead_of: AppointmentId | None = None
    ) -> WaitlistEntry | None:
        """Remove a patient's entry for a doctor in any case; return it, or None.

        With `instead_of` it is the one for an earlier time than that appointment's.
        """
        async with translate_driver_errors():
            row = await self._entries.find_one_and_delete(
                {"_id": entry_id(doctor_id, patient_id, instead_of)}
            )
        return _entry(row) if row else None

    async def taken(self, doctor_id: UserId, now: datetime) -> list[Taking]:
        """Return who took which time of a doctor, and when, of all appointments whose time is to come.

        Those that were cancelled are among them, and the times from which one was moved. Moving an
        appointment counts as booking it again.
        """
        query = {"doctor_id": doctor_id, "start": {"$gt": now}, "status": {"$in": UPCOMING}}
        names = ("patient_id", "start", "end", "status", "booked_at", "history", "kind_id")
        shown = dict.fromkeys(names, True)
        async with translate_driver_errors():
            rows = self._appointments.find(query, shown).hint([("doctor_id", 1), ("start", 1)])
            return [taking for row in await rows.to_list(None) for taking in _takings(row)]


def _takings(row: Document) -> Iterator[Taking]:
    patient_id, length = UserId(row["patient_id"]), row["end"] - row["start"]
    at: datetime = row.get("booked_at") or row["history"][0]["at"]
    for entry in row["history"]:
        if "from" in entry:
            yield Taking(patient_id, Slot(entry["from"], entry["from"] + length), at, stands=False)
            at = entry["at"]
    stands = row["status"] == AppointmentStatus.BOOKED.value
    yield Taking(patient_id, Slot(row["start"], row["end"]), at, stands, row.get("kind_id"))


def _id(entry: WaitlistEntry) -> str:
    return entry_id(entry.doctor_id, entry.patient_id, entry.instead_of)


def entry_id(doctor_id: UserId, patient_id: UserId, instead_of: AppointmentId | None = None) -> str:
    """Return under which id a patient's entry for a doctor, or for an earlier time, is stored."""
    return ".".join(filter(None, (doctor_id, patient_id, instead_of)))


def _as_seen(entry: WaitlistEntry) -> Document:
    return {"_id": _id(entry), "since": entry.since, "version": entry.version}


def _document(entry: WaitlistEntry) -> Document:
    document: Document = {
        "doctor_id": entry.doctor_id,
        "patient_id": entry.patient_id,
        "since": entry.since,
        "start": entry.window.start,
        "end": entry.window.end,
        "part": entry.part.value,
        "known": sorted(entry.known),
        "passed": sorted(entry.passed),
    }
    return document | {name: value for name, value in _optional(entry).items() if value is not None}


def _absent(entry: WaitlistEntry) -> Document:
    """Return the part of an update that removes what the entry does not have any more."""
    return {name: "" for name, value in _optional(entry).items() if value is None}


def _optional(entry: WaitlistEntry) -> Document:
    return {
        "kind_id": entry.kind_id,
        "place_id": entry.place,
        "instead_of": entry.instead_of,
        "offer": _offer_document(entry.offer) if entry.offer is not None else None,
    }


def _offer_document(offer: SlotOffer) -> Document:
    document = {
        "id": offer.id,
        "start": offer.slot.start,
        "end": offer.slot.end,
        "until": offer.until,
        "told": offer.told,
    }
    return document | ({"was": offer.was} if offer.was is not None else {})


def _entry(row: Document) -> WaitlistEntry:
    offer = row.get("offer")
    return WaitlistEntry(
        doctor_id=UserId(row["doctor_id"]),
        patient_id=UserId(row["patient_id"]),
        since=row["since"],
        window=Slot(row["start"], row["end"]),
        part=PartOfDay(row["part"]),
        known=frozenset(row["known"]),
        passed=frozenset(row["passed"]),
        offer=_offer(offer) if offer else None,
        version=row["version"],
        kind_id=row.get("kind_id"),
        place=row.get("place_id"),
        instead_of=row.get("instead_of"),
    )


def _offer(row: Document) -> SlotOffer:
    slot = Slot(row["start"], row["end"])
    return SlotOffer(AppointmentId(row["id"]), slot, row["until"], row["told"], row.get("was"))
