"""The collection `notifications`: the outbox.

News is born as an `unsent` event inside the thing that it is about, in the same write, so that no
crash can part the two. From there it is copied here, one notice a reader and channel, under ids
that make a second copy impossible, and is then removed at its birthplace.

A notice that is due has the field `due`; claiming one moves `due` into the future by the lease, so
that a claimer that dies loses only that time, and marks it with a `claim` of its own, so that of two who
want the same notices each gets some and none gets another's. One that was sent, or given up, has no `due`.
Nor has one that is parked (see services/storage/dead_letters.py): that one has a `ticket`.

One that waits for an earlier one of the same appointment is `held_by` that
(see services/notifications/delivery_order.py).
`since` is when an open notice was due first, `failing_since` when it failed first, `why` what failed last.
"""

import secrets
from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateMany, UpdateOne

from services.ids import new_id
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import ChatId, UserId
from services.storage.delivery_order import DeliveryOrderStore, releasing
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, insert_new, translate_driver_errors
from services.storage.mongo.row_reading import UNREADABLE, note_unreadable

KEPT = timedelta(days=30)
# How far one looks for notices of readers, and to chats, whose turn it is.
LOOK_AHEAD = 100
# The types of a count, or of none yet (BSON).
COUNTED = ["int", "long", "missing", "null"]
BY_DUE = [("channel", 1), ("due", 1)]
# Why a notice is parked that this version can't read.
UNREAD = "this version can't read it"

# In whose documents news of each kind is born.
EVENT_SOURCES = {
    EventKind.BOOKED: "appointments",
    EventKind.CANCELLED: "appointments",
    EventKind.MOVED: "appointments",
    EventKind.REMINDER: "appointments",
    EventKind.FOLLOW_UP: "appointments",
    EventKind.DIGEST: "schedules",
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
    EventKind.PASSWORD_CHANGED: "users",
    EventKind.ADDRESS_TRIED: "users",
}


def event_document(event: Event) -> Document:
    """Return the form in which an event is stored, at its birthplace and in its notices."""
    return {
        "id": event.id,
        "kind": event.kind.value,
        "readers": list(event.readers),
        "facts": dict(event.facts),
    }


