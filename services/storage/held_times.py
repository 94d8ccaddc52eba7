"""Holding a time for a while: making a hold, ending it, and turning it into a booking.

A hold is a document of `appointments` that is guarded as a booking is. It is of a kind of visit, at a place
and in a room, as the booking will be. Who asks for another kind with the same id gets another hold.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.errors import RoomTaken
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus, first_in
from services.models.limits import HeldFor
from services.models.notifications import Event
from services.models.people import Author, UserId
from services.models.slots import Slot, ticks
from services.storage.appointment_documents import (
    LONGEST_HOLD,
    ROOM,
    WITH_BUFFER,
    authored,
    held_by,
    held_document,
    read_appointment,
    refusal,
    taken_document,
    with_buffer,
)
from services.storage.appointment_indexes import ONE_WITH_BUFFER
from services.storage.freed_times import FreedTimes
from services.storage.mongo.driver import Collection, Document, translate_driver_errors
from services.storage.notifications import event_document
from services.storage.room_choice import in_a_room

# A hold without an end belongs to a series that is being decided (see series_visits.py).
ENDING: Document = {"held_until": {"$exists": True}}
BY_START = [("patient_id", 1), ("start", 1)]
# A booked visit whose time with its buffer begins elsewhere than its time, as a version that knows only the
# latter leaves it. One that is about to move has two of each.
LEFT_BEHIND: Document = {
    "status": AppointmentStatus.BOOKED.value,
    "moving_to": None,
    "$expr": {"$ne": [{"$first": "$ticks"}, {"$first": f"${WITH_BUFFER}"}]},
}
# Inserts a document, and returns MongoDB's write error if a unique index refuses it.
Insert = Callable[[Document], Awaitable[Document | None]]


class HeldTimes:
    """Writes holds, and what comes of them."""

    def __init__(self, appointments: Collection, insert: Insert, freed_times: FreedTimes) -> None:
        self._appointments = appointments
        self._insert = insert
        self._freed_times = freed_times

    async def hold(
        self, appointment: Appointment, at: datetime, purpose: HeldFor, moving: Slot | None
    ) -> Appointment:
        """Do as `AppointmentStore.hold` says."""
        before = await self._moved(appointment, moving) if moving is not None else None
        if before is not None:
            # In its own room, the ticks that both times have are free in any case.
            appointment = first_in(before.room_id, appointment)
        return await in_a_room(appointment, lambda wanted: self._hold(wanted, at, purpose, before))

    async def _moved(self, wanted: Appointment, moving: Slot) -> Appointment | None:
        """Return the appointment that is to be moved, as far as its time counts here."""
        plain = replace(wanted, slot=moving, buffer_minutes=0, room_id=None)
        if wanted.kind_id is None and not wanted.rooms:
            return plain
        query = {"patient_id": wanted.patient_id, "start": moving.start, "ticks": {"$exists": True}}
        async with translate_driver_errors():
            row = await self._appointments.find_one(query, hint=BY_START)
        return read_appointment(row) if row is not None else plain

    async def _hold(
        self, appointment: Appointment, at: datetime, purpose: HeldFor, before: Appointment | None
    ) -> Appointment:
        document = held_document(appointment, at, purpose)
        if before is not None:
            document |= _beside(before, document)
            await self._check_room(appointment, before, at)
        if not document["ticks"] or (refused := await self._insert(document)) is None:
            return appointment
        async with translate_driver_errors():
            again = await self._appointments.find_one_and_update(
                {"_id": appointment.id, **held_by(appointment), **held_in(appointment), **ENDING},
                {"$set": {"held_until": appointment.held_until}},
                return_document=ReturnDocument.AFTER,
            )
        if again is not None:
            return read_appointment(again)
        if "_id" in refused.get("keyPattern", {}):
            await self._drop(appointment)
        return await self.store(document, appointment, at)

    async def _drop(self, appointment: Appointment) -> None:
        """Delete a hold of the same request that is for another kind, or in a room that can't be used."""
        async with translate_driver_errors():
            gone = await self._appointments.find_one_and_delete(
                {"_id": appointment.id, **held_by(appointment), **ENDING}
            )
        if gone is not None:
            self._freed(gone)

    async def _check_room(self, wanted: Appointment, before: Appointment, at: datetime) -> None:
        """Return if the room is free in the ticks that the hold has in common with what is to be moved.

        They are not in the hold, as the patient and the doctor have them already; but not in this room.
        Raises RoomTaken.
        """
        common = set(ticks(wanted.slot)) & set(ticks(before.slot))
        if wanted.room_id is None or wanted.room_id == before.room_id or not common:
            return
        await self.clear_way(wanted, at)
        query = {ROOM: wanted.room_id, "ticks": {"$in": sorted(common)}}
        async with translate_driver_errors():
            if await self._appointments.find_one(query, {"_id": True}, hint=f"one_{ROOM}"):
                raise RoomTaken(wanted.doctor_id, wanted.slot.start)

    async def let_go(self, appointment_id: AppointmentId) -> Appointment | None:
        """Delete a hold; return it, or None."""
        query = {"_id": appointment_id, "status": AppointmentStatus.HELD.value, **ENDING}
        async with translate_driver_errors():
            gone = await self._appointments.find_one_and_delete(query)
        return self._freed(gone) if gone is not None else None

    def _freed(self, document: Document) -> Appointment:
        appointment = read_appointment(document)
        self._freed_times.freed(appointment.doctor_id, appointment.patient_id)
        return appointment

    async def take(
        self, appointment: Appointment, event: Event, at: datetime, by: UserId | Author
    ) -> Appointment | None:
        """Turn the hold into a booking, with the event, in one write; None if there is no hold for it.

        If its room can't be used any more, it gets the room of `appointment`. Raises RoomTaken.
        """
        entry = {"status": appointment.status.value, "at": at, **authored(by)}
        changed: Document = {
            "status": appointment.status.value,
            "reason": appointment.reason,
            "room": appointment.room,
            "remind_at": list(appointment.remind_at),
            "booked_at": at,
        }
        # The end is compared, too: a hold keeps its length if the doctor changes the slot length.
        query = {"_id": appointment.id, "end": appointment.slot.end, **held_by(appointment)}
        query["place_id"] = appointment.place_id
        update: Document = {
            "$set": changed,
            "$unset": {"held_until": "", "held_for": ""},
            "$push": {"history": entry, "unsent": event_document(event)},
        }
        taken = await self._update(query | held_in(appointment), update)
        if taken is None and appointment.rooms:
            update["$set"] = changed | {ROOM: appointment.room_id}
            try:
                taken = await self._update(query | {"kind_id": appointment.kind_id}, update)
            except DuplicateKeyError as error:
                raise refusal(dict(error.details or {}), appointment.doctor_id, appointment.slot) from error
        return read_appointment(taken) if taken is not None else None

    async def _update(self, query: Document, update: Document) -> Document | None:
        async with translate_driver_errors(let=DuplicateKeyError):
            found: Document | None = await self._appointments.find_one_and_update(
                query, update, return_document=ReturnDocument.AFTER
            )
        return found

    async def store(self, document: Document, appointment: Appointment, at: datetime) -> Appointment:
        """Insert it; if it is refused, delete holds that have ended and try again.

        Returns what is stored under its id. Raises SlotTaken, RoomTaken, PatientBusy.
        """
        refused = await self._insert(document)
        if refused is not None:
            # Try again in any case: the hold may just have been deleted by somebody else.
            await self.clear_way(appointment, at)
            refused = await self._insert(document)
        if refused is None:
            return appointment
        async with translate_driver_errors():
            stored = await self._appointments.find_one({"_id": appointment.id})
        if stored is None:
            raise refusal(refused, appointment.doctor_id, appointment.slot)
        return read_appointment(stored)

    async def clear_way(self, appointment: Appointment, at: datetime) -> None:
        """Delete overlapping holds that ended before `at`, or were made before the clock was set back.

        What a version before kinds has moved gives back the time that it had with its buffer before.
        """
        no_longer = [{"held_until": {"$lte": at}}, {"held_until": {"$gt": at + LONGEST_HOLD}}]
        over = {"status": AppointmentStatus.HELD.value, "$or": no_longer}
        async with translate_driver_errors():
            for where, index in _in_the_way(appointment):
                await self._appointments.delete_many(where | over, hint=index)
                if index == ONE_WITH_BUFFER:
                    await self._appointments.update_many(
                        where | LEFT_BEHIND, {"$unset": {WITH_BUFFER: ""}}, hint=index
                    )


