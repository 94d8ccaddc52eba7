"""What one worker at a time does: it has a lease (services/storage/leases.py), and the others stand by."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from services.background.process_identity import has_ended
from services.cancellation import AFTER_CLEAN_UP_SECONDS, cancel_and_wait, raise_if_cancelled
from services.errors import StorageDown

log = logging.getLogger(__name__)

# A worker that dies holds up those that stand by for this long, by the database's clock.
LEASE_SECONDS = 6.0
RENEW_SECONDS = 2.0
# How often those that stand by look whether the lease is free.
LOOK_SECONDS = 0.5
# Long enough for those that stand by to look twice.
ASIDE_SECONDS = 2 * LOOK_SECONDS
# So long the database may take for one claim. Together with a renewal's pause it is less than SAFE_SECONDS.
CLAIM_SECONDS = 2.0
# Counted from before a claim: for so long nobody else can have taken the lease.
SAFE_SECONDS = LEASE_SECONDS - 1


class Leases(Protocol):
    """Where leases are kept (services/storage/leases.py). Each call raises StorageDown."""

    async def claim(self, name: str, holder: str, seconds: float) -> bool:
        """Take the lease, or prolong it; False if somebody else has it."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give it back."""
        ...

    async def holder(self, name: str) -> str | None:
        """Return who has it."""
        ...


class LeaseKeeper:
    """Takes a lease as soon as nobody else has it, and keeps it.

    `on_change` is called whenever this worker has got it, or has lost it. `holder` is the worker's own id
    (process_identity.py).
    """

    def __init__(
        self, leases: Leases, name: str, holder: str, on_change: Callable[[], object] = lambda: None
    ) -> None:
        self._leases = leases
        self._name = name
        self._holder = holder
        self._on_change = on_change
        # By the event loop's clock, which goes on while the process is paused.
        self._safe_until = 0.0
        self._held, self._lost = asyncio.Event(), asyncio.Event()
        # Whether the database has answered the last claim.
        self._is_confirmed = True
        self._aside_until = 0.0
        self._is_given_up = asyncio.Event()
        # What was told last; None: nothing yet.
        self._told: bool | None = None

    @property
    def is_held(self) -> bool:
        """Whether this worker has the lease for certain. A worker that was paused has lost it."""
        return _seconds() < self._safe_until

    @property
    def part(self) -> str:
        """Which part this worker has: “active” or “standby”."""
        return "active" if self.is_held else "standby"

    async def work(self) -> None:
        """Take the lease and keep it, until cancelled; then give it back."""
        try:
            while True:
                if _seconds() < self._aside_until:
                    await self._let_go()
                else:
                    await self._claim()
                raise_if_cancelled()
                await self._pause(RENEW_SECONDS if self.is_held else LOOK_SECONDS)
        finally:
            await self._let_go()
            self._safe_until = 0.0

    async def _pause(self, seconds: float) -> None:
        """Pause, but not where the lease is to be given up."""
        self._is_given_up.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_given_up.wait(), seconds)

    async def _let_go(self) -> None:
        with suppress(StorageDown):  # it ends by itself soon
            await self._leases.release(self._name, self._holder)

    def stand_aside(self) -> None:
        """Give the lease to whoever stands by, as this worker can't do what it is for; else take it again."""
        self._aside_until = _seconds() + ASIDE_SECONDS
        self._safe_until = 0.0
        self._is_given_up.set()
        self._tell(has_it=False)

    def doubt(self) -> None:
        """Give the lease up if the database has not confirmed it lately: somebody else seems to have it."""
        if not self._is_confirmed:
            self.stand_aside()

    async def until_held(self) -> None:
        """Return as soon as this worker has the lease."""
        while not self.is_held:
            self._held.clear()
            await self._held.wait()

    async def until_lost(self) -> None:
        """Return as soon as it is not certain any more that this worker has the lease."""
        while self.is_held:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), self._safe_until - _seconds())

    async def while_held(self, act: Callable[[], Awaitable[None]]) -> None:
        """Act until it is done, or until the lease is lost: then it is cancelled. Raises what it raises."""
        acting = asyncio.ensure_future(act())
        lost = asyncio.create_task(self.until_lost(), name=f"{self._name} lost")
        try:
            await asyncio.wait({acting, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancel_and_wait(lost, acting, again_after=AFTER_CLEAN_UP_SECONDS)
        if not acting.cancelled():
            acting.result()

    async def _claim(self) -> None:
        before, had_it = _seconds(), self.is_held
        try:
            async with asyncio.timeout(CLAIM_SECONDS):
                has_it = await self._take(had_it=had_it)
            self._is_confirmed = True
        except (StorageDown, TimeoutError):
            # Probably nobody else can take it either, and people are told of the fault instead of hearing
            # nothing. Whoever sees that somebody else has it calls `doubt`.
            self._is_confirmed = False
            has_it = had_it and self.is_held
        except Exception:
            log.exception("lease.failed name=%s", self._name)
            return
        has_it = has_it and _seconds() >= self._aside_until
        self._safe_until = before + SAFE_SECONDS if has_it else 0.0
        self._tell(has_it=self.is_held)

    async def _take(self, *, had_it: bool) -> bool:
        if not had_it:
            holder = await self._leases.holder(self._name)
            if holder is not None and holder != self._holder:
                if not has_ended(holder):
                    return False
                # It was killed on this machine: there is nothing to wait for.
                await self._leases.release(self._name, holder)
        return await self._leases.claim(self._name, self._holder, LEASE_SECONDS)

    def _tell(self, *, has_it: bool) -> None:
        """Wake those who wait for it, and log what has changed since that was told last."""
        if has_it:
            self._lost.clear()
            self._held.set()
        else:
            self._held.clear()
            self._lost.set()
        told, self._told = self._told, has_it
        if has_it == told:
            return
        part = "held" if has_it else "lost" if told else "standby"
        log.info("lease.%s name=%s", part, self._name)
        if told is not None or has_it:
            self._on_change()


def _seconds() -> float:
    return asyncio.get_running_loop().time()
