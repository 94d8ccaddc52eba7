"""Doctors who take time off just when somebody is about to take a time in it."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from tests.chaos.phones import GivesUpError, Someone, Way, says
from tests.chaos.world import World

LENGTH = timedelta(minutes=30)
# Longer than the order to cancel what is booked in it stands, shorter than a time is held.
MEANWHILE = timedelta(seconds=150)
FORGOTTEN_SECONDS = 5
MOMENT = "%a %d %b %Y, %I:%M %p"


class DaysOff:
    """Takes so many times off as are `left`, one after the other, each over a time that somebody looks at."""

    def __init__(self, world: World, chance: Random, left: int) -> None:
        self.taken = 0
        self._left = left
        self._world = world
        self._chance = chance
        self._busy = asyncio.Lock()

    async def take(self, doctor: str, moment: str) -> None:
        """Let the doctor take that time off, as it is written on a card, and let some minutes pass."""
        if not self._left or self._busy.locked():
            return
        async with self._busy:
            self._left -= 1
            start = datetime.strptime(moment.partition(" (")[0], MOMENT).replace(tzinfo=UTC)
            person = Someone(self._world, self._world.doctors[doctor], Random(self._chance.random()))
            wanted = f"/timeoff {start:%Y-%m-%d %H:%M}-{start + LENGTH:%H:%M}"
            way: Way = (
                ("What should I tell", person.tap("Skip")),
                ("Nothing is booked then. After", person.tap("✅ Save")),
                ("cancelled when you save", person.tap("✅ Save, cancel")),
            )
            try:
                await person.goes(lambda: person.phone.send(wanted), way, says("time off is saved"))
            except GivesUpError:
                self._left += 1
                person.phone.send("/cancel")
                return
            self.taken += 1
            self._world.clock.turn_to(self._world.clock.now() + MEANWHILE)
            await self._forgotten()

    async def _forgotten(self) -> None:
        """Wait a little until no order to cancel stands any more."""
        for _ in range(FORGOTTEN_SECONDS * 10):
            if not await self._world.rows("clearances"):
                return
            await asyncio.sleep(0.1)
