"""The collection `appointments`, which makes a double booking impossible.

While an appointment takes time it carries every five-minute tick of its slot; one that was
cancelled carries none. Two unique partial indexes, over (doctor, ticks) and (patient, ticks),
make the database refuse any overlap, for the doctor and for the patient, whatever the lengths.
What was looked up before a write is a courtesy to the person, never the guard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.errors import PatientBusy, SlotTaken
from services.models import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Page,
    Period,
    Role,
    Slot,
    UserId,
    page_number,
)
from services.news import Event
from services.slots import LONGEST_SLOT, ticks
from services.storage.driver import DUPLICATE_KEY, Collection, Database, Document, border
from services.storage.notifications import event_document
from services.storage.together import Together

PARTY = {Role.DOCTOR: "doctor_id", Role.PATIENT: "patient_id"}
# Whose appointments (the field, and the id in it), within which stretch.
Diary = tuple[str, UserId, Slot]


class Appointments:
    """Stores appointments, each with the news about it that has yet to be handed to the outbox."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]
        self._insert = Together(self._insert_all)
        self._busy = Together(self._busy_for)

    async def prepare(self) -> None:
        """Make the indexes; the first two are the guard."""
        taken = {"ticks": {"$exists": True}}
        async with border():
            for party in PARTY.values():
                await self._appointments.create_index(
                    [(party, 1), ("ticks", 1)],
                    unique=True,
                    partialFilterExpression=taken,
                    name=f"one_{party}",
                )
                await self._appointments.create_index([(party, 1), ("start", 1)])
            await self._appointments.create_index([("start", 1)])
            await self._appointments.create_index("unsent.id", sparse=True)

    async def add(
        self, appointment: Appointment, event: Event, at: datetime, *, by: UserId | None = None
    ) -> Appointment:
        """Store a new appointment and the news of it in one write; `by` None: the patient has booked it.

        The same appointment added twice is one: the second call returns what is stored.
        Raises SlotTaken, PatientBusy.
        """
        document = _document(appointment, at, by or appointment.patient_id, events=(event,))
        refused = await self._insert(document)
        return appointment if refused is None else await self._explain(refused, appointment)

    async def add_silently(self, appointments: Sequence[tuple[Appointment, datetime]]) -> None:
        """Store appointments with the instants at which they were booked, and tell nobody."""
        rows = [
            _document(appointment, at, appointment.patient_id, events=()) for appointment, at in appointments
        ]
        async with border():
            await self._appointments.insert_many(rows, ordered=False)

    async def _insert_all(self, documents: Sequence[Document]) -> list[Document | None]:
        """Insert each; return of each why it was refused (MongoDB's write error), or None."""
        refused: dict[int, Document] = {}
        async with border():
            try:
                await self._appointments.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                refused = {why["index"]: why for why in (error.details or {}).get("writeErrors", ())}
                if not all(why["code"] == DUPLICATE_KEY for why in refused.values()) or not refused:
                    raise
        return [refused.get(place) for place in range(len(documents))]

    async def _explain(self, refused: Document, appointment: Appointment) -> Appointment:
        stored = await self.by_id(appointment.id)
        if stored:
            return stored
        raise _refusal(refused, appointment.doctor_id, appointment.slot)

    async def cancel(
        self,
        appointment_id: AppointmentId,
        by: UserId,
        before: Appointment,
        event: Event,
        at: datetime,
        *,
        note: str | None = None,
        order: str | None = None,
    ) -> Appointment | None:
        """Cancel a booked appointment, free its time and note the news, in one write.

        `order` is the id of the order to cancel many that it falls under, if it does. Returns it as it is
        afterwards, or None where it has changed since `before` was read.
        """
        if before.id != appointment_id or before.status is not AppointmentStatus.BOOKED:
            return None
        after = replace(before, status=AppointmentStatus.CANCELLED, note=note)
        return await self._change(before, after, by, at, event, order=order)

    async def move(
        self, before: Appointment, slot: Slot, by: UserId, event: Event, at: datetime
    ) -> Appointment | None:
        """Free the booked appointment's time and take another, or neither, in one write, with the news.

        Returns it as it is afterwards, or None where it has changed since `before` was read.
        Raises SlotTaken, PatientBusy.
        """
        try:
            return await self._change(before, replace(before, slot=slot), by, at, event)
        except DuplicateKeyError as error:
            raise _refusal(dict(error.details or {}), before.doctor_id, slot) from error

    async def mark(
        self, before: Appointment, status: AppointmentStatus, by: UserId, at: datetime
    ) -> Appointment | None:
        """Note whether the patient came; None where it has changed since `before` was read."""
        return await self._change(before, replace(before, status=status), by, at, None)

    async def _change(
        self,
        before: Appointment,
        after: Appointment,
        by: UserId,
        at: datetime,
        event: Event | None,
        *,
        order: str | None = None,
    ) -> Appointment | None:
        """Make `after` of `before` in one write that the indexes guard, if nobody has changed it since.

        Raises DuplicateKeyError where the time that it takes is not free.
        """
        takes_time = after.status is not AppointmentStatus.CANCELLED
        changed = {
            "start": after.slot.start,
            "end": after.slot.end,
            "status": after.status.value,
            "note": after.note,
        } | ({"ticks": ticks(after.slot)} if takes_time else {})
        entry: Document = {"status": after.status.value, "at": at, "by": by}
        if order is not None:
            entry["order"] = order
        if after.slot != before.slot:
            entry["from"] = before.slot.start
        pushed: Document = {"history": entry} | ({"unsent": event_document(event)} if event else {})
        update: Document = {"$set": changed, "$inc": {"version": 1}, "$push": pushed}
        if not takes_time:
            update["$unset"] = {"ticks": ""}
        async with border(let=DuplicateKeyError):
            document = await self._appointments.find_one_and_update(
                {"_id": before.id, "status": before.status.value, "version": before.version},
                update,
                return_document=ReturnDocument.AFTER,
            )
        return read_appointment(document) if document else None

    async def by_id(self, appointment_id: AppointmentId) -> Appointment | None:
        """Return the appointment, or None."""
        async with border():
            document = await self._appointments.find_one({"_id": appointment_id})
        return read_appointment(document) if document else None

    async def busy(self, people: Mapping[Role, UserId], window: Slot) -> list[Slot]:
        """Return the stretches within `window` in which any of `people` (by their part) has no time."""
        return await self._busy(tuple((PARTY[role], user_id, window) for role, user_id in people.items()))

    async def _busy_for(self, askers: Sequence[tuple[Diary, ...]]) -> list[list[Slot]]:
        """Look into all the diaries that anybody asks for, at once."""
        diaries: dict[Diary, list[Slot]] = {diary: [] for asked in askers for diary in asked}
        shown = {"start": True, "end": True, "doctor_id": True, "patient_id": True, "_id": False}
        query = {"$or": [_in_diary(*diary) for diary in diaries]}
        async with border():
            rows = await self._appointments.find(query, shown).to_list(None)
        for diary, found in diaries.items():
            party, user_id, window = diary
            found += [
                Slot(row["start"], row["end"])
                for row in rows
                if row[party] == user_id and window.start < row["end"] and row["start"] < window.end
            ]
        return [[slot for diary in asked for slot in diaries[diary]] for asked in askers]

    async def last_doctor(self, patient_id: UserId) -> UserId | None:
        """Return whose the patient's latest appointment is, of those that were not cancelled."""
        async with border():
            latest = self._appointments.find(
                {"patient_id": patient_id, "ticks": {"$exists": True}}, {"doctor_id": True, "_id": False}
            )
            index = [("patient_id", 1), ("start", 1)]
            rows = await latest.sort([("patient_id", -1), ("start", -1)]).hint(index).limit(1).to_list(None)
        return UserId(rows[0]["doctor_id"]) if rows else None

    async def page(
        self, role: Role, user_id: UserId, period: Period, now: datetime, *, number: int, size: int
    ) -> Page[Appointment]:
        """Return a page of a person's appointments: to come, soonest first; past, latest first."""
        booked = AppointmentStatus.BOOKED.value
        query: Document = {PARTY[role]: user_id}
        if period is Period.UPCOMING:
            query |= {"start": {"$gt": now}, "status": booked}
        else:
            query |= {"$or": [{"start": {"$lte": now}}, {"status": AppointmentStatus.CANCELLED.value}]}
        order = 1 if period is Period.UPCOMING else -1
        index = [(PARTY[role], 1), ("start", 1)]
        async with border():
            total = await self._appointments.count_documents(query, hint=index)
            number = page_number(number, total, size)
            cursor = self._appointments.find(query).sort([(PARTY[role], order), ("start", order)]).hint(index)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(map(read_appointment, rows)), number, size, total)


