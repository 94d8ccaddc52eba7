"""The limits against misuse: those of the environment, and what admins have set instead, in the chat."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from services.access import require
from services.audit import Audit
from services.clock import Clock
from services.errors import BadLimit
from services.models.appointments import BookingLimits
from services.models.audit import Action
from services.models.limits import MOST_OF_A_LIMIT, LimitInForce, LimitName, SetLimit
from services.models.people import Principal, Role
from services.storage.limits import LimitStore
from services.storage.users import UserStore

# A limit that was set in another worker counts in this one after so long.
READ_AGAIN_SECONDS = 1.0


class LimitSettings:
    """Knows the limits that are in force. `usual` are those of the environment.

    They are read from the database at most once a second, and only when somebody books.
    """

    def __init__(
        self, usual: BookingLimits, *, store: LimitStore, audit: Audit, users: UserStore, clock: Clock
    ) -> None:
        self._usual = usual
        self._store = store
        self._audit = audit
        self._users = users
        self._clock = clock
        self._known: BookingLimits | None = None
        # When they were read last, by the event loop's clock, and how many changes were made here.
        self._read_at = float("-inf")
        self._changes = 0

    async def current(self) -> BookingLimits:
        """Return the limits that are in force. Raises StorageDown."""
        now = asyncio.get_running_loop().time()
        if self._known is not None and now - self._read_at < READ_AGAIN_SECONDS:
            return self._known
        changes = self._changes
        found = self._with(await self._store.all())
        # What was read before a change was made here is out of date.
        if changes == self._changes:
            self._known, self._read_at = found, now
        return found

    async def shown(self, principal: Principal) -> list[LimitInForce]:
        """Return each limit, and where it comes from. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        chosen = await self._store.all()
        people = await self._users.by_ids({each.by for each in chosen.values() if each.by})
        set_by = {name: people.get(each.by) for name, each in chosen.items() if each.by}
        return [
            LimitInForce(
                name,
                getattr(self._with(chosen), name),
                getattr(self._usual, name),
                chosen[name].at if name in chosen else None,
                set_by.get(name),
            )
            for name in LimitName
        ]

    async def change(self, principal: Principal, name: LimitName, value: int | None) -> None:
        """Set a limit for all patients, from now on; None: there is no limit.

        Raises RoleRequired, BadLimit.
        """
        require(principal, Role.ADMIN)
        if value is not None and not 1 <= value <= MOST_OF_A_LIMIT:
            raise BadLimit(MOST_OF_A_LIMIT)
        before = await self._store.set(name, value, principal.id, self._clock.now())
        await self._changed(principal, Action.LIMIT_CHANGED, name, before, value)

    async def reset(self, principal: Principal, name: LimitName) -> None:
        """Let a limit be as the environment says, from now on. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        before = await self._store.reset(name)
        await self._changed(principal, Action.LIMIT_RESET, name, before, getattr(self._usual, name))

    async def _changed(
        self,
        principal: Principal,
        action: Action,
        name: LimitName,
        before: Mapping[LimitName, SetLimit],
        after: int | None,
    ) -> None:
        self._changes += 1
        self._known = None
        was = getattr(self._with(before), name)
        await self._audit.note(
            action, actor=principal.id, limit=name.value, before=_noted(was), after=_noted(after)
        )

    def _with(self, chosen: Mapping[LimitName, SetLimit]) -> BookingLimits:
        return replace(self._usual, **{name.value: each.value for name, each in chosen.items()})


def _noted(value: int | None) -> int | str:
    """Return a limit as the audit has it."""
    return "none" if value is None else value
