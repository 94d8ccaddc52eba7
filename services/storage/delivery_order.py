"""What the delivery order needs to know: other notices of the same patients, and the states of appointments.

This is read for all notices that are claimed together, in two queries.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pymongo import UpdateMany, UpdateOne

from services.models.appointments import AppointmentStatus
from services.models.delivery_order import (
    BOOKINGS,
    CHANGES,
    NOTHING_LEFT,
    OUTDATED,
    SENT,
    SETTLING,
    SHOWN,
    AppointmentState,
    Postpone,
    SiblingNotice,
    Surroundings,
    has_version,
)
from services.models.notifications import EventKind, Notice
from services.models.people import ChatId, UserId
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable

OF_PATIENT = [("event.facts.patient_id", 1), ("closed_at", 1)]
FACTS = ("appointment_id", "patient_id", "version", "at", "start", "doctor_id", "was", "actor", "visits")
LOOKED_AT: Document = {
    "event.kind": True,
    **{f"event.facts.{fact}": True for fact in FACTS},
    "reader": True,
    "channel": True,
    "chat_id": True,
    "attempts": True,
    "due": True,
    "claim": True,
    "why": True,
    "closed_at": True,
    "outcome": True,
}


class DeliveryOrderStore:
    """Reads what decides the order of notices, and lets notices wait."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]
        self._appointments: Collection = database["appointments"]

    async def prepare(self) -> None:
        """Make the indexes."""
        async with translate_driver_errors():
            await self._notifications.create_index(OF_PATIENT)
            await self._notifications.create_index("held_by", sparse=True)

    async def around(
        self, notices: Sequence[Notice], now: datetime, lease: timedelta
    ) -> dict[str, Surroundings]:
        """Return the surroundings of each notice that is about an appointment, by its id."""
        about = [notice for notice in notices if isinstance(notice.event.facts.get("appointment_id"), str)]
        if not about:
            return {}
        patients = {UserId(str(notice.event.facts.get("patient_id"))) for notice in about}
        ids = {notice.event.facts["appointment_id"] for notice in about}
        # For what a card may have shown, and what is sent again, all notices since then are read.
        own = [
            notice.event.facts["at"]
            for notice in about
            if (notice.is_own or notice.is_again) and has_version(notice.event.facts)
        ]
        since = min(now - SETTLING, *own, now)
        moved = {
            UserId(str(notice.event.facts.get("patient_id")))
            for notice in about
            if notice.event.kind is EventKind.MOVED
        }
        others, states, untold = await asyncio.gather(
            self._told(patients, since), self._states(ids), self._untold(moved)
        )
        return {
            notice.id: Surroundings(others, states.get(notice.event.facts["appointment_id"]), lease, untold)
            for notice in about
        }

    async def _told(self, patients: Iterable[UserId], since: datetime) -> list[SiblingNotice]:
        """Return the open notices about these patients' appointments, and those closed since then."""
        whose = {"event.facts.patient_id": {"$in": sorted(patients)}}
        lately = [whose | {"closed_at": None}, whose | {"closed_at": {"$gt": since}}]
        return await self._siblings({"$or": lately})

    async def _untold(self, patients: Iterable[UserId]) -> list[SiblingNotice]:
        """Return the bookings for these patients that a reader was never told of: they came too late."""
        if not patients:
            return []
        booked = [kind.value for kind in BOOKINGS]
        whose = {"event.facts.patient_id": {"$in": sorted(patients)}, "closed_at": {"$gt": EVER.start}}
        return await self._siblings(whose | {"event.kind": {"$in": booked}, "outcome": OUTDATED})

    async def _siblings(self, wanted: Document) -> list[SiblingNotice]:
        async with translate_driver_errors():
            rows = await self._notifications.find(wanted, LOOKED_AT).to_list(None)
        return readable((row for row in rows if has_version(row["event"]["facts"])), _told, "notice")

    async def _states(self, ids: Iterable[str]) -> dict[str, AppointmentState]:
        async with translate_driver_errors():
            cursor = self._appointments.find({"_id": {"$in": sorted(ids)}}, {"status": True, "start": True})
            rows = await cursor.to_list(None)
        return dict(readable(rows, _state, "appointment"))

    async def wait(self, held: Sequence[tuple[Notice, Postpone]], now: datetime) -> None:
        """Let notices wait, except those that wait for a notice which was closed meanwhile."""
        changes: list[UpdateOne | UpdateMany] = [UpdateOne(*_waits(notice, wait)) for notice, wait in held]
        hurried = sorted({wait.by for _, wait in held if wait.hurry and wait.by})
        if hurried:
            idle: Document = {"_id": {"$in": hurried}, "claim": None, "due": {"$gt": now}}
            changes.append(UpdateMany(idle, {"$set": {"due": now}}))
        by = sorted({wait.by for _, wait in held if wait.by})
        async with translate_driver_errors():
            await self._notifications.bulk_write(changes)
            if not by:
                return
            cursor = self._notifications.find({"_id": {"$in": by}, "due": {"$exists": True}}, {"_id": True})
            gone = set(by) - {row["_id"] for row in await cursor.to_list(None)}
            if gone:
                await self._notifications.bulk_write([releasing(sorted(gone), now)])

    async def tell_again(self, shown: Mapping[str, datetime], now: datetime) -> bool:
        """Send notices of later versions again, where a card with an older version was shown after them.

        A card may be shown late: its chat had to wait, or the answer of Telegram was lost. `shown` are the
        notices that cards have shown, and when. Tells whether there were any; they no longer count as shown
        by a card.
        """
        async with translate_driver_errors():
            rows = await self._notifications.find({"_id": {"$in": sorted(shown)}}, LOOKED_AT).to_list(None)
            late = [_later(row, shown[row["_id"]]) for row in rows if has_version(row["event"]["facts"])]
            if not late:
                return False
            found = await self._notifications.find({"$or": late}, {"_id": True}).to_list(None)
            if not found:
                return False
            these: Document = {"_id": {"$in": [row["_id"] for row in found]}}
            unsaid = {"event.facts.in_chat": "", "closed_at": "", "outcome": "", "claim": ""}
            await self._notifications.bulk_write(
                [
                    UpdateMany(
                        {"_id": {"$in": sorted(shown)}, "outcome": OUTDATED}, {"$set": {"outcome": SHOWN}}
                    ),
                    UpdateMany(these | {"due": {"$exists": True}}, {"$unset": {"event.facts.in_chat": ""}}),
                    UpdateMany(
                        these | {"outcome": {"$in": [SENT, SHOWN, NOTHING_LEFT]}},
                        {"$set": {"due": now, "since": now}, "$unset": unsaid},
                    ),
                ]
            )
        return True

    async def rewrite(self, notice: Notice) -> None:
        """Store which time a move was from for its reader, so that a repeat says the same."""
        was = {"event.facts.was": notice.event.facts["was"]}
        async with translate_driver_errors():
            await self._notifications.update_one({"_id": notice.id}, {"$set": was})


