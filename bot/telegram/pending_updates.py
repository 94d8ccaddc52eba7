"""The shelf: updates that were acknowledged before they were handled, each under a lease of this process."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from services.clock import Clock
from services.errors import StorageDown
from services.storage.pending_updates import Claim, Entry, Lease, PendingUpdateStore

# After a crash, what the process had on the shelf is anybody's when this is over.
LEASE = timedelta(seconds=4)
RENEW_SECONDS = 1.0
# For so long after it was asked for, nobody else can have a lease.
SAFE_SECONDS = LEASE.total_seconds() - 1
STORAGE_PAUSE_SECONDS = 0.5
# How many are taken over at once.
MOST = 500


class PendingUpdates:
    """Writes updates down, keeps their leases, and takes over those of processes that are gone.

    A lease is asked for again before an update is handled under it, unless it was given or renewed just now.
    `ids` are those of the entries that this process is to handle, whoever has their leases.
    """

    def __init__(self, updates: PendingUpdateStore, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._leased: set[int] = set()
        # Until when the leases of those last for sure, by the loop's clock.
        self._safe_until = 0.0
        self.ids: set[int] = set()

    async def put(self, texts: Mapping[int, str]) -> None:
        """Write these down. Raises StorageDown."""
        before = _seconds()
        others = await self._updates.put(texts, self._lease())
        if not self._leased:
            self._safe_until = before + SAFE_SECONDS
        self._leased |= texts.keys() - others
        self.ids |= texts.keys()

    async def take_off(self, update_id: int) -> None:
        """Keep an entry no longer, however long the database takes to come back."""
        await however_long(lambda: self._updates.remove(update_id))
        self.forget(update_id)

    def forget(self, update_id: int) -> None:
        """Have nothing to do with an entry any more."""
        self.ids.discard(update_id)
        self._leased.discard(update_id)

    async def claim(self, update_id: int) -> Claim:
        """Tell whether this process may handle an entry now. Raises StorageDown."""
        if update_id in self._leased and _seconds() < self._safe_until:
            return Claim.MINE
        claim = await self._updates.claim(update_id, self._lease(), self._clock.now())
        if claim is Claim.MINE:
            self._leased.add(update_id)
        return claim

    async def others(self) -> list[Entry]:
        """Return the entries that are new to this process, whoever has their leases. Raises StorageDown."""
        return self._new(await self._updates.entries())

    async def abandoned(self) -> list[Entry]:
        """Take over the entries whose lease is over; return those that are new here. Raises StorageDown."""
        return self._new(await self._updates.claim_abandoned(self._lease(), self._clock.now(), MOST))

    def _new(self, entries: list[Entry]) -> list[Entry]:
        new = [entry for entry in entries if entry.update_id not in self.ids]
        self.ids |= {entry.update_id for entry in new}
        return new

    async def renew(self) -> None:
        """Keep the leases. Raises StorageDown."""
        before = _seconds()
        if before > self._safe_until:
            # This process stood still: each lease is asked for again when its update's turn comes.
            self._leased.clear()
        if self.ids:
            await self._updates.renew(self.ids, self._lease())
            self._safe_until = before + SAFE_SECONDS

    async def release(self) -> None:
        """Leave what is on the shelf to the next process. Raises StorageDown."""
        if self.ids:
            await self._updates.release(self.ids, self._owner)

    def _lease(self) -> Lease:
        return Lease(self._owner, self._clock.now() + LEASE)


async def however_long(write: Callable[[], Awaitable[None]]) -> None:
    """Do it again until the database is back."""
    while True:
        try:
            await write()
        except StorageDown:
            await asyncio.sleep(STORAGE_PAUSE_SECONDS)
        else:
            return


def _seconds() -> float:
    return asyncio.get_running_loop().time()
