"""Registering: making accounts."""

import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from services.accounts.attempts import (
    NEW_PASSWORDS_A_CHAT,
    REGISTRATIONS_A_CHAT,
    STAFF_CODES,
    STAFF_CODES_A_CHAT,
    STAFF_CODES_A_CLIENT,
    Attempts,
    registrations,
)
from services.accounts.email_availability import EmailAvailability
from services.accounts.fields import COMMON_SPECIALIZATIONS, read_name, read_specialization
from services.accounts.hash_queue import Urgency
from services.accounts.passwords import Passwords
from services.acknowledgements import acknowledged
from services.audit import Audit
from services.clock import Clock
from services.errors import (
    EmailTaken,
    StaffCodeNotSet,
    WrongStaffCode,
)
from services.ids import new_id
from services.models.audit import Action
from services.models.notifications import Event, EventKind
from services.models.people import (
    ASSUMED_LANGUAGE,
    AccountStatus,
    ChatId,
    ClientAddress,
    Gender,
    Origin,
    Role,
    User,
    UserId,
)
from services.models.scheduling import Schedule
from services.names.email_addresses import read_email
from services.namesakes import Namesakes
from services.storage.schedules import ScheduleStore
from services.storage.user_search import UserSearchStore
from services.storage.users import UserStore

