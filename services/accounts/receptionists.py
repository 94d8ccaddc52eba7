"""Making receptionists: an admin gives name and address, and a code is emailed for the first password."""

import secrets

from services.access import require
from services.accounts.fields import read_name
from services.accounts.one_time_codes import CodeLetter, CodeMailer, OneTimeCodes, Purpose
from services.accounts.passwords import Passwords
from services.accounts.registration import Accounts, Registration
from services.errors import EmailTaken
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.names.email_addresses import read_email
from services.storage.users import UserStore


class Receptionists:
    """Makes the accounts of receptionists."""

    def __init__(
        self,
        *,
        users: UserStore,
        accounts: Accounts,
        passwords: Passwords,
        codes: OneTimeCodes,
        mailer: CodeMailer,
    ) -> None:
        self._users = users
        self._accounts = accounts
        self._passwords = passwords
        self._codes = codes
        self._mailer = mailer

    async def check_email(self, principal: Principal, text: str) -> str:
        """Return the case-folded address, if no account has it. Raises RoleRequired, BadEmail, EmailTaken."""
        require(principal, Role.ADMIN)
        email = read_email(text)
        if await self._users.email_exists(email):
            raise EmailTaken(email, is_change=True)
        return email

    async def add(self, principal: Principal, account_id: UserId, name: str, email: str) -> User:
        """Make a receptionist's account, and email the code with which the first password is chosen.

        If the email can't be sent, there is no account. Until a password is chosen, nobody can sign in.
        Asking twice with one `account_id` makes one account.
        Raises RoleRequired, BadName, BadEmail, EmailTaken, MailDown, MailRefused.
        """
        require(principal, Role.ADMIN)
        if (stored := await self._users.by_id(account_id)) is not None:
            return stored
        name, email = read_name(name), await self.check_email(principal, email)
        user = User(account_id, name, email, Role.RECEPTIONIST, AccountStatus.ACTIVE)
        code = await self._codes.make(Purpose.RESET, email, email, chat_id=None, by_clinic=True)
        letter = CodeLetter(Purpose.RESET, code, email, user, by_clinic=True, is_welcome=True)
        await self._mailer.send(letter)
        # A random password that nobody knows.
        nobodys = await self._passwords.hash(secrets.token_urlsafe(32), by=principal.origin)
        return await self._accounts.register(
            Registration(
                name,
                email,
                nobodys,
                Role.RECEPTIONIST,
                None,
                None,
                vetted=True,
                id=account_id,
                email_verified=False,
                made_by=principal.id,
            )
        )
