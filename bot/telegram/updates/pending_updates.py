"""Pending updates: written down and acknowledged before they are handled, each under a lease."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from bot.telegram.storage_patience import however_long
from services.background.process_identity import has_ended, new_holder
from services.clock import Clock
from services.models.people import ChatId
from services.storage.pending_updates import ClaimOutcome, Entry, Lease, PendingUpdateStore

# If a process dies, others take over its pending updates when their leases end.
LEASE = timedelta(seconds=4)
RENEW_SECONDS = 1.0
# Counted from when the lease was asked for: during this time no other process can have taken it over.
SAFE_SECONDS = LEASE.total_seconds() - 1
# How many are taken over in one go.
MOST = 500


class PendingUpdates:
    """Writes updates down, keeps their leases, and takes over those of processes that are gone.

    Before an update is handled, its lease is claimed again, unless it was given or renewed a moment ago.
    `ids` are those of the entries that this process is to handle, whoever has their leases.
    """

    def __init__(self, updates: PendingUpdateStore, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._owner = new_holder()
        self._leased: set[int] = set()
        # Until when those leases are certainly held, by the event loop's clock.
        self._safe_until = 0.0
        self.ids: set[int] = set()

    async def put(self, entries: Collection[Entry]) -> None:
        """Write these down. Raises StorageDown."""
        before = _seconds()
        others = await self._updates.put(entries, self._lease())
        if not self._leased:
            self._safe_until = before + SAFE_SECONDS
        ids = {entry.update_id for entry in entries}
        self._leased |= ids - others
        self.ids |= ids

    async def first_of(self, chat_id: ChatId) -> int | None:
        """Return the id of a chat's oldest entry, whoever handles it; None: none. Raises StorageDown."""
        return await self._updates.first_of(chat_id)

    async def complete(self, update_id: int, text: str) -> None:
        """Write an entry of ours anew, now that all of it may be written down. Raises StorageDown."""
        await self._updates.complete(update_id, text, self._owner)

    async def take_off(self, update_id: int) -> None:
        """Remove an entry; if the database is away, wait until it is back."""
        await however_long(lambda: self._updates.remove(update_id))
        self.forget(update_id)

    def forget(self, update_id: int) -> None:
        """Forget an entry: this process does not handle it."""
        self.ids.discard(update_id)
        self._leased.discard(update_id)

    async def claim(self, update_id: int) -> ClaimOutcome:
        """Tell whether this process may handle an entry now. Raises StorageDown."""
        if update_id in self._leased and _seconds() < self._safe_until:
            return ClaimOutcome.MINE
        claim = await self._updates.claim(update_id, self._lease(), self._clock.now())
        if claim is ClaimOutcome.MINE:
            self._leased.add(update_id)
        return claim

    async def others(self) -> list[Entry]:
        """Return the entries that are new here, whoever has their leases. Raises StorageDown."""
        return self._new(await self._updates.entries())

    async def abandoned(self) -> list[Entry]:
        """Take over entries whose lease has ended; return those that are new here. Raises StorageDown.

        For a process that was killed on this machine, there is nothing to wait for.
        """
        gone = [owner for owner in await self._updates.owners() if has_ended(owner)]
        return self._new(await self._updates.claim_abandoned(self._lease(), self._clock.now(), MOST, gone))

    def _new(self, entries: list[Entry]) -> list[Entry]:
        new = [entry for entry in entries if entry.update_id not in self.ids]
        self.ids |= {entry.update_id for entry in new}
        return new

    async def renew(self) -> None:
        """Renew the leases. Raises StorageDown."""
        before = _seconds()
        if before > self._safe_until:
            # This process was stopped for a while: each lease is claimed again before its update is handled.
            self._leased.clear()
        if self.ids:
            await self._updates.renew(self.ids, self._lease())
            self._safe_until = before + SAFE_SECONDS

    async def release(self) -> None:
        """Give up the leases, so that the next process can take over at once. Raises StorageDown."""
        if self.ids:
            await self._updates.release(self.ids, self._owner)

    def _lease(self) -> Lease:
        return Lease(self._owner, self._clock.now() + LEASE)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
