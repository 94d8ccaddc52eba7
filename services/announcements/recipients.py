"""The chats that an announcement goes to."""

from collections.abc import AsyncIterator, Mapping, Sequence

from services.clock import Clock
from services.models.announcements import ROLES, Audience
from services.models.people import ChatId, UserId
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

BATCH_OF_PEOPLE = 500


class Recipients:
    """The people of an audience, so many at once, however many there are."""

    def __init__(self, *, users: UserStore, sessions: SessionStore, clock: Clock) -> None:
        self._users = users
        self._sessions = sessions
        self._clock = clock

    async def of(self, audience: Audience) -> AsyncIterator[Mapping[UserId, Sequence[ChatId]]]:
        """Go through the active accounts, and the chats in which each is signed in (in none: empty)."""
        for role in ROLES[audience]:
            last = UserId("")
            while people := await self._users.active(role, last, BATCH_OF_PEOPLE):
                yield await self._sessions.chats_of(people, self._clock.now())
                last = people[-1]
