"""Events and notices: what happened, who is told, and over which channel. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.models.patients import has_no_account
from services.models.people import AccountStatus, ChatId, User, UserId


class ChannelName(StrEnum):
    """The channels over which notices are delivered."""

    CHAT = "chat"
    MAIL = "mail"


class EventKind(StrEnum):
    """What happened."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"
    SERIES_BOOKED = "series_booked"
    SERIES_MOVED = "series_moved"
    SERIES_CANCELLED = "series_cancelled"
    REMINDER = "reminder"
    FOLLOW_UP = "follow_up"
    DIGEST = "digest"
    SLOT_OPENED = "slot_opened"
    DOCTOR_WAITS = "doctor_waits"
    DOCTOR_APPROVED = "doctor_approved"
    DOCTOR_REFUSED = "doctor_refused"
    NAME_WAITS = "name_waits"
    NAME_APPROVED = "name_approved"
    NAME_REFUSED = "name_refused"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_UNBLOCKED = "account_unblocked"
    EMAIL_CHANGED = "email_changed"
    EMAIL_CORRECTED = "email_corrected"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    ADDRESS_TRIED = "address_tried"
    UNDELIVERED = "undelivered"
    SCHEDULE_CHANGED = "schedule_changed"
    PATIENT_SHARED = "patient_shared"
    PATIENT_LEFT = "patient_left"
    PATIENTS_MERGED = "patients_merged"
    MERGE_WAITS = "merge_waits"
    RUNNING_LATE = "running_late"
    CALLED = "called"
    MESSAGE = "message"
    CALLBACK_WANTED = "callback_wanted"


# What changes an appointment, or several, that somebody knows of already.
LATER_CHANGES = frozenset(
    {EventKind.MOVED, EventKind.CANCELLED, EventKind.SERIES_MOVED, EventKind.SERIES_CANCELLED}
)

# Told by email only: the person has just done it in the chat, and the email is for the owner if it was
# somebody else.
MAIL_ONLY = frozenset({EventKind.EMAIL_CHANGED, EventKind.PASSWORD_CHANGED, EventKind.ADDRESS_TRIED})

# Told also to people who are not signed in, in the chats that they used last.
TOLD_TO_GUESTS = frozenset(
    {
        EventKind.DOCTOR_APPROVED,
        EventKind.DOCTOR_REFUSED,
        EventKind.ACCOUNT_BLOCKED,
        EventKind.ACCOUNT_UNBLOCKED,
        EventKind.EMAIL_CORRECTED,
    }
)

# Told in the chat only: by the time somebody reads an email about it, it is out of date.
CHAT_ONLY = frozenset({EventKind.DIGEST, EventKind.UNDELIVERED, EventKind.CALLED, EventKind.CALLBACK_WANTED})

# Told only until the instant that their facts name.
TOLD_UNTIL = frozenset({EventKind.SLOT_OPENED, EventKind.RUNNING_LATE, EventKind.CALLED})


# The status that an account has after each decision; if it is another by now, the notice is out of date.
DECIDED = {
    EventKind.DOCTOR_APPROVED: AccountStatus.ACTIVE,
    EventKind.DOCTOR_REFUSED: AccountStatus.BLOCKED,
    EventKind.ACCOUNT_BLOCKED: AccountStatus.BLOCKED,
    EventKind.ACCOUNT_UNBLOCKED: AccountStatus.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people must be told. `facts` are as they were when it happened.

    If they have an address `to`, emails go there and not to the reader's present address. The facts of an
    offer, and of what happens in the waiting room, say `until` when it is true; it is not told later.
    """

    id: str
    kind: EventKind
    readers: tuple[UserId, ...]
    facts: Mapping[str, Any]

    def is_late(self, now: datetime) -> bool:
        """Tell whether it is too late to tell: the appointment has begun, or it is not so any more."""
        if self.kind is EventKind.REMINDER:
            return bool(self.facts["start"] <= now)
        return self.kind in TOLD_UNTIL and bool(self.facts["until"] <= now)

    def is_outdated(self, reader: User) -> bool:
        """Tell whether the opposite has been decided about the reader since."""
        status = DECIDED.get(self.kind)
        return status is not None and reader.status is not status


@dataclass(frozen=True, slots=True)
class Notice:
    """One event for one reader over one channel; `attempts` counts the claims so far.

    `since` is when it was first due, `failing_since` when it first failed. `was_away`: it found its reader in
    no chat before. `is_again`: an admin has it sent once more, after it had failed or was refused.
    """

    id: str
    event: Event
    reader: UserId
    channel: ChannelName
    chat_id: ChatId | None
    attempts: int = 0
    since: datetime | None = None
    failing_since: datetime | None = None
    was_away: bool = False
    is_again: bool = False

    @property
    def is_for_nobody(self) -> bool:
        """Whether it is a message for which there is no chat yet."""
        return self.channel is ChannelName.CHAT and self.chat_id is None

    @property
    def is_own(self) -> bool:
        """Whether it is for the chat in which the thing was done, whose card may show it already."""
        return self.chat_id is not None and self.chat_id == self.event.facts.get("in_chat")

    def address(self, reader: User) -> str:
        """Return the address to which it is emailed."""
        return str(self.event.facts.get("to", reader.email))


def is_for_patient(reader: UserId, facts: Mapping[str, Any]) -> bool:
    """Tell whether somebody hears of an appointment as its patient, or as one who looks after them."""
    patient_id = str(facts.get("patient_id"))
    looks_after = has_no_account(patient_id) and reader != facts.get("doctor_id")
    return reader == patient_id or looks_after


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A notice that could not be delivered, without its text; `why` is the last failure.

    `channel` and `kind` are None where this version can't read them; `named` is the kind's stored word.
    """

    ticket: str
    reader: UserId
    channel: ChannelName | None
    kind: EventKind | None
    since: datetime
    why: str
    named: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many notices wait to be sent, how many of those are late, and how many dead letters there are."""

    waiting: int
    late: int
    dead_letters: int
