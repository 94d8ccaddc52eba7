"""How the messages and emails to a person ended, as admins see it: never what they say. Values only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.models.notifications import ChannelName, EventKind


class DeliveryCause(StrEnum):
    """Why a notice did not arrive, or has not arrived yet. The values are stored, so they never change."""

    # The chat or the mailbox does not take it.
    BLOCKED = "blocked"
    CHAT_GONE = "chat_gone"
    MESSAGE_REFUSED = "message_refused"
    NO_CHAT = "no_chat"
    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED_BEFORE = "refused_before"
    MAILBOX_FULL = "mailbox_full"
    MAILBOX_CLOSED = "mailbox_closed"
    MAIL_TOO_BIG = "mail_too_big"
    MAIL_REFUSED = "mail_refused"
    # Something is out of order on the way.
    MAILBOX_BUSY = "mailbox_busy"
    MAIL_SYSTEM = "mail_system"
    MAIL_ROUTE = "mail_route"
    MAIL_SERVER = "mail_server"
    MAIL_SERVER_AWAY = "mail_server_away"
    TELEGRAM_ASKED = "telegram_asked"
    TELEGRAM_AWAY = "telegram_away"
    NO_ANSWER = "no_answer"
    UNEXPECTED = "unexpected"
    UNREADABLE = "unreadable"
    NOT_KNOWN = "not_known"
    # It was not worth telling any more.
    CANCELLED_SINCE = "cancelled_since"
    MOVED_SINCE = "moved_since"
    LATER_TOLD = "later_told"
    CHANGED_SINCE = "changed_since"
    NOTHING_LEFT = "nothing_left"
    TOO_LATE = "too_late"
    DECIDED_OTHERWISE = "decided_otherwise"
    CHAT_LEFT = "chat_left"
    NOBODY_THERE = "nobody_there"
    DROPPED = "dropped"
    NOT_LOOKED_AFTER = "not_looked_after"


# What the chat or the mailbox has refused: it may take it when it is sent once more.
REFUSALS = frozenset(
    {
        DeliveryCause.BLOCKED,
        DeliveryCause.CHAT_GONE,
        DeliveryCause.MESSAGE_REFUSED,
        DeliveryCause.NO_SUCH_ADDRESS,
        DeliveryCause.REFUSED_BEFORE,
        DeliveryCause.MAILBOX_FULL,
        DeliveryCause.MAILBOX_CLOSED,
        DeliveryCause.MAIL_TOO_BIG,
        DeliveryCause.MAIL_REFUSED,
    }
)


class NoticeState(StrEnum):
    """How far a notice has got.

    `shown`: a card in the chat has said the same. `kept`: its reader is in no chat, and gets it at their
    return. `behind`: it waits for an earlier notice about the same appointment. `refused`: the chat or the
    mailbox does not take it. `not_sent`: it was not worth telling any more. `given_up`: it is a dead letter.
    """

    DELIVERED = "delivered"
    SHOWN = "shown"
    SENDING = "sending"
    WAITING = "waiting"
    BEHIND = "behind"
    KEPT = "kept"
    GIVEN_UP = "given_up"
    REFUSED = "refused"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A notice without its text: what it was about, when, over which channel, and how it ended.

    - `key` names this ending of it; when it is sent again and ends again, it has another.
    - `made_at` is when it was first to be sent, `ended_at` when it ended; None where that is not known.
    - `tries` are counted from when it was last sent again, `tried_for` is how long a dead letter has failed.
    - `start` is when the appointment begins that it is about. `named` is the stored word of its kind.
    - `is_announcement`: it is an announcement in a chat, and no notice; it has no kind.
    """

    key: str
    kind: EventKind | None
    channel: ChannelName | None
    state: NoticeState
    named: str = ""
    cause: DeliveryCause | None = None
    made_at: datetime | None = None
    ended_at: datetime | None = None
    next_try: datetime | None = None
    tries: int = 0
    tried_for: timedelta | None = None
    start: datetime | None = None
    is_announcement: bool = False

    @property
    def may_be_sent_again(self) -> bool:
        """Whether it did not arrive, and might if it is sent once more."""
        is_lost = self.state in {NoticeState.GIVEN_UP, NoticeState.REFUSED}
        return is_lost and not self.is_announcement


@dataclass(frozen=True, slots=True)
class Reachability:
    """Where a person can be reached: in how many `chats`, and how many chats of theirs have blocked the bot.

    `refused_since` is since when their email address is known to take no email; None: it is not.
    """

    chats: int
    blocked: int
    refused_since: datetime | None = None
