"""The collection `codes`: one-time codes that were emailed, stored as seals that nobody can read.

The key of a code that somebody asked for has their chat in it. The key of a code that an admin had sent has
none, and it is good in any chat; so are the codes of older versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.models.people import ChatId, Origin
from services.storage.mongo.driver import SKEW, Collection, Database, Document, translate_driver_errors

# An expired code is kept so long, so that the person is told that it has expired and not that it is wrong.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredCode:
    """The seal of a code, when it expires, and how often it was tried, this time included."""

    seal: str
    expires_at: datetime
    tries: int


class OneTimeCodeStore:
    """Stores one code for each key; a new one replaces the old one."""

    def __init__(self, database: Database) -> None:
        self._codes: Collection = database["codes"]

    async def prepare(self) -> None:
        """Make the index by which the database itself removes old codes."""
        async with translate_driver_errors():
            await self._codes.create_index("kept_until", expireAfterSeconds=0)

    async def put(self, key: str, seal: str, expires_at: datetime, *, by_clinic: bool = False) -> None:
        """Make this the code of `key`, untried."""
        code = _untried(seal, expires_at) | {"by_clinic": by_clinic}
        async with translate_driver_errors():
            try:
                await self._codes.replace_one({"_id": key}, code, upsert=True)
            except DuplicateKeyError:
                # Two first codes at once: replace the one that was inserted.
                await self._codes.replace_one({"_id": key}, code, upsert=True)

    async def count_try(self, key: str, nobodys_until: datetime | None = None) -> StoredCode | None:
        """Count a try before it is made, and return the code.

        None: there is no code. With `nobodys_until`, a code that matches nothing is then stored until that
        instant, and its tries are counted, so that nobody can find out whether there is a real one.
        """
        update: Document = {"$inc": {"tries": 1}}
        if nobodys_until is not None:
            update["$setOnInsert"] = _untried("", nobodys_until)
            del update["$setOnInsert"]["tries"]
        upsert = nobodys_until is not None
        async with translate_driver_errors():
            try:
                document = await self._counted({"_id": key}, update, upsert=upsert)
            except DuplicateKeyError:
                document = await self._counted({"_id": key}, update, upsert=upsert)
        return StoredCode(document["seal"], document["expires_at"], document["tries"]) if document else None

    async def count_try_of_shared(
        self, key: str, origin: Origin, most_by_strangers: int, *, is_known: bool
    ) -> StoredCode | None:
        """Count a chat's try of a code that is good in any chat; return it with the tries of this chat.

        Chats that the account does not know have `most_by_strangers` tries together. None: no code, or no
        tries left.
        """
        query: Document = {"_id": key}
        tries = {f"by_chat.{origin}": 1}
        if not is_known:
            query["tries"] = {"$lt": most_by_strangers}
            tries["tries"] = 1
        async with translate_driver_errors():
            document = await self._counted(query, {"$inc": tries})
        if document is None:
            return None
        return StoredCode(document["seal"], document["expires_at"], document["by_chat"][str(origin)])

    async def _counted(self, query: Document, update: Document, *, upsert: bool = False) -> Document | None:
        document: Document | None = await self._codes.find_one_and_update(
            query, update, upsert=upsert, return_document=ReturnDocument.AFTER
        )
        return document

    async def redeem(self, key: str, seal: str, origin: Origin) -> bool:
        """Redeem the code for a chat, also again; False: another has redeemed it, or it was replaced."""
        free_or_theirs = {"$in": [None, origin]}
        async with translate_driver_errors():
            result = await self._codes.update_one(
                {"_id": key, "seal": seal, "redeemed_by": free_or_theirs}, {"$set": {"redeemed_by": origin}}
            )
        return bool(result.matched_count)

    async def is_from_clinic(self, key: str, now: datetime, latest: datetime) -> bool:
        """Tell whether the code of `key` was sent by an admin and expires after `now` and by `latest`."""
        query: Document = {"_id": key, "by_clinic": True, "expires_at": {"$gt": now, "$lte": latest + SKEW}}
        async with translate_driver_errors():
            return await self._codes.find_one(query, {"_id": True}) is not None

    async def is_redeemed(self, keys: Sequence[str], chat_id: ChatId, now: datetime) -> bool:
        """Tell whether the chat has redeemed the code of one of `keys`, and it has not expired."""
        query: Document = {"_id": {"$in": list(keys)}, "redeemed_by": chat_id, "expires_at": {"$gt": now}}
        async with translate_driver_errors():
            return await self._codes.find_one(query, {"_id": True}) is not None

    async def remove(self, *keys: str) -> None:
        """Forget the codes of these keys."""
        async with translate_driver_errors():
            await self._codes.delete_many({"_id": {"$in": list(keys)}})


def _untried(seal: str, expires_at: datetime) -> Document:
    return {"seal": seal, "tries": 0, "expires_at": expires_at, "kept_until": expires_at + REMEMBERED}
