"""The MongoDB driver: the only file that chooses it.

Motor is the default. PyMongo's own asyncio client is its successor. The storage uses only what both have, and
its tests run with both.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import Any, Literal

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    NetworkTimeout,
    PyMongoError,
    WriteConcernError,
)
from pymongo.uri_parser import parse_uri

from services.errors import StorageDown
from services.models.slots import Slot

Document = dict[str, Any]
# Motor's and PyMongo's collections have the same methods but no common base class.
Collection = Any
Database = Any
Driver = Literal["motor", "pymongo"]

DATABASE_NAME = "mediconnect"
# People are waiting: an apology soon is better than an answer after half a minute.
PATIENCE_MS = 3000
# A server that accepts the connection gets longer to answer: it may be busy.
HANGING_MS = 10_000
# So many rows are written with one command at most: a slow machine, too, must do that before HANGING_MS.
ROWS_PER_WRITE = 500
# How often servers are asked how they are. A primary that hangs, and is not dead, is known as gone after this
# and PATIENCE_MS; then whoever waits for it gets an apology.
HEARTBEAT_MS = 2000
# MongoDB's code for a write that a unique index refuses.
DUPLICATE_KEY = 11000
# The clocks of two workers may differ by this much. An instant further in the future was stored before the
# clock was set back, and nobody has to wait for it.
SKEW = timedelta(minutes=1)
# Queries for all times have bounds, too, so that they use the index and do not scan the collection.
EVER = Slot(datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC))


@asynccontextmanager
async def connect(
    url: str, driver: Driver = "motor", *, name_suffix: str = "", **options: Any
) -> AsyncIterator[Database]:
    """Open the database that `url` names (`mediconnect` where it names none) and close it afterwards.

    With a `name_suffix` it is another database on the same server: the one whose name ends with that, too.
    Writes are acknowledged by a majority and journaled. Only what a majority has is read: a new primary
    could lack anything else, and nobody may be told of it. Times are aware UTC. `options` go to the
    driver's client.
    Source: MongoDB, read concern "majority"; server discovery and monitoring.
    """
    settings: dict[str, Any] = {
        "tz_aware": True,
        # Python's own UTC: instants of one zone object are compared without asking either for its offset.
        "tzinfo": UTC,
        "w": "majority",
        "journal": True,
        "readConcernLevel": "majority",
        "serverSelectionTimeoutMS": PATIENCE_MS,
        "connectTimeoutMS": PATIENCE_MS,
        "socketTimeoutMS": HANGING_MS,
        "heartbeatFrequencyMS": HEARTBEAT_MS,
        "appname": "mediconnect",
    } | options
    if driver == "motor":
        motor: Any = AsyncIOMotorClient(url, **settings)
        try:
            yield motor[motor.get_default_database(DATABASE_NAME).name + name_suffix]
        finally:
            motor.close()
    else:
        client: AsyncMongoClient[Document] = AsyncMongoClient(url, **settings)
        try:
            yield client[client.get_default_database(DATABASE_NAME).name + name_suffix]
        finally:
            await client.close()


def check_url(url: str) -> None:
    """Raise ValueError, with the driver's reason, where `url` is no MongoDB connection string."""
    try:
        parse_uri(url)
    except (ConfigurationError, PyMongoError) as error:
        raise ValueError(str(error)) from error


async def aggregated(collection: Collection, pipeline: list[Document], **options: Any) -> list[Document]:
    """Return all that the pipeline finds. Motor gives its cursor at once, PyMongo's is awaited."""
    cursor = collection.aggregate(pipeline, **options)
    if isawaitable(cursor):
        cursor = await cursor
    found: list[Document] = await cursor.to_list(None)
    return found


def at_or_below(keys: Sequence[str]) -> Document:
    """Return the query for documents whose ids are these keys, or begin with one and a colon."""
    # The semicolon is the character after the colon.
    below = [{"_id": {"$gt": f"{key}:", "$lt": f"{key};"}} for key in keys]
    return {"$or": [{"_id": {"$in": list(keys)}}, *below]}


async def insert_new(
    collection: Collection, rows: Sequence[Document], *, ordered: bool = False
) -> dict[int, Document]:
    """Insert rows; return the errors of those that a unique index refused, by their places.

    With `ordered`, nothing is inserted after a refused one. Raises BulkWriteError for any other failure, also
    if all were written but not acknowledged by a majority (`writeConcernErrors`), as they can still be lost
    then. Source: MongoDB's insert command, its output.
    """
    if not rows:
        return {}
    try:
        await collection.insert_many(rows, ordered=ordered)
    except BulkWriteError as error:
        return _refused(error)
    return {}


async def refused_writes(collection: Collection, writes: Sequence[Any]) -> dict[int, Document]:
    """Write all; return the errors of those that a unique index refused, by their places.

    Raises BulkWriteError as `insert_new` does.
    """
    try:
        await collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        return _refused(error)
    return {}


def _refused(error: BulkWriteError) -> dict[int, Document]:
    """Return the errors by place if all are of a unique index; raise the error otherwise."""
    details = error.details or {}
    refused = {problem["index"]: problem for problem in details.get("writeErrors", ())}
    is_by_index = all(problem["code"] == DUPLICATE_KEY for problem in refused.values())
    if not refused or not is_by_index or details.get("writeConcernErrors"):
        raise error
    return refused


@asynccontextmanager
async def translate_driver_errors(let: type[PyMongoError] | None = None) -> AsyncIterator[None]:
    """Turn errors of the driver into StorageDown.

    `let` is a class of errors that the caller handles itself.
    """
    try:
        yield
    except PyMongoError as error:
        if let is not None and isinstance(error, let):
            raise
        raise StorageDown from error


def was_waited_for_too_long(error: StorageDown) -> bool:
    """Tell whether a server was reached and did not answer in time: it may still be at work on it."""
    return isinstance(error.__cause__, NetworkTimeout)


def may_be_of_one(error: Exception) -> bool:
    """Tell whether a batch may have failed because of one of its requests.

    Not if no server answered, or if too few servers have acknowledged a write.
    """
    if not isinstance(error, StorageDown):
        return True
    # Refused operations are StorageDown, too; the cause tells them apart.
    cause = error.__cause__
    is_of_servers = isinstance(cause, ConnectionFailure | WriteConcernError) or (
        isinstance(cause, BulkWriteError) and bool((cause.details or {}).get("writeConcernErrors"))
    )
    return isinstance(cause, PyMongoError) and not is_of_servers
