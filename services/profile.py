"""What people change about themselves: name, mail address, language, time zone."""

import re
from dataclasses import replace

from services.accounts import read_email, read_name
from services.audit import Audit
from services.clock import Clock
from services.codes import CodeLetter, CodeMailer, Codes, Purpose
from services.errors import EmailTaken, NoSuchLanguage, SameEmail, SessionEnded
from services.events import account_event
from services.models import Action, Principal, User
from services.news import EventKind
from services.storage.users import Users
from services.zones import check_zone

# ISO 639: two letters, or three.
LANGUAGE = re.compile(r"[a-z]{2,3}")


class Profile:
    """Changes an account at its owner's wish."""

    def __init__(self, *, users: Users, codes: Codes, mailer: CodeMailer, audit: Audit, clock: Clock) -> None:
        self._users = users
        self._codes = codes
        self._mailer = mailer
        self._audit = audit
        self._clock = clock

    async def rename(self, principal: Principal, name: str) -> User:
        """Change the name; a doctor's is kept without the title. Raises BadName."""
        return await self._change(principal, name=read_name(name, principal.role))

    async def set_language(self, principal: Principal, code: str) -> User:
        """Change the language, an ISO 639 code. Raises NoSuchLanguage."""
        if not LANGUAGE.fullmatch(code):
            raise NoSuchLanguage
        return await self._change(principal, language=code)

    async def set_zone(self, principal: Principal, key: str | None) -> User:
        """Change the zone in which times are shown, an IANA name; None: the clinic's. Raises NoSuchZone."""
        return await self._change(principal, zone=None if key is None else check_zone(key))

    async def check_new_email(self, principal: Principal, text: str) -> str:
        """Return the case-folded address, if the person can have it.

        Their own they can give again where it refused mails: the code shows whether it takes them now.
        Raises BadEmail, SameEmail, EmailTaken.
        """
        email = read_email(text)
        if email == principal.user.email:
            if not principal.user.takes_mail:
                return email
            raise SameEmail
        if await self._users.email_exists(email):
            raise EmailTaken(email)
        return email

    async def send_code(self, principal: Principal, email: str) -> None:
        """Mail a code to the new address. Raises TooManyCodes, MailDown, MailRefused."""
        await self._codes.pace(f"chat:{principal.chat_id}", f"user:{principal.id}")
        code = await self._codes.make(Purpose.EMAIL, principal.id, email)
        await self._mailer.send(CodeLetter(Purpose.EMAIL, code, email, principal.user))

    async def set_email(self, principal: Principal, email: str, code: str) -> User:
        """Change the address to the one that the code was mailed to; the old one hears of it.

        Done twice it is done once. Raises BadCode, WrongCode, CodeExpired, EmailTaken.
        """
        before = principal.user.email
        await self._codes.redeem(Purpose.EMAIL, principal.id, email, code, principal.chat_id)
        if email == before:
            # The code has arrived there, whatever was refused before.
            await self._users.accept_mail(principal.id, email)
            return replace(principal.user, mail_refused=None)
        now = self._clock.now()
        event = account_event(EventKind.EMAIL_CHANGED, principal.user, now, to=before, email=email)
        # The code has arrived there, whatever was refused before.
        user = await self._users.change(principal.id, {"email": email, "mail_refused": None}, event)
        await self._audit.note(Action.EMAIL_CHANGED, actor=principal.id, subject=principal.id)
        return _found(user)

    async def refusal_told(self, principal: Principal) -> None:
        """Note that the person knows now that no mail is taken at the address."""
        await self._users.tell_refusal(principal.id, principal.user.email, self._clock.now())

    async def _change(self, principal: Principal, **values: str | None) -> User:
        return _found(await self._users.change(principal.id, values))


def _found(user: User | None) -> User:
    """Return the account, which was there when its owner came in. Raises SessionEnded."""
    if user is None:
        raise SessionEnded
    return user
