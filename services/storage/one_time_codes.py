"""The collection `codes`: one-time codes that were emailed, stored as seals that nobody can read.

The key of a code that somebody asked for has their chat in it. The key of a code that an admin had sent has
none, and it is good in any chat; so are the codes of older versions.

A code that is not known to be on its way lies beside the `earlier` one of its key, and both are good: if it
cannot be emailed, the person still has the earlier one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.models.people import ChatId, Origin
from services.storage.mongo.driver import SKEW, Collection, Database, Document, translate_driver_errors

# An expired code is kept so long, so that the person is told that it has expired and not that it is wrong.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredCode:
    """The seal of a code, when it expires, and how often it was tried, this time included.

    `earlier` is the one before, as long as this one is not known to be on its way.
    """

    seal: str
    expires_at: datetime
    tries: int
    earlier: "StoredCode | None" = None


class OneTimeCodeStore:
    """Stores one code for each key; a new one replaces the old one."""

    def __init__(self, database: Database) -> None:
        self._codes: Collection = database["codes"]

    async def prepare(self) -> None:
        """Make the index by which the database itself removes old codes."""
        async with translate_driver_errors():
            await self._codes.create_index("kept_until", expireAfterSeconds=0)

    async def put(
        self,
        key: str,
        seal: str,
        expires_at: datetime,
        *,
        by_clinic: bool = False,
        beside: datetime | None = None,
    ) -> None:
        """Make this the code of `key`, untried; `beside` the one that is good at that instant, if given."""
        code = _untried(seal, expires_at) | {"by_clinic": by_clinic}
        change: Document | list[Document] = code
        write: Any = self._codes.replace_one
        if beside is not None:
            stored = {"$literal": code}, {"_id": "$_id", "earlier": _good_at(beside)}
            change, write = [{"$replaceWith": {"$mergeObjects": stored}}], self._codes.update_one
        async with translate_driver_errors():
            try:
                await write({"_id": key}, change, upsert=True)
            except DuplicateKeyError:
                # Two first codes at once: replace the one that was inserted.
                await write({"_id": key}, change, upsert=True)

    async def sent(self, key: str, seal: str) -> None:
        """Note that this code of `key` is on its way: the earlier one is good no more."""
        async with translate_driver_errors():
            await self._codes.update_one({"_id": key, "seal": seal}, {"$unset": {"earlier": ""}})

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
        return _stored(document, lambda row: int(row["tries"])) if document else None

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
        return (
            _stored(document, lambda row: int(row.get("by_chat", {}).get(str(origin), 0)))
            if document
            else None
        )

    async def _counted(self, query: Document, update: Document, *, upsert: bool = False) -> Document | None:
        document: Document | None = await self._codes.find_one_and_update(
            query, update, upsert=upsert, return_document=ReturnDocument.AFTER
        )
        return document

    async def redeem(self, key: str, seal: str, origin: Origin) -> bool:
        """Redeem the code for a chat, also again; False: another has redeemed it, or it was replaced."""
        free_or_theirs = {"$in": [None, origin]}
        either = [{"seal": seal}, {"earlier.seal": seal}]
        async with translate_driver_errors():
            result = await self._codes.update_one(
                {"_id": key, "$or": either, "redeemed_by": free_or_theirs}, {"$set": {"redeemed_by": origin}}
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


def _good_at(now: datetime) -> Document:
    """Return the expression for the code of a document that is good at an instant, if there is one."""
    parts = {name: f"${name}" for name in ("seal", "expires_at", "tries", "by_chat")}
    is_earlier = {"$gt": ["$earlier.expires_at", now]}
    # What matches nobody's code, and what was redeemed, is worth nothing.
    is_good = [{"$gt": ["$expires_at", now]}, {"$gt": ["$seal", ""]}, {"$not": ["$redeemed_by"]}]
    return {
        "$switch": {
            "branches": [
                {"case": is_earlier, "then": "$earlier"},
                {"case": {"$and": is_good}, "then": parts},
            ],
            "default": "$$REMOVE",
        }
    }


def _stored(row: Document, tries: Callable[[Document], int]) -> StoredCode:
    """Return the code of a document; tries of either code count for both."""
    earlier = row.get("earlier")
    before = earlier and StoredCode(earlier["seal"], earlier["expires_at"], tries(earlier) + tries(row))
    return StoredCode(row["seal"], row["expires_at"], tries(row), before)


def _untried(seal: str, expires_at: datetime) -> Document:
    return {"seal": seal, "tries": 0, "expires_at": expires_at, "kept_until": expires_at + REMEMBERED}
