"""Migrations: at the start, documents of earlier versions get what they lack, step by step.

A step finds by an index what it has to do, so it costs nothing when there is nothing left. It may be
repeated, also by several workers at once. The numbers never change; a new step is added at the end.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.storage.name_keys import NameKeyStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Migration:
    """A step: `run` returns how many documents it has changed."""

    number: int
    name: str
    run: Callable[[], Awaitable[int]]


def migrations(name_keys: NameKeyStore) -> tuple[Migration, ...]:
    """Return the steps, in their order."""
    return (Migration(1, "keys_of_names", name_keys.write_missing),)


async def migrate(steps: tuple[Migration, ...]) -> None:
    """Run the steps, one after the other. Raises StorageDown."""
    for step in steps:
        if count := await step.run():
            log.info("migration.done number=%d name=%s documents=%d", step.number, step.name, count)
