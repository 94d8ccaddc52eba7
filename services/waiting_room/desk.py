"""Who is at the clinic's desk: those who are told what somebody there has to see to at once."""

from services.access import DESK
from services.models.people import UserId
from services.storage.users import UserStore

# More are not told of one thing.
MOST_TOLD = 100


class Desk:
    """Knows the people at the desk."""

    def __init__(self, *, users: UserStore) -> None:
        self._users = users

    async def people(self) -> list[UserId]:
        """Return everybody who is at the desk: the active receptionists and admins."""
        roles = sorted(DESK)
        return [
            user_id for role in roles for user_id in await self._users.active(role, UserId(""), MOST_TOLD)
        ]
