"""What MongoDB's errors mean for a backup or a restore: a refusal, or that no server is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymongo.errors import BulkWriteError, OperationFailure

from services.errors import StorageDown
from services.storage.backup.errors import ServerRefused
from services.storage.mongo.driver import translate_driver_errors

# MongoDB's codes (its error_codes.yml) for what a server says that is not there just now: not reached,
# shutting down, being elected, too slow, no majority.
OF_OUTAGE = frozenset(
    {6, 7, 50, 64, 89, 91, 100, 133, 189, 202, 262, 317, 358, 9001, 10058, 10107, 11600, 11602, 13435, 13436}
)


def codes_of(error: OperationFailure) -> set[int]:
    """Return the codes of all that was refused."""
    details = error.details or {}
    if not isinstance(error, BulkWriteError):
        return {error.code or 0}
    problems = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
    return {int(problem.get("code", 0)) for problem in problems}


def refusal_behind(error: OperationFailure | StorageDown) -> OperationFailure | None:
    """Return what a server has refused, if that is behind the error; None: it does not answer."""
    cause = error.__cause__ if isinstance(error, StorageDown) else error
    if not isinstance(cause, OperationFailure) or codes_of(cause) & OF_OUTAGE:
        return None
    return cause if codes_of(cause) - {0} else None


@asynccontextmanager
async def server_errors_told(part: str = "") -> AsyncIterator[None]:
    """Raise ServerRefused where the server refuses what was asked of it, such as for want of a right.

    `part` is what it was about: a collection, or the indexes. Raises StorageDown where it does not answer.
    """
    try:
        async with translate_driver_errors():
            yield
    except StorageDown as error:
        refused = refusal_behind(error)
        if refused is None:
            raise
        name = (refused.details or {}).get("codeName", "")
        raise ServerRefused(part, frozenset(codes_of(refused)), str(name)) from error
