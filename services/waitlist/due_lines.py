"""Which doctors' lines are to be looked at: those in which something may have changed, and no others.

- What this process has freed is noted by the stores, with whose time it was.
- What comes by the clock is asked for on an index: offers that have ended or are not told yet, and entries
  whose days are over. Holds that are no longer there are found by comparing with those of the last round.
  When a time will come into the booking window is known from the last look at the line.
- All other lines have their turn in rounds that cost next to nothing: for what another process has freed
  before it was killed. After a start the first round goes faster, as nothing is known yet.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from services.clock import Clock
from services.models.appointments import AppointmentId
from services.models.people import UserId
from services.storage.freed_times import Freed, FreedTimes
from services.storage.holds import Hold, HoldStore
from services.storage.waitlist import WaitlistStore

# So long the lines whose turn it is are looked at in one go; there are three goes a minute.
FIRST_ROUND_SECONDS = 2.0
LATER_ROUNDS_SECONDS = 0.2


class DueLines:
    """Finds the lines that are to be looked at. Each process has its own; any number may work at once."""

    def __init__(
        self, *, waitlist: WaitlistStore, holds: HoldStore, freed_times: FreedTimes, clock: Clock
    ) -> None:
        self._waitlist = waitlist
        self._holds = holds
        self._freed_times = freed_times
        self._clock = clock
        self._held: dict[AppointmentId, Hold] = {}
        self._openings: dict[UserId, datetime] = {}
        self._turns: list[UserId] = []
        self._seconds = FIRST_ROUND_SECONDS

    def opens(self, doctor_id: UserId, at: datetime | None) -> None:
        """Note when the next time that somebody waits for comes into the booking window; None: never."""
        if at is None:
            self._openings.pop(doctor_id, None)
        else:
            self._openings[doctor_id] = at

    def again(self, doctor_id: UserId) -> None:
        """Have a line looked at once more, soon."""
        self._freed_times.freed(doctor_id)

    def put_back(self, doctors: set[UserId]) -> None:
        """Note lines again that could not be looked at."""
        self._freed_times.put_back(Freed(frozenset(doctors)))

    async def freed(self) -> set[UserId]:
        """Return the doctors in whose lines somebody may want what was freed since this was asked last.

        What cannot be asked now is kept. Raises StorageDown.
        """
        freed = self._freed_times.take()
        try:
            return await self._waitlist.concerned(freed)
        except BaseException:
            self._freed_times.put_back(freed)
            raise

    async def by_the_clock(self) -> set[UserId]:
        """Return the doctors in whose lines something has ended or opened as time has passed."""
        now = self._clock.now()
        due = await self._waitlist.due(now)
        there = {key: hold for key, hold in (await self._holds.all()).items() if hold.until > now}
        ended = await self._ended_holds(there)
        doctors = frozenset(hold.doctor_id for hold in ended)
        due |= await self._waitlist.concerned(Freed(doctors, frozenset(hold.patient_id for hold in ended)))
        # Only now: what could not be asked is asked again in the next round.
        self._held = there
        opened = {doctor_id for doctor_id, at in self._openings.items() if at <= now}
        for doctor_id in opened:
            del self._openings[doctor_id]
        return due | opened

    async def _ended_holds(self, there: Mapping[AppointmentId, Hold]) -> list[Hold]:
        """Return the holds that were there the last time, are over, and have not become bookings."""
        gone = self._held.keys() - there.keys()
        booked = await self._holds.booked(gone)
        return [self._held[key] for key in gone - booked]

    async def whose_turn(self) -> AsyncIterator[UserId]:
        """Give the doctors whose turn it is, one after the other, for a short time, and one at least."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if not self._turns:
            self._turns = await self._waitlist.doctors()
        while self._turns:
            yield self._turns.pop()
            if loop.time() - begun > self._seconds:
                return
        self._seconds = LATER_ROUNDS_SECONDS
