"""The collection `codes`: one-time codes that were mailed, as seals that nobody can read back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.models import ChatId
from services.storage.driver import Collection, Database, Document, border

# A code that is over is remembered for so long, to be called too old and not wrong.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredCode:
    """The seal of a code, when it ends, and how often it was tried, this time included."""

    seal: str
    expires_at: datetime
    tries: int


class Codes:
    """Stores one code a key; a new one takes the place of the old."""

    def __init__(self, database: Database) -> None:
        self._codes: Collection = database["codes"]

    async def prepare(self) -> None:
        """Make the index by which the database itself removes old codes."""
        async with border():
            await self._codes.create_index("kept_until", expireAfterSeconds=0)

    async def put(self, key: str, seal: str, expires_at: datetime, *, by_clinic: bool = False) -> None:
        """Make this the code of `key`, untried."""
        code = {
            "seal": seal,
            "tries": 0,
            "expires_at": expires_at,
            "kept_until": expires_at + REMEMBERED,
            "by_clinic": by_clinic,
        }
        async with border():
            try:
                await self._codes.replace_one({"_id": key}, code, upsert=True)
            except DuplicateKeyError:
                # Two first codes at once: the loser of the insert takes the winner's place.
                await self._codes.replace_one({"_id": key}, code, upsert=True)

    async def count_try(self, key: str) -> StoredCode | None:
        """Count a try before it is made, and return what there is to try; None: there is no code."""
        async with border():
            document = await self._codes.find_one_and_update(
                {"_id": key}, {"$inc": {"tries": 1}}, return_document=ReturnDocument.AFTER
            )
        return StoredCode(document["seal"], document["expires_at"], document["tries"]) if document else None

    async def redeem(self, key: str, seal: str, chat_id: ChatId) -> bool:
        """Give the code to a chat, also again; False: another chat has it, or another code its place."""
        free_or_theirs = {"$in": [None, chat_id]}
        async with border():
            result = await self._codes.update_one(
                {"_id": key, "seal": seal, "redeemed_by": free_or_theirs}, {"$set": {"redeemed_by": chat_id}}
            )
        return bool(result.matched_count)

    async def is_from_clinic(self, key: str, now: datetime) -> bool:
        """Tell whether the code of `key` is one that an admin had sent, and good still."""
        query: Document = {"_id": key, "by_clinic": True, "expires_at": {"$gt": now}}
        async with border():
            return await self._codes.find_one(query, {"_id": True}) is not None

    async def is_redeemed(self, key: str, chat_id: ChatId, now: datetime) -> bool:
        """Tell whether the chat has the code of `key`, and that has not come to its end."""
        query: Document = {"_id": key, "redeemed_by": chat_id, "expires_at": {"$gt": now}}
        async with border():
            return await self._codes.find_one(query, {"_id": True}) is not None

    async def remove(self, *keys: str) -> None:
        """Forget the codes of these keys."""
        async with border():
            await self._codes.delete_many({"_id": {"$in": list(keys)}})
