"""When the clinic can be visited, as far as its doctors' hours and its closures say it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.availability.availability import Schedules
from services.clock import Clock
from services.local_time import day_bounds
from services.models.scheduling import Closure, Hours, Schedule, Weekday, at_minute
from services.storage.user_search import UserSearchStore

AHEAD = timedelta(days=6)
# So many doctors are read at once.
DOCTORS_AT_ONCE = 100


class OpeningHours:
    """Tells anybody when the clinic works; who works then, it does not tell."""

    def __init__(self, *, user_search: UserSearchStore, schedules: Schedules, clock: Clock) -> None:
        self._user_search = user_search
        self._schedules = schedules
        self._clock = clock

    async def week(self) -> Mapping[Weekday, tuple[Hours, ...]]:
        """Return for each weekday the stretch from the first doctor's beginning to the last one's end.

        Days on which nobody works have none; hours are in the clinic's zone.
        """
        schedules: list[Schedule] = []
        last = None
        while True:
            doctors = await self._user_search.bookable_after(last, DOCTORS_AT_ONCE)
            schedules += await asyncio.gather(*(self._schedules.of_doctor(user.id) for user in doctors))
            if len(doctors) < DOCTORS_AT_ONCE:
                break
            last = doctors[-1].id
        return {day: _span([each.weekly.get(day, ()) for each in schedules]) for day in Weekday}

    async def closures(self) -> list[Closure]:
        """Return the closures of today and the next six days that are not over, earliest first."""
        today = self._schedules.today()
        week, now = day_bounds(today, today + AHEAD, self._schedules.zone), self._clock.now()
        known = await self._schedules.closures()
        return [each for each in known if each.slot.overlaps(week) and each.slot.end > now]


def _span(days: Sequence[tuple[Hours, ...]]) -> tuple[Hours, ...]:
    hours = [each for day in days for each in day]
    if not hours:
        return ()
    first, last = min(each.first for each in hours), max(each.last for each in hours)
    return (Hours(at_minute(first), at_minute(last)),)
