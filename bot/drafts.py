"""What has been answered so far in a dialog. Frozen: a step makes a new one."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.catalogue_drafts import AnyCatalogueDraft
from bot.people_drafts import PeopleDraft
from bot.waiting_drafts import WaitingDraft
from services.availability.time_bounds import TimeBounds
from services.models.announcements import Audience
from services.models.appointments import AppointmentId
from services.models.catalogue import KindId, Video, WantedVisit
from services.models.limits import LimitName
from services.models.people import Gender, Role, UserId
from services.models.scheduling import Closure, Hours, Weekday
from services.models.series import Every, SeriesId, SeriesScope
from services.models.slots import PlaceId, Slot
from services.series.planning import Gap


@dataclass(frozen=True)
class RegisterDraft:
    """A registration; of the password only the bcrypt hash is kept.

    `account_id` makes sure that two taps on Save create one account; drafts of older versions have none.
    `typed` is a specialization that the clinic does not know, and `maybe` are those that may be meant by it.
    `editing`: one answer is being changed from the summary, which comes next. `no_code`: a doctor has said
    that they have no staff code.
    """

    name: str = ""
    email: str = ""
    password_hash: str = field(default="", repr=False)
    role: Role | None = None
    specialization: str | None = None
    gender: Gender | None = None
    vetted: bool = False
    account_id: UserId | None = None
    typed: str = ""
    maybe: tuple[str, ...] = ()
    editing: bool = False
    no_code: bool = False
    kind: Literal["register"] = "register"


@dataclass(frozen=True)
class LoginDraft:
    """A sign-in."""

    email: str = ""
    kind: Literal["login"] = "login"


@dataclass(frozen=True)
class SeriesDraft:
    """A series of visits, from the start of the booking on.

    `starts` are those of the visits (None: it is left out), and `gaps` say why one can't be when the rule has
    it. `number` is the visit that is being changed, from 1 on. Each time that is held is of a series of its
    own `id`.
    """

    every: Every = Every.WEEK
    count: int = 0
    id: SeriesId | None = None
    starts: tuple[datetime | None, ...] = ()
    gaps: tuple[Gap | None, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class BookingDraft:
    """A booking, or the moving of an appointment.

    - `request_id` makes sure that two taps on Confirm book one appointment. `attempt` is new with each choice
      of a time, so that one which was given up stores nothing later; drafts of older versions have none.
    - `patient_id`: for whom the desk books, or somebody who looks after the patient; `patient_search` is what
      was typed to find them. `myself`: who looks after others has chosen themselves. `soonest`: the doctor's
      next free time is wanted, once it is known for whom.
    - `appointment_id` and `moving`: the appointment that is to be moved, and its time. `note`: what the
      doctor who moves it tells the patient.
    - `by_video`: None leaves that to the doctor. `tried`: a day that was full.
    - `maybe` and `maybe_days`: the doctors and the days that may be meant by what was typed.
    - `held`: the time is held for this request, so it may have been booked without the person knowing.
    - `series`: what is answered of a series that is to be booked. `scope`: which visits of one are moved.
    - `kind_id` and `place`: which kind of visit it is, and where; None where any will do. `place_name` is
      where it is, as far as that is known. `new_kind`: the appointment is to be of another kind than it is,
      which is `was_of_kind`.
    - `all_times`: also times that leave a gap into which no other visit fits are shown.
    - `beyond`: the desk was told of a limit that the patient has reached, and may book all the same.
    - `any_doctor`: the time is one of those proposed, with any doctor of the specialization `any_of` (None:
      of all); `proposed` is the page of them. `bounds`: only times within them are wanted.
    """

    patient_search: str = ""
    patient_page: int = 0
    patient_id: UserId | None = None
    patient_name: str = ""
    specialization: str | None = None
    page: int = 0
    doctor_id: UserId | None = None
    doctor_name: str = ""
    month: date | None = None
    day: date | None = None
    start: datetime | None = None
    reason: str | None = field(default=None, repr=False)
    request_id: AppointmentId | None = None
    appointment_id: AppointmentId | None = None
    moving: Slot | None = None
    by_video: bool | None = None
    tried: date | None = None
    maybe: tuple[UserId, ...] = ()
    maybe_days: tuple[date, ...] = ()
    held: bool = False
    attempt: str | None = None
    note: str | None = field(default=None, repr=False)
    beyond: bool = False
    myself: bool = False
    soonest: bool = False
    kind_id: KindId | None = None
    kind_name: str = ""
    place: PlaceId | None = None
    place_name: str = ""
    new_kind: bool = False
    was_of_kind: KindId | None = None
    all_times: bool = False
    series: SeriesDraft | None = None
    scope: SeriesScope = SeriesScope.ONE
    any_doctor: bool = False
    any_of: str | None = None
    proposed: int = 0
    bounds: TimeBounds | None = None
    kind: Literal["booking"] = "booking"

    @property
    def wanted(self) -> WantedVisit:
        """Which kind of visit is wanted, and where."""
        is_booked = self.appointment_id is not None and not self.new_kind
        return WantedVisit(self.kind_id, self.place, is_booked=is_booked)


@dataclass(frozen=True)
class ReasonDraft:
    """The reason for a visit, while it is being written."""

    appointment_id: AppointmentId
    kind: Literal["reason"] = "reason"


@dataclass(frozen=True)
class AnswersDraft:
    """The questions before a visit, by their ids, while they are answered; each answer is stored at once."""

    appointment_id: AppointmentId
    question_ids: tuple[str, ...]
    kind: Literal["answers"] = "answers"


@dataclass(frozen=True)
class CancelForPatientDraft:
    """The cancelling of somebody else's appointment, with a note to the patient; perhaps of several."""

    appointment_id: AppointmentId
    start: datetime | None = None
    note: str | None = field(default=None, repr=False)
    scope: SeriesScope = SeriesScope.ONE
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True)
class FollowUpDraft:
    """A follow-up that is being proposed; `version` is that of the visit as it was seen.

    `after` is the time from today until then, `shown` are the starts of the times that will be proposed.
    """

    visit_id: AppointmentId
    version: int
    after: timedelta | None = None
    shown: tuple[datetime, ...] = ()
    note: str | None = field(default=None, repr=False)
    kind: Literal["follow_up"] = "follow_up"


