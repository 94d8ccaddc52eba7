"""Figures over all appointments, and reading everything for exports, batch by batch.

A clinic may have a million appointments. So the database counts them, in an index alone: reading the
documents took ten times as long. The reason of a visit is never read here.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.models.appointments import AppointmentStatus
from services.models.catalogue import KindId, RoomId
from services.models.people import AccountStatus, Role, User, UserId
from services.models.slots import PlaceId, Slot
from services.storage.mongo.driver import Collection, Database, Document, aggregated, translate_driver_errors
from services.storage.user_documents import PUBLIC, read_user

BATCH = 500
# All fields that are counted by, so that no document has to be read.
COUNTED = [("start", 1), ("status", 1), ("doctor_id", 1), ("end", 1), ("booked_at", 1)]
# The same for visits of a kind, and for those at a place; where there are none of these, they are empty.
BY_KIND = [("start", 1), ("status", 1), ("kind_id", 1), ("room_id", 1), ("end", 1)]
BY_PLACE = [("start", 1), ("status", 1), ("place_id", 1)]
BY_NAME = [("name", 1), ("_id", 1)]
DOCTORS_BY_NAME = [("role", 1), ("status", 1), ("name", 1), ("_id", 1)]
READ = {"_id": False, "start": True, "end": True, "status": True, "booked_at": True} | {
    "doctor_id": True,
    "patient_id": True,
    "kind_id": True,
    "place_id": True,
    "room_id": True,
}
MILLISECONDS_AN_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment in a report; `booked_at` is None if an older version did not store it."""

    slot: Slot
    status: AppointmentStatus
    doctor_id: UserId
    patient_id: UserId
    booked_at: datetime | None
    kind_id: KindId | None = None
    place_id: PlaceId | None = None
    room_id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An account, and when it was made."""

    user: User
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many appointments, how long they are together, and when the first of them begins."""

    number: int
    length: timedelta
    first: datetime