def held_in(appointment: Appointment) -> Document:
    """Return the query for a hold of that kind, in a room that can be used, if one is needed."""
    rooms: Document = {ROOM: {"$in": list(appointment.rooms)}} if appointment.rooms else {}
    return {"kind_id": appointment.kind_id, **rooms}


def _beside(before: Appointment, document: Document) -> Document:
    """Return the ticks of a hold without those that what is to be moved has already."""
    has = {"ticks": set(ticks(before.slot)), WITH_BUFFER: set(ticks(with_buffer(before)))}
    return {
        name: [tick for tick in document[name] if tick not in own]
        for name, own in has.items()
        if name in document
    }


def _in_the_way(appointment: Appointment) -> Sequence[tuple[Document, str]]:
    """Return the queries for what takes any of the time, and the indexes that answer them."""
    taken = taken_document(appointment)
    parties: dict[str, str] = {"doctor_id": appointment.doctor_id, "patient_id": appointment.patient_id}
    if appointment.room_id is not None:
        parties[ROOM] = appointment.room_id
    ways = [
        ({party: each, "ticks": {"$in": taken["ticks"]}}, f"one_{party}") for party, each in parties.items()
    ]
    if WITH_BUFFER in taken:
        own = {
            "doctor_id": appointment.doctor_id,
            WITH_BUFFER: {"$in": taken[WITH_BUFFER]},
            "ticks": {"$exists": True},
        }
        ways.append((own, ONE_WITH_BUFFER))
    return ways
