"""Announcements: whom one is for, whom it reaches, how far it has got. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.models.people import ChatId, Role, UserId

AnnouncementId = NewType("AnnouncementId", str)


class Audience(StrEnum):
    """Whom an announcement is for."""

    EVERYBODY = "all"
    PATIENTS = "patients"
    DOCTORS = "doctors"


ROLES: Mapping[Audience, tuple[Role, ...]] = {
    Audience.EVERYBODY: tuple(Role),
    Audience.PATIENTS: (Role.PATIENT,),
    Audience.DOCTORS: (Role.DOCTOR,),
}


class AnnouncementState(StrEnum):
    """How far an announcement has got: first its chats are collected, then it is sent to them."""

    GATHERING = "gathering"
    SENDING = "sending"
    STOPPED = "stopped"
    FINISHED = "finished"


UNDER_WAY = (AnnouncementState.GATHERING, AnnouncementState.SENDING)


class DeliveryState(StrEnum):
    """The state of an announcement in one chat.

    It is `sending` from just before it is sent until the result is stored. If the result is never known it
    has `failed`, and is not sent again, as it may have arrived.
    """

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message to an audience. `chat_id` is where the admin follows it, in the message `message_id`.

    `setbacks` counts the failed tries in a row. `by_email`: who has no chat gets it as an email.
    """

    id: AnnouncementId
    by: UserId
    chat_id: ChatId
    audience: Audience
    text: str = field(repr=False)
    at: datetime
    state: AnnouncementState = AnnouncementState.GATHERING
    message_id: int | None = None
    setbacks: int = 0
    by_email: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """An announcement that is being sent to one chat, by the process that has the `claim`."""

    id: str
    chat_id: ChatId
    claim: str


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """An announcement that is being emailed to one person, by the process that has the `claim`.

    `tries` counts how often it was tried before.
    """

    id: str
    user_id: UserId
    claim: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an announcement would reach; `unreached` people have no chat that accepts messages.

    So many of those have an address that takes `emails`, as far as is known.
    """

    chats: int
    people: int
    unreached: int
    emails: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many chats of an announcement are in which state, and how many `emails` (where they are sent, too).

    `blocked` are chats that have blocked the bot, and addresses that do not take the email.
    """

    waiting: int = 0
    sending: int = 0
    delivered: int = 0
    blocked: int = 0
    failed: int = 0
    emails: "Tally | None" = None

    @property
    def total(self) -> int:
        """How many chats it is for."""
        return self.waiting + self.sending + self.done

    @property
    def done(self) -> int:
        """How many of them are settled."""
        return self.delivered + self.blocked + self.failed
