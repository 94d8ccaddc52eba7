"""Reading documents one by one, so that one that this version can't read does not stop the others."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from services.errors import Unreadable
from services.storage.mongo.driver import Document

log = logging.getLogger(__name__)

T = TypeVar("T")
# The errors of a missing field, a wrong type, or a value of another version.
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, IndexError)
# Each is logged once; after so many, no more are logged.
MOST_KNOWN = 10_000
_known: set[str] = set()


def readable(rows: Iterable[Document], read: Callable[[Document], T], what: str) -> list[T]:
    """Return the rows that can be read; log the ids of the others, once each."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except UNREADABLE:
            note_unreadable(what, row.get("_id"))
    return found


def each_of(
    ids: Iterable[str], rows: Iterable[Document], read: Callable[[Document], T], what: str
) -> list[T | Unreadable | None]:
    """Return for each id what its row holds: Unreadable if that can't be read, None if there is no row."""
    found = {row["_id"]: readable([row], read, what) for row in rows}
    return [next(iter(found[each]), Unreadable()) if each in found else None for each in ids]


def or_raise(found: T | Unreadable | None) -> T | None:
    """Return what was found. Raises Unreadable if it can't be read."""
    if isinstance(found, Unreadable):
        raise found
    return found


def note_unreadable(what: str, row_id: Any) -> None:
    """Log that a row can't be read, unless it was logged before; without its content."""
    name = f"{what}.unreadable id={row_id}"
    if name not in _known and len(_known) < MOST_KNOWN:
        _known.add(name)
        log.error("%s", name)
