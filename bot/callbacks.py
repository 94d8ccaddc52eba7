"""What a button says when it is tapped: typed values, packed into the 64 bytes that Telegram carries.

A tap can be forged or a year old, so unpacking never trusts it, and whoever acts on one checks the
person's right to the thing that it names.
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, get_type_hints

from services.audiences import AnnouncementId, Audience
from services.models import (
    AppointmentId,
    AppointmentStatus,
    Gender,
    PartOfDay,
    Period,
    ReportPeriod,
    Role,
    UserId,
    Video,
)

MAX_BYTES = 64
# What somebody searched for is beside a command's name, an id and two numbers.
SEARCH_BYTES = 30
Shape = tuple[tuple[str, Any], ...]


class BadTap(ValueError):
    """The data belongs to no button that this bot makes."""


class Tap:
    """A button's meaning. Subclasses are frozen dataclasses with a short `code` of their own.

    Without slots: those would make each class a second time, and the registry would hold the first.
    """

    code: ClassVar[str]
    kinds: ClassVar[dict[str, type["Tap"]]] = {}
    # Worked out at the first use of each: to do so costs more than all the rest of packing.
    shapes: ClassVar[dict[str, Shape]] = {}

    def __init_subclass__(cls, code: str = "") -> None:
        if code:
            cls.code = code
            cls.kinds[code] = cls

    def pack(self) -> str:
        """Return the callback data, at most 64 bytes of it (Bot API InlineKeyboardButton)."""
        values = (_pack(getattr(self, name)) for name, _ in _shape(type(self)))
        data = ":".join((self.code, *values))
        if len(data.encode()) > MAX_BYTES:
            raise BadTap(self.code)
        return data

    @staticmethod
    def unpack(data: str) -> "Tap":
        """Return what the data means; a colon in the last value is one. Raises BadTap."""
        code = data.partition(":")[0]
        kind = Tap.kinds.get(code)
        if kind is None:
            raise BadTap(code)
        shape = _shape(kind)
        values = data.split(":", max(1, len(shape)))[1:]
        if len(shape) != len(values):
            raise BadTap(code)
        try:
            read = {name: _unpack(hint, text) for (name, hint), text in zip(shape, values, strict=True)}
        except (ValueError, OverflowError, OSError) as error:
            raise BadTap(code) from error
        return kind(**read)


def _shape(kind: type[Tap]) -> Shape:
    """Return the names of a tap's values and their types, in the order in which they are packed."""
    shape = kind.shapes.get(kind.code)
    if shape is None:
        hints = get_type_hints(kind)
        shape = tuple((field.name, hints[field.name]) for field in fields(kind))  # type: ignore[arg-type]
        kind.shapes[kind.code] = shape
    return shape


