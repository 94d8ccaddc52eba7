"""Accounts: registering."""

import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from services.audit import Audit
from services.clock import Clock
from services.errors import (
    BadEmail,
    BadName,
    BadSpecialization,
    EmailTaken,
    StaffCodeNotSet,
    WrongStaffCode,
)
from services.ids import new_id
from services.models import AccountStatus, Action, ChatId, Gender, Role, Schedule, User, UserId
from services.news import Event, EventKind
from services.passwords import Passwords
from services.sessions import Tries
from services.storage.schedules import Schedules
from services.storage.users import Users

MAX_NAME = 80
MAX_SPECIALIZATION = 40
MOST_ADMINS = 1000
# What stands before a doctor's name, once or more, and is no part of it.
TITLES = re.compile(r"(?:(?:dr|doctor)(?:\.\s*|\s+))+", re.IGNORECASE)

# What a doctor is offered while registering; any other may be typed.
COMMON_SPECIALIZATIONS = (
    "Cardiology",
    "Dermatology",
    "Endocrinology",
    "General medicine",
    "Gynaecology",
    "Neurology",
    "Ophthalmology",
    "Orthopaedics",
    "Paediatrics",
    "Psychiatry",
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person has said of themselves; `vetted` where the clinic's staff code was given."""

    name: str
    email: str
    password_hash: bytes
    role: Role
    gender: Gender | None
    specialization: str | None
    vetted: bool

    def __repr__(self) -> str:
        return f"Registration({self.role})"


class Accounts:
    """Makes accounts. `staff_code` None: nobody becomes an admin in the chat.

    `on_news` is called when there is news to tell.
    """

    def __init__(
        self,
        *,
        users: Users,
        schedules: Schedules,
        passwords: Passwords,
        tries: Tries,
        audit: Audit,
        clock: Clock,
        staff_code: str | None,
        on_news: Callable[[], None],
    ) -> None:
        self._users = users
        self._schedules = schedules
        self._passwords = passwords
        self._tries = tries
        self._audit = audit
        self._clock = clock
        self._staff_code = staff_code
        self._on_news = on_news

    @property
    def has_staff_code(self) -> bool:
        """Whether the clinic has a staff code."""
        return self._staff_code is not None

    async def check_email(self, text: str) -> str:
        """Return the case-folded address, if it is one and nobody has it. Raises BadEmail, EmailTaken."""
        email = read_email(text)
        if await self._users.email_exists(email):
            raise EmailTaken(email)
        return email

    async def check_staff_code(self, chat_id: ChatId, code: str) -> None:
        """Return if that is the clinic's code. Raises WrongStaffCode, StaffCodeNotSet, TooManyTries."""
        if self._staff_code is None:
            raise StaffCodeNotSet
        key = f"staff:{chat_id}"
        await self._tries.count(key)
        if not hmac.compare_digest(code.strip().encode(), self._staff_code.encode()):
            raise WrongStaffCode
        await self._tries.forgive(key)

    async def hash_password(self, password: str) -> bytes:
        """Return the hash of an acceptable password. Raises WeakPassword, PasswordTooLong."""
        return await self._passwords.hash(password)

    async def register(self, registration: Registration) -> User:
        """Store a new account; a doctor who is not vetted waits for an admin, and all admins hear of that.

        Raises EmailTaken, BadName, BadSpecialization, WrongStaffCode.
        """
        role = registration.role
        if role is Role.ADMIN and not registration.vetted:
            raise WrongStaffCode
        waits = role is Role.DOCTOR and not registration.vetted
        now = self._clock.now()
        user = User(
            id=UserId(new_id(now)),
            name=read_name(registration.name, role),
            email=read_email(registration.email),
            role=role,
            status=AccountStatus.PENDING if waits else AccountStatus.ACTIVE,
            gender=registration.gender,
            specialization=read_specialization(registration.specialization or "")
            if role is Role.DOCTOR
            else None,
        )
        if role is Role.DOCTOR:
            # Before the account, so that there is never a doctor without hours.
            await self._schedules.put(user.id, Schedule())
        event = _waits(user, await self._users.active(Role.ADMIN, UserId(""), MOST_ADMINS)) if waits else None
        await self._users.add(user, registration.password_hash, now, event)
        await self._audit.note(Action.REGISTERED, actor=user.id, subject=user.id, role=role.value)
        if waits:
            self._on_news()
        return user

    async def known_specializations(self) -> list[str]:
        """Return the specializations to offer a doctor who registers, in the order of the alphabet."""
        return sorted({*COMMON_SPECIALIZATIONS, *await self._users.specializations()})


def _waits(user: User, admins: list[UserId]) -> Event:
    """Return the news that a doctor waits for approval."""
    kind = EventKind.DOCTOR_WAITS
    facts = {
        "user_id": user.id,
        "name": user.name,
        "specialization": user.specialization,
        "email": user.email,
    }
    return Event(f"{user.id}.{kind}", kind, tuple(admins), facts)


def read_name(text: str, role: Role | None = None) -> str:
    """Return the name with its spaces put right, in any script; a doctor's without the title.

    Raises BadName.
    """
    name = " ".join(_visible(text).split())
    if role is Role.DOCTOR:
        name = without_title(name)
    if not _has_letters(name) or len(name) > MAX_NAME:
        raise BadName(MAX_NAME)
    return name


def without_title(name: str) -> str:
    """Return a doctor's name without Dr before it; as it is, if nothing else would be a name."""
    title = TITLES.match(name)
    rest = name[title.end() :] if title else name
    return rest if _has_letters(rest) else name


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def read_email(text: str) -> str:
    """Return the address, case-folded (whether it receives mail is not asked). Raises BadEmail.

    It is one that any SMTP server takes (RFC 5321): in ASCII, an international domain as in RFC 5890.
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadEmail from error
    return f"{checked.local_part}@{checked.ascii_domain}".casefold()


def read_specialization(text: str) -> str:
    """Return the specialization with its spaces put right and a capital first. Raises BadSpecialization."""
    name = " ".join(_visible(text).split())
    if sum(c.isalpha() for c in name) < 2 or len(name) > MAX_SPECIALIZATION:  # noqa: PLR2004 - said in the error
        raise BadSpecialization(MAX_SPECIALIZATION)
    known = {common.casefold(): common for common in COMMON_SPECIALIZATIONS}
    return known.get(name.casefold(), name[0].upper() + name[1:])


def _visible(text: str) -> str:
    """Return the text without control characters and overrides of the writing direction.

    A name that turns the direction of what follows it could rewrite a whole card. Joiners stay:
    Persian and many emoji need them.
    """
    overrides = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}
    return "".join(
        c for c in text if c not in overrides and (unicodedata.category(c) not in {"Cc", "Cs"} or c.isspace())
    )
