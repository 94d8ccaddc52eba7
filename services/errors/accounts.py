"""What can go wrong with accounts, signing in, passwords and codes."""

from datetime import datetime

from services.errors.base import Denied, Invalid, Refused, Unknown
from services.models.audit import Action
from services.models.people import Role, Scope, Tried, User


class EmailTaken(Refused):
    """An account with that email address exists; with `is_change`, somebody signed in wants it for theirs."""

    def __init__(self, email: str, *, is_change: bool = False) -> None:
        super().__init__()
        self.email = email
        self.is_change = is_change


class TooManyTries(Refused):
    """Too many tries of `tried` over the `scope`; the next one is allowed at `retry_at`."""

    def __init__(self, retry_at: datetime, tried: Tried = Tried.PASSWORD, scope: Scope = Scope.CHAT) -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at
        self.tried = tried
        self.scope = scope


class TooManyCodes(Refused):
    """Too many codes were emailed lately, over the `scope`; the next one is allowed at `retry_at`."""

    def __init__(self, retry_at: datetime, scope: Scope = Scope.CHAT) -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at
        self.scope = scope


class CodeNotSent(Refused):
    """No code could be emailed just now to an address that is stored already: the mail server is away."""


class MailRefused(Refused):
    """The mail server accepts nothing for that address."""


class EmailConfirmed(Refused):
    """The account's address is confirmed, so it is changed with a code only."""


class StaffCodeNotSet(Refused):
    """The clinic has no staff code, so nobody can register as admin in the chat."""


class AlreadyDecided(Refused):
    """Somebody else has already decided about the account; `user` is the account as it is now.

    `action` is what was decided, `by` whom (a name; None: a deleted account) and `at` when; `is_yours`: by
    the person who is told. Action, name and time are None until the audit has the entry.
    """

    def __init__(
        self,
        user: User,
        action: Action | None = None,
        by: str | None = None,
        at: datetime | None = None,
        *,
        is_yours: bool = False,
    ) -> None:
        super().__init__(user.id, action)
        self.user = user
        self.action = action
        self.by = by
        self.at = at
        self.is_yours = is_yours


class NoNameWaits(Refused):
    """That name has been decided about, or was withdrawn or replaced; `user` is the account as it is now."""

    def __init__(self, user: User) -> None:
        super().__init__(user.id)
        self.user = user


class CannotBlockYourself(Refused):
    """Admins cannot block their own account."""


class LastAdmin(Refused):
    """That is the last admin."""


class NotSignedIn(Denied):
    """Nobody is signed in in this chat."""


class SessionEnded(Denied):
    """The chat's session has expired or was ended."""


class AlreadySignedIn(Denied):
    """Somebody is signed in in this chat."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class SignedOutAlready(Denied):
    """Nobody is signed in in this chat, so nobody can be signed out of it."""


class RoleRequired(Denied):
    """Only people with one of these roles may do that."""

    def __init__(self, roles: frozenset[Role]) -> None:
        super().__init__(sorted(roles))
        self.roles = roles


class WrongCredentials(Denied):
    """No account has that email address and that password."""


class WrongPassword(Denied):
    """That is not the password of whoever is signed in."""


class WrongCode(Denied):
    """That is not the code that was emailed; `tries_left` more tries are allowed."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class CodeExpired(Denied):
    """The code has expired, was used, or was replaced by another one."""


class WrongStaffCode(Denied):
    """That is not the clinic's staff code."""


class AccountPending(Denied):
    """The account waits for an admin's approval."""


class AccountBlocked(Denied):
    """The account is blocked."""


class UserUnknown(Unknown):
    """There is no such account."""


class BadName(Invalid):
    """A name has 1 to `max_length` characters and a letter among them."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class BadEmail(Invalid):
    """That is not an email address."""


class WeakPassword(Invalid):
    """A password has at least `min_length` characters."""

    def __init__(self, min_length: int) -> None:
        super().__init__(min_length)
        self.min_length = min_length


class PasswordTooLong(Invalid):
    """bcrypt reads `max_bytes` bytes of a password and no more."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.max_bytes = max_bytes


class CommonPassword(Invalid):
    """So many people have that password that it is tried first."""


class BadSpecialization(Invalid):
    """A specialization has 2 to `max_length` characters and a letter among them."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class NoSuchZone(Invalid):
    """No time zone, city or country is called that."""


class NoSuchLanguage(Invalid):
    """No language is called that."""


class SameEmail(Invalid):
    """That is the account's address already; `is_yours`: of the account of whoever is told."""

    def __init__(self, *, is_yours: bool = True) -> None:
        super().__init__()
        self.is_yours = is_yours


class BadCode(Invalid):
    """A code has so many `digits` and nothing else."""

    def __init__(self, digits: int) -> None:
        super().__init__(digits)
        self.digits = digits