def _pack(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return str(int(value.timestamp()) // 60)
    return value.strftime("%Y%m%d") if isinstance(value, date) else str(value)


def _unpack(kind: Any, text: str) -> Any:
    if kind is bool:
        return text == "1"
    if kind is int:
        return int(text)
    if kind is datetime:
        return datetime.fromtimestamp(int(text) * 60, UTC)
    if kind is date:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    return kind(text) if isinstance(kind, type) and issubclass(kind, StrEnum) else text


@dataclass(frozen=True)
class Nothing(Tap, code="-"):
    """A button that is only there to be read."""


@dataclass(frozen=True)
class Do(Tap, code="do"):
    """Run a command, as if it had been typed."""

    command: str


@dataclass(frozen=True)
class Back(Tap, code="back"):
    """Go to the question before."""


@dataclass(frozen=True)
class Leave(Tap, code="leave"):
    """End the dialog."""


@dataclass(frozen=True)
class Resume(Tap, code="resume"):
    """Go on with the dialog that was put aside."""


@dataclass(frozen=True)
class Instead(Tap, code="instead"):
    """Leave the dialog that was put aside, and start the one of that command."""

    command: str


@dataclass(frozen=True)
class Skip(Tap, code="skip"):
    """Leave the question open; it is optional."""


@dataclass(frozen=True)
class Confirm(Tap, code="ok"):
    """Do what the summary says."""


@dataclass(frozen=True)
class PickRole(Tap, code="role"):
    """Register as this."""

    role: Role


@dataclass(frozen=True)
class PickGender(Tap, code="gender"):
    """Register with this gender."""

    gender: Gender


@dataclass(frozen=True)
class PickSpecialization(Tap, code="spec"):
    """Choose a specialization by its key (see keyboards.specialization_key)."""

    key: str


@dataclass(frozen=True)
class PickPage(Tap, code="page"):
    """Turn to another page of the choices."""

    number: int


@dataclass(frozen=True)
class PickDoctor(Tap, code="doc"):
    """Choose a doctor."""

    doctor_id: UserId


@dataclass(frozen=True)
class PickMonth(Tap, code="month"):
    """Turn the calendar to the month of this day."""

    day: date


@dataclass(frozen=True)
class PickDay(Tap, code="day"):
    """Choose a day."""

    day: date


@dataclass(frozen=True)
class PickTime(Tap, code="time"):
    """Choose the slot that begins then."""

    start: datetime


@dataclass(frozen=True)
class OpenHours(Tap, code="hours"):
    """Ask for one of the things that make up a doctor's hours, by the name of its question."""

    question: str


@dataclass(frozen=True)
class PickWeekday(Tap, code="wday"):
    """Ask for the hours of that weekday (0 is Monday)."""

    number: int


@dataclass(frozen=True)
class CloseDay(Tap, code="closed"):
    """Work on that weekday no more."""


@dataclass(frozen=True)
class SameAsMonday(Tap, code="monday"):
    """Work as on Mondays."""


@dataclass(frozen=True)
class CopyDay(Tap, code="copy"):
    """Work as on that weekday from Monday to Friday."""


@dataclass(frozen=True)
class PickMinutes(Tap, code="min"):
    """Choose how long something lasts."""

    minutes: int


@dataclass(frozen=True)
class SaveAndCancel(Tap, code="ok!"):
    """Save the hours, and cancel what is booked outside them."""


@dataclass(frozen=True)
class PickPart(Tap, code="part"):
    """Choose a part of a day, in minutes after midnight."""

    first: int
    last: int


@dataclass(frozen=True)
class TakeBack(Tap, code="back?"):
    """Ask whether to take that time off back."""

    off_id: str


@dataclass(frozen=True)
class BookDoctor(Tap, code="book"):
    """Start booking with this doctor."""

    doctor_id: UserId


@dataclass(frozen=True)
class BookSoonest(Tap, code="soon"):
    """Start booking with this doctor's next free time."""

    doctor_id: UserId


@dataclass(frozen=True)
class ShowDoctors(Tap, code="docs"):
    """Show a page of doctors; the key is empty for all specializations."""

    key: str
    number: int


@dataclass(frozen=True)
class ShowDoctor(Tap, code="card"):
    """Show a doctor's card, and the way back to the list."""

    doctor_id: UserId
    key: str
    number: int


@dataclass(frozen=True)
class ShowAppointments(Tap, code="appts"):
    """Show a page of one's appointments."""

    period: Period
    number: int


@dataclass(frozen=True)
class ShowAppointment(Tap, code="appt"):
    """Show one appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class AddToCalendar(Tap, code="ics"):
    """Send that appointment as a file for a calendar."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class AskCancel(Tap, code="cancel?"):
    """Ask whether to cancel that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class CancelAppointment(Tap, code="cancel"):
    """Cancel that appointment, if it still begins when the question said."""

    appointment_id: AppointmentId
    start: datetime


@dataclass(frozen=True)
class ConfirmAppointment(Tap, code="come"):
    """Say again that one comes to that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class ChangeReminders(Tap, code="rem"):
    """Change when one is reminded of appointments."""


@dataclass(frozen=True)
class PickReminder(Tap, code="rem="):
    """Be reminded so many minutes before, or no more."""

    minutes: int


@dataclass(frozen=True)
class TakeOffer(Tap, code="re"):
    """Take a time that was offered in the place of a cancelled appointment."""

    lost_id: AppointmentId
    start: datetime
    doctor_id: UserId


@dataclass(frozen=True)
class TakeFollowUp(Tap, code="next"):
    """Take a time that was offered as the follow-up of a visit, in the proposal of that number."""

    visit_id: AppointmentId
    number: int
    start: datetime


@dataclass(frozen=True)
class ProposeFollowUp(Tap, code="fup"):
    """Begin to propose a follow-up of that visit."""

    visit_id: AppointmentId


@dataclass(frozen=True)
class Wait(Tap, code="wait"):
    """Begin to wait for a time of that doctor's."""

    doctor_id: UserId


@dataclass(frozen=True)
class WaitForDay(Tap, code="waitd"):
    """Begin to wait for a time of that doctor's, maybe on that day."""

    doctor_id: UserId
    day: date


@dataclass(frozen=True)
class PickDays(Tap, code="days"):
    """Choose the days from one to another."""

    first: date
    last: date


@dataclass(frozen=True)
class PickPartOfDay(Tap, code="pday"):
    """Choose in which part of the day."""

    part: PartOfDay


@dataclass(frozen=True)
class TakeSlot(Tap, code="slot"):
    """Take the time that has opened and is offered."""

    offer_id: AppointmentId


@dataclass(frozen=True)
class PassSlot(Tap, code="pass+"):
    """Leave the time that has opened to the next in line."""

    offer_id: AppointmentId


@dataclass(frozen=True)
class LeaveLine(Tap, code="unwait"):
    """Wait for that doctor's times no more."""

    doctor_id: UserId


@dataclass(frozen=True)
class Withdraw(Tap, code="drop"):
    """Begin to cancel somebody's appointment, with a note to the patient."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class Mark(Tap, code="mark"):
    """Note whether the patient came."""

    appointment_id: AppointmentId
    status: AppointmentStatus


@dataclass(frozen=True)
class MoveAppointment(Tap, code="move"):
    """Begin to move that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class BookFor(Tap, code="for"):
    """Begin to book for that patient; the id is empty where nobody is chosen yet."""

    patient_id: UserId


@dataclass(frozen=True)
class PickPatient(Tap, code="pat"):
    """Choose for whom to book."""

    patient_id: UserId


@dataclass(frozen=True)
class ShowDay(Tap, code="sday"):
    """Show a page of a doctor's own day."""

    day: date
    number: int


@dataclass(frozen=True)
class ShowWeek(Tap, code="week"):
    """Show a doctor's own week, the one with that day in it."""

    day: date


@dataclass(frozen=True)
class DrawDay(Tap, code="draw"):
    """Send a doctor's own day as a picture."""

    day: date


@dataclass(frozen=True)
class ChangeDigest(Tap, code="dig="):
    """Choose when a doctor hears of the day: minutes after midnight, and whether of an empty one, too."""

    minutes: int
    when_empty: bool


@dataclass(frozen=True)
class ChangeVideo(Tap, code="vid="):
    """Choose whether a doctor sees patients by video."""

    video: Video


@dataclass(frozen=True)
class PickWay(Tap, code="way"):
    """Choose a visit by video, or in the clinic."""

    by_video: bool


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
    search: str


@dataclass(frozen=True)
class ShowUsers(Tap, code="users"):
    """Show a page of the accounts with `search` in them (see short_search)."""

    number: int
    search: str


@dataclass(frozen=True)
class ShowUser(Tap, code="user"):
    """Show an account, and the way back to the list."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class Decide(Tap, code="decide"):
    """Approve or refuse a doctor who waits."""

    user_id: UserId
    approve: bool
    search: str


@dataclass(frozen=True)
class ChangeName(Tap, code="name"):
    """Change one's name."""


@dataclass(frozen=True)
class ChangeEmail(Tap, code="email"):
    """Change one's mail address."""


@dataclass(frozen=True)
class ChangePassword(Tap, code="pass"):
    """Change one's password."""


@dataclass(frozen=True)
class ChangeLanguage(Tap, code="lang"):
    """Change one's language."""


@dataclass(frozen=True)
class PickLanguage(Tap, code="lang="):
    """Choose the language with that ISO 639 code."""

    language: str


@dataclass(frozen=True)
class ChangeZone(Tap, code="zone"):
    """Change the zone in which times are shown."""


@dataclass(frozen=True)
class PickZone(Tap, code="zone="):
    """Choose the zone with that IANA name; it is empty for the clinic's."""

    key: str


@dataclass(frozen=True)
class SendAgain(Tap, code="again"):
    """Mail another code."""


@dataclass(frozen=True)
class HaveCode(Tap, code="have"):
    """Say that a code has come already."""


@dataclass(frozen=True)
class ShowSessions(Tap, code="chats"):
    """Show a page of the chats in which one is signed in."""

    number: int


@dataclass(frozen=True)
class EndSession(Tap, code="end"):
    """End one's session in that chat."""

    chat_id: int


@dataclass(frozen=True)
class EndOtherSessions(Tap, code="endall"):
    """End all of one's sessions but that of this chat."""


@dataclass(frozen=True)
class PickAudience(Tap, code="to"):
    """Announce to these."""

    audience: Audience


@dataclass(frozen=True)
class StopAnnouncement(Tap, code="stop"):
    """Let an announcement go to nobody else."""

    announcement_id: AnnouncementId


@dataclass(frozen=True)
class ShowAudit(Tap, code="audit"):
    """Show a page of what was done: by and to somebody ("": anybody), on a day (ISO 8601; "": ever)."""

    number: int
    user_id: str
    day: str


@dataclass(frozen=True)
class FindAudit(Tap, code="audit?"):
    """Show a page of those whose history may be meant (see short_search)."""

    number: int
    search: str


@dataclass(frozen=True)
class ShowStats(Tap, code="stats"):
    """Show the figures of the last so many days."""

    days: int


@dataclass(frozen=True)
class Export(Tap, code="export"):
    """Send the files of a period."""

    period: ReportPeriod


@dataclass(frozen=True)
class ForgetMe(Tap, code="forget"):
    """Delete one's account, which is that one: another may be signed in in the chat by now."""

    user_id: UserId


@dataclass(frozen=True)
class AskBlock(Tap, code="blk?"):
    """Ask whether to block that account."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class Block(Tap, code="blk"):
    """Block that account, and, if wanted, cancel its appointments to come."""

    user_id: UserId
    clear: bool
    search: str


@dataclass(frozen=True)
class Unblock(Tap, code="unblk"):
    """Let that account be used again."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class AskClear(Tap, code="clr?"):
    """Ask whether to cancel the appointments to come of somebody who is blocked."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class Clear(Tap, code="clr"):
    """Cancel the appointments to come of somebody who is blocked."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class AskReset(Tap, code="rst?"):
    """Ask whether to send somebody a code for a new password."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class ResetPassword(Tap, code="rst"):
    """Send somebody a code for a new password, and take the old one away."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class ChangeSpecialization(Tap, code="spec="):
    """Begin to change a doctor's specialization."""

    user_id: UserId
    search: str


@dataclass(frozen=True)
class ShowOutbox(Tap, code="outbox"):
    """Show a page of the messages that could not be delivered."""

    number: int


@dataclass(frozen=True)
class RetryNotice(Tap, code="oretry"):
    """Send a message again that could not be delivered."""

    ticket: str
    number: int


@dataclass(frozen=True)
class RetryAllNotices(Tap, code="oall"):
    """Send all messages again that could not be delivered."""


@dataclass(frozen=True)
class DropNotice(Tap, code="odrop"):
    """Give a message up that could not be delivered."""

    ticket: str
    number: int


def short_search(text: str) -> str:
    """Return as much of what was searched for as a button carries: that finds the same people, or more."""
    return text.encode()[:SEARCH_BYTES].decode(errors="ignore").strip()
