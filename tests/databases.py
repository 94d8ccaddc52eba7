"""The databases of one worker of the tests: made once with all their indexes, and emptied after a test."""

import uuid
from typing import Any

from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.storage.mongo.driver import Database, Document, connect
from services.storage.storage import Storage
from tests.connections import Connections
from tests.plans import OURS

# What can leave a document where there was none, with the collection as the command's value.
WRITING = {"insert", "update", "findAndModify"}
# The connection strings of those that are lent now.
LENT: set[str] = set()
# The connection strings of those that were given to a process which may be killed: it may still have had
# something on its way, and so nobody else gets them.
GIVEN_AWAY: set[str] = set()


async def prepared(database: Database, url: str) -> Storage:
    """Return the storage on a database, prepared as at every start; what is lent has been already."""
    storage = Storage.on(database)
    if url not in LENT:
        await storage.prepare()
    return storage


class Written(CommandListener):
    """Notes to which collections this process may have written, of each database."""

    def __init__(self) -> None:
        self._collections: dict[str, set[str]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        """Note what is written to."""
        if event.command_name in WRITING:
            name = event.command[event.command_name]
            self._collections.setdefault(event.database_name, set()).add(name)

    def taken(self, database_name: str) -> set[str]:
        """Return the collections of that database that were written to since this was last asked."""
        return self._collections.pop(database_name, set())

    def succeeded(self, event: object) -> None:
        """Do nothing."""

    def failed(self, event: object) -> None:
        """Do nothing."""


class Databases:
    """Lends databases that are empty and have all their indexes: making those takes longer than most tests.

    A client of its own empties them, at once and without waiting for the journal: nobody needs to find out
    after a power cut that a test's data is gone.
    """

    def __init__(self, server_url: str, written: Written) -> None:
        self.connections = Connections(LENT.__contains__)
        self._server_url = server_url.rstrip("/")
        self._written = written
        self._client: MongoClient[Document] = MongoClient(server_url)
        self._free: list[str] = []
        self._indexes: dict[str, int] = {}

    async def lend(self) -> str:
        """Return the name of an empty database that nobody else has."""
        name = self._free.pop() if self._free else await self._new()
        LENT.add(self.url(name))
        return name

    async def _new(self) -> str:
        name = f"test_{uuid.uuid4().hex}"
        async with connect(self.url(name)) as database:
            # The steps for what earlier versions have stored are run by whoever starts there.
            await Storage.on(database).make_indexes()
        self._indexes[name] = self._own_indexes(self._figures(name))
        self._written.taken(name)
        return name

    def url(self, name: str) -> str:
        """Return the connection string of a database."""
        return f"{self._server_url}/{name}"

    def give_back(self, name: str, *, is_usable: bool) -> None:
        """Empty a database for the next; remove it where it is not usable, or not as it was at the start."""
        LENT.discard(self.url(name))
        written = self._written.taken(name)
        if is_usable and self.url(name) not in GIVEN_AWAY:
            for collection in written:
                self._client[name][collection].delete_many({}, comment=OURS)
            figures = self._figures(name)
            # What another process wrote, a profiler, an index less: nobody else gets such a database.
            if not figures["objects"] and self._own_indexes(figures) == self._indexes[name]:
                self._free.append(name)
                return
        GIVEN_AWAY.discard(self.url(name))
        self.connections.closed(self.url(name))
        del self._indexes[name]
        self._client.drop_database(name)

    def close(self) -> None:
        """Leave the server."""
        self._client.close()

    def _figures(self, name: str) -> dict[str, Any]:
        return self._client[name].command("dbStats")

    @staticmethod
    def _own_indexes(figures: dict[str, Any]) -> int:
        """Return how many indexes were made; the one of the ids comes with its collection."""
        return int(figures["indexes"] - figures["collections"])
