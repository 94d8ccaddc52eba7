"""The collection `notifications`: the outbox.

An event is stored as `unsent` in the document that it is about, in the same write, so that a crash cannot
separate the two. It is spread from there: one notice for each reader and channel is stored here, under ids
that make a second copy impossible, and then the event is removed from its document.

A notice that is due has the field `due`. Claiming one moves `due` into the future by the lease, so that it
comes back if the worker crashes, and stores a `claim`, so that of two workers each gets only its own. A
notice that was sent or closed has no `due`. Neither has a dead letter (see services/storage/dead_letters.py),
which has a `ticket`.

A notice that waits for an earlier one of the same appointment has that one's id in `held_by` (see
services/notifications/delivery_order.py). `since` is when an open notice was first due, `failing_since` when
it first failed, `why` the last failure. Dead letters have `parked_at`. Each has `made_at`, and one that
failed or was not sent a `cause`: for the page on which admins see what became of a person's notices (see
services/storage/delivery_history.py). Both are stored in the writes that are made anyway.
"""

import secrets
from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateMany, UpdateOne

from services.ids import new_id
from services.models.delivery_history import DeliveryCause
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import ChatId, UserId
from services.storage.delivery_order import DeliveryOrderStore, releasing
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, insert_new, translate_driver_errors
from services.storage.mongo.row_reading import UNREADABLE, note_unreadable

KEPT = timedelta(days=30)
# So many more notices than wanted are read, to find some of readers and chats whose turn it is.
LOOK_AHEAD = 100
# The BSON types of a count, or of none yet.
COUNTED = ["int", "long", "missing", "null"]
BY_DUE = [("channel", 1), ("due", 1)]
# Why a notice that this version can't read is a dead letter.
UNREAD = "this version can't read it"
BY_READER = [("reader", 1), ("made_at", 1)]

# The collection in which events of each kind are stored first.
EVENT_SOURCES = {
    EventKind.BOOKED: "appointments",
    EventKind.CANCELLED: "appointments",
    EventKind.MOVED: "appointments",
    EventKind.SERIES_BOOKED: "series",
    EventKind.SERIES_MOVED: "series",
    EventKind.SERIES_CANCELLED: "series",
    EventKind.REMINDER: "appointments",
    EventKind.FOLLOW_UP: "appointments",
    EventKind.RUNNING_LATE: "appointments",
    EventKind.CALLED: "appointments",
    EventKind.MESSAGE: "appointments",
    EventKind.DIGEST: "schedules",
    EventKind.SCHEDULE_CHANGED: "schedules",
    EventKind.SLOT_OPENED: "waitlist",
    EventKind.DOCTOR_WAITS: "users",
    EventKind.DOCTOR_APPROVED: "users",
    EventKind.DOCTOR_REFUSED: "users",
    EventKind.NAME_WAITS: "users",
    EventKind.NAME_APPROVED: "users",
    EventKind.NAME_REFUSED: "users",
    EventKind.ACCOUNT_BLOCKED: "users",
    EventKind.ACCOUNT_UNBLOCKED: "users",
    EventKind.EMAIL_CHANGED: "users",
    EventKind.EMAIL_CORRECTED: "users",
    EventKind.PASSWORD_CHANGED: "users",
    EventKind.ADDRESS_TRIED: "users",
    EventKind.PATIENT_SHARED: "users",
    EventKind.PATIENT_LEFT: "users",
    EventKind.PATIENTS_MERGED: "users",
    EventKind.MERGE_WAITS: "users",
    EventKind.CALLBACK_WANTED: "users",
}


def event_document(event: Event) -> Document:
    """Return the form in which an event is stored, in its document and in its notices."""
    return {
        "id": event.id,
        "kind": event.kind.value,
        "readers": list(event.readers),
        "facts": dict(event.facts),
    }