@dataclass(frozen=True)
class ProfileDraft:
    """A change of one's name, language or time zone; `maybe` is what the typed answer may mean."""

    maybe: tuple[str, ...] = ()
    kind: Literal["profile"] = "profile"


@dataclass(frozen=True)
class RemindersDraft:
    """When a patient wants to be reminded: so many minutes before."""

    chosen: tuple[int, ...] = ()
    kind: Literal["reminders"] = "reminders"


@dataclass(frozen=True)
class EmailDraft:
    """A new email address, or the code for the present one; `sent` counts the codes that were sent there.

    `account_id`: whose address it is; nobody is signed in where that is a doctor who waits for approval.
    `own`: it is the account's address already, and not confirmed yet.
    """

    email: str = ""
    sent: int = 0
    account_id: UserId | None = None
    own: bool = False
    kind: Literal["email"] = "email"


@dataclass(frozen=True)
class PasswordDraft:
    """A new password for somebody who is signed in; `proved` once the old one was right."""

    proved: bool = False
    kind: Literal["password"] = "password"


@dataclass(frozen=True)
class ForgotDraft:
    """A new password for somebody who forgot the old one; `has_code` if a code was sent before."""

    email: str = ""
    sent: int = 0
    has_code: bool = False
    kind: Literal["forgot"] = "forgot"


@dataclass(frozen=True)
class AnnouncementDraft:
    """An announcement; `announcement_id` makes sure that two taps on Confirm start one.

    `by_email`: those who have no chat get it as an email.
    """

    audience: Audience = Audience.EVERYBODY
    text: str = field(default="", repr=False)
    announcement_id: str = ""
    by_email: bool = False
    kind: Literal["announcement"] = "announcement"


