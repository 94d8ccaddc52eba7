"""The words of the clinic: people, slots, appointments. Values only; nothing here acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Generic, NewType, TypeVar

UserId = NewType("UserId", str)
AppointmentId = NewType("AppointmentId", str)
ChatId = NewType("ChatId", int)

T = TypeVar("T")


class Role(StrEnum):
    """What a person is to the clinic."""

    PATIENT = "patient"
    DOCTOR = "doctor"
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


# A mailbox that was not there may have been made meanwhile, and servers are wrong for days: after so long an
# address is tried again. Once a month costs the sender's good name nothing.
REFUSAL_LASTS = timedelta(days=30)
# A day and an hour before, in minutes.
REMINDERS = (24 * 60, 60)


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. `email` is case-folded; the password is never part of it.

    `language` is an ISO 639 code; `zone` the IANA name of the zone in which the person reads times, None for
    the clinic's. `mail_refused` is the address at which no mail is taken, which may be an earlier one, and
    `mail_refused_at` when that was said; `refusal_told` says that the person knows of it. `wanted_name` is a
    doctor's new name that waits for an admin's approval.
    """

    id: UserId
    name: str
    email: str
    role: Role
    status: AccountStatus
    gender: Gender | None = None
    specialization: str | None = None
    language: str = "en"
    zone: str | None = None
    reminders: tuple[int, ...] = REMINDERS
    mail_refused: str | None = None
    refusal_told: bool = False
    mail_refused_at: datetime | None = None
    wanted_name: str | None = None

    @property
    def takes_mail(self) -> bool:
        """Whether mail to the address is taken, as far as is known."""
        return self.mail_refused != self.email

    def refuses(self, address: str, now: datetime) -> bool:
        """Tell whether mail to an address was refused, so lately that it is not tried again `now`."""
        since = self.mail_refused_at
        return address == self.mail_refused and since is not None and now - since < REFUSAL_LASTS


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: the signed-in person of one chat.

    `is_answered` says that the bot is answering them there, and shows itself what comes of it.
    """

    user: User
    chat_id: ChatId
    session_id: str
    is_answered: bool = field(default=False, compare=False)

    @property
    def answered_in(self) -> ChatId | None:
        """The chat in which the person is being answered, None where that is not known."""
        return self.chat_id if self.is_answered else None

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
    """That somebody is signed in in a chat: since when, and what Telegram calls whoever signed in there.

    Both are unknown of sessions from before they were kept.
    """

    chat_id: ChatId
    since: datetime | None
    label: str


class Tried(StrEnum):
    """What is counted, so that nobody may do it without end."""

    PASSWORD = "password"  # noqa: S105 - the name of what is tried
    STAFF_CODE = "staff_code"
    MAILED_CODE = "mailed_code"
    REGISTRATION = "registration"
    ADDRESS = "address"


class Scope(StrEnum):
    """Over what it is counted: one chat, one address in one chat, one address in chats new to it, or all."""

    CHAT = "chat"
    ADDRESS_IN_CHAT = "address_in_chat"
    ADDRESS = "address"
    CLINIC = "clinic"


class Weekday(IntEnum):
    """The days of the week as `date.weekday()` counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of one day, in the wall time of the clinic's zone; `end` is not part of it.

    An `end` at midnight is the end of that day, which people also write as 24:00.
    """

    start: time
    end: time

    @property
    def first(self) -> int:
        """The minute of the day with which it begins."""
        return self.start.hour * 60 + self.start.minute

    @property
    def last(self) -> int:
        """The minute of the day before which it ends: 1 to 1,440."""
        return self.end.hour * 60 + self.end.minute or MINUTES_A_DAY


def at_minute(minute: int) -> time:
    """Return the time of day so many minutes after midnight; after the last one it is midnight again."""
    return time(minute // 60 % 24, minute % 60)


WORKING_WEEK: Mapping[Weekday, tuple[Hours, ...]] = {
    day: (Hours(time(9), time(17)),) for day in Weekday if day < Weekday.SATURDAY
}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch of time, aware UTC, `end` not part of it (FHIR R4 Slot)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Slot") -> bool:
        """Tell whether any instant belongs to both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A stretch in which a doctor does not work after all."""

    id: str
    slot: Slot


class Video(StrEnum):
    """Whether a doctor sees patients by video; the values are stored, so they never change."""

    OFF = "off"
    OFFERED = "offered"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a doctor may be booked (FHIR R4 Schedule).

    Slots begin every `slot_minutes + buffer_minutes` within the weekly hours, less the time off. A slot
    may be booked until `notice` before it begins, and from `horizon` before it begins; patients move and
    cancel what they have until `change_notice` before it begins.
    """

    weekly: Mapping[Weekday, tuple[Hours, ...]] = field(default_factory=lambda: WORKING_WEEK)
    slot_minutes: int = 30
    buffer_minutes: int = 0
    notice: timedelta = timedelta(0)
    horizon: timedelta = timedelta(days=60)
    change_notice: timedelta = timedelta(hours=2)
    time_off: tuple[TimeOff, ...] = ()
    video: Video = Video.OFF

    def changes_until(self, slot: Slot) -> datetime:
        """Return until when patients may move or cancel what they have in that slot."""
        return slot.start - self.change_notice


