"""Holds that end: by themselves, or all in somebody's time, with the offers of the waiting list."""

from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.catalogue import RoomId
from services.models.people import Role, UserId
from services.models.slots import LONGEST_INTERVAL, PlaceId, Slot
from services.storage.appointment_documents import PARTY, ROOM, of_party
from services.storage.freed_times import FreedTimes
from services.storage.held_times import ENDING
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors

PARTIES = {"doctor_id": True, "patient_id": True}
Index = list[tuple[str, int]]

# All entries with an offer, as their index finds them.
OFFERED = {"offer.told": {"$in": [False, True]}}


@dataclass(frozen=True, slots=True)
class Hold:
    """Whose time is held until an instant."""

    doctor_id: UserId
    patient_id: UserId
    until: datetime


class HoldStore:
    """Ends holds and offers. A hold is a document of `appointments`, an offer a part of one of `waitlist`."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._appointments: Collection = database["appointments"]
        self._entries: Collection = database["waitlist"]

    async def end(self, role: Role, user_id: UserId, window: Slot, place: PlaceId | None = None) -> int:
        """End holds and offers in a person's time in the window, for an admin in anybody's; count the holds.

        With a `place`, only those there. The offers are removed first, so that no worker makes a hold again
        for an offer whose hold is gone.
        """
        whose, index = of_party(role, user_id)
        if place is not None:
            # A hold for an offer does not say where it is; if it is elsewhere, the time is offered again.
            there = {"place_id": {"$in": [place, None]}}
            return await self._end_named({**whose, **there, **_held_in(window)}, index)
        offered = {**whose, "offer.start": {"$lt": window.end}, "offer.end": {"$gt": window.start}}
        if role is Role.ADMIN:
            offered |= OFFERED
        return await self._end(offered, _entries_of(role), {**whose, **_held_in(window)}, index)

    async def end_in_room(self, room_id: RoomId, window: Slot) -> int:
        """End the holds of a room in the window, and the offers that they are for; count the holds."""
        return await self._end_named({ROOM: room_id, **_held_in(window)}, [(ROOM, 1), ("start", 1)])

    async def _end_named(self, held: Document, index: Index) -> int:
        """End some holds, and the offers that have their ids."""
        async with translate_driver_errors():
            rows = await self._appointments.find(held, {"_id": True}).hint(index).to_list(None)
        if not rows:
            return 0
        ids = [row["_id"] for row in rows]
        offered = {**OFFERED, "offer.id": {"$in": ids}}
        named = {"_id": {"$in": ids}, "status": AppointmentStatus.HELD.value, **ENDING}
        return await self._end(offered, _entries_of(Role.ADMIN), named, [("_id", 1)])

    async def _end(self, offered: Document, in_line: Index, held: Document, index: Index) -> int:
        async with translate_driver_errors():
            entries = await self._entries.find(offered, PARTIES).hint(in_line).to_list(None)
            await self._entries.update_many(
                offered, {"$unset": {"offer": ""}, "$inc": {"version": 1}}, hint=in_line
            )
            rows = await self._appointments.find(held, PARTIES).hint(index).to_list(None)
            done = await self._appointments.delete_many(held, hint=index)
        for row in [*entries, *rows]:
            self._freed_times.freed(row["doctor_id"], row["patient_id"])
        return int(done.deleted_count)

    async def all(self) -> dict[AppointmentId, Hold]:
        """Return all holds that there are, also those that have ended and are not deleted yet."""
        query = {"held_until": {"$gt": EVER.start}}
        async with translate_driver_errors():
            rows = await self._appointments.find(query, {**PARTIES, "held_until": True}).to_list(None)
        return {row["_id"]: Hold(row["doctor_id"], row["patient_id"], row["held_until"]) for row in rows}

    async def booked(self, ids: Some[AppointmentId]) -> set[AppointmentId]:
        """Return which of these holds have become bookings."""
        if not ids:
            return set()
        query = {"_id": {"$in": list(ids)}, "held_until": None}
        async with translate_driver_errors():
            return {row["_id"] for row in await self._appointments.find(query, {"_id": True}).to_list(None)}


def _held_in(window: Slot) -> Document:
    return {
        "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
        "end": {"$gt": window.start},
        "status": AppointmentStatus.HELD.value,
        # Those of a series that is being decided are booked or let go with it.
        **ENDING,
    }


def _entries_of(role: Role) -> Index:
    """Return the index of `waitlist` that finds the entries with offers of one person, or all of them."""
    if role is Role.ADMIN:
        return [("offer.told", 1), ("offer.until", 1)]
    return [(PARTY[role], 1), ("since", 1)] + ([("_id", 1)] if role is Role.DOCTOR else [])
