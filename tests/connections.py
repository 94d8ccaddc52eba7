"""The connections to the databases that tests are lent: they stay open from one test to the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import tzinfo
from typing import Any
from unittest.mock import patch

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient

from services.storage.mongo.driver import Document

Client = MongoClient[Document]
# What is set with other values, a listener above all, belongs to one test.
PLAIN = str | int | bool | tzinfo


class KeptClient(AsyncIOMotorClient[Document]):
    """Motor's client on one of PyMongo that is there already, which closing it gives back."""

    def __init__(self, client: Client, give_back: Callable[[], None]) -> None:
        # Motor's own would make another client of PyMongo, with connections of its own.
        self.delegate = client
        self._io_loop = None
        self._give_back = give_back

    def close(self) -> None:
        """Leave the connections to the next."""
        self._give_back()


class Connections:
    """Lends PyMongo's clients, with the connections and threads that they have.

    Opening a connection costs as much as a dozen questions, and a test with a bot in it needs five. Two who
    are there at the same time never share a client: each has its own, as two bots have.
    """

    def __init__(self, is_lent: Callable[[str], bool]) -> None:
        self._is_lent = is_lent
        self._free: dict[str, list[tuple[object, Client]]] = {}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Give Motor's clients from here wherever one is made for a database that is lent."""
        with patch("services.storage.mongo.driver.AsyncIOMotorClient", self._made):
            yield
        for url in [*self._free]:
            self.closed(url)

    def closed(self, url: str) -> None:
        """Close what is kept for a database."""
        for _, client in self._free.pop(url, []):
            client.close()

    def _made(self, url: str, **options: Any) -> AsyncIOMotorClient[Document]:
        if not self._is_lent(url) or not all(isinstance(value, PLAIN) for value in options.values()):
            return AsyncIOMotorClient(url, **options)
        free = self._free.setdefault(url, [])
        place = next((place for place, (made_with, _) in enumerate(free) if made_with == options), None)
        client = Client(url, connect=False, **options) if place is None else free.pop(place)[1]
        return KeptClient(client, lambda: self._take_back(url, options, client))

    def _take_back(self, url: str, options: dict[str, Any], client: Client) -> None:
        if self._is_lent(url):
            self._free.setdefault(url, []).append((options, client))
        else:
            client.close()