@dataclass(frozen=True, slots=True)
class Digest:
    """When a doctor hears of the day, in the clinic's wall time; of an empty one only if that is wanted."""

    at: time = time(7)
    when_empty: bool = False


class AppointmentStatus(StrEnum):
    """FHIR R4 AppointmentStatus, as far as the clinic needs it, and `held` for a time being confirmed."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A patient's time with a doctor (FHIR R4 Appointment); `version` rises with each change.

    `note` is what whoever cancelled it had to say. One that is held takes time until `held_until`, and
    is nobody's news. `remind_at` is when the patient is to be reminded, `confirmed_at` when they said again
    that they come. `room` is the address of a video visit, "" where that is not for whoever looks.
    """

    id: AppointmentId
    doctor_id: UserId
    patient_id: UserId
    slot: Slot
    status: AppointmentStatus
    reason: str | None = None
    version: int = 0
    note: str | None = None
    held_until: datetime | None = None
    remind_at: tuple[datetime, ...] = ()
    confirmed_at: datetime | None = None
    room: str | None = None

    @property
    def by_video(self) -> bool:
        """Whether the two see each other by video."""
        return self.room is not None


class ClearanceKind(StrEnum):
    """Why somebody's appointments are cancelled in one go; the values are stored, so they never change."""

    TIME_OFF = "time_off"
    HOURS = "hours"
    BLOCKED = "blocked"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Clearance:
    """An order, by somebody, to cancel a person's booked appointments that touch a window; or `only` some.

    `role` is the person's part in them. With `time_off` the doctor does not work then any more, either.
    The order stands until the instant `until`, so that a booking that was on its way is met, too.
    """

    id: str
    kind: ClearanceKind
    role: Role
    user_id: UserId
    window: Slot
    by: UserId
    until: datetime
    only: frozenset[AppointmentId] | None = None
    time_off: TimeOff | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time in the place of one that was cancelled."""

    doctor: "User"
    slot: Slot


class PartOfDay(StrEnum):
    """A part of a day, by the clinic's clocks; the values are stored, so they never change."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A time that is kept for somebody who waited for one, until an instant; `id` is that of what holds it.

    Only one that is `told` is an offer; before that it is being made.
    """

    id: AppointmentId
    slot: Slot
    until: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A patient's place in the line for one doctor; `version` rises with each change.

    Wanted is a time that begins in `window` and in that part of the day. `known` are the starts of such times
    that have been free ever since the patient came, `passed` of those that were offered already.
    """

    doctor_id: UserId
    patient_id: UserId
    since: datetime
    window: Slot
    part: PartOfDay
    known: frozenset[datetime] = frozenset()
    passed: frozenset[datetime] = frozenset()
    offer: SlotOffer | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place in a line, with the doctor, and how many are before it."""

    place: Place
    doctor: "User"
    before: int


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment with the people in it, as one who may see it sees it.

    Of a booking `otherwise` says that it was stored before, by the same request, and is not what was asked
    for now: another time or reason, or cancelled since. `news` is the event (services/news.py, which knows
    these words, and not they it) that is told of what was just done.
    """

    appointment: Appointment
    doctor: User
    patient: User
    otherwise: bool = field(default=False, compare=False)
    news: object = field(default=None, compare=False)