def _document(appointment: Appointment, at: datetime, by: UserId, *, events: Sequence[Event]) -> Document:
    """Return the form in which an appointment is stored; one that takes time carries its ticks."""
    document = {
        "_id": appointment.id,
        "doctor_id": appointment.doctor_id,
        "patient_id": appointment.patient_id,
        "start": appointment.slot.start,
        "end": appointment.slot.end,
        "status": appointment.status.value,
        "reason": appointment.reason,
        "version": appointment.version,
        # Beside the history, of which no index holds the first entry alone (see reports.py).
        "booked_at": at,
        "history": [{"status": AppointmentStatus.BOOKED.value, "at": at, "by": by}],
    }
    if appointment.status is not AppointmentStatus.CANCELLED:
        document["ticks"] = ticks(appointment.slot)
    if events:
        document["unsent"] = [event_document(event) for event in events]
    return document


def _in_diary(party: str, user_id: UserId, window: Slot) -> Document:
    near = {"$gt": window.start - LONGEST_SLOT, "$lt": window.end}
    return {party: user_id, "start": near, "ticks": {"$exists": True}}


def _refusal(refused: Document, doctor_id: UserId, slot: Slot) -> SlotTaken | PatientBusy:
    """Return why MongoDB refused to write: whose index it was."""
    if "patient_id" in refused.get("keyPattern", {}):
        return PatientBusy(slot.start)
    return SlotTaken(doctor_id, slot.start)


def read_appointment(document: Document) -> Appointment:
    """Return the appointment that a document of the collection holds."""
    return Appointment(
        id=AppointmentId(document["_id"]),
        doctor_id=UserId(document["doctor_id"]),
        patient_id=UserId(document["patient_id"]),
        slot=Slot(document["start"], document["end"]),
        status=AppointmentStatus(document["status"]),
        reason=document.get("reason"),
        note=document.get("note"),
        version=document["version"],
    )
