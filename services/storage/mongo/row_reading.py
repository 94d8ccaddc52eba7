"""Reading rows one by one: one that this version can't read stops no other."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from services.storage.mongo.driver import Document

log = logging.getLogger(__name__)

T = TypeVar("T")
# What comes of a field that is missing, of another type, or of a word of another version.
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, IndexError)
# Each is told of once; whoever has so many has other worries.
MOST_KNOWN = 10_000
_known: set[str] = set()


def readable(rows: Iterable[Document], read: Callable[[Document], T], what: str) -> list[T]:
    """Return what can be read of the rows; of the others it is logged once what they are, by id."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except UNREADABLE:
            note_unreadable(what, row.get("_id"))
    return found


def note_unreadable(what: str, row_id: Any) -> None:
    """Log that a row can't be read, if that was not logged before. What it says is not in it."""
    name = f"{what}.unreadable id={row_id}"
    if name not in _known and len(_known) < MOST_KNOWN:
        _known.add(name)
        log.error("%s", name)
