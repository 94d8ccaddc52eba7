"""Missed notices: those among `notifications` whose readers were in no chat, and wait for their return.

They have no `due`, but `missed`: the reader's id. They are sent to the next chat in which the reader signs
in, if they still matter then. The database itself removes them after a while, as it does dead letters.
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from services.models.delivery_history import DeliveryCause
from services.models.notifications import LATER_CHANGES, EventKind, Notice, is_for_patient
from services.models.people import ChatId, UserId
from services.storage.delivery_order import releasing
from services.storage.mongo.driver import Collection, Database, Document, insert_new, translate_driver_errors
from services.storage.notifications import OPEN, notice_document, waiting

# At most so many are sent, about the soonest appointments; /appointments shows all.
MAX_TOLD = 10
MAX_READ = 500
NOT_TOLD = "nobody was there"
SHOWN = {"event.id": True, "event.facts.start": True}


class MissedNoticeStore:
    """Keeps missed notices, and sends them to the chat to which the reader comes back."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]

    async def prepare(self) -> None:
        """Make the index."""
        async with translate_driver_errors():
            await self._notifications.create_index("missed", sparse=True)

    async def add(self, notices: Sequence[Notice], at: datetime) -> None:
        """Store notices for which there is no chat."""
        rows = [
            notice_document(notice, at) | {"missed": notice.reader, "parked_at": at} for notice in notices
        ]
        for row in rows:
            del row["due"], row["since"]
        async with translate_driver_errors():
            await insert_new(self._notifications, rows)

    async def keep(self, notice: Notice, at: datetime, cause: DeliveryCause | None = None) -> None:
        """Keep a notice whose chat refuses messages, for that cause."""
        kept: Document = {"missed": notice.reader, "parked_at": at}
        if cause is not None:
            kept["cause"] = cause.value
        gone = dict.fromkeys((*OPEN, "why"), "")
        del gone["parked_at"]
        async with translate_driver_errors():
            await self._notifications.bulk_write(
                [UpdateOne(waiting(notice.id), {"$set": kept, "$unset": gone}), releasing([notice.id], at)]
            )

    async def tell(self, reader: UserId, chat_id: ChatId, now: datetime) -> None:
        """Send the reader's missed notices of upcoming appointments to a chat, each event once."""
        async with translate_driver_errors():
            rows = await self._notifications.find({"missed": reader}, SHOWN).limit(MAX_READ).to_list(None)
            if not rows:
                return
            told = {row["_id"] for row in _to_tell(rows, now)}
            await self._notifications.bulk_write(
                [
                    UpdateOne(
                        {"_id": row["_id"], "missed": reader},
                        _due_in(chat_id, now) if row["_id"] in told else _closed(now),
                    )
                    for row in rows
                ]
            )


def is_worth_keeping(notice: Notice, now: datetime) -> bool:
    """Tell whether it matters to a reader who comes back: cancelled, moved, booked for them, or a message.

    Patients know what they booked themselves, as does who booked it for them, and doctors find bookings in
    /schedule.
    """
    facts, kind = notice.event.facts, notice.event.kind
    start = facts.get("start")
    if not isinstance(start, datetime) or start <= now:
        return False
    is_by_them = facts.get("by") == "patient" and facts.get("actor") in {None, notice.reader}
    is_made_for_them = is_for_patient(notice.reader, facts) and not is_by_them
    matters = kind in {*LATER_CHANGES, EventKind.MESSAGE}
    return matters or (kind in {EventKind.BOOKED, EventKind.SERIES_BOOKED} and is_made_for_them)


def _to_tell(rows: Sequence[Document], now: datetime) -> list[Document]:
    """Return one row for each event about an upcoming appointment, soonest first."""
    by_event = {row["event"]["id"]: row for row in rows if row["event"]["facts"]["start"] > now}
    return sorted(by_event.values(), key=lambda row: row["event"]["facts"]["start"])[:MAX_TOLD]


def _due_in(chat_id: ChatId, now: datetime) -> Document:
    due = {"chat_id": chat_id, "due": now, "since": now, "attempts": 0, "was_away": True}
    return {"$set": due, "$unset": {"missed": "", "parked_at": "", "cause": ""}}


def _closed(now: datetime) -> Document:
    return {"$set": {"closed_at": now, "outcome": NOT_TOLD}, "$unset": {"missed": "", "parked_at": ""}}
