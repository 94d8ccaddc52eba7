"""The collection `series`: what makes several appointments one booking, also without transactions.

Whether a series is booked is decided by one write to its document, which also has the event about it
(`unsent`). Before that its visits are only held; afterwards each hold becomes a booking, which may be done
again and again. A document that has `unfinished` (since when) is not done with: a worker finishes what was
decided, and gives up what was not for some minutes. The same is so of a change of several visits, which
stands in `change` until it is carried out.
"""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from services.models.appointments import AppointmentId
from services.models.booked_series import Series, SeriesChange, SeriesMove
from services.models.notifications import Event
from services.models.people import Author, UserId, Via
from services.models.series import Every, SeriesId, SeriesRule, SeriesStatus
from services.models.slots import Slot
from services.storage.appointment_documents import authored
from services.storage.mongo.driver import (
    EVER,
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)
from services.storage.mongo.row_reading import readable
from services.storage.notifications import event_document

# What was given up is remembered for so long: no request for it is under way any more then.
REMEMBERED = timedelta(days=1)
BOOKING, BOOKED, GIVEN_UP = (each.value for each in SeriesStatus)


class SeriesStore:
    """Stores series; their visits are in `appointments` (see series_visits.py)."""

    def __init__(self, database: Database) -> None:
        self._series: Collection = database["series"]

    async def prepare(self) -> None:
        """Make the indexes; the database itself removes what was given up."""
        async with translate_driver_errors():
            await self._series.create_index("unfinished", sparse=True)
            await self._series.create_index("unsent.id", sparse=True)
            await self._series.create_index(
                "given_up_at", expireAfterSeconds=int(REMEMBERED.total_seconds()), sparse=True
            )

    async def by_id(self, series_id: SeriesId) -> Series | None:
        """Return the series, or None."""
        async with translate_driver_errors():
            row = await self._series.find_one({"_id": series_id})
        return _read(row) if row is not None else None

    async def begin(self, wanted: Series) -> Series:
        """Store a series that is about to be booked; return it, or what is stored under its id already."""
        async with translate_driver_errors(let=DuplicateKeyError):
            try:
                await self._series.insert_one(_document(wanted))
            except DuplicateKeyError:
                row = await self._series.find_one({"_id": wanted.id})
                return _read(row) if row is not None else await self.begin(wanted)
        return wanted

    async def decide(self, series_id: SeriesId, event: Event, at: datetime) -> bool:
        """Book the series, with the event about it, unless it was given up or booked; tell whether it did.

        This write alone decides. Its visits must be sealed before.
        """
        change = {
            "$set": {"status": BOOKED, "booked_at": at, "unfinished": at},
            "$push": {"unsent": event_document(event)},
        }
        return await self._update({"_id": series_id, "status": BOOKING}, change)

    async def give_up(self, series_id: SeriesId, at: datetime) -> bool:
        """Let the series never be booked, even if a request for it is on its way; tell whether it isn't.

        A series that is booked stays.
        """
        gone = {"status": GIVEN_UP, "given_up_at": at, "unfinished": at}
        query = {"_id": series_id, "status": {"$in": [BOOKING, GIVEN_UP]}}
        # Twice, as the series may just have been stored by the request that is on its way.
        for _ in range(2):
            if await self._update(query, {"$set": gone}):
                return True
            async with translate_driver_errors():
                if not await insert_new(self._series, [{"_id": series_id, **gone}]):
                    return True
        return False

    async def unfinished(self) -> list[Series]:
        """Return all series that are not done with, those that wait longest first."""
        query = {"unfinished": {"$gt": EVER.start}}
        async with translate_driver_errors():
            rows = await self._series.find(query).sort("unfinished", 1).to_list(None)
        return readable((row for row in rows if "rule" in row), _read, "series")

    async def given_up(self, before: datetime) -> list[SeriesId]:
        """Return the series that were given up before an instant and are not done with."""
        query = {"unfinished": {"$lte": before}, "status": GIVEN_UP}
        async with translate_driver_errors():
            rows = await self._series.find(query, {"_id": True}).to_list(None)
        return [SeriesId(row["_id"]) for row in rows]

    async def done(self, series_id: SeriesId, status: SeriesStatus) -> None:
        """Note that nothing is left to do for a series of that status; one with a change is not done with."""
        query = {"_id": series_id, "status": status.value, "change": None}
        await self._update(query, {"$unset": {"unfinished": ""}})

    async def begin_change(self, series_id: SeriesId, change: SeriesChange, event: Event | None) -> bool:
        """Store a change, unless another one is being carried out; tell whether it was stored.

        One that is decided comes with its event.
        """
        update: Document = {"$set": {"change": _change_document(change), "unfinished": change.at}}
        if event is not None:
            update["$push"] = {"unsent": event_document(event)}
        return await self._update({"_id": series_id, "status": BOOKED, "change": None}, update)

    async def decide_change(self, series_id: SeriesId, change_id: str, event: Event) -> bool:
        """Decide a change, with the event about it; tell whether it could still be decided."""
        query = {"_id": series_id, "change.id": change_id, "change.decided": False}
        update = {"$set": {"change.decided": True}, "$push": {"unsent": event_document(event)}}
        return await self._update(query, update)

    async def drop_change(self, series_id: SeriesId, change_id: str, *, decided: bool) -> bool:
        """Remove a change that is carried out (`decided`), or one that never will be; tell whether it was."""
        query = {"_id": series_id, "change.id": change_id, "change.decided": decided}
        return await self._update(query, {"$unset": {"change": "", "unfinished": ""}})

    async def _update(self, query: Document, change: Document) -> bool:
        async with translate_driver_errors():
            done = await self._series.update_one(query, change)
        return bool(done.matched_count)


