"""Accounts, roles, sessions, and the principal (who acts)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
ChatId = NewType("ChatId", int)


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """The address on the network from which somebody calls over HTTP, for example 203.0.113.7."""

    text: str

    def __str__(self) -> str:
        return self.text


# By what tries are counted and hashes are queued: the chat in which somebody acts, else their account; before
# they are signed in over HTTP, their address on the network.
Origin = ChatId | UserId | ClientAddress


class Role(StrEnum):
    """What a person is to the clinic. The values are stored, so they never change."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    RECEPTIONIST = "receptionist"
    ADMIN = "admin"


class AccountStatus(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    PENDING = "pending"
    BLOCKED = "blocked"


class Gender(StrEnum):
    """FHIR R4 AdministrativeGender; one who would rather not say has none."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


# After so long, an address that refused email is tried again: the mailbox may exist by now, or the server was
# wrong. Once a month does not harm the sender's reputation.
REFUSAL_LASTS = timedelta(days=30)
# The language of people of whom no other is known (ISO 639).
ASSUMED_LANGUAGE = "en"
# A day and an hour before, in minutes.
REMINDERS = (24 * 60, 60)


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. `email` is case-folded; the password is never part of it.

    `language` is an ISO 639 code, and English is assumed of everybody who has said nothing (`language_chosen`
    tells whether they have); `zone` the IANA name of the zone in which the person reads times, None for
    the clinic's. `reminders` are minutes before an appointment. `mail_refused` is an address that refused
    email (perhaps an earlier one), `mail_refused_at` when it did, and `refusal_told` that the person was
    told. `wanted_name` is a doctor's new name that waits for approval. `email_verified`: whether the address
    was confirmed with a code that was sent there; None for accounts of older versions and those that were not
    made by registering, which are not asked. `looks_after` are the patients without an account for whom the
    person acts, beside themselves (FHIR R4 RelatedPerson). `phone` (E.164) and `birth_date` are known
    where the clinic knew the person as a patient before they had an account.
    """

    id: UserId
    name: str
    email: str
    role: Role
    status: AccountStatus
    gender: Gender | None = None
    specialization: str | None = None
    language: str = ASSUMED_LANGUAGE
    zone: str | None = None
    reminders: tuple[int, ...] = REMINDERS
    mail_refused: str | None = None
    refusal_told: bool = False
    mail_refused_at: datetime | None = None
    wanted_name: str | None = None
    email_verified: bool | None = None
    looks_after: tuple[UserId, ...] = ()
    phone: str | None = None
    birth_date: date | None = None
    language_chosen: bool = False

    @property
    def known_language(self) -> str | None:
        """The person's language, None where English is only assumed."""
        return self.language if self.language_chosen or self.language != ASSUMED_LANGUAGE else None

    @property
    def is_unverified(self) -> bool:
        """Whether the person has yet to confirm the address with a code."""
        return self.email_verified is False

    @property
    def takes_mail(self) -> bool:
        """Whether the address accepts email, as far as is known."""
        return self.mail_refused != self.email

    def refuses(self, address: str, now: datetime) -> bool:
        """Tell whether an address refused email so recently that it is not tried `now`."""
        since = self.mail_refused_at
        return address == self.mail_refused and since is not None and now - since < REFUSAL_LASTS


class Via(StrEnum):
    """From where somebody has changed an appointment. The values are stored, so they never change.

    `desk` is the clinic's own people, who act for somebody else.
    """

    CHAT = "chat"
    HTTP = "http"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Author:
    """Who has changed an appointment, and from where; `via` None: that is not known."""

    user_id: UserId
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: a signed-in person.

    `chat_id` is the chat in which they act; None for interfaces without chats, such as HTTP. `is_answered`:
    the bot is answering them in that chat, and shows them the result itself.
    """

    user: User
    chat_id: ChatId | None
    session_id: str
    is_answered: bool = field(default=False, compare=False)

    @property
    def answered_in(self) -> ChatId | None:
        """The chat in which the person is being answered, None where that is not known."""
        return self.chat_id if self.is_answered else None

    @property
    def origin(self) -> Origin:
        """By what the person's tries are counted: by their chat, else by their account.

        Not by their session: each sign-in makes a new one, so that nothing would be limited.
        """
        return self.user.id if self.chat_id is None else self.chat_id

    @property
    def via(self) -> Via:
        """From where the person acts."""
        if self.role not in {Role.PATIENT, Role.DOCTOR}:
            return Via.DESK
        return Via.HTTP if self.chat_id is None else Via.CHAT

    @property
    def author(self) -> Author:
        """The person as the author of a change, which is stored with it."""
        return Author(self.id, self.via)

    @property
    def id(self) -> UserId:
        """The id of the person's account."""
        return self.user.id

    @property
    def role(self) -> Role:
        """The role of the person's account."""
        return self.user.role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session of somebody: the chat, since when, and the name in Telegram of whoever signed in.

    Sessions of older versions lack both. A session over HTTP has no chat but an `api_session`: its id; its
    label is the name that the program gave itself.
    """

    chat_id: ChatId | None
    since: datetime | None
    label: str
    api_session: str | None = None


class Tried(StrEnum):
    """What is rate-limited."""

    PASSWORD = "password"  # noqa: S105 - the name of what is tried
    STAFF_CODE = "staff_code"
    MAILED_CODE = "mailed_code"
    REGISTRATION = "registration"
    ADDRESS = "address"
    CLAIM = "claim"
    NEW_CLAIM = "new_claim"


class Scope(StrEnum):
    """Over what it is counted: a chat, an email address in one chat or in unknown chats, or everything.

    Over HTTP the address on the network (client) stands in the place of the chat.
    """

    CHAT = "chat"
    ADDRESS_IN_CHAT = "address_in_chat"
    ADDRESS = "address"
    CLIENT = "client"
    ADDRESS_FROM_CLIENT = "address_from_client"
    ADDRESS_OVER_HTTP = "address_over_http"
    CLINIC = "clinic"


class Who(StrEnum):
    """Which accounts a list shows: all, those of a role, or those of a status."""

    ALL = "all"
    PATIENTS = "patients"
    DOCTORS = "doctors"
    RECEPTIONISTS = "receptionists"
    ADMINS = "admins"
    WAITING = "waiting"
    BLOCKED = "blocked"

    def has(self, role: Role, status: AccountStatus) -> bool:
        """Tell whether an account of that role and status is among them."""
        return (self.role or role) is role and (self.status or status) is status

    @property
    def role(self) -> Role | None:
        """The role that all of them have; None where it may be any."""
        return {
            "patients": Role.PATIENT,
            "doctors": Role.DOCTOR,
            "receptionists": Role.RECEPTIONIST,
            "admins": Role.ADMIN,
        }.get(self.value)

    @property
    def status(self) -> AccountStatus | None:
        """The status that all of them have; None where it may be any."""
        return {"waiting": AccountStatus.PENDING, "blocked": AccountStatus.BLOCKED}.get(self.value)
