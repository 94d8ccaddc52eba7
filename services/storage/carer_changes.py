"""Changes of who looks after a patient of which others hear: the event is stored in the same write."""

from collections.abc import Iterable

from services.models.notifications import Event
from services.models.patients import MOST_LOOKED_AFTER
from services.models.people import UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.notifications import event_document
from services.storage.user_documents import LOOKS_AFTER


class CarerChangeStore:
    """Changes the field `looks_after` of documents of `users` (see carers.py)."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def join(self, user_id: UserId, patient_id: UserId, event: Event) -> bool:
        """Let an account look after a patient, with the event; False if it has ten already.

        If it does so already, nothing is changed and nobody is told again.
        """
        has_room: Document = {f"{LOOKS_AFTER}.{MOST_LOOKED_AFTER - 1}": {"$exists": False}}
        joined: Document = {"$push": {LOOKS_AFTER: patient_id}}
        if event.readers:
            joined["$push"]["unsent"] = event_document(event)
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, LOOKS_AFTER: {"$ne": patient_id}, **has_room}, joined
            )
            if done.matched_count:
                return True
            return (
                await self._users.find_one({"_id": user_id, LOOKS_AFTER: patient_id}, {"_id": 1}) is not None
            )

    async def share(self, lost: UserId, kept: UserId) -> None:
        """Let all who look after one patient look after the other one, too, however many they have."""
        async with translate_driver_errors():
            await self._users.update_many({LOOKS_AFTER: lost}, {"$addToSet": {LOOKS_AFTER: kept}})

    async def lend(self, user_ids: Iterable[UserId], patient_id: UserId) -> None:
        """Let these accounts look after a patient for a while, however many they have."""
        async with translate_driver_errors():
            await self._users.update_many(
                {"_id": {"$in": sorted(user_ids)}}, {"$addToSet": {LOOKS_AFTER: patient_id}}
            )

    async def leave(self, user_id: UserId, lost: UserId, kept: UserId | None, event: Event | None) -> None:
        """Let an account look after `kept` in the place of a patient, or after nobody, with the event."""
        instead = {"$setDifference": [[kept] if kept else [], f"${LOOKS_AFTER}"]}
        others = {"$filter": {"input": f"${LOOKS_AFTER}", "as": "one", "cond": {"$ne": ["$$one", lost]}}}
        left: Document = {LOOKS_AFTER: {"$concatArrays": [others, instead]}}
        if event is not None:
            unsent = {"$ifNull": ["$unsent", []]}
            left["unsent"] = {"$concatArrays": [unsent, [{"$literal": event_document(event)}]]}
        async with translate_driver_errors():
            await self._users.update_one({"_id": user_id, LOOKS_AFTER: lost}, [{"$set": left}])

    async def tell(self, user_id: UserId, event: Event) -> None:
        """Store an event in an account's document, once as long as it is there."""
        async with translate_driver_errors():
            await self._users.update_one(
                {"_id": user_id, "unsent.id": {"$ne": event.id}}, {"$push": {"unsent": event_document(event)}}
            )
