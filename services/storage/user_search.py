"""Finding accounts among `users`: doctors by specialization, everybody by parts of a name or address."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from services.models.paging import Page, page_number
from services.models.people import AccountStatus, Role, User, UserId, Who
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, aggregated, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.name_keys import NameKeyStore, search_query
from services.storage.user_documents import BY_NAME, BY_ROLE, PUBLIC, read_user


class UserSearchStore:
    """Finds accounts. They are written by services/storage/users.py, which makes the indexes, too."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]
        self._keys = NameKeyStore(database)
        self._specializations = Batcher(self._specializations_for)

    async def specializations(self) -> list[str]:
        """Return the specializations that active doctors have, in the order of the alphabet."""
        return await self._specializations(None)

    async def _specializations_for(self, askers: Sequence[None]) -> list[list[str]]:
        active = {"role": Role.DOCTOR.value, "status": AccountStatus.ACTIVE.value}
        async with translate_driver_errors():
            found = sorted(await self._users.distinct("specialization", active))
        return [found] * len(askers)

    async def doctors(self, specialization: str | None, number: int, size: int) -> Page[User]:
        """Return a page of active doctors, of one specialization or of all, by name."""
        query: Document = {"role": Role.DOCTOR.value, "status": AccountStatus.ACTIVE.value}
        if specialization is not None:
            query["specialization"] = specialization
        return await self._page(query, number, size)

    async def all_doctors(self, specialization: str | None) -> list[User]:
        """Return all active doctors, of one specialization or of all, by name."""
        query: Document = {"role": Role.DOCTOR.value, "status": AccountStatus.ACTIVE.value}
        if specialization is not None:
            query["specialization"] = specialization
        async with translate_driver_errors():
            cursor = self._users.find(query, PUBLIC).sort([("name", 1), ("_id", 1)])
            return readable(await cursor.to_list(None), read_user, "user")

    async def after(self, last: UserId | None, limit: int) -> list[User]:
        """Return the next accounts in the order of their ids, after the `last` one that was seen."""
        query: Document = {"_id": {"$gt": last or ""}}
        async with translate_driver_errors():
            cursor = self._users.find(query, PUBLIC).sort("_id", 1).limit(limit)
            return readable(await cursor.to_list(None), read_user, "user")

    async def bookable_after(self, last: UserId | None, limit: int) -> list[User]:
        """Return the next active doctors in the order of their ids, after the `last` one that was seen."""
        query: Document = {
            "role": Role.DOCTOR.value,
            "status": AccountStatus.ACTIVE.value,
            "_id": {"$gt": last or ""},
        }
        async with translate_driver_errors():
            cursor = self._users.find(query, PUBLIC).sort("_id", 1).hint(BY_ROLE).limit(limit)
            return readable(await cursor.to_list(None), read_user, "user")

    async def search(
        self,
        text: str,
        number: int,
        size: int,
        *,
        roles: Iterable[Role] | None = None,
        who: Who = Who.ALL,
    ) -> Page[User]:
        """Return a page of the accounts that match `text`, by name; all accounts if it is empty.

        Each word of it begins a word of the name, in any order and without accents, or the whole text begins
        a part of the email address. Only if nobody matches, it may be in the middle of a word.
        """
        if who is not Who.ALL:
            # With the roles and statuses listed, the index gives them in the order of their names.
            return await self._searched(_among(who), text, number, size, hint=BY_NAME)
        query: Document = {"name": {"$gte": ""}}
        if roles is not None:
            query["role"] = {"$in": [role.value for role in roles]}
        # The index by role is not in the order of names.
        return await self._searched(query, text, number, size, hint={"name": 1, "_id": 1})

    async def counts(self, text: str) -> dict[tuple[Role, AccountStatus], int]:
        """Return how many accounts of each role and status match `text`, as in `search`."""
        meant = search_query(text)
        found = await self._counted(_among(Who.ALL) | meant) if meant else {}
        return found or await self._counted(_among(Who.ALL) | _containing(text), hint=BY_NAME)

    async def _counted(self, query: Document, **options: Any) -> dict[tuple[Role, AccountStatus], int]:
        group = {"_id": {"role": "$role", "status": "$status"}, "count": {"$sum": 1}}
        async with translate_driver_errors():
            rows = await aggregated(self._users, [{"$match": query}, {"$group": group}], **options)
        return {(Role(row["_id"]["role"]), AccountStatus(row["_id"]["status"])): row["count"] for row in rows}

    async def patients(self, text: str, number: int, size: int) -> Page[User]:
        """Return a page of active patients that match `text`, as in `search`."""
        active = {"role": Role.PATIENT.value, "status": AccountStatus.ACTIVE.value}
        return await self._searched(active, text, number, size, hint=BY_NAME)

    async def _searched(
        self, query: Document, text: str, number: int, size: int, hint: Document
    ) -> Page[User]:
        if found := await self._meant(query, text):
            nearest = page_number(number, len(found), size)
            ids = found[nearest * size : (nearest + 1) * size]
            users = await self._by_ids(ids)
            return Page(tuple(users[each] for each in ids if each in users), nearest, size, len(found))
        return await self._page(query | _containing(text), number, size, hint=hint)

    async def _by_ids(self, ids: Sequence[UserId]) -> dict[UserId, User]:
        async with translate_driver_errors():
            rows = await self._users.find({"_id": {"$in": list(ids)}}, PUBLIC).to_list(None)
        return {user.id: user for user in readable(rows, read_user, "user")}

    async def _meant(self, query: Document, text: str) -> list[UserId]:
        """Return the ids of matching accounts, by name; writes missing keys if there are none."""
        meant = search_query(text)
        if not meant:
            return []
        found = await self._ids_by_name(query | meant)
        if not found and await self._keys.write_missing():
            found = await self._ids_by_name(query | meant)
        return found

    async def _ids_by_name(self, query: Document) -> list[UserId]:
        """Return the ids sorted by name, which the index of words does not do."""
        async with translate_driver_errors():
            rows = await self._users.find(query, {"name": True}).to_list(None)
        return [UserId(row["_id"]) for row in sorted(rows, key=lambda row: (str(row["name"]), row["_id"]))]

    async def _page(
        self, query: Document, number: int, size: int, hint: Document | None = None
    ) -> Page[User]:
        """Return the page nearest to `number`, by name; mostly in one query."""
        async with translate_driver_errors():
            found, total = await self._part(query, max(number, 0) * size, size, hint)
            nearest = page_number(number, total, size)
            if nearest != number:
                found, total = await self._part(query, nearest * size, size, hint)
        return Page(tuple(readable(found, read_user, "user")), nearest, size, total)

    async def _part(
        self, query: Document, skip: int, size: int, hint: Document | None
    ) -> tuple[list[Document], int]:
        order = {"$sort": {"name": 1, "_id": 1}}
        items = [{"$skip": skip}, {"$limit": size}, {"$project": PUBLIC}]
        parts: Document = {"items": items, "counted": [{"$count": "total"}]}
        hinted = {"hint": hint} if hint else {}
        (row,) = await aggregated(self._users, [{"$match": query}, order, {"$facet": parts}], **hinted)
        return row["items"], row["counted"][0]["total"] if row["counted"] else 0


def _among(who: Who) -> Document:
    """Return the query for these accounts, with all roles and statuses listed."""
    return {
        "role": who.role.value if who.role else {"$in": [role.value for role in Role]},
        "status": who.status.value if who.status else {"$in": [status.value for status in AccountStatus]},
    }


def _containing(text: str) -> Document:
    if not text:
        return {}
    pattern = {"$regex": re.escape(text), "$options": "i"}
    return {"$or": [{"name": pattern}, {"email": pattern}]}
