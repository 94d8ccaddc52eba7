"""Reading `appointments`: a person's, a doctor's day, the clinic's day, what an order has cancelled."""

from asyncio import gather
from collections.abc import Collection as Some
from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from operator import itemgetter

from services.errors import Unreadable
from services.models.appointments import (
    Appointment,
    AppointmentChange,
    AppointmentId,
    AppointmentStatus,
    ChangeKind,
    Period,
)
from services.models.catalogue import RoomId
from services.models.paging import Page, page_number
from services.models.people import Author, Role, UserId, Via
from services.models.slots import LONGEST_INTERVAL, Slot
from services.storage.appointment_documents import OTHER, PARTY, ROOM, of_party, read_appointment
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import UNREADABLE, readable

# Holds are not appointments yet.
NOT_HELD = {"status": {"$ne": AppointmentStatus.HELD.value}}

# Without what would only be carried about.
UNTOLD = {"ticks": False, "unsent": False}

# What makes an entry of the history none of these changes: the patient has remarked something, or the doctor
# has proposed a follow-up.
REMARKS = frozenset({"noted", "proposed"})


class AppointmentQueryStore:
    """Reads appointments. They are written, and their indexes made, by services/storage/appointments.py."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]

    async def changes(self, appointment_id: AppointmentId) -> list[AppointmentChange]:
        """Return who has booked, moved, cancelled or marked an appointment, earliest first.

        Raises Unreadable.
        """
        async with translate_driver_errors():
            row = await self._appointments.find_one({"_id": appointment_id}, {"history": True})
        entries = [entry for entry in (row or {}).get("history", ()) if REMARKS.isdisjoint(entry)]
        try:
            return [_change(entry) for entry in entries]
        except UNREADABLE as error:
            raise Unreadable from error

    async def by_ids(self, ids: Some[AppointmentId]) -> dict[AppointmentId, Appointment]:
        """Return the appointments with these ids, as far as there are any and they can be read."""
        if not ids:
            return {}
        async with translate_driver_errors():
            rows = await self._appointments.find({"_id": {"$in": sorted(ids)}}, UNTOLD).to_list(None)
        return {each.id: each for each in readable(rows, read_appointment, "appointment")}

    async def proposed(self, appointment_id: AppointmentId, number: int) -> list[datetime] | None:
        """Return the times of the follow-up proposed under that number, earliest first, or None."""
        query = {"_id": appointment_id, "history.proposed.number": number}
        async with translate_driver_errors():
            row = await self._appointments.find_one(query, {"history": True})
        found = (entry.get("proposed", {}) for entry in (row or {}).get("history", ()))
        offers = next((each["offers"] for each in found if each.get("number") == number), None)
        return None if offers is None else sorted(offer["start"] for offer in offers)

    async def of_person(self, role: Role, user_id: UserId, window: Slot) -> list[Appointment]:
        """Return all of a person's appointments that begin in the window, earliest first."""
        query = {PARTY[role]: user_id, "start": {"$gte": window.start, "$lt": window.end}, **NOT_HELD}
        index = [(PARTY[role], 1), ("start", 1)]
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def after(
        self, role: Role, people: Some[UserId], last: Appointment | None, limit: int
    ) -> list[Appointment]:
        """Return these people's next appointments after the `last` one that was seen, earliest first.

        Several can begin at the same instant, if they are of several people, or all but one are cancelled.
        Among these the order is that of the people and then of the index, which stays the same.
        """
        found = await gather(*(self._after(role, each, last, limit) for each in sorted(people)))
        rows = list(merge(*found, key=itemgetter("start")))
        place = next((n for n, row in enumerate(rows, 1) if last is not None and row["_id"] == last.id), 0)
        return readable(rows[place : place + limit], read_appointment, "appointment")

    async def _after(
        self, role: Role, user_id: UserId, last: Appointment | None, limit: int
    ) -> list[Document]:
        """Return one person's next appointments from the beginning of the `last` one on."""
        query: Document = {PARTY[role]: user_id, **NOT_HELD}
        index = [(PARTY[role], 1), ("start", 1)]
        async with translate_driver_errors():
            together = 0
            if last is not None:
                with_it = query | {"start": last.slot.start}
                together = await self._appointments.count_documents(with_it, hint=index)
                query["start"] = {"$gte": last.slot.start}
            cursor = self._appointments.find(query).sort(index).hint(index).limit(limit + together)
            rows: list[Document] = await cursor.to_list(None)
        return rows

    async def for_calendar(
        self, role: Role, people: Some[UserId], window: Slot
    ) -> list[tuple[Appointment, datetime]]:
        """Return these people's appointments that begin in the window, earliest first, but no cancelled ones.

        With each comes the instant of its last change that calendars are told of.
        """
        left_out = [AppointmentStatus.HELD.value, AppointmentStatus.CANCELLED.value]
        query = {
            PARTY[role]: _any_of(people),
            "start": {"$gte": window.start, "$lt": window.end},
            "status": {"$nin": left_out},
        }
        index = [(PARTY[role], 1), ("start", 1)]
        async with translate_driver_errors():
            cursor = self._appointments.find(query, UNTOLD).sort("start", 1).hint(index)
            rows = await cursor.to_list(None)
        return readable(rows, _with_change, "appointment")

    async def booked_within(
        self, role: Role, user_id: UserId, window: Slot, limit: int = 0
    ) -> list[Appointment]:
        """Return a person's booked appointments that touch the window, earliest first; for the desk, all."""
        whose, index = of_party(role, user_id)
        query = {
            **whose,
            "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
            "end": {"$gt": window.start},
            "status": AppointmentStatus.BOOKED.value,
        }
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index).limit(limit)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def booked_in_room(self, room_id: RoomId, window: Slot) -> list[Appointment]:
        """Return the booked appointments in a room that touch the window, earliest first."""
        query = {
            ROOM: room_id,
            "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
            "end": {"$gt": window.start},
            "status": AppointmentStatus.BOOKED.value,
        }
        index = [(ROOM, 1), ("start", 1)]
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def cleared(self, role: Role, user_id: UserId, window: Slot, order: str) -> int:
        """Count the person's appointments that an order about the window has cancelled."""
        query, index = _cleared(role, user_id, window, order)
        async with translate_driver_errors():
            return int(await self._appointments.count_documents(query, hint=index))

    async def all_cleared(self, role: Role, user_id: UserId, window: Slot, order: str) -> list[Appointment]:
        """Return the person's appointments that an order has cancelled, earliest first."""
        query, index = _cleared(role, user_id, window, order)
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def page(self, window: Slot, *, number: int, size: int) -> Page[Appointment]:
        """Return a page of everybody's appointments that begin in the window, earliest first."""
        query: Document = {"start": {"$gte": window.start, "$lt": window.end}, **NOT_HELD}
        index = [("start", 1)]
        async with translate_driver_errors():
            total = await self._appointments.count_documents(query, hint=index)
            number = page_number(number, total, size)
            cursor = self._appointments.find(query).sort(index).hint(index)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(readable(rows, read_appointment, "appointment")), number, size, total)

    async def last_doctor(self, patient_id: UserId) -> UserId | None:
        """Return the doctor of the patient's latest appointment that was not cancelled."""
        async with translate_driver_errors():
            latest = self._appointments.find(
                {"patient_id": patient_id, "ticks": {"$exists": True}, "held_until": {"$exists": False}},
                {"doctor_id": True, "_id": False},
            )
            index = [("patient_id", 1), ("start", 1)]
            rows = await latest.sort([("patient_id", -1), ("start", -1)]).hint(index).limit(1).to_list(None)
        return UserId(rows[0]["doctor_id"]) if rows else None

    async def have_met(self, patient_id: UserId, doctor_id: UserId, now: datetime) -> bool:
        """Tell whether an appointment of the two has begun and was not cancelled."""
        query: Document = {"patient_id": patient_id, "start": {"$lte": now}, "ticks": {"$exists": True}}
        index = [("patient_id", 1), ("start", 1)]
        async with translate_driver_errors():
            met = self._appointments.find(query | {"doctor_id": doctor_id} | NOT_HELD, {"_id": True})
            return bool(await met.hint(index).limit(1).to_list(None))

    async def met_among(self, patient_id: UserId, doctor_ids: Sequence[UserId], now: datetime) -> set[UserId]:
        """Return which of the doctors have met the patient, as `have_met` tells."""
        query: Document = {"patient_id": patient_id, "start": {"$lte": now}, "ticks": {"$exists": True}}
        index = [("patient_id", 1), ("start", 1)]
        among = {"doctor_id": {"$in": list(doctor_ids)}}
        async with translate_driver_errors():
            met = self._appointments.find(query | among | NOT_HELD, {"doctor_id": True}).hint(index)
            return {UserId(row["doctor_id"]) for row in await met.to_list(None)}

    async def others(self, role: Role, people: Some[UserId]) -> list[UserId]:
        """Return the ids of those with whom these people have or had appointments."""
        query = {PARTY[role]: _any_of(people)}
        async with translate_driver_errors():
            return [UserId(other) for other in await self._appointments.distinct(OTHER[role], query)]

    async def page_of(
        self,
        role: Role,
        people: Some[UserId],
        period: Period,
        now: datetime,
        *,
        number: int,
        size: int,
        others: Some[UserId] | None = None,
    ) -> Page[Appointment]:
        """Return a page of these people's appointments: upcoming ones soonest first, past ones latest first.

        Upcoming ones are booked; those that were cancelled are a period of their own. With `others`, only
        appointments with them, and those of the people who are among them.
        """
        query: Document = {PARTY[role]: _any_of(people), **_in_period(period, now)}
        if others is not None:
            named = {"$in": sorted(others)}
            query["$or"] = [{OTHER[role]: named}, {PARTY[role]: named}]
        order = -1 if period is Period.PAST else 1
        index = [(PARTY[role], 1), ("start", 1)]
        async with translate_driver_errors():
            total = await self._appointments.count_documents(query, hint=index)
            number = page_number(number, total, size)
            cursor = self._appointments.find(query).sort("start", order).hint(index)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(readable(rows, read_appointment, "appointment")), number, size, total)


