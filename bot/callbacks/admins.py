"""What admins do with the clinic."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks.bounds import Id, IsoDay, Key, Search
from bot.callbacks.tap import Tap
from services.models.announcements import AnnouncementId
from services.models.appointments import Period, ReportPeriod
from services.models.people import UserId


@dataclass(frozen=True)
class ShowUsers(Tap, code="users"):
    """Show a page of the accounts that are wanted (see wanted_users.py)."""

    number: int
    search: Search


@dataclass(frozen=True)
class ShowUser(Tap, code="user"):
    """Show an account, and the way back to the list."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class Decide(Tap, code="decide"):
    """Approve or refuse a doctor who waits."""

    user_id: UserId
    approve: bool
    search: Search


@dataclass(frozen=True)
class DecideName(Tap, code="dname"):
    """Approve or refuse the name that a doctor wants, by its key (see keyboards.short_key)."""

    user_id: UserId
    approve: bool
    name: Key


@dataclass(frozen=True)
class AskBlock(Tap, code="blk?"):
    """Ask whether to block that account."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class BlockUser(Tap, code="blk"):
    """Block that account, and, if wanted, cancel its appointments to come."""

    user_id: UserId
    cancel_upcoming: bool
    search: Search


@dataclass(frozen=True)
class Unblock(Tap, code="unblk"):
    """Let that account be used again."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class AskBulkCancel(Tap, code="clr?"):
    """Ask whether to cancel the appointments to come of somebody who is blocked."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class BulkCancel(Tap, code="clr"):
    """Cancel the appointments to come of somebody who is blocked."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class AskReset(Tap, code="rst?"):
    """Ask whether to send somebody a code for a new password."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class ResetPassword(Tap, code="rst"):
    """Send somebody a code for a new password, and take the old one away."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class ChangeSpecialization(Tap, code="spec="):
    """Begin to change a doctor's specialization."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class ShowClinicDay(Tap, code="cday"):
    """Show a page of all the clinic's appointments of a day."""

    day: date
    number: int


@dataclass(frozen=True)
class ShowPerson(Tap, code="pers"):
    """Show a page of somebody's appointments to an admin."""

    user_id: UserId
    period: Period
    number: int


@dataclass(frozen=True)
class FindPerson(Tap, code="find"):
    """Show whose appointments `search` may mean (see short_search)."""

    number: int
    search: Search


@dataclass(frozen=True)
class BookFor(Tap, code="for"):
    """Begin to book for that patient; the id is empty where nobody is chosen yet."""

    patient_id: UserId


@dataclass(frozen=True)
class ShowStats(Tap, code="stats"):
    """Show the figures of the last so many days."""

    days: int


@dataclass(frozen=True)
class SendExport(Tap, code="export"):
    """Send the files of a period."""

    period: ReportPeriod


@dataclass(frozen=True)
class ShowAudit(Tap, code="audit"):
    """Show a page of what was done: by and to somebody ("": anybody), on a day (ISO 8601; "": ever)."""

    number: int
    user_id: Id
    day: IsoDay


@dataclass(frozen=True)
class FindAudit(Tap, code="audit?"):
    """Show a page of those whose history may be meant (see short_search)."""

    number: int
    search: Search


@dataclass(frozen=True)
class StopAnnouncement(Tap, code="stop"):
    """Let an announcement go to nobody else."""

    announcement_id: AnnouncementId


@dataclass(frozen=True)
class ShowOutbox(Tap, code="outbox"):
    """Show a page of the messages that could not be delivered."""

    number: int


@dataclass(frozen=True)
class RetryNotice(Tap, code="oretry"):
    """Send a message again that could not be delivered."""

    ticket: Id
    number: int


@dataclass(frozen=True)
class RetryAllNotices(Tap, code="oall"):
    """Send all messages again that could not be delivered."""


@dataclass(frozen=True)
class DropNotice(Tap, code="odrop"):
    """Give a message up that could not be delivered."""

    ticket: Id
    number: int