MOST_ADMINS = 1000
# What people can register as themselves; receptionists are made by an admin.
SELF_REGISTERED = (Role.PATIENT, Role.DOCTOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody has entered to register; `vetted` if they gave the clinic's staff code.

    `id` is the id of the new account: saving it twice makes one account. `chat_id` is the chat, if it is done
    in one. `email_verified` False: a code is sent to the address, and the person is asked for it; None: they
    are not asked. `made_by` is the admin who makes the account, None where people make their own. `language`
    is an ISO 639 code, None where it is not known.
    """

    name: str
    email: str
    password_hash: bytes
    role: Role
    gender: Gender | None
    specialization: str | None
    vetted: bool
    id: UserId | None = None
    chat_id: ChatId | None = None
    email_verified: bool | None = None
    made_by: UserId | None = None
    language: str | None = None

    def __repr__(self) -> str:
        return f"Registration({self.role})"


class Accounts:
    """Makes accounts, at most `per_hour` in chats. `staff_code` None: nobody can register as an admin.

    `on_event` is called when an event was stored.
    """

    def __init__(
        self,
        *,
        users: UserStore,
        user_search: UserSearchStore,
        schedules: ScheduleStore,
        passwords: Passwords,
        attempts: Attempts,
        email_availability: EmailAvailability,
        namesakes: Namesakes,
        audit: Audit,
        clock: Clock,
        staff_code: str | None,
        per_hour: int,
        on_event: Callable[[], None],
    ) -> None:
        self._users = users
        self._user_search = user_search
        self._schedules = schedules
        self._passwords = passwords
        self._attempts = attempts
        self._email_availability = email_availability
        self._namesakes = namesakes
        self._audit = audit
        self._clock = clock
        self._staff_code = staff_code
        self._in_all = registrations(per_hour)
        self._on_event = on_event

    @property
    def has_staff_code(self) -> bool:
        """Whether the clinic has a staff code."""
        return self._staff_code is not None

    async def check_email(self, text: str, chat_id: ChatId | None = None) -> str:
        """Return the case-folded address, if it is valid and free. `chat_id` None: it is not asked in a chat.

        Raises BadEmail, EmailTaken, TooManyTries.
        """
        email = read_email(text)
        if chat_id is not None:
            await self._email_availability.check_free(email, chat_id, tell=True)
        elif await self._users.email_exists(email):
            raise EmailTaken(email)
        return email

    async def check_staff_code(self, origin: Origin, code: str) -> None:
        """Return if that is the clinic's code. Raises WrongStaffCode, StaffCodeNotSet, TooManyTries.

        Codes that are tried over HTTP are counted apart, so that nobody there keeps a chat from trying.
        """
        if self._staff_code is None:
            raise StaffCodeNotSet
        if isinstance(origin, ClientAddress):
            in_chat, in_all, limit = f"http:staff:{origin}", "http:staff", STAFF_CODES_A_CLIENT
        else:
            in_chat, in_all, limit = f"staff:{origin}", "staff", STAFF_CODES_A_CHAT
        await self._attempts.count((in_chat, limit), (in_all, STAFF_CODES))
        if not hmac.compare_digest(_composed(code), _composed(self._staff_code)):
            raise WrongStaffCode
        await self._attempts.forgive(in_chat)
        await self._attempts.take_back(in_all)

    async def hash_password(
        self, password: str, chat_id: ChatId | None = None, *, email: str | None = None
    ) -> bytes:
        """Return the hash of an acceptable password, for somebody who registers with that address.

        Raises WeakPassword, PasswordTooLong, PasswordIsAddress, CommonPassword, TooManyTries.
        """
        self._passwords.check(password, email)
        if chat_id is not None:
            await self._attempts.check((f"registered:{chat_id}", REGISTRATIONS_A_CHAT))
            await self._attempts.count(
                (f"register:{chat_id}", NEW_PASSWORDS_A_CHAT), ("register", self._in_all)
            )
        return await self._passwords.hash(password, urgency=Urgency.REGISTRATION, by=chat_id)

    async def is_password(self, text: str, hashed: str, chat_id: ChatId) -> bool:
        """Tell whether the text is the password of that hash, which somebody who registers has chosen."""
        return bool(hashed) and await self._passwords.matches(text, hashed.encode(), by=chat_id)

    async def register(self, registration: Registration) -> User:
        """Store a new account. A doctor who is not vetted waits for approval, and all admins are told.

        Doing it again with the same id returns the account that was stored.
        Raises EmailTaken, BadName, BadSpecialization, WrongStaffCode, TooManyTries.
        """
        if registration.role not in {Role.PATIENT, Role.DOCTOR} and not registration.vetted:
            raise WrongStaffCode
        now = self._clock.now()
        user = _new_user(registration, registration.id or UserId(new_id(now)))
        stored = await self._users.by_id(user.id) if registration.id else None
        if stored is None:
            stored = await self._store(registration, user)
        waits = stored.status is AccountStatus.PENDING
        once = f"{stored.id}.{Action.REGISTERED}"
        actor = registration.made_by or stored.id
        await self._audit.note(
            Action.REGISTERED, actor=actor, subject=stored.id, once=once, role=stored.role.value
        )
        if waits:
            self._on_event()
        return stored

    async def _store(self, registration: Registration, user: User) -> User:
        chat_id, counter = registration.chat_id, (f"registered:{registration.chat_id}", REGISTRATIONS_A_CHAT)
        if chat_id is not None:
            await self._attempts.check(counter)
        if user.role is Role.DOCTOR:
            # Stored before the account, so that no doctor is ever without hours.
            await self._schedules.put(user.id, Schedule())
        is_waiting = user.status is AccountStatus.PENDING
        event = await self._waits(user) if is_waiting else None
        try:
            await acknowledged(self._add(user, registration, event), lambda: self._users.by_id(user.id))
        except EmailTaken:
            # Taken by somebody else, or by this same registration, saved twice at the same time.
            if not registration.id or (stored := await self._users.by_id(user.id)) is None:
                raise
            return stored
        if chat_id is not None:
            await self._attempts.count(counter)
        return user

    async def _waits(self, user: User) -> Event:
        """Return the event that tells all admins that a doctor waits for approval."""
        alike = await self._namesakes.alike(user.name, Role.DOCTOR, but=user.id)
        facts = {
            "user_id": user.id,
            "name": user.name,
            "specialization": user.specialization,
            "email": user.email,
            "alike": bool(alike),
        }
        kind = EventKind.DOCTOR_WAITS
        admins = await self._users.active(Role.ADMIN, UserId(""), MOST_ADMINS)
        return Event(f"{user.id}.{kind}", kind, tuple(admins), facts)

    async def _add(self, user: User, registration: Registration, event: Event | None) -> User:
        await self._users.add(
            user, registration.password_hash, self._clock.now(), event, chat_id=registration.chat_id
        )
        return user

    async def known_specializations(self) -> list[str]:
        """Return the specializations to offer a doctor who registers, in the order of the alphabet."""
        return sorted({*COMMON_SPECIALIZATIONS, *await self._user_search.specializations()})


def _composed(code: str) -> bytes:
    """Return the code in Unicode's NFC (UAX #15), so that all keyboards type the same."""
    return unicodedata.normalize("NFC", code.strip()).encode()


def _new_user(registration: Registration, user_id: UserId) -> User:
    """Return the account that is asked for. Raises BadName, BadEmail, BadSpecialization."""
    role = registration.role
    waits = role is Role.DOCTOR and not registration.vetted
    return User(
        id=user_id,
        name=read_name(registration.name, role),
        email=read_email(registration.email),
        role=role,
        status=AccountStatus.PENDING if waits else AccountStatus.ACTIVE,
        gender=registration.gender,
        specialization=read_specialization(registration.specialization or "")
        if role is Role.DOCTOR
        else None,
        email_verified=registration.email_verified,
        language=registration.language or ASSUMED_LANGUAGE,
        language_chosen=registration.language is not None,
    )
