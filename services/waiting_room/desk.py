"""Who is at the clinic's desk: those who are told what somebody there has to see to at once."""

from services.models.people import User
from services.storage.admins import AdminStore
from services.storage.users import UserStore


class Desk:
    """Knows the people at the desk."""

    def __init__(self, *, admins: AdminStore, users: UserStore) -> None:
        self._admins = admins
        self._users = users

    async def people(self) -> list[User]:
        """Return everybody who is at the desk: the active admins."""
        return list((await self._users.by_ids(await self._admins.active())).values())
