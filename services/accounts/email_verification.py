"""Confirming the address that an account was registered with, by a code that is emailed there.

Until then the account works, and its address can be changed at once: nobody has shown yet that mail to the
first one reaches the person, so nothing is told there. Accounts whose address is not known to be unconfirmed
are never asked, and change it with a code (see profile.py). An admin can put a mistyped address right.
"""

from collections.abc import Callable
from datetime import timedelta

from services.access import require
from services.accounts.email_availability import EmailAvailability
from services.accounts.events import account_event
from services.accounts.one_time_codes import CodeLetter, CodeMailer, OneTimeCodes, Purpose
from services.accounts.profile import Profile
from services.acknowledgements import acknowledged
from services.audit import Audit
from services.clock import Clock
from services.errors import (
    CodeExpired,
    EmailConfirmed,
    EmailTaken,
    MailDown,
    NotSignedIn,
    SameEmail,
    SessionEnded,
    TooManyCodes,
    UserUnknown,
)
from services.ids import derived_id
from services.models.audit import Action
from services.models.notifications import EventKind
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.names.email_addresses import read_email
from services.storage.email_verification import EmailVerificationStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

# Why a code could not be sent just now.
NoCode = TooManyCodes | MailDown
# Where nothing was done that the address matters for, people are asked again after so long.
ASKED_EACH = timedelta(days=1)


class EmailVerification:
    """Sends codes to addresses that are not confirmed, and confirms, changes or corrects them.

    `on_event` is called when an event was stored.
    """

    def __init__(
        self,
        *,
        users: UserStore,
        verification: EmailVerificationStore,
        sessions: SessionStore,
        profile: Profile,
        email_availability: EmailAvailability,
        codes: OneTimeCodes,
        mailer: CodeMailer,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._users = users
        self._verification = verification
        self._sessions = sessions
        self._profile = profile
        self._email_availability = email_availability
        self._codes = codes
        self._mailer = mailer
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def send_code(self, principal: Principal) -> None:
        """Email a code to the person's own address. Codes are counted with those for a new address.

        Raises EmailConfirmed, TooManyCodes, MailDown, MailRefused.
        """
        if not principal.user.is_unverified:
            raise EmailConfirmed
        await self._profile.send_code(principal, principal.user.email)

    async def confirm(self, principal: Principal, code: str) -> User:
        """Confirm the person's address with the code that was emailed there. Doing it again changes nothing.

        Raises BadCode, WrongCode, CodeExpired; the last also if the address was changed meanwhile.
        """
        user = principal.user
        if not user.is_unverified:
            return user
        await self._codes.redeem(Purpose.EMAIL, user.id, user.email, code, principal.origin, is_known=True)
        confirmed = await self._verification.verify(user.id, user.email)
        if confirmed is None:
            raise CodeExpired
        once = derived_id(f"{user.id}.{user.email}.{Action.EMAIL_CONFIRMED}")
        await self._audit.note(Action.EMAIL_CONFIRMED, actor=user.id, subject=user.id, once=once)
        return confirmed

    async def change_address(self, principal: Principal, text: str) -> tuple[User, NoCode | None]:
        """Change an address that is not confirmed, at once, and email a code there.

        The same address may be given again. Returns the account, and why no code could be sent, if so: the
        address is changed all the same.
        Raises BadEmail, EmailTaken, TooManyTries, EmailConfirmed, SessionEnded, and MailRefused where nothing
        reaches that address, which is not stored then.
        """
        email = read_email(text)
        if not principal.user.is_unverified:
            raise EmailConfirmed
        if email != principal.user.email:
            await self._email_availability.check_free(email, principal.origin)
        why = None
        try:
            await self._profile.send_code(principal, email)
        except (TooManyCodes, MailDown) as error:
            why = error
        return await self._replaced(principal.user, email), why

    async def _replaced(self, before: User, email: str) -> User:
        if email == before.email:
            return before
        write = self._verification.replace(before.id, email)
        user = await acknowledged(write, lambda: self._with_email(before.id, email))
        if user is None:
            raise SessionEnded if await self._users.by_id(before.id) is None else EmailConfirmed
        await self._audit.note(Action.EMAIL_CHANGED, actor=user.id, subject=user.id)
        return user

    async def correct(self, principal: Principal, user_id: UserId, text: str) -> User:
        """Give an account another address, which its owner has yet to confirm with the code emailed there.

        The old address and the person's chats are told; who is signed in stays so. If the code cannot be
        emailed, nothing is changed.
        Raises RoleRequired, UserUnknown, BadEmail, SameEmail, EmailTaken, MailDown, MailRefused.
        """
        require(principal, Role.ADMIN)
        user, email = await self._users.by_id(user_id), read_email(text)
        # One's own is changed in /me, with the password and a code.
        if user is None or user.id == principal.id:
            raise UserUnknown
        if email == user.email:
            raise SameEmail(is_yours=False)
        # Admins see all addresses, so how often they ask is not counted.
        if await self._users.email_exists(email):
            raise EmailTaken(email, is_change=True)
        async with self._codes.emailing(Purpose.EMAIL, user.id, email) as code:
            await self._mailer.send(CodeLetter(Purpose.EMAIL, code, email, user))
        return await self._corrected(principal, user, email)

    async def _corrected(self, principal: Principal, user: User, email: str) -> User:
        event = account_event(EventKind.EMAIL_CORRECTED, user, self._clock.now(), to=user.email, email=email)
        write = self._users.change(
            user.id, {"email": email, "email_verified": False, "mail_refused": None}, event
        )
        changed = await acknowledged(write, lambda: self._with_email(user.id, email))
        if changed is None:
            raise UserUnknown
        self._on_event()
        await self._audit.note(
            Action.EMAIL_CORRECTED, actor=principal.id, subject=user.id, once=derived_id(event.id)
        )
        return changed

    async def _with_email(self, user_id: UserId, email: str) -> User | None:
        user = await self._users.by_id(user_id)
        return user if user and user.email == email else None

    async def asks(self, principal: Principal, *, daily: bool = False) -> bool:
        """Tell whether to ask the person for the code now, and note that it is done.

        `daily`: only if they were not asked within a day.
        """
        if not principal.user.is_unverified:
            return False
        pause = ASKED_EACH if daily else None
        return await self._verification.note_asked(principal.id, self._clock.now(), pause)

    async def registrant(self, chat_id: ChatId, user_id: UserId) -> Principal:
        """Return who has registered in the chat and waits for approval: they cannot sign in yet.

        Raises NotSignedIn if that is somebody else, or they wait no longer.
        """
        user = await self._users.by_id(user_id)
        if user is None or user.status is not AccountStatus.PENDING:
            raise NotSignedIn
        if chat_id not in (await self._sessions.last_chats.of([user_id]))[user_id]:
            raise NotSignedIn
        return Principal(user, chat_id, session_id="")