class NotificationStore:
    """Stores notices until some time after they are delivered."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]
        self._sources: dict[str, Collection] = {
            name: database[name] for name in dict.fromkeys(EVENT_SOURCES.values())
        }
        self._update = Batcher(self._update_all)
        self.delivery_order = DeliveryOrderStore(database)
        # The ids of events that this version can't read: they wait in their documents for one that can.
        self._unreadable: set[str] = set()

    async def prepare(self) -> None:
        """Make the indexes; the database itself removes closed notices and dead letters after `KEPT`."""
        await self.delivery_order.prepare()
        async with translate_driver_errors():
            await self._notifications.create_index(BY_DUE, sparse=True)
            await self._notifications.create_index(BY_READER)
            await self._notifications.create_index("event.facts.offers.doctor_id", sparse=True)
            await self._notifications.create_index("since", sparse=True)
            await self._notifications.create_index("ticket", sparse=True)
            await self._notifications.create_index("untold", sparse=True)
            # Dead letters have personal facts in them, so they are not kept longer either.
            await self._notifications.create_index("parked_at", expireAfterSeconds=int(KEPT.total_seconds()))
            await self._notifications.create_index("closed_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def unspread(self, limit: int) -> list[Event]:
        """Return events that are not spread yet, without those that this version can't read."""
        wanted: Document = {"unsent.id": {"$exists": True}}
        if self._unreadable:
            wanted = {"unsent": {"$elemMatch": {"id": {"$gt": "", "$nin": sorted(self._unreadable)}}}}
        events: list[Event] = []
        async with translate_driver_errors():
            for source in self._sources.values():
                cursor = source.find(wanted, {"unsent": True}).limit(limit)
                for row in await cursor.to_list(None):
                    events += self._readable(row["unsent"])
        return events

    def _readable(self, rows: Sequence[Document]) -> list[Event]:
        events = []
        for row in rows:
            try:
                events.append(_event(row))
            except UNREADABLE:
                event_id = str(row.get("id", "")) if isinstance(row, dict) else ""
                note_unreadable("event", event_id)
                self._unreadable.add(event_id)
        return events

    async def add(self, events: Sequence[Event], notices: Sequence[Notice], due: datetime) -> set[str]:
        """Store the notices of events, those that are new; remove the events from their documents.

        Returns the ids of the events of which notices are new: of two workers, one gets each.
        """
        rows = [notice_document(notice, due) for notice in notices]
        async with translate_driver_errors():
            known = await insert_new(self._notifications, rows)
            for name, source in self._sources.items():
                ids = [event.id for event in events if EVENT_SOURCES[event.kind] == name]
                if ids:
                    gone = {"$pull": {"unsent": {"id": {"$in": ids}}}}
                    await source.update_many({"unsent.id": {"$in": ids}}, gone)
        return {notice.event.id for place, notice in enumerate(notices) if place not in known}

    async def claim(
        self,
        channel: ChannelName,
        now: datetime,
        lease: timedelta,
        limit: int = 1,
        *,
        limited: Some[ChatId] | None = None,
    ) -> list[Notice]:
        """Claim notices that are due, as `claim_in_turn` does, but without turns of readers."""
        return (await self.claim_in_turn(channel, now, lease, limit, limited=limited, served=None))[0]

    async def claim_in_turn(
        self,
        channel: ChannelName,
        now: datetime,
        lease: timedelta,
        limit: int,
        *,
        limited: Some[ChatId] | None,
        served: Some[UserId] | None,
        being_answered: Some[ChatId] = (),
    ) -> tuple[list[Notice], bool]:
        """Claim notices that are due, at most `limit`, under the lease.

        Those that have been due longest come first, one for each reader before any gets a second. If
        `limited` chats are given, these get none and every other chat at most one. Readers in `served` have
        had their turn and get none. Also tells whether only a part of the due notices was read; then each
        reader gets at most one, as others may be behind them. What this version can't read becomes a dead
        letter. Chats `being_answered` get no notice of what was done in them, as the answer there may show
        it.
        """
        wanted: Document = {"channel": channel.value, "due": {"$lte": now}} | _unless_own(being_answered)
        wanted |= {"chat_id": {"$nin": list(limited)}} if limited else {}
        wanted |= {"reader": {"$nin": list(served)}} if served else {}
        looked_at = limit if limited is None and served is None else limit + LOOK_AHEAD
        async with translate_driver_errors():
            cursor = self._notifications.find(wanted, {"chat_id": True, "reader": True}).sort([("due", 1)])
            rows = await cursor.hint(BY_DUE).limit(looked_at).to_list(None)
        # Behind many notices of one reader there may be others.
        is_truncated = served is not None and len(rows) == looked_at
        ids = _chosen(rows, limit, one_a_chat=limited is not None, one_a_reader=is_truncated)
        return (await self._take(ids, channel, now, lease) if ids else []), is_truncated

    async def _take(
        self, ids: Sequence[str], channel: ChannelName, now: datetime, lease: timedelta
    ) -> list[Notice]:
        """Claim those of the notices that nobody else has claimed meanwhile."""
        claim = secrets.token_hex(8)
        is_due: Document = {"channel": channel.value, "due": {"$lte": now}}
        # Not $inc: it would fail for all if one document had no number there.
        counted = {"$add": [{"$ifNull": ["$attempts", 0]}, 1]}
        attempts = {"$cond": [{"$in": [{"$type": "$attempts"}, COUNTED]}, counted, "$attempts"]}
        taken: Document = {"due": now + lease, "claim": claim, "attempts": attempts}
        async with translate_driver_errors():
            await self._notifications.update_many(
                {"_id": {"$in": ids}, **is_due}, [{"$set": taken}, {"$unset": "held_by"}]
            )
            mine = self._notifications.find({"_id": {"$in": ids}, "claim": claim})
            rows = {row["_id"]: row for row in await mine.to_list(None)}
        found: list[Notice] = []
        for row in (rows[notice_id] for notice_id in ids if notice_id in rows):
            try:
                found.append(_notice(row))
            except UNREADABLE:
                note_unreadable("notice", row["_id"])
                await self._dead_letter(row["_id"], now, UNREAD, DeliveryCause.UNREADABLE)
        return found

    async def dead_letter_unknown_channels(self, now: datetime) -> None:
        """Make dead letters of what is due on a channel that this version does not know."""
        known = [channel.value for channel in ChannelName]
        of_unknown_channels = {"channel": {"$nin": known}, "due": {"$lte": now}}
        async with translate_driver_errors():
            cursor = self._notifications.find(of_unknown_channels, {"_id": True}).hint(BY_DUE)
            rows = await cursor.limit(LOOK_AHEAD).to_list(None)
        for row in rows:
            await self._dead_letter(row["_id"], now, UNREAD, DeliveryCause.UNREADABLE)

    async def is_due(
        self,
        channel: ChannelName,
        now: datetime,
        *,
        but: Some[ChatId] = (),
        being_answered: Some[ChatId] = (),
    ) -> bool:
        """Tell whether a notice is due that can be claimed, apart from those `but` for some chats."""
        query = {"channel": channel.value, "due": {"$lte": now}, "chat_id": {"$nin": list(but)}}
        query |= _unless_own(being_answered)
        async with translate_driver_errors():
            return await self._notifications.find_one(query, {"_id": True}) is not None

    async def close(self, notice: Notice, at: datetime, why: str, cause: DeliveryCause | None = None) -> None:
        """Close a notice: `why` is "sent", or the reason why it is not sent; the `cause` says more.

        Notices that wait for it become due.
        """
        gone: Document = {
            "$unset": dict.fromkeys(OPEN, ""),
            "$set": {"closed_at": at, "outcome": why, **_caused(cause)},
        }
        if cause is None:
            # That of an earlier try says nothing of how it ended.
            gone["$unset"] |= {"cause": ""}
        await self._update([UpdateOne({"_id": notice.id}, gone), *_followers(notice, at)])

    async def postpone(
        self,
        notice: Notice,
        due: datetime,
        *,
        failed_at: datetime,
        why: str,
        cause: DeliveryCause | None = None,
    ) -> None:
        """Make a notice due again later; `why` is the failure, and so is the `cause`."""
        since = {"since": failed_at, "failing_since": failed_at}
        failed = {"due": due, "why": why, **_caused(cause)}
        change: Document = {"$set": failed, "$min": since, "$unset": {"claim": ""}}
        await self._update([UpdateOne(waiting(notice.id), change)])

    async def dead_letter(
        self, notice: Notice, at: datetime, why: str, cause: DeliveryCause | None = None
    ) -> None:
        """Make a dead letter of a notice; notices that wait for it become due."""
        await self._dead_letter(notice.id, at, why, cause)
        if followers := _followers(notice, at):
            await self._update(followers)

    async def _dead_letter(
        self, notice_id: str, at: datetime, why: str, cause: DeliveryCause | None = None
    ) -> None:
        parked = {"ticket": new_id(at), "parked_at": at, "why": why, "untold": True, **_caused(cause)}
        change: Document = {"$unset": {"due": "", "claim": ""}, "$set": parked, "$min": {"since": at}}
        await self._update([UpdateOne(waiting(notice_id), change)])

    async def _update_all(self, changes: Sequence[Sequence[UpdateOne | UpdateMany]]) -> list[None]:
        async with translate_driver_errors():
            await self._notifications.bulk_write([change for one in changes for change in one])
        return [None] * len(changes)


