"""What became of a person's notices, and sending one again that did not arrive.

All of it is in the documents of `notifications` and `announcement_deliveries`, which are kept for 30 days
after they were closed. Notices of earlier versions lack `made_at` and `cause`; then what they have says as
much.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from services.ids import derived_id
from services.models.announcements import AnnouncementId, DeliveryState
from services.models.delivery_history import REFUSALS, DeliveryCause, DeliveryRecord, NoticeState
from services.models.delivery_order import NOTHING_LEFT, OUTDATED, SENT, SHOWN
from services.models.notifications import ChannelName, EventKind
from services.models.paging import Page, page_number
from services.models.people import ChatId, UserId
from services.storage.dead_letters import due_again, known
from services.storage.deliveries import mail_delivery_id
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.notifications import BY_READER, KEPT

# Never the facts of the event, but when the appointment begins.
SEEN = dict.fromkeys(
    (
        "event.kind",
        "event.facts.start",
        "channel",
        "attempts",
        "due",
        "claim",
        "held_by",
        "missed",
        "ticket",
        "parked_at",
        "closed_at",
        "outcome",
        "why",
        "cause",
        "since",
        "failing_since",
        "made_at",
    ),
    True,
)
# When it ended, and how: enough to name an ending.
ENDINGS = dict.fromkeys(("closed_at", "parked_at", "ticket", "outcome", "cause"), True)
# What is stored of a notice that was closed, by its outcome.
BY_OUTCOME: Mapping[str, DeliveryCause] = {
    "Forbidden": DeliveryCause.BLOCKED,
    "BadRequest": DeliveryCause.MESSAGE_REFUSED,
    "no chat": DeliveryCause.NO_CHAT,
    "mail address refused": DeliveryCause.NO_SUCH_ADDRESS,
    "mail address refused before": DeliveryCause.REFUSED_BEFORE,
    "mail refused": DeliveryCause.MAIL_REFUSED,
    OUTDATED: DeliveryCause.CHANGED_SINCE,
    NOTHING_LEFT: DeliveryCause.NOTHING_LEFT,
    "too late": DeliveryCause.TOO_LATE,
    "decided otherwise since": DeliveryCause.DECIDED_OTHERWISE,
    "chat left": DeliveryCause.CHAT_LEFT,
    "nobody was there": DeliveryCause.NOBODY_THERE,
    "dropped": DeliveryCause.DROPPED,
}
# Outcomes that say more than the cause of the failures before them.
FINAL = frozenset({"too late", "decided otherwise since", "chat left", "nobody was there", "dropped"})
# What is stored as the last failure, by its beginning.
BY_FAILURE: Mapping[str, DeliveryCause] = {
    "mail server said": DeliveryCause.MAIL_SERVER,
    "mail server not reached": DeliveryCause.MAIL_SERVER_AWAY,
    "Telegram asked": DeliveryCause.TELEGRAM_ASKED,
    "Telegram not": DeliveryCause.TELEGRAM_AWAY,
    "no answer": DeliveryCause.NO_ANSWER,
    "something unexpected": DeliveryCause.UNEXPECTED,
}


ANNOUNCED: Mapping[DeliveryState, tuple[NoticeState, DeliveryCause | None]] = {
    DeliveryState.WAITING: (NoticeState.WAITING, None),
    DeliveryState.SENDING: (NoticeState.SENDING, None),
    DeliveryState.DELIVERED: (NoticeState.DELIVERED, None),
    DeliveryState.BLOCKED: (NoticeState.REFUSED, DeliveryCause.BLOCKED),
    DeliveryState.FAILED: (NoticeState.REFUSED, DeliveryCause.NOT_KNOWN),
}


class DeliveryHistoryStore:
    """Reads how the notices of one person ended."""

    def __init__(self, database: Database) -> None:
        self._notifications: Collection = database["notifications"]
        self._announcements: Collection = database["announcements"]
        self._deliveries: Collection = database["announcement_deliveries"]

    async def page(
        self,
        reader: UserId,
        now: datetime,
        number: int,
        size: int,
        beside: Sequence[DeliveryRecord] = (),
    ) -> Page[DeliveryRecord]:
        """Return the page nearest to `number` of what was made in the last 30 days, newest first.

        `beside` are records that are no notices, and have their places among them. Notices that an earlier
        version has made come last.
        """
        query = {"reader": reader, "$or": [{"made_at": {"$gt": now - KEPT}}, {"made_at": None}]}
        async with translate_driver_errors():
            total = int(await self._notifications.count_documents(query, hint=BY_READER))
            total += len(beside)
            number = page_number(number, total, size)
            # So many notices come before this page wherever the others have their places.
            before = max(0, number * size - len(beside))
            cursor = self._notifications.find(query, SEEN).sort([("made_at", -1)]).hint(BY_READER)
            rows = await cursor.skip(before).limit((number + 1) * size - before).to_list(None)
        notices = [_record(row, now) for row in rows]
        found = sorted([*notices, *beside], key=_newest_first)[number * size - before :]
        return Page(tuple(found[:size]), number, size, total)

    async def announcements(self, user_id: UserId, since: Mapping[ChatId, datetime]) -> list[DeliveryRecord]:
        """Return what became of the announcements by email, and in chats since an instant of each chat."""
        async with translate_driver_errors():
            # There are few, as each is removed 30 days after it is over.
            made = await self._announcements.find({}, {"at": True}).hint("_id_").to_list(None)
            at = {
                f"{row['_id']}.{chat}": row["at"]
                for row in made
                for chat in since
                if row["at"] >= since[chat]
            }
            at |= {mail_delivery_id(AnnouncementId(row["_id"]), user_id): row["at"] for row in made}
            rows = await self._deliveries.find({"_id": {"$in": sorted(at)}}).to_list(None)
        return [_announced(row, at[row["_id"]]) for row in rows]

    async def send_again(self, reader: UserId, key: str, now: datetime) -> DeliveryRecord | None:
        """Make a notice of that person due again, with its attempts counted anew.

        `key` names the ending that was seen: if it was sent again since, nothing is changed. Returns the
        notice as it was, or None.
        """
        query: Document = {"reader": reader, "due": None}
        async with translate_driver_errors():
            rows = await self._notifications.find(query, ENDINGS).hint(BY_READER).to_list(None)
            row = next((each for each in rows if _key(each) == key), None)
            if row is None or _state(row, now) not in {NoticeState.GIVEN_UP, NoticeState.REFUSED}:
                return None
            before = await self._notifications.find_one_and_update(
                {"_id": row["_id"], "due": None, **_ending(row)},
                due_again(now) if row.get("ticket") else _opened(now),
                projection=SEEN,
                return_document=ReturnDocument.BEFORE,
            )
        return _record(before, now) if before else None


def _newest_first(record: DeliveryRecord) -> float:
    return -record.made_at.timestamp() if record.made_at is not None else 0.0


def _announced(row: Document, at: datetime) -> DeliveryRecord:
    state = known(DeliveryState, row.get("state"))
    how, cause = ANNOUNCED[state] if state else (NoticeState.NOT_SENT, DeliveryCause.UNREADABLE)
    is_email = "user_id" in row
    if is_email and cause is DeliveryCause.BLOCKED:
        cause = DeliveryCause.MAIL_REFUSED
    return DeliveryRecord(
        key="",
        kind=None,
        channel=ChannelName.MAIL if is_email else ChannelName.CHAT,
        state=how,
        cause=cause,
        made_at=at,
        ended_at=_instant(row, "closed_at"),
        next_try=_instant(row, "due"),
        tries=row.get("tries", 0),
        is_announcement=True,
    )


def _ending(row: Document) -> Document:
    return {name: row.get(name) for name in ("closed_at", "ticket")}


def _opened(now: datetime) -> Document:
    """Return the change that makes a notice due that was closed; what a card may show does not count."""
    closed = ("closed_at", "outcome", "cause", "claim", "event.facts.in_chat", "failing_since")
    due = {"due": now, "since": now, "attempts": 0, "again": True}
    return {"$set": due, "$unset": dict.fromkeys(closed, "")}


def _key(row: Document) -> str:
    """Return what names this ending of a notice."""
    ended_at = row.get("closed_at") or row.get("parked_at")
    instant = ended_at.timestamp() if isinstance(ended_at, datetime) else ""
    return derived_id(f"{row['_id']}.{row.get('ticket', '')}.{instant}")


def _record(row: Document, now: datetime) -> DeliveryRecord:
    """Return what admins see of a notice, as far as this version can read it."""
    event = row.get("event")
    event = event if isinstance(event, dict) else {}
    facts = event.get("facts")
    ended_at, tries = _instant(row, "closed_at") or _instant(row, "parked_at"), row.get("attempts")
    began = _instant(row, "failing_since") or _instant(row, "since")
    return DeliveryRecord(
        key=_key(row),
        kind=known(EventKind, event.get("kind")),
        channel=known(ChannelName, row.get("channel")),
        state=_state(row, now),
        named=str(event.get("kind") or ""),
        cause=_cause(row),
        made_at=_instant(row, "made_at") or _instant(row, "since") or ended_at,
        ended_at=ended_at,
        next_try=_instant(row, "due"),
        tries=tries if type(tries) is int else 0,
        tried_for=ended_at - began if ended_at and began and row.get("ticket") else None,
        start=_instant(facts, "start") if isinstance(facts, dict) else None,
    )


def _state(row: Document, now: datetime) -> NoticeState:
    if row.get("closed_at") is not None:
        return _closed_state(row)
    if row.get("ticket"):
        return NoticeState.GIVEN_UP
    if row.get("missed"):
        return NoticeState.KEPT
    if row.get("held_by"):
        return NoticeState.BEHIND
    due = _instant(row, "due")
    is_claimed = "claim" in row and due is not None and due > now
    return NoticeState.SENDING if is_claimed else NoticeState.WAITING


def _closed_state(row: Document) -> NoticeState:
    outcome = row.get("outcome")
    if outcome == SENT:
        return NoticeState.DELIVERED
    if outcome == SHOWN:
        return NoticeState.SHOWN
    return NoticeState.REFUSED if _cause(row) in REFUSALS else NoticeState.NOT_SENT


def _cause(row: Document) -> DeliveryCause | None:
    outcome, stored = row.get("outcome"), known(DeliveryCause, row.get("cause"))
    said = BY_OUTCOME.get(outcome) if isinstance(outcome, str) else None
    if outcome in FINAL or (stored is None and said is not None):
        return said
    if stored is not None:
        return stored
    why = str(row.get("why") or "")
    return next((cause for begin, cause in BY_FAILURE.items() if why.startswith(begin)), None)


def _instant(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    return value if isinstance(value, datetime) else None