@dataclass(frozen=True)
class HoursDraft:
    """A doctor's hours while they are being changed; `weekly` has all seven days, Monday first.

    `changed` says that something is not saved yet, `weekday` which day is asked about. `outside` are the
    appointments outside the hours that the preview has shown, `page` is the page of them, and `order_id`
    makes sure that two taps on Save are one order to cancel.

    `on` is a single day whose hours are changed to `hours_on` (None: the weekday's again), `month` the month
    that is shown, and `change_id` makes sure that it is changed once. `doctor_id` and `doctor_name` are set
    where an admin acts for a doctor. `pending` are hours of weekdays of which it is asked where they are.
    """

    weekly: tuple[tuple[Hours, ...], ...]
    slot: timedelta
    buffer: timedelta
    notice: timedelta
    horizon: timedelta
    change_notice: timedelta = timedelta(hours=2)
    weekday: Weekday = Weekday.MONDAY
    changed: bool = False
    video: Video = Video.OFF
    outside: tuple[AppointmentId, ...] = ()
    page: int = 0
    order_id: str = ""
    on: date | None = None
    hours_on: tuple[Hours, ...] | None = None
    month: date | None = None
    change_id: str = ""
    doctor_id: UserId | None = None
    doctor_name: str = ""
    pending: tuple[tuple[Weekday, tuple[Hours, ...]], ...] = ()
    kind: Literal["hours"] = "hours"


@dataclass(frozen=True)
class TimeOffDraft:
    """Time off that is being taken, or (`back_id`) taken back.

    `slot` is the time off that was chosen; `off_id` makes sure that two taps on the summary's button take it
    once. `page` is the page of the list; `shown` are the appointments in it that the summary has shown.
    `doctor_id` and `doctor_name` are set where an admin acts for a doctor, `place` and `place_name` where it
    is at one place only.
    """

    month: date | None = None
    first: date | None = None
    slot: Slot | None = None
    note: str | None = field(default=None, repr=False)
    off_id: str = ""
    back_id: str = ""
    page: int = 0
    shown: tuple[AppointmentId, ...] = ()
    doctor_id: UserId | None = None
    doctor_name: str = ""
    place: PlaceId | None = None
    place_name: str = ""
    kind: Literal["time_off"] = "time_off"


@dataclass(frozen=True)
class ClosureDraft:
    """Closures of the clinic that are being made, or one (`back_id`) that is to be removed.

    `slot` is the time that was chosen; `chosen` are the closures that the summary shows: that one with its
    reason, or public holidays. Their ids make sure that two taps make each once. `page` is the page of the
    list, `shown` are the appointments that the summary has shown.
    """

    month: date | None = None
    first: date | None = None
    slot: Slot | None = None
    chosen: tuple[Closure, ...] = ()
    back_id: str = ""
    page: int = 0
    shown: tuple[AppointmentId, ...] = ()
    kind: Literal["closure"] = "closure"


@dataclass(frozen=True)
class PatientMessageDraft:
    """A message to the patient of an appointment, or to all patients of a `day`.

    `message_id` makes sure that two taps on Send send it once.
    """

    appointment_id: AppointmentId | None = None
    day: date | None = None
    text: str = field(default="", repr=False)
    message_id: str = ""
    kind: Literal["patient_message"] = "patient_message"


@dataclass(frozen=True)
class SpecializationDraft:
    """A change of a doctor's specialization; `search` leads back to the list of accounts.

    `typed` is a specialization that the clinic does not know, and `maybe` are those that may be meant by it.
    """

    user_id: UserId
    search: str = ""
    typed: str = ""
    maybe: tuple[str, ...] = ()
    kind: Literal["specialization"] = "specialization"


@dataclass(frozen=True)
class LimitDraft:
    """A change of one of the limits against misuse."""

    name: LimitName
    kind: Literal["limit"] = "limit"


@dataclass(frozen=True)
class EmailCorrectionDraft:
    """The correction of somebody's email address; `search` leads back to the list of accounts."""

    user_id: UserId
    search: str = ""
    kind: Literal["correct_email"] = "correct_email"


Draft = (
    RegisterDraft
    | PeopleDraft
    | AnyCatalogueDraft
    | LoginDraft
    | BookingDraft
    | WaitingDraft
    | CancelForPatientDraft
    | ReasonDraft
    | AnswersDraft
    | HoursDraft
    | TimeOffDraft
    | ClosureDraft
    | SpecializationDraft
    | LimitDraft
    | ProfileDraft
    | RemindersDraft
    | FollowUpDraft
    | EmailDraft
    | EmailCorrectionDraft
    | PasswordDraft
    | ForgotDraft
    | AnnouncementDraft
    | PatientMessageDraft
)
