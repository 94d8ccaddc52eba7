"""The search keys of accounts and patients: the words of names, how names look, and parts of email addresses.

They are written together with the name and the address (see `name_keys`, `email_keys`), with the number of
the rules by which they were made. Documents with keys of older rules, or without keys, get new ones at the
start (see services/storage/migrations.py).
"""

import re
from collections.abc import Iterable, Sequence

from services.models.people import Role, UserId
from services.names.folding import folded, looks, name_words
from services.storage.mongo.driver import (
    ROWS_PER_WRITE,
    Collection,
    Database,
    Document,
    translate_driver_errors,
)

# Raise this whenever services/names/folding.py changes what it makes of a name, and add a migration that
# writes the keys anew (services/storage/migrations.py): each runs once.
RULES = 1
# All fields that follow from the name and the address.
KEY_FIELDS = ("name_words", "name_looks", "email_parts", "name_rules")
# After the last character of any word.
END = "\U0010ffff"
MIN_SEARCHED = 2
# The parts of an address; it is found by any text that begins with one.
PART = re.compile(r"[^\W_]+")


def name_keys(name: str) -> Document:
    """Return what is stored beside a name."""
    return {"name_words": name_words(name), "name_looks": looks(name), "name_rules": RULES}


def email_keys(email: str) -> Document:
    """Return what is stored beside an address: the address from each of its parts on."""
    return {"email_parts": [email[part.start() :] for part in PART.finditer(email)]}


def search_query(text: str) -> Document:
    """Return the query for accounts that match a text.

    Each word of it begins a word of the name, or the whole text begins a part of the address. An empty
    document if the text has fewer than two letters or digits, as nearly every name would match.
    """
    words = [{"name_words": _beginning(word)} for word in folded(text).split()]
    begins = PART.search(text)
    if begins is None or len(folded(text)) < MIN_SEARCHED:
        return {}
    address = text[begins.start() :].casefold().strip()
    return {"$or": [{"$and": words}, {"email_parts": _beginning(address)}]}


def _beginning(word: str) -> Document:
    return {"$elemMatch": {"$gte": word, "$lt": word + END}}


class NameKeyStore:
    """Finds accounts by their keys, and gives keys to accounts and patients that have none."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]
        self._named: tuple[Collection, ...] = (self._users, database["patients"])

    async def prepare(self) -> None:
        """Make the indexes."""
        async with translate_driver_errors():
            for collection in self._named:
                for key in KEY_FIELDS:
                    await collection.create_index(key)

    async def ids_alike(self, names: Iterable[str], role: Role | None = None) -> list[UserId]:
        """Return the accounts, of a role or of all, whose names are or look like one of these."""
        wanted = sorted({form for name in names for form in looks(name)})
        query: Document = {"name_looks": {"$in": wanted}} | ({"role": role.value} if role else {})
        async with translate_driver_errors():
            rows = await self._users.find(query, {"_id": True}).hint({"name_looks": 1}).to_list(None)
        return [UserId(row["_id"]) for row in rows]

    async def write_missing(self) -> int:
        """Write keys for those whose keys are missing or of older rules; return how many.

        Several workers may do so at once. A name that is changed meanwhile gets its keys with the change.
        """
        older: Document = {"$or": [{"name_rules": None}, {"name_rules": {"$lt": RULES}}]}
        count = 0
        for collection in self._named:
            while written := await self._write_some(collection, older):
                count += written
        return count

    async def _write_some(self, collection: Collection, older: Document) -> int:
        async with translate_driver_errors():
            cursor = collection.find(older, {"name": True, "email": True}).hint({"name_rules": 1})
            return await self._write(collection, await cursor.limit(ROWS_PER_WRITE).to_list(None))

    async def _write(self, collection: Collection, rows: Sequence[Document]) -> int:
        count = 0
        for row in rows:
            name, email = str(row.get("name", "")), str(row.get("email", ""))
            same = {"_id": row["_id"], "name": row.get("name"), "email": row.get("email")}
            keys = name_keys(name) | email_keys(email)
            async with translate_driver_errors():
                done = await collection.update_one(same, {"$set": keys})
            count += done.matched_count
        return count