def releasing(notice_ids: Sequence[str], now: datetime) -> UpdateMany:
    """Return the update that makes notices due which wait for one of these."""
    change = {"$set": {"due": now}, "$unset": {"held_by": ""}}
    return UpdateMany({"held_by": {"$in": list(notice_ids)}}, change)


def _later(row: Document, shown_at: datetime) -> Document:
    """Return the query for the reader's notices of later versions that are from before `shown_at`."""
    facts = row["event"]["facts"]
    return {
        "event.facts.patient_id": facts.get("patient_id"),
        "event.facts.appointment_id": facts.get("appointment_id"),
        "event.facts.version": {"$gt": facts["version"]},
        "event.facts.at": {"$lt": shown_at},
        "event.kind": {"$in": [kind.value for kind in CHANGES]},
        "reader": row["reader"],
        "channel": row["channel"],
        "chat_id": row.get("chat_id"),
    }


def _waits(notice: Notice, wait: Postpone) -> tuple[Document, Document]:
    """Return the update that lets a claimed notice wait; the claim does not count as an attempt."""
    waits: Document = {"due": wait.until} | ({"held_by": wait.by} if wait.by else {})
    gone = {"claim": ""} | ({} if wait.by else {"held_by": ""})
    return (
        {"_id": notice.id, "due": {"$exists": True}},
        {"$set": waits, "$unset": gone, "$inc": {"attempts": -1}},
    )


def _told(row: Document) -> SiblingNotice:
    chat_id = row.get("chat_id")
    return SiblingNotice(
        id=row["_id"],
        kind=EventKind(row["event"]["kind"]),
        reader=UserId(row["reader"]),
        place=(row["channel"], ChatId(chat_id) if chat_id is not None else None),
        facts=row["event"]["facts"],
        due=row.get("due"),
        is_claimed="claim" in row,
        was_tried=row.get("outcome") in {SENT, SHOWN} or "why" in row or row["attempts"] > 1,
        closed_at=row.get("closed_at"),
        outcome=row.get("outcome"),
    )


def _state(row: Document) -> tuple[str, AppointmentState]:
    return row["_id"], AppointmentState(AppointmentStatus(row["status"]), row["start"])
