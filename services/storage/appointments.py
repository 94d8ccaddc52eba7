"""The collection `appointments`, which makes a double booking impossible.

As long as an appointment takes time, its document has every five-minute tick of its slot; a cancelled one has
none. Three unique partial indexes, over (doctor, ticks), (patient, ticks) and (room, ticks), make the
database refuse any overlap, for the doctor, the patient and the room. What is of a kind of visit also has
the ticks until its buffer is over, and a fourth such index, over (doctor, doctor_ticks), keeps buffers free.
Checks before a write are for better messages only; they guard nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.errors import RequestAbandoned, SlotNotOffered
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus, is_like
from services.models.limits import HeldFor
from services.models.notifications import Event
from services.models.people import Author, UserId
from services.models.slots import Slot
from services.storage.abandoned import AbandonedRequests
from services.storage.appointment_documents import (
    appointment_document,
    as_seen,
    authored,
    cleared,
    held_document,
    read_appointment,
    refusal,
    taken_document,
    visit_document,
)
from services.storage.appointment_indexes import make_appointment_indexes
from services.storage.freed_times import FreedTimes
from services.storage.held_times import HeldTimes
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import (
    ROWS_PER_WRITE,
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)
from services.storage.notifications import event_document
from services.storage.room_choice import in_a_room

# How long a time is held that is being booked without a hold: until the next write.
BRIEFLY = timedelta(minutes=1)
# So many abandoned attempts to move an appointment are kept; older ones are long over.
MOST_ABANDONED = 20


class AppointmentStore:
    """Stores appointments, with the events about them that are not spread yet (`unsent`)."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._appointments: Collection = database["appointments"]
        self._abandoned = AbandonedRequests(database)
        self._insert = Batcher(self._insert_all)
        self._held_times = HeldTimes(self._appointments, self._insert, freed_times)

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._abandoned.prepare()
        await make_appointment_indexes(self._appointments)

    async def add(
        self,
        appointment: Appointment,
        event: Event,
        at: datetime,
        *,
        by: UserId | Author | None = None,
        may_be_abandoned: bool = False,
        is_held: bool = True,
    ) -> Appointment:
        """Store a new appointment with its event in one write; `by` None: the patient has booked it.

        If there is a hold for it, that becomes the booking. If there is none and the request
        `may_be_abandoned`, the time is held first: whoever abandons the request deletes the hold. If there
        is probably no hold (`is_held` False), it is inserted first, and a hold is looked for only if that is
        refused. Adding the same appointment again returns what is stored; so does an id that holds another
        time.

        Raises SlotTaken, RoomTaken, PatientBusy, and if it may be abandoned SlotNotOffered, RequestAbandoned.
        """
        by = by or appointment.patient_id

        async def add(wanted: Appointment) -> Appointment:
            return await self._add(wanted, event, at, by, may_be_abandoned=may_be_abandoned, is_held=is_held)

        return await in_a_room(appointment, add)

    async def _add(
        self,
        appointment: Appointment,
        event: Event,
        at: datetime,
        by: UserId | Author,
        *,
        may_be_abandoned: bool,
        is_held: bool,
    ) -> Appointment:
        if may_be_abandoned and await self._abandoned.has(appointment.id):
            return await self._stored_or_abandoned(appointment.id)
        document = appointment_document(appointment, at, by, events=(event,))
        if not (may_be_abandoned or is_held) and await self._insert(document) is None:
            stored = appointment
        elif held := await self._held_times.take(appointment, event, at, by):
            stored = held
        elif may_be_abandoned:
            stored = await self._add_by_hold(appointment, event, at, by)
        else:
            stored = await self._held_times.store(document, appointment, at)
        self._freed_times.booked(stored.doctor_id, stored.patient_id)
        return stored

    async def _add_by_hold(
        self, appointment: Appointment, event: Event, at: datetime, by: UserId | Author
    ) -> Appointment:
        brief = replace(appointment, status=AppointmentStatus.HELD, held_until=at + BRIEFLY)
        held = await self._held_times.store(held_document(brief, at, HeldFor.BOOKING), brief, at)
        if held.status is not AppointmentStatus.HELD or not is_like(held, appointment):
            return held
        if await self._abandoned.has(appointment.id):
            return await self._stored_or_abandoned(appointment.id)
        taken = await self._held_times.take(appointment, event, at, by) or await self.by_id(appointment.id)
        if taken is None:
            if await self._abandoned.has(appointment.id):
                raise RequestAbandoned
            # The hold was ended meanwhile, for example by time off.
            raise SlotNotOffered(appointment.slot.start)
        return taken

    async def _stored_or_abandoned(self, request_id: AppointmentId) -> Appointment:
        """Return what a request had booked before it was abandoned. Raises RequestAbandoned."""
        await self.let_go(request_id)
        stored = await self.by_id(request_id)
        if stored is None:
            raise RequestAbandoned
        return stored

    async def hold(
        self,
        appointment: Appointment,
        at: datetime,
        held_for: HeldFor = HeldFor.BOOKING,
        *,
        moving: Slot | None = None,
    ) -> Appointment:
        """Hold a time until `held_until`; an earlier hold with the same id is extended.

        `moving` is the slot of the appointment that is to be moved there, by its patient or as an offer;
        ticks that both have are not taken again. Raises SlotTaken, RoomTaken, PatientBusy.
        """
        is_move = moving is not None and held_for is HeldFor.BOOKING
        purpose = HeldFor.MOVING if is_move else held_for
        return await self._held_times.hold(appointment, at, purpose, moving)

    async def let_go(self, appointment_id: AppointmentId) -> Appointment | None:
        """Delete a hold; return it, or None."""
        return await self._held_times.let_go(appointment_id)

    async def clear_way(self, appointment: Appointment, at: datetime) -> None:
        """Delete holds that have ended and are in the way of an appointment."""
        await self._held_times.clear_way(appointment, at)

    def _freed(self, document: Document | None) -> Appointment | None:
        """Note that the time of an appointment is free, or its old time; return the appointment."""
        if document is None:
            return None
        appointment = read_appointment(document)
        self._freed_times.freed(appointment.doctor_id, appointment.patient_id)
        return appointment

    async def abandon(self, request_id: AppointmentId, at: datetime) -> Appointment | None:
        """Let that request book nothing any more, and delete its hold; return the hold, or None.

        What it has booked already stays.
        """
        await self._abandoned.add(request_id, at)
        return await self.let_go(request_id)

    async def abandon_move(self, appointment_id: AppointmentId, attempt: str) -> None:
        """Let that attempt move nothing any more: it is noted in the document that a move changes."""
        left = {"abandoned": {"$each": [attempt], "$slice": -MOST_ABANDONED}}
        async with translate_driver_errors():
            await self._appointments.update_one({"_id": appointment_id}, {"$push": left})

    async def add_silently(
        self, appointments: Sequence[tuple[Appointment, datetime]], *, by: UserId | None = None
    ) -> None:
        """Store appointments and when they were booked, by their patients or `by` another; without events.

        Many are stored with several writes, as the driver waits only some seconds for each. What is stored
        already, or overlaps what is, is left out.
        """
        rows = [
            appointment_document(appointment, at, by or appointment.patient_id, events=())
            for appointment, at in appointments
        ]
        for first in range(0, len(rows), ROWS_PER_WRITE):
            async with translate_driver_errors():
                await insert_new(self._appointments, rows[first : first + ROWS_PER_WRITE])

    async def _insert_all(self, documents: Sequence[Document]) -> list[Document | None]:
        """Insert all; return for each MongoDB's write error, or None."""
        async with translate_driver_errors():
            refused = await insert_new(self._appointments, documents)
        return [refused.get(place) for place in range(len(documents))]

    async def cancel(
        self,
        appointment_id: AppointmentId,
        by: UserId | Author,
        before: Appointment,
        event: Event,
        at: datetime,
        *,
        note: str | None = None,
        order: str | None = None,
    ) -> Appointment | None:
        """Cancel a booked appointment, free its time and store the event, in one write.

        `order` is the id of the bulk cancellation that it belongs to, if any. Returns the appointment as it
        is afterwards, or None if it was changed since `before` was read.
        """
        if before.id != appointment_id or before.status is not AppointmentStatus.BOOKED:
            return None
        after = replace(before, status=AppointmentStatus.CANCELLED, note=note, remind_at=())
        return await self._change(before, after, by, at, event, order=order)

    async def move(
        self,
        before: Appointment,
        after: Appointment,
        by: UserId | Author,
        event: Event,
        at: datetime,
        *,
        attempt: str | None = None,
    ) -> Appointment | None:
        """Move a booked appointment to the slot of `after`, with the event, in one write.

        The hold for the move has to be deleted before, as the indexes would refuse a second document in that
        time. Between the two writes somebody else could take the time. Returns the appointment as it is
        afterwards, or None if it was changed since `before` was read, or the `attempt` was abandoned. Raises
        SlotTaken, RoomTaken, PatientBusy.
        """

        async def change(wanted: Appointment) -> Appointment | None:
            try:
                return await self._change(before, wanted, by, at, event, attempt=attempt)
            except DuplicateKeyError:
                # Try again in any case, as in `HeldTimes.store`.
                await self._held_times.clear_way(wanted, at)
            try:
                return await self._change(before, wanted, by, at, event, attempt=attempt)
            except DuplicateKeyError as error:
                raise refusal(dict(error.details or {}), before.doctor_id, wanted.slot) from error

        return await in_a_room(after, change)

    async def mark(
        self, before: Appointment, status: AppointmentStatus, by: UserId | Author, at: datetime
    ) -> Appointment | None:
        """Note whether the patient came; None if it was changed since `before` was read."""
        return await self._change(before, replace(before, status=status, remind_at=()), by, at, None)

    async def propose(
        self, before: Appointment, by: UserId | Author, event: Event, at: datetime
    ) -> Appointment | None:
        """Note that a follow-up was proposed, with the event; None if it was changed meanwhile.

        The proposed times are stored in the history, so that a repeat can return them.
        """
        noted = {"proposed": {"number": before.version + 1, "offers": event.facts["offers"]}}
        return await self._change(before, before, by, at, event, noted=noted)

    async def _change(
        self,
        before: Appointment,
        after: Appointment,
        by: UserId | Author,
        at: datetime,
        event: Event | None,
        *,
        order: str | None = None,
        noted: Document | None = None,
        attempt: str | None = None,
    ) -> Appointment | None:
        """Change `before` to `after` in one write, unless it was changed since; return the result, or None.

        Raises DuplicateKeyError if the new time is not free.
        """
        takes_time = after.status is not AppointmentStatus.CANCELLED
        changed = {
            "start": after.slot.start,
            "end": after.slot.end,
            "status": after.status.value,
            "note": after.note,
            "remind_at": list(after.remind_at),
            "confirmed_at": after.confirmed_at,
        }
        if takes_time and after.slot != before.slot:
            changed |= visit_document(after) | taken_document(after)
        if after.room != before.room:
            changed["room"] = after.room
        entry: Document = {"status": after.status.value, "at": at, **authored(by), **(noted or {})}
        if order is not None:
            entry["order"] = order
        if after.slot != before.slot:
            entry["from"] = before.slot.start
        pushed: Document = {"history": entry} | ({"unsent": event_document(event)} if event else {})
        update: Document = {"$set": changed, "$inc": {"version": 1}, "$push": pushed}
        update |= cleared(before, after)
        with self._freed_times.unclear_if_down(before.doctor_id, before.patient_id):
            async with translate_driver_errors(let=DuplicateKeyError):
                document = await self._appointments.find_one_and_update(
                    as_seen(before) | ({"abandoned": {"$ne": attempt}} if attempt else {}),
                    update,
                    return_document=ReturnDocument.AFTER,
                )
        is_freed = not takes_time or after.slot != before.slot
        return self._freed(document) if is_freed else read_appointment(document) if document else None

    async def by_id(self, appointment_id: AppointmentId) -> Appointment | None:
        """Return the appointment, or None."""
        async with translate_driver_errors():
            document = await self._appointments.find_one({"_id": appointment_id})
        return read_appointment(document) if document else None