class NotificationStore:
    """Stores notices until they are delivered, and for a while after."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]
        self._sources: dict[str, Collection] = {
            name: database[name] for name in dict.fromkeys(EVENT_SOURCES.values())
        }
        self._update = Batcher(self._update_all)
        self.delivery_order = DeliveryOrderStore(database)
        # The ids of news that this version can't read: it waits at its birthplace for one that can.
        self._unreadable: set[str] = set()

    async def prepare(self) -> None:
        """Make the indexes; what was sent, or parked, is removed by the database itself after `KEPT`."""
        await self.delivery_order.prepare()
        async with translate_driver_errors():
            await self._notifications.create_index(BY_DUE, sparse=True)
            await self._notifications.create_index("reader")
            await self._notifications.create_index("event.facts.offers.doctor_id", sparse=True)
            await self._notifications.create_index("since", sparse=True)
            await self._notifications.create_index("ticket", sparse=True)
            await self._notifications.create_index("untold", sparse=True)
            # What is parked holds what it would say, so it is not kept for longer either.
            await self._notifications.create_index("parked_at", expireAfterSeconds=int(KEPT.total_seconds()))
            await self._notifications.create_index("closed_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def unspread(self, limit: int) -> list[Event]:
        """Return events that have not been copied here yet, without those that this version can't read."""
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

    async def add(self, events: Sequence[Event], notices: Sequence[Notice], due: datetime) -> None:
        """Store the notices of the events, those that are not here yet, and end the events' waiting."""
        rows = [notice_document(notice, due) for notice in notices]
        async with translate_driver_errors():
            await insert_new(self._notifications, rows)
            for name, source in self._sources.items():
                ids = [event.id for event in events if EVENT_SOURCES[event.kind] == name]
                if ids:
                    gone = {"$pull": {"unsent": {"id": {"$in": ids}}}}
                    await source.update_many({"unsent.id": {"$in": ids}}, gone)

    async def claim(
        self,
        channel: ChannelName,
        now: datetime,
        lease: timedelta,
        limit: int = 1,
        *,
        limited: Some[ChatId] | None = None,
    ) -> list[Notice]:
        """Take notices that are due, as `claim_in_turn` does, whosever turn it is."""
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
        in_hand: Some[ChatId] = (),
    ) -> tuple[list[Notice], bool]:
        """Take notices that are due, `limit` at the most, for the time of the lease.

        Those come first that have been due the longest, of each reader one before any has a second. Where it
        is known which chats are `busy`, those get none, and each other chat one at the most. Nor do readers
        get any whose turn has `passed`: so the others' turn comes, however much there is for one. Tells, too,
        whether there are so many that one can't see who else is behind them; then each reader gets one at the
        most. What this version can't read is parked. Chats that are `in_hand` get nothing of what was done
        there: the answer may say it.
        """
        wanted: Document = {"channel": channel.value, "due": {"$lte": now}} | _unless_own(in_hand)
        wanted |= {"chat_id": {"$nin": list(limited)}} if limited else {}
        wanted |= {"reader": {"$nin": list(served)}} if served else {}
        looked_at = limit if limited is None and served is None else limit + LOOK_AHEAD
        async with translate_driver_errors():
            cursor = self._notifications.find(wanted, {"chat_id": True, "reader": True}).sort([("due", 1)])
            rows = await cursor.hint(BY_DUE).limit(looked_at).to_list(None)
        # There may be others behind a crowd of one reader's.
        is_truncated = served is not None and len(rows) == looked_at
        ids = _chosen(rows, limit, one_a_chat=limited is not None, one_a_reader=is_truncated)
        return (await self._take(ids, channel, now, lease) if ids else []), is_truncated

    async def _take(
        self, ids: Sequence[str], channel: ChannelName, now: datetime, lease: timedelta
    ) -> list[Notice]:
        """Take those of the notices that nobody has taken meanwhile."""
        claim = secrets.token_hex(8)
        is_due: Document = {"channel": channel.value, "due": {"$lte": now}}
        # Not $inc: one that counts in no number would keep the others from being taken.
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
                await self._dead_letter(row["_id"], now, UNREAD)
        return found

    async def dead_letter_unknown_channels(self, now: datetime) -> None:
        """Park what is due on a channel that this version does not know."""
        known = [channel.value for channel in ChannelName]
        of_unknown_channels = {"channel": {"$nin": known}, "due": {"$lte": now}}
        async with translate_driver_errors():
            cursor = self._notifications.find(of_unknown_channels, {"_id": True}).hint(BY_DUE)
            rows = await cursor.limit(LOOK_AHEAD).to_list(None)
        for row in rows:
            await self._dead_letter(row["_id"], now, UNREAD)

    async def is_due(
        self, channel: ChannelName, now: datetime, *, but: Some[ChatId] = (), in_hand: Some[ChatId] = ()
    ) -> bool:
        """Tell whether a notice is due that can be claimed, `but` for those to some chats."""
        query = {"channel": channel.value, "due": {"$lte": now}, "chat_id": {"$nin": list(but)}}
        query |= _unless_own(in_hand)
        async with translate_driver_errors():
            return await self._notifications.find_one(query, {"_id": True}) is not None

    async def close(self, notice: Notice, at: datetime, why: str) -> None:
        """Note that the notice needs nothing more: `why` is "sent", or the reason it was given up.

        What waits for it goes on.
        """
        gone: Document = {
            "$unset": dict.fromkeys(OPEN, ""),
            "$set": {"closed_at": at, "outcome": why},
        }
        await self._update([UpdateOne({"_id": notice.id}, gone), *_followers(notice, at)])

    async def postpone(self, notice: Notice, due: datetime, *, failed_at: datetime, why: str) -> None:
        """Make the notice due again later; `why` is what failed."""
        since = {"since": failed_at, "failing_since": failed_at}
        change: Document = {"$set": {"due": due, "why": why}, "$min": since, "$unset": {"claim": ""}}
        await self._update([UpdateOne(waiting(notice.id), change)])

    async def dead_letter(self, notice: Notice, at: datetime, why: str) -> None:
        """Let the notice rest until an admin has decided what to do with it; what waits for it goes on."""
        await self._dead_letter(notice.id, at, why)
        if followers := _followers(notice, at):
            await self._update(followers)

    async def _dead_letter(self, notice_id: str, at: datetime, why: str) -> None:
        parked = {"ticket": new_id(at), "parked_at": at, "why": why, "untold": True}
        change: Document = {"$unset": {"due": "", "claim": ""}, "$set": parked, "$min": {"since": at}}
        await self._update([UpdateOne(waiting(notice_id), change)])

    async def _update_all(self, changes: Sequence[Sequence[UpdateOne | UpdateMany]]) -> list[None]:
        async with translate_driver_errors():
            await self._notifications.bulk_write([change for one in changes for change in one])
        return [None] * len(changes)


# What only a notice has that waits, or is parked.
OPEN = ("due", "claim", "since", "failing_since", "ticket", "parked_at", "untold", "held_by")


def _unless_own(in_hand: Some[ChatId]) -> Document:
    """Return what leaves out the news of what was done in these chats, for these chats."""
    chats = {"$in": list(in_hand)}
    return {"$nor": [{"chat_id": chats, "event.facts.in_chat": chats}]} if in_hand else {}


def waiting(notice_id: str) -> Document:
    """Return what finds the notice as long as it waits: one that somebody else has closed stays so."""
    return {"_id": notice_id, "due": {"$exists": True}}


def _followers(notice: Notice, at: datetime) -> list[UpdateOne | UpdateMany]:
    """Return what lets those go on that may wait for the notice: only appointments are told in order."""
    return [releasing([notice.id], at)] if "appointment_id" in notice.event.facts else []


def _chosen(rows: Sequence[Document], limit: int, *, one_a_chat: bool, one_a_reader: bool) -> list[str]:
    """Return the ids of some of the rows: each reader's first, then each one's second, and so on."""
    counted: Counter[Any] = Counter()
    in_turn: list[tuple[int, int, str]] = []
    chats: set[Any] = set()
    for place, row in enumerate(rows):
        # As they are written down: what can't be read may be anything.
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
    )


def _event(row: Document) -> Event:
    readers = tuple(UserId(reader) for reader in row["readers"])
    # Not a mapping: raises TypeError.
    return Event(row["id"], EventKind(row["kind"]), readers, {**row["facts"]})
