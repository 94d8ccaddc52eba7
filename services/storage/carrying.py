"""Carrying over what belongs to one patient to another one, with whom they are made one.

Each document is changed in one write, which may be repeated. The unique index over (patient, ticks) guards
each of them: a visit that overlaps one of the other patient stays where it is. What a visit's history, the
audit and calendars say of it stays as it was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.merging import VisitRow
from services.models.patients import Patient
from services.models.people import UserId
from services.models.slots import LONGEST_INTERVAL, Slot, ticks
from services.storage.appointment_documents import WITH_BUFFER, read_appointment
from services.storage.freed_times import FreedTimes
from services.storage.mongo.driver import (
    Collection,
    Database,
    Document,
    aggregated,
    translate_driver_errors,
)
from services.storage.mongo.row_reading import readable

BY_START = [("patient_id", 1), ("start", 1)]
BY_TICK = "one_patient_id"
# What is read of a visit.
SHOWN = dict.fromkeys(("start", "end", "status", "held_until"), True) | {"takes_time": {"$isArray": "$ticks"}}


class CarryingStore:
    """Carries over visits, holds and what is told of them."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._appointments: Collection = database["appointments"]
        self._notifications: Collection = database["notifications"]
        self._series: Collection = database["series"]
        self._freed_times = freed_times

    async def visits(self, patient_id: UserId) -> list[VisitRow]:
        """Return all appointments and holds of a patient, earliest first."""
        pipeline: list[Document] = [
            {"$match": {"patient_id": patient_id}},
            {"$sort": {"start": 1}},
            {"$project": SHOWN},
        ]
        async with translate_driver_errors():
            rows = await aggregated(self._appointments, pipeline, hint=dict(BY_START))
        return [_visit(row) for row in rows]

    async def taking_time(self, patient_id: UserId, window: Slot) -> list[Appointment]:
        """Return the patient's appointments that take time within the window, without holds."""
        query = {
            "patient_id": patient_id,
            "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
            "end": {"$gt": window.start},
            "status": {"$nin": [AppointmentStatus.HELD.value, AppointmentStatus.CANCELLED.value]},
        }
        async with translate_driver_errors():
            rows = self._appointments.find(query).sort(BY_START).hint(BY_START)
            return readable(await rows.to_list(None), read_appointment, "appointment")

    async def in_the_way(self, patient_id: UserId, slot: Slot) -> list[VisitRow]:
        """Return the patient's appointments and holds that overlap a slot."""
        query = {"patient_id": patient_id, "ticks": {"$in": list(ticks(slot))}}
        async with translate_driver_errors():
            rows = await aggregated(
                self._appointments, [{"$match": query}, {"$project": SHOWN}], hint=BY_TICK
            )
        return [_visit(row) for row in rows]

    async def drop_hold(self, hold_id: AppointmentId) -> None:
        """Delete a hold that is in the way of a visit."""
        query = {"_id": hold_id, "status": AppointmentStatus.HELD.value}
        async with translate_driver_errors():
            gone = await self._appointments.find_one_and_delete(query)
        if gone:
            self._freed_times.freed(UserId(gone["doctor_id"]), UserId(gone["patient_id"]))

    async def carry(
        self,
        visit: VisitRow,
        lost: UserId,
        kept: Patient,
        remind_at: Sequence[datetime],
        *,
        takes_time: bool = True,
    ) -> bool:
        """Give a visit to the other patient, with its unsent events; False if one of theirs is in the way.

        `remind_at` is when they are to be reminded of a visit that has no reminders, aware UTC. `takes_time`
        False: it is over, and takes no time any more, as one of the other patient did then.
        """
        # If it was moved since it was read, that planned other ones.
        has_none = {"$and": [{"$eq": ["$start", visit.start]}, {"$eq": ["$remind_at", []]}]}
        # A hold of a series is a visit as soon as the series is decided.
        is_to_come = {"$in": ["$status", [AppointmentStatus.BOOKED.value, AppointmentStatus.HELD.value]]}
        given: Document = {
            "patient_id": kept.id,
            "unsent": given_events(lost, kept),
            "remind_at": {"$cond": [{"$and": [is_to_come, has_none]}, list(remind_at), "$remind_at"]},
        }
        update: list[Document] = [{"$set": given}]
        if not takes_time:
            update.append({"$unset": ["ticks", WITH_BUFFER]})
        await self._carry_notices(visit.id, lost, kept)
        async with translate_driver_errors(let=DuplicateKeyError):
            try:
                await self._appointments.update_one({"_id": visit.id, "patient_id": lost}, update)
            except DuplicateKeyError:
                return False
        return True

    async def carry_series_news(self, lost: UserId, kept: Patient) -> None:
        """Give the other patient the events of series that are not spread yet: they are in those.

        Those that are spread begin with the id of a visit, and go with it.
        """
        async with translate_driver_errors():
            await self._series.update_many(
                {"unsent.id": {"$exists": True}, "unsent.facts.patient_id": lost},
                [{"$set": {"unsent": given_events(lost, kept)}}],
                hint="unsent.id_1",
            )

    async def _carry_notices(self, visit_id: AppointmentId, lost: UserId, kept: Patient) -> None:
        """Give the other patient's id to notices of a visit; their ids begin with that of the visit."""
        about: Document = {"_id": {"$gte": f"{visit_id}.", "$lt": f"{visit_id}/"}}
        async with translate_driver_errors():
            await self._notifications.update_many(
                {**about, "event.facts.patient_id": lost}, {"$set": {"event.facts.patient_id": kept.id}}
            )


def given_events(lost: UserId, kept: Patient) -> Document:
    """Return the expression for the events of a document (`unsent`), told of the other patient.

    It is no value where there are none.
    """
    reader = {"$cond": [{"$eq": ["$$reader", lost]}, kept.id, "$$reader"]}
    facts: dict[str, Any] = {
        fact: {
            "$cond": [
                {"$eq": ["$$event.facts.patient_id", lost]},
                {"$literal": value},
                f"$$event.facts.{fact}",
            ]
        }
        for fact, value in (("patient_id", kept.id), ("patient", kept.name))
    }
    told = {
        "readers": {"$map": {"input": "$$event.readers", "as": "reader", "in": reader}},
        "facts": {"$mergeObjects": ["$$event.facts", facts]},
    }
    changed = {"$map": {"input": "$unsent", "as": "event", "in": {"$mergeObjects": ["$$event", told]}}}
    return {"$cond": [{"$isArray": "$unsent"}, changed, "$$REMOVE"]}


def _visit(row: Document) -> VisitRow:
    return VisitRow(
        AppointmentId(row["_id"]),
        row["start"],
        row["end"],
        # One without an end is a visit already, in all but name: its series is being booked.
        row["status"] == AppointmentStatus.HELD.value and row.get("held_until") is not None,
        bool(row["takes_time"]),
    )
