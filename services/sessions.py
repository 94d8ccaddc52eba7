"""Signing in and out: a chat's session is a signed token that the database can take back."""

from datetime import datetime, timedelta

from services.clock import Clock
from services.errors import (
    AccountBlocked,
    AccountPending,
    ClinicError,
    Denied,
    NotSignedIn,
    SessionEnded,
    TooManyTries,
    WrongCredentials,
)
from services.ids import new_id
from services.models import AccountStatus, ChatId, Principal, User
from services.passwords import Passwords
from services.storage.arrivals import Arrival, Arrivals
from services.storage.attempts import Attempts
from services.storage.driver import Document
from services.storage.sessions import Sessions as StoredSessions
from services.storage.sessions import StoredSession
from services.storage.users import Users
from services.tokens import LIFETIME, Claims, Tokens

MAX_TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)

NOT_USABLE: dict[AccountStatus, type[ClinicError]] = {
    AccountStatus.PENDING: AccountPending,
    AccountStatus.BLOCKED: AccountBlocked,
}


class Tries:
    """Makes those wait who try a secret too often: five tries in fifteen minutes for each key."""

    def __init__(self, attempts: Attempts, clock: Clock) -> None:
        self._attempts = attempts
        self._clock = clock

    async def count(self, *keys: str) -> None:
        """Count a try under every key before it is made. Raises TooManyTries."""
        now = self._clock.now()
        for key in keys:
            retry_at = await self._attempts.record(key, now, MAX_TRIES, TRIES_WINDOW)
            if retry_at is not None:
                raise TooManyTries(retry_at)

    async def forgive(self, *keys: str) -> None:
        """Start the counts anew, after a right try."""
        for key in keys:
            await self._attempts.forget(key)


class Sessions:
    """Who is signed in, in which chat."""

    def __init__(
        self,
        *,
        arrivals: Arrivals,
        users: Users,
        sessions: StoredSessions,
        tries: Tries,
        passwords: Passwords,
        tokens: Tokens,
        clock: Clock,
    ) -> None:
        self._arrivals = arrivals
        self._users = users
        self._sessions = sessions
        self._tries = tries
        self._passwords = passwords
        self._tokens = tokens
        self._clock = clock

    async def sign_in(self, chat_id: ChatId, email: str, password: str) -> Principal:
        """Check mail and password and make the chat the account's.

        An unknown mail and a wrong password read the same and take the same time.
        Raises WrongCredentials, TooManyTries, AccountPending, AccountBlocked.
        """
        email = email.strip().casefold()
        # The chat's first: one that must wait can't make the owners of more and more accounts wait.
        keys = (f"chat:{chat_id}", f"mail:{email}")
        await self._tries.count(*keys)
        found = await self._users.credentials(email)
        right = await self._passwords.matches(password, found.password_hash if found else None)
        if not (found and right):
            raise WrongCredentials
        await self._tries.forgive(*keys)
        _check_usable(found.user)
        return await self._open(found.user, chat_id, self._clock.now())

    async def _open(self, user: User, chat_id: ChatId, now: datetime) -> Principal:
        claims = Claims(user.id, user.role, new_id(now), now + LIFETIME)
        session = StoredSession(chat_id, self._tokens.issue(claims, now))
        await self._sessions.put(session, user.id, claims.expires_at)
        return Principal(user, chat_id, claims.session_id)

    async def arrive(self, chat_id: ChatId) -> tuple[Document | None, Principal | Denied]:
        """Return where the chat's dialog stands, and who is signed in there or why nobody is: in one look."""
        known = await self._arrivals.of_chat(chat_id)
        try:
            return known.conversation, self._recognize(chat_id, known)
        except Denied as error:
            return known.conversation, error

    async def authenticate(self, chat_id: ChatId) -> Principal:
        """Return who is signed in in the chat.

        Checks the token's signature and end, that it was not revoked, and that the account is
        active and has the role that the token says.
        Raises NotSignedIn, SessionEnded, AccountPending, AccountBlocked.
        """
        return self._recognize(chat_id, await self._arrivals.of_chat(chat_id))

    def _recognize(self, chat_id: ChatId, known: Arrival) -> Principal:
        if known.token is None:
            raise NotSignedIn
        claims, user = self._tokens.read(known.token, self._clock.now()), known.user
        if user is None or user.id != claims.user_id or user.role is not claims.role:
            raise SessionEnded
        _check_usable(user)
        return Principal(user, chat_id, claims.session_id)

    async def sign_out(self, chat_id: ChatId) -> None:
        """End the chat's session, whatever state it is in."""
        await self._sessions.remove(chat_id)


def _check_usable(user: User) -> None:
    refusal = NOT_USABLE.get(user.status)
    if refusal is not None:
        raise refusal
