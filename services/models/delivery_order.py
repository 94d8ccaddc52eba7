"""What decides about a notice of an appointment that is due: the other notices, and the verdict on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.models.appointments import AppointmentStatus
from services.models.delivery_history import DeliveryCause
from services.models.notifications import LATER_CHANGES, EventKind, Notice
from services.models.people import ChatId, UserId

# Changes within that time become one message.
SETTLING = timedelta(minutes=1)
OUTDATED, NOTHING_LEFT, SENT = "not so any more", "nothing left to tell", "sent"
# The outcome of a notice that a card in the chat has shown.
SHOWN = "shown"
BOOKINGS = frozenset({EventKind.BOOKED, EventKind.SERIES_BOOKED})
CHANGES = LATER_CHANGES | BOOKINGS


@dataclass(frozen=True, slots=True)
class AppointmentState:
    """The present status and start of an appointment."""

    status: AppointmentStatus
    start: datetime


@dataclass(frozen=True, slots=True)
class SiblingNotice:
    """Another notice about the same patient's appointments, with the facts that matter for the order.

    It is open as long as it has `due`; one that is claimed is being sent. `outcome` is why it was closed,
    `was_tried` whether it may have arrived.
    """

    id: str
    kind: EventKind
    reader: UserId
    place: tuple[str, ChatId | None]
    facts: dict[str, Any]
    due: datetime | None = None
    is_claimed: bool = False
    was_tried: bool = False
    closed_at: datetime | None = None
    outcome: str | None = None

    def may_have_come_after(self, instant: datetime) -> bool:
        """Tell whether its message may have come to the chat after that instant."""
        was_sent = self.was_tried and self.outcome != SHOWN
        return was_sent and self.closed_at is not None and self.closed_at > instant

    @property
    def was_overtaken(self) -> bool:
        """Whether it was closed without its reader ever having heard of it."""
        return self.outcome == OUTDATED and not self.was_tried


@dataclass(frozen=True, slots=True)
class Send:
    """Send it now."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Close:
    """Close it: it is not sent any more. The `cause` says more of why, for admins."""

    why: str
    cause: DeliveryCause | None = None


@dataclass(frozen=True, slots=True)
class Postpone:
    """Look at it again at `until`, or as soon as the notice that it waits for (`by`) is closed.

    `hurry`: that notice is out of date and only has to be closed, so it is made due at once.
    """

    until: datetime
    by: str | None = None
    hurry: bool = False


Verdict = Send | Close | Postpone


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is needed to judge a notice: the other notices, the appointment's state, the length of a lease.

    `untold` are bookings that were closed without being sent, whenever that was, where a move is judged.
    """

    others: Sequence[SiblingNotice] = ()
    state: AppointmentState | None = None
    lease: timedelta = field(default=SETTLING)
    untold: Sequence[SiblingNotice] = ()


def has_version(facts: Any) -> bool:
    """Tell whether the facts name their version; events of older versions of the bot do not."""
    return isinstance(facts.get("version"), int) and isinstance(facts.get("at"), datetime)