class ReportStore:
    """Reads `appointments` and `users` as a whole."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]
        self._users: Collection = database["users"]

    async def prepare(self) -> None:
        """Make the indexes that are counted in."""
        async with translate_driver_errors():
            await self._appointments.create_index(COUNTED)
            for index, of in ((BY_KIND, "kind_id"), (BY_PLACE, "place_id")):
                await self._appointments.create_index(index, partialFilterExpression={of: {"$exists": True}})

    async def by_start(self, window: Slot) -> Mapping[tuple[datetime, AppointmentStatus], int]:
        """Count the appointments that begin in `window`, by their beginning and status.

        The caller works out the days in the clinic's zone, as the time zones that the database knows may be
        older than ours. There are at most 288 beginnings a day.
        """
        rows = await self._counted(window, {"_id": {"a": "$start", "b": "$status"}, "n": {"$sum": 1}})
        return {(row["_id"]["a"], AppointmentStatus(row["_id"]["b"])): row["n"] for row in rows}

    async def by_doctor(self, window: Slot) -> Mapping[tuple[UserId, AppointmentStatus], Count]:
        """Count the appointments that begin in `window`, by their doctor and status."""
        length = {"$subtract": ["$end", "$start"]}
        group = {"_id": {"a": "$doctor_id", "b": "$status"}, "n": {"$sum": 1}, "ms": {"$sum": length}}
        return {
            (UserId(row["_id"]["a"]), AppointmentStatus(row["_id"]["b"])): Count(
                row["n"], timedelta(milliseconds=row["ms"]), row["first"]
            )
            for row in await self._counted(window, group | {"first": {"$min": "$start"}})
        }

    async def by_kind(self, window: Slot) -> Mapping[tuple[KindId, RoomId | None, AppointmentStatus], Count]:
        """Count the visits of a kind that begin in `window`, by their kind, room and status."""
        group: Document = {"_id": {"a": "$kind_id", "c": "$room_id", "b": "$status"}, "n": {"$sum": 1}}
        group |= {"ms": {"$sum": {"$subtract": ["$end", "$start"]}}, "first": {"$min": "$start"}}
        of_a_kind = {**_within(window), "kind_id": {"$exists": True}}
        async with translate_driver_errors():
            rows = await aggregated(
                self._appointments, [{"$match": of_a_kind}, {"$group": group}], hint=dict(BY_KIND)
            )
        return {
            (row["_id"]["a"], row["_id"].get("c"), AppointmentStatus(row["_id"]["b"])): Count(
                row["n"], timedelta(milliseconds=row["ms"]), row["first"]
            )
            for row in rows
        }

    async def by_place(self, window: Slot) -> Mapping[tuple[PlaceId, AppointmentStatus], int]:
        """Count the visits at a place that begin in `window`, by their place and status."""
        group = {"_id": {"a": "$place_id", "b": "$status"}, "n": {"$sum": 1}}
        somewhere = {**_within(window), "place_id": {"$exists": True}}
        async with translate_driver_errors():
            rows = await aggregated(
                self._appointments, [{"$match": somewhere}, {"$group": group}], hint=dict(BY_PLACE)
            )
        return {(row["_id"]["a"], AppointmentStatus(row["_id"]["b"])): row["n"] for row in rows}

    async def by_hours_ahead(self, window: Slot) -> Mapping[int, int]:
        """Count the appointments that begin in `window`, by how many whole hours ahead they were booked."""
        ahead = {"$subtract": ["$start", "$booked_at"]}
        group = {"_id": {"$floor": {"$divide": [ahead, MILLISECONDS_AN_HOUR]}}, "n": {"$sum": 1}}
        rows = await self._counted(window, group)
        return {int(row["_id"]): row["n"] for row in rows if row["_id"] is not None}

    async def _counted(self, window: Slot, group: Document) -> list[Document]:
        async with translate_driver_errors():
            return await aggregated(
                self._appointments, [{"$match": _within(window)}, {"$group": group}], hint=dict(COUNTED)
            )

    async def visits(self, window: Slot) -> AsyncIterator[list[Visit]]:
        """Go through the appointments that begin in `window`, earliest first, some at a time."""
        async with translate_driver_errors():
            cursor = self._appointments.find(_within(window), READ, batch_size=BATCH)
            cursor = cursor.sort([("start", 1)]).hint(COUNTED)
            while rows := await cursor.to_list(BATCH):
                yield [_visit(row) for row in rows]

    async def accounts(self) -> AsyncIterator[list[Enrolled]]:
        """Go through all accounts by name, some at a time."""
        async with translate_driver_errors():
            cursor = self._users.find({"name": {"$gte": ""}}, PUBLIC, batch_size=BATCH)
            cursor = cursor.sort(BY_NAME).hint(BY_NAME)
            while rows := await cursor.to_list(BATCH):
                yield [_enrolled(row) for row in rows]

    async def doctors(self) -> AsyncIterator[list[Enrolled]]:
        """Go through the doctors who may be booked, some at a time."""
        query = {"role": Role.DOCTOR.value, "status": AccountStatus.ACTIVE.value}
        async with translate_driver_errors():
            cursor = self._users.find(query, PUBLIC, batch_size=BATCH).hint(DOCTORS_BY_NAME)
            while rows := await cursor.to_list(BATCH):
                yield [_enrolled(row) for row in rows]


def _within(window: Slot) -> Document:
    # What somebody is just confirming is not an appointment yet.
    return {
        "start": {"$gte": window.start, "$lt": window.end},
        "status": {"$ne": AppointmentStatus.HELD.value},
    }


def _visit(row: Document) -> Visit:
    return Visit(
        Slot(row["start"], row["end"]),
        AppointmentStatus(row["status"]),
        UserId(row["doctor_id"]),
        UserId(row["patient_id"]),
        row.get("booked_at"),
        row.get("kind_id"),
        row.get("place_id"),
        row.get("room_id"),
    )


def _enrolled(row: Document) -> Enrolled:
    return Enrolled(read_user(row), row["created_at"])