# Fields that only open notices and dead letters have.
OPEN = ("due", "claim", "since", "failing_since", "ticket", "parked_at", "untold", "held_by")


def _caused(cause: DeliveryCause | None) -> Document:
    return {"cause": cause.value} if cause is not None else {}


def _unless_own(being_answered: Some[ChatId]) -> Document:
    """Return the query that leaves out notices for these chats of what was done in them."""
    chats = {"$in": list(being_answered)}
    return {"$nor": [{"chat_id": chats, "event.facts.in_chat": chats}]} if being_answered else {}


def waiting(notice_id: str) -> Document:
    """Return the query for a notice that is still open: what another worker has closed stays closed."""
    return {"_id": notice_id, "due": {"$exists": True}}


def _followers(notice: Notice, at: datetime) -> list[UpdateOne | UpdateMany]:
    """Return the update that makes due what waits for the notice; only notices of appointments wait."""
    return [releasing([notice.id], at)] if "appointment_id" in notice.event.facts else []


def _chosen(rows: Sequence[Document], limit: int, *, one_a_chat: bool, one_a_reader: bool) -> list[str]:
    """Return the ids of up to `limit` rows: each reader's first, then each one's second, and so on."""
    counted: Counter[Any] = Counter()
    in_turn: list[tuple[int, int, str]] = []
    chats: set[Any] = set()
    for place, row in enumerate(rows):
        # As text, since an unreadable document may have anything there.
        reader, chat = repr(row.get("reader")), repr(row.get("chat_id"))
        if (one_a_chat and chat in chats) or (one_a_reader and counted[reader]):
            continue
        chats.add(chat)
        in_turn.append((counted[reader], place, row["_id"]))
        counted[reader] += 1
    return [notice_id for _, _, notice_id in sorted(in_turn)[:limit]]


def notice_document(notice: Notice, due: datetime) -> Document:
    """Return the form in which a notice is stored that is due for the first time."""
    return {
        "_id": notice.id,
        "event": event_document(notice.event),
        "reader": notice.reader,
        "channel": notice.channel.value,
        "chat_id": notice.chat_id,
        "attempts": notice.attempts,
        "due": due,
        "since": due,
        "made_at": due,
    }


def _notice(row: Document) -> Notice:
    chat_id = row["chat_id"]
    if not (isinstance(row["reader"], str) and type(row["attempts"]) is int):
        raise TypeError
    return Notice(
        id=row["_id"],
        event=_event(row["event"]),
        reader=UserId(row["reader"]),
        channel=ChannelName(row["channel"]),
        chat_id=ChatId(int(chat_id)) if chat_id is not None else None,
        attempts=row["attempts"],
        since=row.get("since"),
        failing_since=row.get("failing_since"),
        was_away=bool(row.get("was_away")),
        is_again=bool(row.get("again")),
    )


def _event(row: Document) -> Event:
    readers = tuple(UserId(reader) for reader in row["readers"])
    # Raises TypeError if the facts are no mapping.
    return Event(row["id"], EventKind(row["kind"]), readers, {**row["facts"]})
