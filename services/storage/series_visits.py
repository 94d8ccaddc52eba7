"""The visits of series among `appointments`: holding them, booking what is held, and changing several.

A hold is sealed just before its series is decided: it does not end by itself any more, and only its series
can end it. The time to which a visit is about to be moved is taken by the visit's own document, which has
the ticks of both times until that is decided. So the time is never free in between.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.booked_series import SeriesChange, SeriesMove
from services.models.people import Author
from services.models.series import SeriesId
from services.storage.appointment_documents import (
    OF_THE_DAY,
    WITH_BUFFER,
    as_seen,
    authored,
    read_appointment,
    refusal,
    taken_document,
)
from services.storage.freed_times import FreedTimes
from services.storage.held_times import ENDING
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors

HELD, BOOKED, CANCELLED = (
    AppointmentStatus.HELD.value,
    AppointmentStatus.BOOKED.value,
    AppointmentStatus.CANCELLED.value,
)


class SeriesVisitStore:
    """Holds, books and changes the visits of series."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._appointments: Collection = database["appointments"]

    async def of(self, series_id: SeriesId) -> list[Appointment]:
        """Return the visits of a series, earliest first, cancelled ones, too."""
        async with translate_driver_errors():
            rows = await self._appointments.find({"series_id": series_id}).to_list(None)
        # They are a few, in no order of the index.
        return sorted(map(read_appointment, rows), key=lambda visit: visit.slot)

    async def let_go(self, series_id: SeriesId, *, but: Sequence[AppointmentId] = ()) -> None:
        """End the holds of a series that are not sealed, `but` some."""
        query = {"series_id": series_id, "status": HELD, **ENDING}
        await self._delete(query | ({"_id": {"$nin": list(but)}} if but else {}))

    async def let_all_go(self, series_id: SeriesId) -> None:
        """End all holds of a series that was given up."""
        await self._delete({"series_id": series_id, "status": HELD})

    async def _delete(self, query: Document) -> None:
        async with translate_driver_errors():
            rows = await self._appointments.find(query, {"doctor_id": True, "patient_id": True}).to_list(None)
            if not rows:
                return
            await self._appointments.delete_many(query)
        for row in rows:
            self._freed_times.freed(row["doctor_id"], row["patient_id"])

    async def seal(self, visits: Sequence[Appointment]) -> bool:
        """Let the holds of these visits last, with all that will be booked; tell whether all are held.

        Those whose time was held for another visit, or which have ended, are not.
        """
        writes = [
            UpdateOne(
                {"_id": visit.id, "status": HELD, "start": visit.slot.start, "end": visit.slot.end},
                {
                    "$set": {
                        "reason": visit.reason,
                        "room": visit.room,
                        "remind_at": list(visit.remind_at),
                    },
                    "$unset": {"held_until": ""},
                },
            )
            for visit in visits
        ]
        async with translate_driver_errors():
            done = await self._appointments.bulk_write(writes)
        return int(done.matched_count) == len(visits)

    async def book(self, series_id: SeriesId, by: Author, at: datetime) -> None:
        """Make bookings of all holds of a series that is booked. Doing it again changes nothing."""
        held = {"series_id": series_id, "status": HELD}
        booked = {
            "$set": {"status": BOOKED, "booked_at": at},
            "$unset": {"held_until": "", "held_for": ""},
            "$push": {"history": {"status": BOOKED, "at": at, **authored(by)}},
        }
        async with translate_driver_errors():
            await self._appointments.update_many(held, booked)

    async def cancel(self, appointment_id: AppointmentId, change: SeriesChange) -> Appointment | None:
        """Cancel a visit if it is booked; its event is that of the series. None: it is not booked."""
        entry = {"status": CANCELLED, "at": change.at, **authored(change.by)}
        async with translate_driver_errors():
            row = await self._appointments.find_one_and_update(
                {"_id": appointment_id, "status": BOOKED},
                {
                    "$set": {"status": CANCELLED, "note": change.note, "remind_at": []},
                    "$unset": {"ticks": "", WITH_BUFFER: "", "moving_to": ""},
                    "$inc": {"version": 1},
                    "$push": {"history": entry},
                },
                return_document=ReturnDocument.AFTER,
            )
        return self._freed(row)

    async def reserve(self, before: Appointment, after: Appointment, change_id: str) -> bool:
        """Let a booked visit take its new time, too; tell whether it was unchanged since it was read.

        Raises SlotTaken, RoomTaken, PatientBusy.
        """
        try:
            async with translate_driver_errors(let=DuplicateKeyError):
                done = await self._appointments.update_one(
                    as_seen(before),
                    {
                        "$addToSet": {
                            field: {"$each": list(taken)} for field, taken in taken_document(after).items()
                        },
                        "$set": {"moving_to": change_id},
                    },
                )
        except DuplicateKeyError as error:
            raise refusal(dict(error.details or {}), before.doctor_id, after.slot) from error
        return bool(done.matched_count)

    async def moving(self) -> list[tuple[Appointment, str]]:
        """Return all visits that have taken a time to move to, and the ids of the changes."""
        async with translate_driver_errors():
            rows = await self._appointments.find({"moving_to": {"$gt": ""}}).to_list(None)
        return [(read_appointment(row), row["moving_to"]) for row in rows]

    async def release(self, change_id: str) -> None:
        """Let the visits of a change that is over have their own times alone."""
        async with translate_driver_errors():
            rows = await self._appointments.find({"moving_to": change_id}).to_list(None)
        for visit in map(read_appointment, rows):
            async with translate_driver_errors():
                await self._appointments.update_one(
                    as_seen(visit) | {"moving_to": change_id, "ticks": {"$exists": True}},
                    {"$set": taken_document(visit), "$unset": {"moving_to": ""}},
                )
            self._freed_times.freed(visit.doctor_id, visit.patient_id)

    async def move(self, move: SeriesMove, change: SeriesChange) -> Appointment | None:
        """Move a visit as was decided, unless it was changed since; None: it was, or it is moved already."""
        async with translate_driver_errors():
            before = await self._appointments.find_one(
                {"_id": move.id, "version": move.version, "moving_to": change.id, "status": BOOKED}
            )
        if before is None:
            return None
        entry = {"status": BOOKED, "at": change.at, **authored(change.by), "from": before["start"]}
        moved = {
            "start": move.slot.start,
            "end": move.slot.end,
            **taken_document(replace(read_appointment(before), slot=move.slot)),
            "remind_at": list(move.remind_at),
            "confirmed_at": None,
            "note": change.note,
        }
        there = {"place_id": move.place_id} if move.place_id is not None else {}
        gone = (*OF_THE_DAY, "moving_to", *(() if there else ("place_id",)))
        async with translate_driver_errors():
            row = await self._appointments.find_one_and_update(
                {"_id": move.id, "version": move.version, "moving_to": change.id, "status": BOOKED},
                {
                    "$set": moved | there,
                    "$unset": dict.fromkeys(gone, ""),
                    "$inc": {"version": 1},
                    "$push": {"history": entry},
                },
                return_document=ReturnDocument.AFTER,
            )
        return self._freed(row)

    def _freed(self, row: Document | None) -> Appointment | None:
        if row is None:
            return None
        self._freed_times.freed(row["doctor_id"], row["patient_id"])
        return read_appointment(row)
