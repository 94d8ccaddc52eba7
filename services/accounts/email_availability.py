"""Whether an email address is free. It can be asked only a few times an hour, and the owner may be told.

Otherwise anybody could go through a list of addresses and learn who is a patient here.
"""

from collections.abc import Callable
from datetime import timedelta

from services.accounts.attempts import (
    ADDRESSES,
    ADDRESSES_A_CHAT,
    TAKEN,
    TAKEN_A_CHAT,
    TAKEN_A_CLIENT,
    Attempts,
    Counter,
)
from services.clock import Clock
from services.errors import EmailTaken
from services.models.notifications import Event, EventKind
from services.models.people import ClientAddress, Origin, User
from services.storage.users import UserStore

# How often the owner of an address is told.
TOLD_EACH = timedelta(days=1)


class EmailAvailability:
    """Answers whether an address is free. `on_event` is called when an event was stored."""

    def __init__(
        self, *, users: UserStore, attempts: Attempts, clock: Clock, on_event: Callable[[], None]
    ) -> None:
        self._users = users
        self._attempts = attempts
        self._clock = clock
        self._on_event = on_event

    async def check_free(self, email: str, origin: Origin, *, tell: bool = False) -> None:
        """Return if nobody has the (case-folded) address.

        With `tell` (somebody without an account asks) the owner is told, and asking about free addresses
        counts, too.

        Raises EmailTaken, TooManyTries.
        """
        taken = _counters(origin)
        await self._attempts.check(*taken)
        # Over HTTP, whoever asks about a free address registers it, and that is counted there.
        if tell and not isinstance(origin, ClientAddress):
            await self._attempts.count((f"address:{origin}", ADDRESSES_A_CHAT), ("address", ADDRESSES))
        found = await self._users.credentials(email)
        if found is None:
            return
        await self._attempts.count(*taken)
        if tell and not found.know(origin):
            await self._tell(found.user)
        raise EmailTaken(email, is_change=not tell)

    async def _tell(self, owner: User) -> None:
        now = self._clock.now()
        kind = EventKind.ADDRESS_TRIED
        event = Event(f"{owner.id}.{kind}.{int(now.timestamp())}", kind, (owner.id,), {"name": owner.name})
        if await self._users.tell_owner(owner.email, event, now, TOLD_EACH):
            self._on_event()


def _counters(origin: Origin) -> tuple[Counter, Counter]:
    """Return the counters for addresses that turned out to be taken; those over HTTP are counted apart."""
    if isinstance(origin, ClientAddress):
        return (f"http:taken:{origin}", TAKEN_A_CLIENT), ("http:taken", TAKEN)
    return (f"taken:{origin}", TAKEN_A_CHAT), ("taken", TAKEN)
