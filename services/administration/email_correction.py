"""An admin puts somebody's mistyped email address right."""

from collections.abc import Callable

from services.access import require
from services.accounts.events import account_event
from services.accounts.one_time_codes import CodeLetter, CodeMailer, OneTimeCodes, Purpose
from services.acknowledgements import acknowledged
from services.audit import Audit
from services.clock import Clock
from services.errors import EmailTaken, SameEmail, UserUnknown
from services.models.audit import Action
from services.models.notifications import EventKind
from services.models.people import Principal, Role, User, UserId
from services.names.email_addresses import read_email
from services.storage.users import UserStore


class EmailCorrection:
    """Corrects email addresses. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        users: UserStore,
        codes: OneTimeCodes,
        mailer: CodeMailer,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._users = users
        self._codes = codes
        self._mailer = mailer
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def correct(self, principal: Principal, user_id: UserId, text: str) -> User:
        """Give an account another address, which its owner has yet to confirm with the code emailed there.

        The old address and the person's chats are told; who is signed in stays so. If the code cannot be
        emailed, nothing is changed.
        Raises RoleRequired, UserUnknown, BadEmail, SameEmail, EmailTaken, MailDown, MailRefused.
        """
        require(principal, Role.ADMIN)
        user, email = await self._users.by_id(user_id), read_email(text)
        if user is None:
            raise UserUnknown
        if email == user.email:
            raise SameEmail(is_yours=False)
        # Admins see all addresses, so how often they ask is not counted.
        if await self._users.email_exists(email):
            raise EmailTaken(email, is_change=True)
        code = await self._codes.make(Purpose.EMAIL, user.id, email, chat_id=None)
        await self._mailer.send(CodeLetter(Purpose.EMAIL, code, email, user))
        return await self._store(principal, user, email)

    async def _store(self, principal: Principal, user: User, email: str) -> User:
        now = self._clock.now()
        event = account_event(EventKind.EMAIL_CORRECTED, user, now, to=user.email, email=email)
        write = self._users.change(
            user.id, {"email": email, "email_verified": False, "mail_refused": None}, event
        )
        changed = await acknowledged(write, lambda: self._with_email(user.id, email))
        if changed is None:
            raise UserUnknown
        self._on_event()
        await self._audit.note(
            Action.EMAIL_CORRECTED, actor=principal.id, subject=user.id, once=f"{event.id}.{email}"
        )
        return changed

    async def _with_email(self, user_id: UserId, email: str) -> User | None:
        user = await self._users.by_id(user_id)
        return user if user and user.email == email else None
