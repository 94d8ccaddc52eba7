"""Deleting an account at its owner's wish: what is to come is cancelled, what is past keeps no name.

First the account is closed, in one write that also notes that its owner goes: from there on nobody can sign
in to it or book with it, and whatever happens, the rest is done until nothing is left (see `work`). Then an
order is given to cancel what is to come (see bulk_cancellation.py), of which erasing is the end. The order
stands for a while, so that what was on its way when the account was closed is met, too.
"""

from datetime import timedelta

from services.accounts.attempts import tries_keys
from services.accounts.last_admin import LastAdminGuard
from services.accounts.one_time_codes import code_keys
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.visibility import gone
from services.audit import Audit
from services.clock import Clock
from services.errors import SessionEnded
from services.ids import new_id
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.people import Principal, Role, User
from services.models.scheduling import Slot
from services.storage.erasure import ErasureStore
from services.storage.users import UserStore

# Nobody can be booked further ahead.
AHEAD = timedelta(days=3650)
# What is not done after so long, nobody is doing any more.
CUT_SHORT = timedelta(seconds=30)


class AccountDeletion:
    """Lets people go."""

    def __init__(
        self,
        *,
        users: UserStore,
        admins: LastAdminGuard,
        bulk_cancellation: BulkCancellation,
        erasure: ErasureStore,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._users = users
        self._admins = admins
        self._bulk_cancellation = bulk_cancellation
        self._erasure = erasure
        self._audit = audit
        self._clock = clock

    async def affected(self, principal: Principal) -> list[AppointmentCard]:
        """Return the person's appointments to come, which will be cancelled, earliest first."""
        return await self._bulk_cancellation.affected(_part(principal.role), principal.id, self._ahead())

    async def leave(self, principal: Principal) -> int:
        """Delete the person's account, and return how many appointments were cancelled. Raises LastAdmin.

        Raises SessionEnded where the account was closed meanwhile.
        """
        mark = await self._admins.let_go(principal.id) if principal.role is Role.ADMIN else None
        if not await self._users.go(principal.id, self._clock.now(), mark):
            raise SessionEnded
        return await self._finish(principal.user)

    async def work(self) -> None:
        """Finish what was cut short. Any number of workers may do so at once."""
        for user in await self._users.going(self._clock.now() - CUT_SHORT):
            await self._finish(user)

    async def _finish(self, user: User) -> int:
        once = f"{user.id}.{Action.ACCOUNT_DELETED}"
        await self._audit.note(Action.ACCOUNT_DELETED, actor=user.id, subject=user.id, once=once)
        if user.role is Role.PATIENT:
            # Before the news of the cancelling is made, so that none of it has a reason.
            await self._erasure.erase_reasons(user.id)
        order = CancellationOrder(
            id=new_id(self._clock.now()),
            kind=CancellationCause.ACCOUNT_DELETED,
            role=_part(user.role),
            user_id=user.id,
            window=self._ahead(),
            by=user.id,
            until=self._bulk_cancellation.until(),
        )
        return await self._bulk_cancellation.order(order)

    def _ahead(self) -> Slot:
        now = self._clock.now()
        return Slot(now, now + AHEAD)


class AccountEraser:
    """Erases whoever goes, as the end of the order to cancel what they had before them."""

    def __init__(self, *, users: UserStore, erasure: ErasureStore, clock: Clock) -> None:
        self._users = users
        self._erasure = erasure
        self._clock = clock

    async def erase(self, order: CancellationOrder) -> None:
        """Erase all but what others need, which keeps no name. The account is the last to go.

        Done again it finds what came in meanwhile.
        """
        user_id, role, now = order.user_id, order.role, self._clock.now()
        erasure, name = self._erasure, gone(user_id, role).name
        if role is Role.PATIENT:
            await erasure.erase_reasons(user_id)
            await erasure.rename_in_digests(user_id, name, now)
        else:
            await erasure.rename_doctor(user_id, name)
        await erasure.rename_in_visits(role, user_id, name, now)
        chats, user = await erasure.chats(user_id), await self._users.by_id(user_id)
        if user is not None:
            await erasure.forget_secrets(
                tries_keys(user.email, user_id, chats), code_keys(user.email, user_id)
            )
        await erasure.forget_chats(user_id, chats)
        await erasure.forget_account(user_id)


def _part(role: Role) -> Role:
    """Return as what somebody has appointments; admins have none, neither way."""
    return Role.DOCTOR if role is Role.DOCTOR else Role.PATIENT
