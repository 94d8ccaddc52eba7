"""New passwords: for people who know the old one, for those who forgot it, and for those whom an admin helps.

A new password ends all sessions. That is done before it is stored, so that no session is left after a crash,
and again afterwards, for anybody who signed in with the old password in between.
"""

import logging
import secrets
from collections.abc import Coroutine
from typing import Any

from services.access import require
from services.accounts.attempts import Attempts, code_counters, keys_of, login_counters
from services.accounts.events import account_event
from services.accounts.one_time_codes import CodeLetter, CodeMailer, OneTimeCodes, Purpose
from services.accounts.passwords import Passwords
from services.acknowledgements import acknowledged
from services.audit import Audit
from services.clock import Clock
from services.errors import AccountBlocked, ClinicError, CodeExpired, SessionEnded, UserUnknown, WrongPassword
from services.models.audit import Action
from services.models.notifications import EventKind
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.storage.email_verification import EmailVerificationStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

Errand = Coroutine[Any, Any, None]


class NewPasswords:
    """Gives accounts new passwords."""

    def __init__(
        self,
        *,
        users: UserStore,
        sessions: SessionStore,
        passwords: Passwords,
        attempts: Attempts,
        codes: OneTimeCodes,
        mailer: CodeMailer,
        verification: EmailVerificationStore,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._attempts = attempts
        self._codes = codes
        self._mailer = mailer
        self._verification = verification
        self._audit = audit
        self._clock = clock

    async def prove(self, principal: Principal, password: str) -> None:
        """Return if that is the person's password. Tries are counted together with those of signing in.

        Raises WrongPassword, TooManyTries.
        """
        email = principal.user.email
        counters = await self._attempts.count_login(principal.origin, email, is_known=True)
        found = await self._users.credentials(email)
        hashed = found.password_hash if found else None
        if not await self._passwords.matches(password, hashed, by=principal.origin):
            raise WrongPassword
        await self._attempts.forgive(*keys_of(counters))

    async def renew(self, principal: Principal, password: str) -> User:
        """Change the password of somebody who has just given the old one; end all sessions elsewhere.

        Raises WeakPassword, PasswordTooLong, PasswordIsAddress, CommonPassword.
        """
        hashed = await self._passwords.hash(password, principal.user.email, by=principal.origin)
        user = await self._store(principal.user, hashed, keep=principal.chat_id)
        await self._audit.note(Action.PASSWORD_CHANGED, actor=user.id, subject=user.id)
        return user

    async def ask(self, chat_id: ChatId, email: str, *, again: bool = False) -> Errand:
        """Make a code for a forgotten password; return a coroutine that emails it, if there is an account.

        A code that an admin had sent and that has not expired stays valid, unless another is asked for
        `again`.

        The coroutine is to run in the background. So an address without an account, or with a blocked one,
        gets the same answer in the same time. Raises TooManyCodes.
        """
        found = await self._users.credentials(email)
        is_known = bool(found and found.know(chat_id))
        await self._codes.pace(*code_counters(chat_id, email, is_known=is_known))
        if await self._codes.is_from_clinic(Purpose.RESET, email) and not again:
            return _nothing()
        code = await self._codes.make(Purpose.RESET, email, email, chat_id=chat_id, is_sent=False)
        return self._mail(email, code, chat_id)

    async def _mail(self, email: str, code: str, chat_id: ChatId) -> None:
        try:
            found = await self._users.credentials(email)
            if found and found.user.status is not AccountStatus.BLOCKED:
                await self._mailer.send(CodeLetter(Purpose.RESET, code, email, found.user))
                await self._codes.sent(Purpose.RESET, email, email, code, chat_id=chat_id)
        except ClinicError as error:
            # The person in the chat is not told, as that would say that there is an account.
            log.warning("reset.unsent why=%s", type(error).__name__)

    async def redeem(self, chat_id: ChatId, email: str, code: str) -> None:
        """Redeem the code that was emailed. Raises BadCode, WrongCode, CodeExpired."""
        found = await self._users.credentials(email)
        is_known = bool(found and found.know(chat_id))
        await self._codes.redeem(Purpose.RESET, email, email, code, chat_id, is_known=is_known)

    async def renew_forgotten(self, chat_id: ChatId, email: str, password: str) -> User:
        """Change the password in the chat that has redeemed a code; end all sessions.

        Raises WeakPassword, PasswordTooLong, PasswordIsAddress, CommonPassword, CodeExpired, AccountBlocked.
        """
        await self._codes.check_redeemed(Purpose.RESET, email, chat_id)
        hashed = await self._passwords.hash(password, email, by=chat_id)
        found = await self._users.credentials(email)
        if found is None:
            raise CodeExpired
        if found.user.status is AccountStatus.BLOCKED:
            raise AccountBlocked
        user = await self._store(found.user, hashed, learn=chat_id)
        if user.is_unverified:
            # The code has arrived at the address.
            user = await self._verification.verify(user.id, email) or user
        for is_known in (False, True):
            await self._attempts.forgive(*keys_of(login_counters(chat_id, email, is_known=is_known)))
        await self._audit.note(Action.PASSWORD_CHANGED, actor=user.id, subject=user.id, why="forgotten")
        return user

    async def reset_password(self, principal: Principal, user_id: UserId) -> User:
        """Email somebody a code for a new password, remove the old one, and end all sessions.

        If the email can't be sent, nothing is changed. The limits on codes that chats ask for do not apply.
        Raises RoleRequired, UserUnknown, AccountBlocked, MailDown, MailRefused.
        """
        require(principal, Role.ADMIN)
        user = await self._users.by_id(user_id)
        if user is None:
            raise UserUnknown
        if user.status is AccountStatus.BLOCKED:
            raise AccountBlocked
        async with self._codes.emailing(Purpose.RESET, user.email, user.email, by_clinic=True) as code:
            await self._mailer.send(CodeLetter(Purpose.RESET, code, user.email, user, by_clinic=True))
        # A random password that nobody knows; checking it takes as long as checking any other.
        nobodys = await self._passwords.hash(secrets.token_urlsafe(32), by=principal.origin)
        await self._sessions.end_all(user_id)
        await self._users.set_password(user_id, nobodys, self._clock.now())
        await self._sessions.end_all(user_id)
        await self._audit.note(Action.RESET_SENT, actor=principal.id, subject=user_id)
        return user

    async def _store(
        self, user: User, hashed: bytes, *, keep: ChatId | None = None, learn: ChatId | None = None
    ) -> User:
        await self._sessions.end_all(user.id, but=keep)
        now = self._clock.now()
        event = account_event(EventKind.PASSWORD_CHANGED, user, now, at=now)
        changed = await acknowledged(
            self._users.set_password(user.id, hashed, now, event, keep=keep, learn=learn),
            lambda: self._users.with_password(user.id, hashed),
        )
        await self._sessions.end_all(user.id, but=keep)
        if changed is None:
            raise SessionEnded
        return changed


async def _nothing() -> None:
    """Do nothing: there is nobody to send a code to."""
