"""Changing names. A doctor's new name, by which patients choose, has to be approved by an admin first."""

from collections.abc import Callable

from services.access import require
from services.accounts.events import account_event
from services.accounts.fields import read_name
from services.accounts.registration import MOST_ADMINS
from services.acknowledgements import acknowledged
from services.audit import Audit
from services.clock import Clock
from services.errors import NoNameWaits, SessionEnded, UserUnknown
from services.models.audit import Action
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role, User, UserId
from services.namesakes import Namesakes
from services.storage.users import UserStore


class Renaming:
    """Changes names. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        users: UserStore,
        namesakes: Namesakes,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._users = users
        self._namesakes = namesakes
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def rename(self, principal: Principal, text: str) -> User:
        """Change one's name. A doctor's loses its title and waits for approval; all admins are told.

        Asking for the name that one already has withdraws the name that waits. Raises BadName, SessionEnded.
        """
        name, user = read_name(text, principal.role), principal.user
        if name in {user.name, user.wanted_name}:
            return user if name != user.name or user.wanted_name is None else await self._take_back(principal)
        if principal.role is Role.DOCTOR:
            return await self._want(principal, name)
        changed = await self._users.change(principal.id, {"name": name})
        return await self._noted(principal, Action.NAME_CHANGED, changed)

    async def decide(self, principal: Principal, user_id: UserId, wanted: str, *, approve: bool) -> User:
        """Approve or refuse a doctor's new name. The doctor is told, patients are not.

        Raises RoleRequired, UserUnknown, and NoNameWaits where that name is not what waits any more.
        """
        require(principal, Role.ADMIN)
        user = await self._users.by_id(user_id)
        if user is None:
            raise UserUnknown
        kind = EventKind.NAME_APPROVED if approve else EventKind.NAME_REFUSED
        event = account_event(kind, user, self._clock.now(), wanted=wanted)
        decided = await self._users.settle_name(user_id, wanted, approve=approve, event=event)
        if decided is None:
            raise NoNameWaits(await self._users.by_id(user_id) or user)
        self._on_event()
        action = Action.NAME_APPROVED if approve else Action.NAME_REFUSED
        await self._audit.note(action, actor=principal.id, subject=user_id, once=event.id)
        return decided

    async def alike(self, user: User) -> list[User]:
        """Return the other doctors whose names are or look like this doctor's name, or the new one."""
        names = {name for name in (user.name, user.wanted_name) if name and user.role is Role.DOCTOR}
        found = {
            other.id: other
            for name in names
            for other in await self._namesakes.alike(name, Role.DOCTOR, but=user.id)
        }
        return list(found.values())

    async def _want(self, principal: Principal, name: str) -> User:
        admins = await self._users.active(Role.ADMIN, UserId(""), MOST_ADMINS)
        alike = await self._namesakes.alike(name, Role.DOCTOR, but=principal.id)
        facts = {"user_id": principal.id, "wanted": name, "alike": bool(alike)}
        told = account_event(EventKind.NAME_WAITS, principal.user, self._clock.now(), **facts)
        event = Event(told.id, told.kind, tuple(admins), told.facts)
        changed = await acknowledged(
            self._users.change(principal.id, {"wanted_name": name}, event),
            lambda: self._wanting(principal, name),
        )
        self._on_event()
        return await self._noted(principal, Action.NAME_WANTED, changed)

    async def _wanting(self, principal: Principal, name: str) -> User | None:
        user = await self._users.by_id(principal.id)
        return user if user and user.wanted_name == name else None

    async def _take_back(self, principal: Principal) -> User:
        changed = await self._users.change(principal.id, {"wanted_name": None})
        return await self._noted(principal, Action.NAME_TAKEN_BACK, changed)

    async def _noted(self, principal: Principal, action: Action, changed: User | None) -> User:
        if changed is None:
            raise SessionEnded
        await self._audit.note(action, actor=principal.id, subject=principal.id)
        return changed