class Action(StrEnum):
    """What the audit knows to have been done; the values are stored, so they never change."""

    REGISTERED = "registered"
    ADMIN_CREATED = "admin_created"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SESSIONS_ENDED = "sessions_ended"
    APPROVED = "approved"
    REFUSED = "refused"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    SPECIALIZATION_CHANGED = "specialization_changed"
    NAME_CHANGED = "name_changed"
    NAME_WANTED = "name_wanted"
    NAME_TAKEN_BACK = "name_taken_back"
    NAME_APPROVED = "name_approved"
    NAME_REFUSED = "name_refused"
    RESET_SENT = "reset_sent"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    EMAIL_CHANGED = "email_changed"
    BOOKED_FOR = "booked_for"
    MOVED_FOR = "moved_for"
    CANCELLED_FOR = "cancelled_for"
    HOURS_CHANGED = "hours_changed"
    TIME_OFF_TAKEN = "time_off_taken"
    TIME_OFF_TAKEN_BACK = "time_off_taken_back"
    EXPORTED = "exported"
    ANNOUNCED = "announced"
    ANNOUNCEMENT_STOPPED = "announcement_stopped"
    DATA_SENT = "data_sent"
    FORGOTTEN = "forgotten"
    OUTBOX_RETRIED = "outbox_retried"
    OUTBOX_DROPPED = "outbox_dropped"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """That `actor` did something to `subject` (the id of a user or of another thing) at an instant."""

    id: str
    at: datetime
    action: Action
    actor: UserId | None
    subject: str | None
    facts: Mapping[str, Any]


class Who(StrEnum):
    """Which accounts a list shows: all, those of a role, or those of a status."""

    ALL = "all"
    PATIENTS = "patients"
    DOCTORS = "doctors"
    ADMINS = "admins"
    WAITING = "waiting"
    BLOCKED = "blocked"

    def has(self, role: Role, status: AccountStatus) -> bool:
        """Tell whether an account of that role and status is among them."""
        return (self.role or role) is role and (self.status or status) is status

    @property
    def role(self) -> Role | None:
        """The role that all of them have; None where it may be any."""
        return {"patients": Role.PATIENT, "doctors": Role.DOCTOR, "admins": Role.ADMIN}.get(self.value)

    @property
    def status(self) -> AccountStatus | None:
        """The status that all of them have; None where it may be any."""
        return {"waiting": AccountStatus.PENDING, "blocked": AccountStatus.BLOCKED}.get(self.value)


class Period(StrEnum):
    """Which appointments: those to come, those that were to come and are cancelled, or what has begun."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last` by the clinic's calendar, both of them included."""

    first: date
    last: date


class ReportPeriod(StrEnum):
    """What of the appointments is exported, counted from today."""

    LAST_30_DAYS = "last30"
    LAST_90_DAYS = "last90"
    THIS_YEAR = "year"
    NEXT_30_DAYS = "next30"
    EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 0, `total` counts the items of all pages."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))


def page_number(wanted: int, total: int, size: int) -> int:
    """Return the page nearest to the `wanted` one that a list of `total` items has."""
    return min(max(wanted, 0), max(0, (total - 1) // size))