def _document(series: Series) -> Document:
    return {
        "_id": series.id,
        "status": series.status.value,
        "rule": {"every": series.rule.every.value, "count": series.rule.count},
        "zone": series.zone,
        "planned": list(series.planned),
        "numbers": list(series.numbers),
        "doctor_id": series.doctor_id,
        **authored(series.by),
        "since": series.since,
        "unfinished": series.since,
        "room": series.room,
    }


def _author(row: Document) -> Author:
    return Author(UserId(row["by"]), Via(row["via"]) if row.get("via") else None)


def _read(row: Document) -> Series:
    if "rule" not in row:
        # It was given up before it was begun.
        nobody, never = Author(UserId("")), row["given_up_at"]
        rule = SeriesRule(Every.WEEK, 0)
        return Series(row["_id"], SeriesStatus(row["status"]), rule, "", (), (), UserId(""), nobody, never)
    return Series(
        id=SeriesId(row["_id"]),
        status=SeriesStatus(row["status"]),
        rule=SeriesRule(Every(row["rule"]["every"]), row["rule"]["count"]),
        zone=row["zone"],
        planned=tuple(row["planned"]),
        numbers=tuple(row["numbers"]),
        doctor_id=UserId(row["doctor_id"]),
        by=_author(row),
        since=row["since"],
        room=row.get("room"),
        change=_read_change(row["change"]) if row.get("change") else None,
    )


def _change_document(change: SeriesChange) -> Document:
    return {
        "id": change.id,
        "at": change.at,
        **authored(change.by),
        "cancelled": list(change.cancelled),
        "note": change.note,
        "moves": [
            {
                "id": move.id,
                "version": move.version,
                "start": move.slot.start,
                "end": move.slot.end,
                "remind_at": list(move.remind_at),
                "place_id": move.place_id,
            }
            for move in change.moves
        ],
        "decided": change.decided,
    }


def _read_change(row: Document) -> SeriesChange:
    return SeriesChange(
        id=row["id"],
        at=row["at"],
        by=_author(row),
        cancelled=tuple(map(AppointmentId, row["cancelled"])),
        note=row["note"],
        moves=tuple(
            SeriesMove(
                AppointmentId(each["id"]),
                each["version"],
                Slot(each["start"], each["end"]),
                tuple(each["remind_at"]),
                each["place_id"],
            )
            for each in row["moves"]
        ),
        decided=row["decided"],
    )
