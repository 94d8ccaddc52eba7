"""Periodic tasks: what has to be done as time passes, such as reminders."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from services.errors import StorageDown

log = logging.getLogger(__name__)


class PeriodicTasks:
    """Runs all tasks, one after the other. Any number of these may run on one database."""

    def __init__(self, tasks: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self._tasks = tasks

    async def run(self) -> None:
        """Run each task once. One that fails is tried again the next time, and does not stop the others."""
        for task in self._tasks:
            try:
                await task()
            except StorageDown:
                log.warning("rounds.storage_down")
            except Exception:
                log.exception("rounds.failed")
