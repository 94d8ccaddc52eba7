"""What is to be done as time passes, whoever is or is not there: the clinic's rounds."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from services.errors import StorageDown

log = logging.getLogger(__name__)


class PeriodicTasks:
    """Goes through the duties one by one. Any number of these may go on one database."""

    def __init__(self, tasks: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self._tasks = tasks

    async def run(self) -> None:
        """Do all that is due; a duty that fails is left for the next round, and keeps no other from it."""
        for task in self._tasks:
            try:
                await task()
            except StorageDown:
                log.warning("rounds.storage_down")
            except Exception:
                log.exception("rounds.failed")
