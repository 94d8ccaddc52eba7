"""The chats that an announcement goes to, and the people who get it as an email."""

from collections.abc import AsyncIterator, Mapping, Sequence

from services.clock import Clock
from services.models.announcements import ROLES, Audience
from services.models.people import ChatId, UserId
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

# So many accounts are read at a time.
BATCH_OF_PEOPLE = 500


class Recipients:
    """Reads the people of an audience, batch by batch."""

    def __init__(self, *, users: UserStore, sessions: SessionStore, clock: Clock) -> None:
        self._users = users
        self._sessions = sessions
        self._clock = clock

    async def of(self, audience: Audience) -> AsyncIterator[Mapping[UserId, Sequence[ChatId]]]:
        """Yield batches of active accounts, each with the chats in which it is signed in, if any."""
        for role in ROLES[audience]:
            last = UserId("")
            while people := await self._users.active(role, last, BATCH_OF_PEOPLE):
                yield await self._sessions.chats_of(people, self._clock.now())
                last = people[-1]

    async def without_chats(self, people: Mapping[UserId, Sequence[ChatId]]) -> list[UserId]:
        """Return those of a batch who have no chat, and an address that takes email as far as is known."""
        unreached = [user_id for user_id, chats in people.items() if not chats]
        users, now = await self._users.by_ids(unreached) if unreached else {}, self._clock.now()
        return [user_id for user_id, user in users.items() if not user.refuses(user.email, now)]

    async def language_of(self, user_id: UserId) -> str | None:
        """Return the language of an account (ISO 639), if there is such an account. Raises StorageDown."""
        found = await self._users.by_id(user_id)
        return found.language if found is not None else None
