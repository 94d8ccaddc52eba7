"""What accounts are found by: the words of their names, what their names look like, their mail addresses.

These keys are written together with the name and the address (see `name_keys`, `email_keys`). They carry the
number of the rules by which they were made: accounts with older keys, or none, get new ones at the start
(see services/storage/migrations.py).
"""

import re
from collections.abc import Iterable, Sequence

from services.models.people import Role, UserId
from services.names.folding import folded, looks, name_words
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors

# Raise it with every change of what services/names/folding.py makes of a name.
RULES = 1
# What is worked out of a name and an address, and says nothing that they do not say.
KEY_FIELDS = ("name_words", "name_looks", "email_parts", "name_rules")
# After the last character of any word.
END = "\U0010ffff"
ROWS_PER_WRITE = 500
SHORTEST = 2
# What an address is made of; it is found by any of these on.
PART = re.compile(r"[^\W_]+")


def name_keys(name: str) -> Document:
    """Return what is stored beside a name."""
    return {"name_words": name_words(name), "name_looks": looks(name), "name_rules": RULES}


def email_keys(email: str) -> Document:
    """Return what is stored beside an address: all its ends that begin a part of it."""
    return {"email_parts": [email[part.start() :] for part in PART.finditer(email)]}


def search_query(text: str) -> Document:
    """Return what finds the accounts of whose names each word begins one, or of whose address a part does so.

    An empty document where the text has less than two letters or digits, which are in nearly every name.
    """
    words = [{"name_words": _beginning(word)} for word in folded(text).split()]
    begins = PART.search(text)
    if begins is None or len(folded(text)) < SHORTEST:
        return {}
    address = text[begins.start() :].casefold().strip()
    return {"$or": [{"$and": words}, {"email_parts": _beginning(address)}]}


def _beginning(word: str) -> Document:
    return {"$elemMatch": {"$gte": word, "$lt": word + END}}


class NameKeyStore:
    """Finds accounts by their keys, and gives keys to those that have none."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def prepare(self) -> None:
        """Make the indexes."""
        async with translate_driver_errors():
            await self._users.create_index("name_words")
            await self._users.create_index("email_parts")
            await self._users.create_index("name_looks")
            await self._users.create_index("name_rules")

    async def ids_alike(self, names: Iterable[str], role: Role | None = None) -> list[UserId]:
        """Return whose names are, or look like, one of these: of a role, or of all."""
        wanted = sorted({form for name in names for form in looks(name)})
        query: Document = {"name_looks": {"$in": wanted}} | ({"role": role.value} if role else {})
        async with translate_driver_errors():
            rows = await self._users.find(query, {"_id": True}).hint({"name_looks": 1}).to_list(None)
        return [UserId(row["_id"]) for row in rows]

    async def write_missing(self) -> int:
        """Give keys to the accounts whose keys are older than the rules, or not there; return how many.

        Done by several workers at once it is done once; a name that is changed meanwhile has its keys.
        """
        older: Document = {"$or": [{"name_rules": None}, {"name_rules": {"$lt": RULES}}]}
        count = 0
        while True:
            async with translate_driver_errors():
                cursor = self._users.find(older, {"name": True, "email": True}).hint({"name_rules": 1})
                written = await self._write(await cursor.limit(ROWS_PER_WRITE).to_list(None))
            if not written:
                return count
            count += written

    async def _write(self, rows: Sequence[Document]) -> int:
        count = 0
        for row in rows:
            name, email = str(row.get("name", "")), str(row.get("email", ""))
            same = {"_id": row["_id"], "name": row.get("name"), "email": row.get("email")}
            keys = name_keys(name) | email_keys(email)
            async with translate_driver_errors():
                done = await self._users.update_one(same, {"$set": keys})
            count += done.matched_count
        return count
