"""What people change about themselves: name, email address, language, time zone."""

import re
from dataclasses import replace

from services.accounts.attempts import CODES_A_CHAT, CODES_BY_STRANGERS
from services.accounts.email_availability import EmailAvailability
from services.accounts.events import account_event
from services.accounts.one_time_codes import CodeLetter, CodeMailer, OneTimeCodes, Purpose, read_code
from services.accounts.renaming import Renaming
from services.acknowledgements import acknowledged
from services.audit import Audit
from services.clock import Clock
from services.errors import NoSuchLanguage, SameEmail, SessionEnded
from services.ids import derived_id
from services.models.audit import Action
from services.models.notifications import EventKind
from services.models.people import Principal, User
from services.names.email_addresses import read_email
from services.storage.email_verification import EmailVerificationStore
from services.storage.users import UserStore
from services.time_zones import check_zone

# ISO 639: two letters, or three.
LANGUAGE = re.compile(r"[a-z]{2,3}")


class Profile:
    """Changes an account for its owner."""

    def __init__(
        self,
        *,
        users: UserStore,
        renaming: Renaming,
        email_availability: EmailAvailability,
        codes: OneTimeCodes,
        mailer: CodeMailer,
        verification: EmailVerificationStore,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._users = users
        self._renaming = renaming
        self._email_availability = email_availability
        self._codes = codes
        self._mailer = mailer
        self._verification = verification
        self._audit = audit
        self._clock = clock

    async def rename(self, principal: Principal, name: str) -> User:
        """Change the name; a doctor's waits for approval (see renaming.py). Raises BadName."""
        return await self._renaming.rename(principal, name)

    async def set_language(self, principal: Principal, code: str) -> User:
        """Change the language, an ISO 639 code. Raises NoSuchLanguage."""
        if not LANGUAGE.fullmatch(code):
            raise NoSuchLanguage
        return await self._change(principal, language=code, language_chosen=True)

    async def set_zone(self, principal: Principal, key: str | None) -> User:
        """Change the zone in which times are shown, an IANA name; None: the clinic's. Raises NoSuchZone."""
        return await self._change(principal, zone=None if key is None else check_zone(key))

    async def check_new_email(self, principal: Principal, text: str) -> str:
        """Return the case-folded address, if the person can have it.

        They can give their own address again if it refused emails: the code shows whether it takes them now.
        Raises BadEmail, SameEmail, EmailTaken, TooManyTries.
        """
        email = read_email(text)
        if email == principal.user.email:
            if not principal.user.takes_mail:
                return email
            raise SameEmail
        await self._email_availability.check_free(email, principal.origin)
        return email

    async def send_code(self, principal: Principal, email: str) -> None:
        """Mail a code to the new address. Raises TooManyCodes, MailDown, MailRefused."""
        limit = CODES_BY_STRANGERS if principal.chat_id is None else CODES_A_CHAT
        counters = ((f"code:chat:{principal.origin}", limit), (f"code:user:{principal.id}", limit))
        await self._codes.pace(*counters)
        async with self._codes.emailing(Purpose.EMAIL, principal.id, email) as code:
            await self._mailer.send(CodeLetter(Purpose.EMAIL, code, email, principal.user))

    async def set_email(self, principal: Principal, email: str, code: str) -> User:
        """Change the address to the one that the code was sent to; the old address gets an email about it.

        Doing it twice changes nothing more. Raises BadCode, WrongCode, CodeExpired, EmailTaken.
        """
        before = principal.user.email
        await self._codes.redeem(Purpose.EMAIL, principal.id, email, code, principal.origin, is_known=True)
        if email == before:
            user = await self._accept_own(principal)
        else:
            user = await self._set_email(principal, email)
        # Noted once, also if an earlier call crashed after the write.
        once = derived_id(f"{principal.id}.{email}.{read_code(code)}")
        await self._audit.note(Action.EMAIL_CHANGED, actor=principal.id, subject=principal.id, once=once)
        return user

    async def _accept_own(self, principal: Principal) -> User:
        """Note that their own address takes emails again, as the code has arrived there."""
        await self._verification.verify(principal.id, principal.user.email)
        return replace(principal.user, mail_refused=None, email_verified=True)

    async def _set_email(self, principal: Principal, email: str) -> User:
        now = self._clock.now()
        event = account_event(
            EventKind.EMAIL_CHANGED, principal.user, now, to=principal.user.email, email=email
        )
        # The code has arrived at the new address, so it takes emails.
        write = self._users.change(
            principal.id, {"email": email, "mail_refused": None, "email_verified": True}, event
        )
        return _found(await acknowledged(write, lambda: self._with_email(principal, email)))

    async def _with_email(self, principal: Principal, email: str) -> User | None:
        user = await self._users.by_id(principal.id)
        return user if user and user.email == email else None

    async def refusal_told(self, principal: Principal) -> None:
        """Note that the person has been told that their address refuses emails."""
        await self._users.tell_refusal(principal.id, principal.user.email, self._clock.now())

    async def _change(self, principal: Principal, **values: str | bool | None) -> User:
        return _found(await self._users.change(principal.id, values))


def _found(user: User | None) -> User:
    """Return the account. Raises SessionEnded where it was deleted meanwhile."""
    if user is None:
        raise SessionEnded
    return user
