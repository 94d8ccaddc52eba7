"""Counting what was understood, so that admins see how well people are understood: counts, never texts."""

from datetime import date, timedelta

from services.access import require
from services.availability.availability import Schedules
from services.errors import Unavailable
from services.models.people import Principal, Role
from services.storage.understanding import UnderstandingStore
from services.understanding import UnderstandingCount, UnderstandingOutcome


class UnderstandingCounts:
    """Counts by the clinic's days."""

    def __init__(self, *, store: UnderstandingStore, schedules: Schedules) -> None:
        self._store = store
        self._schedules = schedules

    async def note(self, language: str, intent: str | None, outcome: UnderstandingOutcome) -> None:
        """Count a message. `language` is an ISO 639 code; an intent of None was not clear.

        While the database is away, nothing is counted: nobody misses a message of the count.
        """
        try:
            await self._store.add(self._schedules.today(), language, intent, outcome)
        except Unavailable:
            return

    async def of_days(self, principal: Principal, first: date, last: date) -> list[UnderstandingCount]:
        """Return the counts of a period by language, the most messages first. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        return await self._store.by_language(first, last)

    async def of_last(self, principal: Principal, days: int) -> list[UnderstandingCount]:
        """Return the counts of the last days, of which today is one. Raises RoleRequired."""
        today = self._schedules.today()
        return await self.of_days(principal, today - timedelta(days=days - 1), today)
