"""Signing in and out over HTTP. A session is a signed token for the HTTP interface alone (RFC 7519 `aud`)."""

from datetime import timedelta

from services.accounts.credential_check import CredentialCheck, check_usable
from services.accounts.tokens import API_AUDIENCE, Claims, Tokens
from services.audit import Audit
from services.clock import Clock
from services.errors import SessionEnded, WrongCredentials
from services.ids import new_id
from services.models.audit import Action
from services.models.people import ClientAddress, Principal
from services.names.folding import visible
from services.storage.api_sessions import ApiSession, ApiSessionStore

# A token is copied more easily than a chat, so it does not live as long.
LIFETIME = timedelta(days=1)
MOST_NAME = 60
UNNAMED = "API"


class ApiSessions:
    """Who is signed in over HTTP."""

    def __init__(
        self,
        *,
        credentials: CredentialCheck,
        sessions: ApiSessionStore,
        tokens: Tokens,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._sessions = sessions
        self._tokens = tokens
        self._audit = audit
        self._clock = clock

    async def sign_in(self, address: ClientAddress, email: str, password: str, name: str = "") -> str:
        """Check email and password, and return a token for the account.

        `name` is what the program calls itself: so the session is called in the chat, among where the
        account is signed in.
        Raises WrongCredentials, TooManyTries, AccountPending, AccountBlocked.
        """
        found = await self._credentials.check(address, email, password)
        user, now = found.user, self._clock.now()
        claims = Claims(user.id, user.role, new_id(now), now + LIFETIME)
        name = visible(name)[:MOST_NAME].strip() or UNNAMED
        session = ApiSession(claims.session_id, name, now, claims.expires_at)
        client = self._credentials.client_key(user, address)
        if not await self._sessions.open(user.id, found.password_hash, session, client):
            raise WrongCredentials  # the password was changed meanwhile, or the account blocked
        await self._audit.note(Action.SIGNED_IN, actor=user.id, subject=user.id, over="http")
        return self._tokens.issue(claims, now, API_AUDIENCE)

    async def authenticate(self, token: str) -> Principal:
        """Return whose token it is.

        Checks its signature, audience and end, that it was not revoked, and that the account is active and
        has the role that the token says. One query for all requests that come in at once.
        Raises SessionEnded, AccountPending, AccountBlocked.
        """
        now = self._clock.now()
        claims = self._tokens.read(token, now, API_AUDIENCE)
        found = await self._sessions.account(claims.user_id)
        if found is None or found.user.role is not claims.role:
            raise SessionEnded
        check_usable(found.user)
        if all(session.id != claims.session_id for session in found.sessions):
            raise SessionEnded
        return Principal(found.user, None, claims.session_id)

    async def sign_out(self, principal: Principal) -> None:
        """End the session with which the person acts."""
        await self._sessions.end(principal.id, principal.session_id)
