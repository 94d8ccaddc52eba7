"""Checking an email address and a password, for whoever signs in: in a chat or over HTTP."""

from services.accounts.attempts import Attempts, client_key, keys_of
from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.audit import Audit
from services.clock import Clock
from services.errors import AccountBlocked, AccountPending, BadEmail, ClinicError, WrongCredentials
from services.models.audit import Action
from services.models.people import AccountStatus, ClientAddress, Origin, User
from services.names.email_addresses import masked, read_email
from services.storage.users import Credentials, UserStore

NOT_USABLE: dict[AccountStatus, type[ClinicError]] = {
    AccountStatus.PENDING: AccountPending,
    AccountStatus.BLOCKED: AccountBlocked,
}


class CredentialCheck:
    """Tells whose the email address and password are."""

    def __init__(
        self,
        *,
        users: UserStore,
        attempts: Attempts,
        passwords: Passwords,
        tokens: Tokens,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._users = users
        self._attempts = attempts
        self._passwords = passwords
        self._tokens = tokens
        self._audit = audit
        self._clock = clock

    async def check(self, origin: Origin, email: str, password: str) -> Credentials:
        """Return the active account that has this address and password.

        An unknown address and a wrong password give the same answer in the same time.
        Raises WrongCredentials, TooManyTries, AccountPending, AccountBlocked.
        """
        email = _as_stored(email)
        found = await self._users.credentials(email)
        counters = await self._attempts.count_login(origin, email, is_known=self._is_known(found, origin))
        right = await self._passwords.matches(password, found.password_hash if found else None, by=origin)
        if not (found and right):
            await self._note_failure(email, found)
            raise WrongCredentials
        await self._attempts.forgive(*keys_of(counters))
        if isinstance(origin, ClientAddress):
            await self._attempts.take_back(client_key(origin))
        if found.user.status in NOT_USABLE:
            await self._note_failure(email, found)
        check_usable(found.user)
        return found

    def client_key(self, user: User, address: ClientAddress) -> str:
        """Return what is stored of an address from which the account was used over HTTP: a keyed hash."""
        return self._tokens.seal("client", user.id, str(address))[:32]

    def _is_known(self, found: Credentials | None, origin: Origin) -> bool:
        if found is None:
            return False
        if isinstance(origin, ClientAddress):
            return self.client_key(found.user, origin) in found.clients
        return found.know(origin)

    async def _note_failure(self, email: str, found: Credentials | None) -> None:
        if found:
            await self._audit.note(Action.SIGN_IN_FAILED, actor=None, subject=found.user.id)
        else:
            await self._audit.note(Action.SIGN_IN_FAILED, actor=None, email=masked(email))


def check_usable(user: User) -> None:
    """Return if the account may be used. Raises AccountPending, AccountBlocked."""
    refusal = NOT_USABLE.get(user.status)
    if refusal is not None:
        raise refusal


def _as_stored(email: str) -> str:
    """Return the address as accounts store it. What is no address is returned as it is: no account has it."""
    try:
        return read_email(email)
    except BadEmail:
        return email.strip().casefold()
