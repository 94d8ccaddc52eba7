"""What admins do with the clinic."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks.bounds import Id, IsoDay, Key, Search
from bot.callbacks.tap import Tap
from services.models.announcements import AnnouncementId
from services.models.appointments import Period, ReportPeriod
from services.models.limits import LimitName
from services.models.people import UserId


@dataclass(frozen=True)
class ShowUsers(Tap, code="users"):
    """Show a page of the accounts that are wanted (see user_filters.py)."""

    number: int
    search: Search


@dataclass(frozen=True)
class ShowUser(Tap, code="user"):
    """Show an account, and the way back to the list."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class Decide(Tap, code="decide"):
    """Approve or refuse a doctor who waits for approval."""

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
    """Block that account, and cancel its upcoming appointments if `cancel_upcoming`."""

    user_id: UserId
    cancel_upcoming: bool
    search: Search


@dataclass(frozen=True)
class Unblock(Tap, code="unblk"):
    """Unblock that account."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class AskBulkCancel(Tap, code="clr?"):
    """Ask whether to cancel the upcoming appointments of a blocked account."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class BulkCancel(Tap, code="clr"):
    """Cancel the upcoming appointments of a blocked account."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class AskReset(Tap, code="rst?"):
    """Ask whether to send somebody a code for a new password."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class ResetPassword(Tap, code="rst"):
    """Send somebody a code for a new password, and make the old one invalid."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class ChangeSpecialization(Tap, code="spec="):
    """Begin to change a doctor's specialization."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class CorrectEmail(Tap, code="email="):
    """Begin to correct somebody's email address."""

    user_id: UserId
    search: Search


@dataclass(frozen=True)
class AddReceptionist(Tap, code="recept+"):
    """Begin to make an account for a receptionist."""


@dataclass(frozen=True)
class HoursFor(Tap, code="hours="):
    """Begin to change a doctor's hours."""

    doctor_id: UserId


@dataclass(frozen=True)
class TimeOffFor(Tap, code="off="):
    """Begin to take time off for a doctor, or to take it back."""

    doctor_id: UserId


@dataclass(frozen=True)
class Reopen(Tap, code="open?"):
    """Ask whether to remove that closure of the clinic."""

    closure_id: Id


@dataclass(frozen=True)
class ShowHolidays(Tap, code="hol"):
    """Show the public holidays."""


@dataclass(frozen=True)
class CloseOnAll(Tap, code="hol*"):
    """Close the clinic on all public holidays that are shown."""


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
    """Show the people whom `search` may mean, to see their appointments (see short_search)."""

    number: int
    search: Search


@dataclass(frozen=True)
class BookFor(Tap, code="for"):
    """Begin to book for that patient; the id is empty if nobody is chosen yet."""

    patient_id: UserId


@dataclass(frozen=True)
class ShowStats(Tap, code="stats"):
    """Show the statistics of the last so many days."""

    days: int


@dataclass(frozen=True)
class SendExport(Tap, code="export"):
    """Send the files of a period."""

    period: ReportPeriod


@dataclass(frozen=True)
class ShowAudit(Tap, code="audit"):
    """Show a page of the audit log: of one person ("": of all), of one day (ISO 8601; "": of all days)."""

    number: int
    user_id: Id
    day: IsoDay


@dataclass(frozen=True)
class FindAudit(Tap, code="audit?"):
    """Show a page of the people whom `search` may mean (see short_search)."""

    number: int
    search: Search


@dataclass(frozen=True)
class StopAnnouncement(Tap, code="stop"):
    """Stop sending an announcement."""

    announcement_id: AnnouncementId


@dataclass(frozen=True)
class ChangeLimit(Tap, code="lim="):
    """Begin to change one of the limits against misuse."""

    name: LimitName


@dataclass(frozen=True)
class ShowOutbox(Tap, code="outbox"):
    """Show a page of the dead letters."""

    number: int


@dataclass(frozen=True)
class RetryNotice(Tap, code="oretry"):
    """Send a dead letter again."""

    ticket: Id
    number: int


@dataclass(frozen=True)
class ShowDelivery(Tap, code="dlv"):
    """Show a page of what became of the messages and emails to a person."""

    user_id: UserId
    number: int


@dataclass(frozen=True)
class SendNoticeAgain(Tap, code="dlv!"):
    """Send a message or an email again that did not arrive, by the key of its ending."""

    user_id: UserId
    key: Id
    number: int


@dataclass(frozen=True)
class RetryAllNotices(Tap, code="oall"):
    """Send all dead letters again."""


@dataclass(frozen=True)
class DropNotice(Tap, code="odrop"):
    """Drop a dead letter."""

    ticket: Id
    number: int
