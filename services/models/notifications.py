"""News: what happened, who must hear of it, and over which way. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.models.people import AccountStatus, ChatId, User, UserId


class ChannelName(StrEnum):
    """The ways to a reader."""

    CHAT = "chat"
    MAIL = "mail"


class EventKind(StrEnum):
    """What happened."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"
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
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    ADDRESS_TRIED = "address_tried"
    UNDELIVERED = "undelivered"


# What whoever is in the chat has just done there, and is told to whoever may not have been it.
MAIL_ONLY = frozenset({EventKind.EMAIL_CHANGED, EventKind.PASSWORD_CHANGED, EventKind.ADDRESS_TRIED})

# What is told to those who are not signed in, too, in the chats in which they were last.
TOLD_TO_GUESTS = frozenset(
    {
        EventKind.DOCTOR_APPROVED,
        EventKind.DOCTOR_REFUSED,
        EventKind.ACCOUNT_BLOCKED,
        EventKind.ACCOUNT_UNBLOCKED,
    }
)

# What is told in the chat alone: by the time somebody reads a mail of it, it is old.
CHAT_ONLY = frozenset({EventKind.DIGEST, EventKind.UNDELIVERED})


# What news of a decision says that an account is by now.
DECIDED = {
    EventKind.DOCTOR_APPROVED: AccountStatus.ACTIVE,
    EventKind.DOCTOR_REFUSED: AccountStatus.BLOCKED,
    EventKind.ACCOUNT_BLOCKED: AccountStatus.BLOCKED,
    EventKind.ACCOUNT_UNBLOCKED: AccountStatus.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people must hear of. `facts` are what it was like when it happened.

    Where they name an address (`to`), mails go there and not to what is the reader's by now; where they name
    an instant (`until`), it is told until then, and not later.
    """

    id: str
    kind: EventKind
    readers: tuple[UserId, ...]
    facts: Mapping[str, Any]

    def is_late(self, now: datetime) -> bool:
        """Tell whether it helps nobody any more: what it reminds of has begun, what it offers is over."""
        if self.kind is EventKind.REMINDER:
            return bool(self.facts["start"] <= now)
        return self.kind is EventKind.SLOT_OPENED and bool(self.facts["until"] <= now)

    def is_outdated(self, reader: User) -> bool:
        """Tell whether it has been decided otherwise about the reader since."""
        status = DECIDED.get(self.kind)
        return status is not None and reader.status is not status


@dataclass(frozen=True, slots=True)
class Notice:
    """One event for one reader over one channel; `attempts` counts the claims so far.

    `since` is when it was due first, `failing_since` when the first of them failed; `was_away` says that it
    found nobody before.
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

    @property
    def is_for_nobody(self) -> bool:
        """Whether it is a message for which there is no chat yet."""
        return self.channel is ChannelName.CHAT and self.chat_id is None

    @property
    def is_own(self) -> bool:
        """Whether it is for the chat in which the thing was done, where a card may have said it."""
        return self.chat_id is not None and self.chat_id == self.event.facts.get("in_chat")

    def address(self, reader: User) -> str:
        """Return where it goes as a mail."""
        return str(self.event.facts.get("to", reader.email))


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A notice that could not be delivered, without what it says; `why` is what failed last.

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
    """How many notices wait to be sent, how many of those for too long, and how many are parked."""

    waiting: int
    late: int
    dead_letters: int
