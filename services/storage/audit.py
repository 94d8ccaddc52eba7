"""The collection `audit`: who did what to what, and when. Entries hold ids, never names or secrets."""

from collections.abc import Sequence
from typing import Any

from services.models.audit import Action, AuditEntry
from services.models.paging import Page, page_number
from services.models.people import UserId
from services.models.slots import Slot
from services.storage.mongo.driver import (
    EVER,
    Collection,
    Database,
    Document,
    insert_new,
    translate_driver_errors,
)


class AuditStore:
    """Stores audit entries; they are never changed."""

    def __init__(self, database: Database) -> None:
        self._audit: Collection = database["audit"]

    async def prepare(self) -> None:
        """Make the indexes: of all, of what somebody did, of what was done to somebody."""
        async with translate_driver_errors():
            await self._audit.create_index([("at", 1)])
            await self._audit.create_index([("people", 1), ("at", 1)])
            await self._audit.create_index([("subject", 1), ("at", 1)])

    async def add(self, entry: AuditEntry) -> None:
        """Store an entry; if there is one with its id, that stays."""
        await self.add_all([entry])

    async def add_all(self, entries: Sequence[AuditEntry]) -> None:
        """Store entries; of those whose ids are there already, nothing is changed."""
        if entries:
            async with translate_driver_errors():
                await insert_new(self._audit, [_document(entry) for entry in entries])

    async def page(
        self, user_id: UserId | None, window: Slot | None, *, number: int, size: int
    ) -> Page[AuditEntry]:
        """Return a page, newest first: entries with one person, of a time, or all."""
        window = window or EVER
        query: Document = {"at": {"$gte": window.start, "$lt": window.end}}
        index = [("at", 1)]
        if user_id is not None:
            query["people"] = user_id
            index = [("people", 1), *index]
        async with translate_driver_errors():
            total = await self._audit.count_documents(query, hint=index)
            number = page_number(number, total, size)
            cursor = self._audit.find(query).sort([("at", -1)]).hint(index)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(map(_entry, rows)), number, size, total)

    async def latest(self, subject: str, actions: frozenset[Action]) -> AuditEntry | None:
        """Return the newest entry with one of those actions about a subject, or None."""
        query = {"subject": subject, "action": {"$in": [action.value for action in actions]}}
        async with translate_driver_errors():
            cursor = self._audit.find(query).sort([("subject", -1), ("at", -1)])
            rows = await cursor.hint([("subject", 1), ("at", 1)]).limit(1).to_list(None)
        return _entry(rows[0]) if rows else None

    async def of_person(self, user_id: UserId) -> list[dict[str, Any]]:
        """Return all entries with a person, oldest first, as plain values."""
        async with translate_driver_errors():
            cursor = self._audit.find({"people": user_id}, {"_id": False, "people": False})
            found: list[dict[str, Any]] = (
                await cursor.sort([("at", 1)]).hint([("people", 1), ("at", 1)]).to_list(None)
            )
        return found


def _document(entry: AuditEntry) -> Document:
    return {
        "_id": entry.id,
        "at": entry.at,
        "action": entry.action.value,
        "actor": entry.actor,
        "subject": entry.subject,
        "people": sorted({who for who in (entry.actor, entry.subject) if who}),
        "facts": dict(entry.facts),
    }


def _entry(row: Document) -> AuditEntry:
    actor = row["actor"]
    return AuditEntry(
        row["_id"],
        row["at"],
        Action(row["action"]),
        UserId(actor) if actor else None,
        row["subject"],
        row["facts"],
    )
