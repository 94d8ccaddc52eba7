"""Blocking or removing an admin, but never the last one, also when several go at the same time."""

from datetime import timedelta

from services.clock import Clock
from services.errors import LastAdmin
from services.ids import new_id
from services.models.people import UserId
from services.storage.admins import AdminStore

# Much longer than it takes from a mark to what it allows.
STALE = timedelta(minutes=1)


class LastAdminGuard:
    """Makes sure that one active admin stays."""

    def __init__(self, *, admins: AdminStore, clock: Clock) -> None:
        self._admins = admins
        self._clock = clock

    async def let_go(self, admin_id: UserId) -> str:
        """Return the mark under which that active admin may be blocked or removed now.

        As long as the mark is there, another admin stays. So the write that blocks or removes must require
        it.
        Raises LastAdmin.
        """
        now = self._clock.now()
        mark = new_id(now)
        await self._admins.mark(admin_id, mark, now)
        if not await self._admins.staying(now - STALE, now):
            await self._admins.unmark(admin_id, mark)
            raise LastAdmin
        return mark