def _any_of(people: Some[UserId]) -> Document:
    """Return what the field of the people must be.

    Of each of them the index gives the appointments in order, and the database merges those streams.
    """
    return {"$in": sorted(people)}


def _change(entry: Document) -> AppointmentChange:
    status = AppointmentStatus(entry["status"])
    is_booked = status is AppointmentStatus.BOOKED
    if is_booked:
        # A move has the time from before it.
        kind = ChangeKind.MOVED if "from" in entry else ChangeKind.BOOKED
    else:
        kind = ChangeKind(status.value)
    # Entries of earlier versions do not say from where it was done.
    via = Via(entry["via"]) if entry.get("via") else None
    return AppointmentChange(kind, entry["at"], Author(UserId(entry["by"]), via))


def _with_change(row: Document) -> tuple[Appointment, datetime]:
    """Return the appointment, and when it was booked, moved or marked last.

    A patient's remarks are `noted` in the history, too; they change nothing that a calendar shows.
    """
    changes = (change["at"] for change in row.get("history", ()) if "noted" not in change)
    return read_appointment(row), max(changes, default=row.get("booked_at") or EVER.start)


def _in_period(period: Period, now: datetime) -> Document:
    """Return the query for a period."""
    if period is Period.PAST:
        return {"start": {"$lte": now}, "status": {"$ne": AppointmentStatus.HELD.value}}
    is_cancelled = period is Period.CANCELLED
    status = AppointmentStatus.CANCELLED if is_cancelled else AppointmentStatus.BOOKED
    return {"start": {"$gt": now}, "status": status.value}


def _cleared(role: Role, user_id: UserId, window: Slot, order: str) -> tuple[Document, list[tuple[str, int]]]:
    """Return the query for what an order has cancelled, and the index that answers it."""
    whose, index = of_party(role, user_id)
    near = {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end}
    return {**whose, "start": near, "history.order": order}, index
