"""What admins do with accounts: approve, block, find, and change a doctor's specialization."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from services.access import DESK, PARTIES, require
from services.accounts.events import account_event
from services.accounts.fields import read_specialization
from services.accounts.last_admin import LastAdminGuard
from services.acknowledgements import acknowledged
from services.administration.people_search import PeopleSearch
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.visibility import as_seen
from services.audit import Audit
from services.availability.booking_window import FAR_AHEAD
from services.clock import Clock
from services.errors import AlreadyDecided, CannotBlockYourself, UserUnknown
from services.ids import new_id
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.notifications import Event, EventKind
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import AccountStatus, Principal, Role, User, UserId, Who
from services.models.slots import Slot
from services.names.email_addresses import as_searched
from services.storage.sessions import SessionStore
from services.storage.user_search import UserSearchStore
from services.storage.users import Decision, UserStore

USERS_A_PAGE = 6
# The status of the account after each decision.
VERDICTS = {
    Action.APPROVED: AccountStatus.ACTIVE,
    Action.REFUSED: AccountStatus.BLOCKED,
    Action.BLOCKED: AccountStatus.BLOCKED,
    Action.UNBLOCKED: AccountStatus.ACTIVE,
}


class AccountAdministration:
    """The accounts, as admins see and change them. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        users: UserStore,
        user_search: UserSearchStore,
        people_search: PeopleSearch,
        sessions: SessionStore,
        admins: LastAdminGuard,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._users = users
        self._user_search = user_search
        self._people_search = people_search
        self._sessions = sessions
        self._admins = admins
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def page(self, principal: Principal, search: str, number: int, who: Who = Who.ALL) -> Page[User]:
        """Return a page of the accounts in `who` whose name or email address contains `search`, by name.

        Raises RoleRequired.
        """
        require(principal, Role.ADMIN)
        return await self._user_search.search(as_searched(search), number, USERS_A_PAGE, who=who)

    async def after(self, principal: Principal, last: UserId | None, limit: int) -> list[User]:
        """Return the next accounts in the order of their ids, after the `last` one. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        return await self._user_search.after(last, limit)

    async def counts(self, principal: Principal, search: str) -> dict[Who, int]:
        """Return for each list how many of its accounts have a name or email address that contains `search`.

        Raises RoleRequired.
        """
        require(principal, Role.ADMIN)
        found = await self._user_search.counts(as_searched(search))
        return {who: sum(count for kind, count in found.items() if who.has(*kind)) for who in Who}

    async def find(self, principal: Principal, text: str, number: int) -> Page[User | Patient]:
        """Return a page of patients and doctors whose name or email address contains `text`, by name.

        Patients without an account come first; they are also found by the telephone number.
        Raises RoleRequired.
        """
        require(principal, *DESK)
        wanted = as_searched(text)

        async def accounts(page: int) -> Page[User]:
            return await self._user_search.search(wanted, page, USERS_A_PAGE, roles=PARTIES)

        return await self._people_search.page(accounts, wanted, number)

    async def patients(self, principal: Principal, text: str, number: int) -> Page[User | Patient]:
        """Return a page of patients for whom the desk may book, by name; see `find`. Raises RoleRequired."""
        require(principal, *DESK)
        wanted = as_searched(text)

        async def accounts(page: int) -> Page[User]:
            return await self._user_search.patients(wanted, page, USERS_A_PAGE)

        return await self._people_search.page(accounts, wanted, number)

    async def get(self, principal: Principal, user_id: UserId) -> User:
        """Return an account. Raises RoleRequired, UserUnknown."""
        require(principal, Role.ADMIN)
        user = await self._users.by_id(user_id)
        if user is None:
            raise UserUnknown
        return user

    async def decide(self, principal: Principal, user_id: UserId, *, approve: bool) -> User:
        """Approve or refuse a doctor who waits; the doctor is told.

        Raises RoleRequired, UserUnknown, AlreadyDecided.
        """
        user = await self.get(principal, user_id)
        kind = EventKind.DOCTOR_APPROVED if approve else EventKind.DOCTOR_REFUSED
        event = Event(f"{user_id}.{kind}", kind, (user_id,), {"name": user.name})
        action = Action.APPROVED if approve else Action.REFUSED
        return await self._decide(principal, user_id, action, AccountStatus.PENDING, event)

    async def block(self, principal: Principal, user_id: UserId, *, clear: bool = False) -> tuple[User, int]:
        """Block an account and end its sessions; with `clear` also cancel its upcoming appointments.

        Its owner is told. If the account is blocked already, only its appointments are cancelled. Returns the
        account and how many appointments were cancelled.
        Raises RoleRequired, UserUnknown, CannotBlockYourself, LastAdmin, AlreadyDecided.
        """
        user = await self.get(principal, user_id)
        if user_id == principal.id:
            raise CannotBlockYourself
        if clear and user.status is AccountStatus.BLOCKED:
            with suppress(AlreadyDecided):
                await self._finish(principal, user_id, Action.BLOCKED)
        else:
            user = await self._block(principal, user)
        # Done again in any case, as an earlier call may have crashed before this.
        await self._sessions.end_all(user_id, told_at=self._clock.now())
        if user.role in PARTIES:
            await self._bulk_cancellation.end_holds(user.role, user_id, self._ahead())
        return user, await self.clear(principal, user_id) if clear else 0

    async def _block(self, principal: Principal, user: User) -> User:
        is_admin = user.role is Role.ADMIN and user.status is AccountStatus.ACTIVE
        mark = await self._admins.let_go(user.id) if is_admin else None
        event = account_event(EventKind.ACCOUNT_BLOCKED, user, self._clock.now())
        return await self._decide(principal, user.id, Action.BLOCKED, AccountStatus.ACTIVE, event, mark=mark)

    async def _decide(
        self,
        principal: Principal,
        user_id: UserId,
        action: Action,
        before: AccountStatus,
        event: Event,
        *,
        mark: str | None = None,
    ) -> User:
        """Store a decision with its event and note it in the audit; finish one that a crash has interrupted.

        Raises AlreadyDecided.
        """
        decision, after = Decision(new_id(self._clock.now()), principal.id), VERDICTS[action]
        user = await acknowledged(
            self._users.decide(user_id, before, after, event, mark=mark, decision=decision),
            lambda: self._made(user_id, after, decision),
        )
        if user is None:
            return await self._finish(principal, user_id, action)
        self._on_event()
        await self._audit.note(action, actor=principal.id, subject=user_id, once=decision.id)
        return user

    async def _made(self, user_id: UserId, after: AccountStatus, decision: Decision) -> User | None:
        """Return the account if that decision about it is stored."""
        found = await self._users.decided(user_id, after)
        return found[0] if found and found[1] == decision else None

    async def _finish(self, principal: Principal, user_id: UserId, action: Action) -> User:
        """Note a decision of the same person that is stored but not noted yet. Raises AlreadyDecided."""
        found = await self._users.decided(user_id, VERDICTS[action])
        entry = await self._audit.latest(user_id, frozenset(VERDICTS))
        if not found or found[1].by != principal.id or (entry and entry.id == found[1].id):
            raise await self._already(principal, user_id)
        user, decision = found
        self._on_event()
        await self._audit.note(action, actor=principal.id, subject=user_id, once=decision.id)
        return user

    async def unblock(self, principal: Principal, user_id: UserId) -> User:
        """Unblock somebody who was blocked or refused; they are told.

        Raises RoleRequired, UserUnknown, AlreadyDecided.
        """
        user = await self.get(principal, user_id)
        if user.status is not AccountStatus.BLOCKED:
            return await self._finish(principal, user_id, Action.UNBLOCKED)
        # Old sessions end, and no order to cancel their appointments may go on.
        await self._sessions.end_all(user_id, told_at=self._clock.now())
        await self._bulk_cancellation.call_off(CancellationCause.BLOCKED, user_id)
        event = account_event(EventKind.ACCOUNT_UNBLOCKED, user, self._clock.now())
        return await self._decide(principal, user_id, Action.UNBLOCKED, AccountStatus.BLOCKED, event)

    async def affected(self, principal: Principal, user_id: UserId) -> list[AppointmentCard]:
        """Return somebody's upcoming appointments, which `clear` would cancel, earliest first.

        Raises RoleRequired, UserUnknown.
        """
        user = await self.get(principal, user_id)
        if user.role not in PARTIES:
            return []
        found = await self._bulk_cancellation.affected(user.role, user_id, self._ahead())
        return [
            AppointmentCard(as_seen(principal, card.appointment), card.doctor, card.patient) for card in found
        ]

    async def clear(self, principal: Principal, user_id: UserId) -> int:
        """Cancel all upcoming appointments of somebody who is blocked, and return how many there were.

        The other side of each is told; patients of a doctor are offered times with other doctors.
        Raises RoleRequired, UserUnknown, AlreadyDecided.
        """
        user = await self.get(principal, user_id)
        if user.status is not AccountStatus.BLOCKED:
            raise await self._already(principal, user_id)
        if user.role not in PARTIES:
            return 0
        order = CancellationOrder(
            id=new_id(self._clock.now()),
            kind=CancellationCause.BLOCKED,
            role=user.role,
            user_id=user_id,
            window=self._ahead(),
            by=principal.id,
            until=self._bulk_cancellation.until(),
            via=principal.via,
        )
        # The audit has an entry for each of them (see services/notifications/appointment_audit.py).
        return await self._bulk_cancellation.order(order)

    def _ahead(self) -> Slot:
        now = self._clock.now()
        return Slot(now, now + FAR_AHEAD)

    async def change_specialization(self, principal: Principal, user_id: UserId, text: str) -> User:
        """Change a doctor's specialization. Raises RoleRequired, UserUnknown, BadSpecialization."""
        user = await self.get(principal, user_id)
        if user.role is not Role.DOCTOR:
            raise UserUnknown
        name = read_specialization(text)
        if name == user.specialization:
            return user
        changed = await self._users.change(user_id, {"specialization": name})
        if changed is None:
            raise UserUnknown
        facts = {"before": user.specialization, "after": name}
        await self._note(principal, Action.SPECIALIZATION_CHANGED, user_id, **facts)
        return changed

    async def _note(self, principal: Principal, action: Action, user_id: UserId, **facts: Any) -> None:
        await self._audit.note(action, actor=principal.id, subject=user_id, **facts)

    async def _already(self, principal: Principal, user_id: UserId) -> AlreadyDecided:
        """Return the error that says who was quicker, as far as the audit knows it by now."""
        user = await self.get(principal, user_id)
        entry = await self._audit.latest(user_id, frozenset(VERDICTS))
        if entry is None or VERDICTS[entry.action] is not user.status:
            return AlreadyDecided(user)
        by = await self._users.by_id(entry.actor) if entry.actor else None
        is_yours = entry.actor == principal.id
        return AlreadyDecided(user, entry.action, by.name if by else None, entry.at, is_yours=is_yours)
