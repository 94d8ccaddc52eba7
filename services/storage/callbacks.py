"""Wishes to be called: the field `callback` of a patient's document in `users`, the last one alone.

It goes with the account. The event for the reception is stored in the same write, so that it is neither lost
nor told twice.
"""

from datetime import datetime, timedelta

from services.models.notifications import Event
from services.models.patients import CallbackRequest
from services.models.people import UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.notifications import event_document

CALLBACK = "callback"


class CallbackStore:
    """Stores who wants to be called."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def ask(
        self, user_id: UserId, request: CallbackRequest, phone: str, event: Event, pause: timedelta
    ) -> bool:
        """Store a wish, the number (E.164) and the event, unless there was a wish within the pause."""
        is_due = {"$or": [{f"{CALLBACK}.at": None}, {f"{CALLBACK}.at": {"$lte": request.at - pause}}]}
        stored = {CALLBACK: {"id": request.id, "at": request.at}, "phone": phone}
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, **is_due}, {"$set": stored, "$push": {"unsent": event_document(event)}}
            )
        return bool(done.matched_count)

    async def last(self, user_id: UserId) -> CallbackRequest | None:
        """Return the last wish of a patient."""
        async with translate_driver_errors():
            row = await self._users.find_one({"_id": user_id}, {CALLBACK: True})
        return _read((row or {}).get(CALLBACK))

    async def note_called(self, user_id: UserId, at: datetime, by: UserId, now: datetime) -> bool:
        """Note that the patient was called whose last wish is of that minute; False: it was noted before."""
        query = {"_id": user_id, f"{CALLBACK}.at": at, f"{CALLBACK}.called_at": None}
        noted = {f"{CALLBACK}.called_at": now, f"{CALLBACK}.called_by": by}
        async with translate_driver_errors():
            done = await self._users.update_one(query, {"$set": noted})
        return bool(done.matched_count)


def _read(stored: Document | None) -> CallbackRequest | None:
    return CallbackRequest(stored["id"], stored["at"], stored.get("called_at")) if stored else None
