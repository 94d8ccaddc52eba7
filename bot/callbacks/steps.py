"""Answers to the questions of dialogs, and the buttons that lead through them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.callbacks.bounds import Key
from bot.callbacks.tap import Tap
from services.models.announcements import Audience
from services.models.catalogue import KindId
from services.models.people import Gender, Role, UserId
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId


@dataclass(frozen=True)
class Nothing(Tap, code="-"):
    """A button that is only a label."""


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
    """Skip an optional question."""


@dataclass(frozen=True)
class Confirm(Tap, code="ok"):
    """Do what the summary says."""


@dataclass(frozen=True)
class EditAnswer(Tap, code="edit"):
    """Go from the summary to one of the questions, by its name, and back."""

    question: str


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

    key: Key


@dataclass(frozen=True)
class KeepTyped(Tap, code="keep"):
    """Take what was typed as it is, instead of one of the suggestions."""


@dataclass(frozen=True)
class PickVisitKind(Tap, code="vkind"):
    """Choose which kind of visit it is."""

    kind_id: KindId


@dataclass(frozen=True)
class PickVisitPlace(Tap, code="vplace"):
    """Choose where it is; "": anywhere."""

    place: PlaceId


@dataclass(frozen=True)
class ChangeVisitKind(Tap, code="vkind="):
    """Go to the question which kind of visit an appointment is to be."""


@dataclass(frozen=True)
class ShowAllTimes(Tap, code="alltimes"):
    """Show also those times of the day that leave a gap into which no other visit fits."""


@dataclass(frozen=True)
class PickAnswer(Tap, code="answer"):
    """Choose the answer of that number to the question before a visit that is asked."""

    number: int


@dataclass(frozen=True)
class PickPage(Tap, code="page"):
    """Turn to another page of the choices."""

    number: int


@dataclass(frozen=True)
class PickDoctor(Tap, code="doc"):
    """Choose a doctor."""

    doctor_id: UserId


@dataclass(frozen=True)
class PickAnyDoctor(Tap, code="anydoc"):
    """Let the time decide which doctor it is."""


@dataclass(frozen=True)
class PickProposal(Tap, code="anytime"):
    """Choose a time with a doctor that was proposed."""

    doctor_id: UserId
    start: datetime


@dataclass(frozen=True)
class TurnProposals(Tap, code="others"):
    """Propose the times of another page."""

    number: int


@dataclass(frozen=True)
class LiftBounds(Tap, code="unbound"):
    """Show all times again, not only those within bounds."""


@dataclass(frozen=True)
class PickPatient(Tap, code="pat"):
    """Choose for whom to book."""

    patient_id: UserId


@dataclass(frozen=True)
class PickMonth(Tap, code="month"):
    """Turn the calendar to the month of this day."""

    day: date


@dataclass(frozen=True)
class PickDay(Tap, code="day"):
    """Choose a day."""

    day: date


@dataclass(frozen=True)
class PickDays(Tap, code="days"):
    """Choose the days from one to another."""

    first: date
    last: date


@dataclass(frozen=True)
class PickTime(Tap, code="time"):
    """Choose the slot that begins then."""

    start: datetime


@dataclass(frozen=True)
class PickWay(Tap, code="way"):
    """Choose the modality: by video, or in the clinic."""

    by_video: bool


@dataclass(frozen=True)
class PickPart(Tap, code="part"):
    """Choose a part of a day, in minutes after midnight."""

    first: int
    last: int


@dataclass(frozen=True)
class PickPartOfDay(Tap, code="pday"):
    """Choose morning, afternoon or evening."""

    part: PartOfDay


@dataclass(frozen=True)
class PickWeekday(Tap, code="wday"):
    """Go to the question for the hours of that weekday (0 is Monday)."""

    number: int


@dataclass(frozen=True)
class CloseDay(Tap, code="closed"):
    """Set no working hours on that weekday."""


@dataclass(frozen=True)
class SameAsMonday(Tap, code="monday"):
    """Set the same hours as on Mondays."""


@dataclass(frozen=True)
class CopyDay(Tap, code="copy"):
    """Set the hours of that weekday from Monday to Friday."""


@dataclass(frozen=True)
class PickNumber(Tap, code="num"):
    """Choose a number; 0 stands for none."""

    number: int


@dataclass(frozen=True)
class PickSetting(Tap, code="setting"):
    """Let a limit be as the environment says."""


@dataclass(frozen=True)
class PickMinutes(Tap, code="min"):
    """Choose a number of minutes."""

    minutes: int


@dataclass(frozen=True)
class OpenHours(Tap, code="hours"):
    """Go to one of the questions of /hours, by its name."""

    question: str


@dataclass(frozen=True)
class SaveAndCancel(Tap, code="ok!"):
    """Save the hours, and cancel what is booked outside them."""


@dataclass(frozen=True)
class PickReminder(Tap, code="rem="):
    """Switch the reminder so many minutes before on or off."""

    minutes: int


@dataclass(frozen=True)
class PickLanguage(Tap, code="lang="):
    """Choose the language with that ISO 639 code."""

    language: str


@dataclass(frozen=True)
class PickZone(Tap, code="zone="):
    """Choose the time zone with that IANA name; empty means the clinic's."""

    key: str


@dataclass(frozen=True)
class PickAudience(Tap, code="to"):
    """Announce to these."""

    audience: Audience


@dataclass(frozen=True)
class AlsoByEmail(Tap, code="mail"):
    """Announce by email, too, to those who have no chat; or in chats only."""

    by_email: bool


@dataclass(frozen=True)
class SendAgain(Tap, code="again"):
    """Send another code by email."""


@dataclass(frozen=True)
class HaveCode(Tap, code="have"):
    """Say that a code has arrived already."""


@dataclass(frozen=True)
class ActOnSaid(Tap, code="said"):
    """Act on the sentence that was put aside until the person has signed in, or has left another dialog."""


@dataclass(frozen=True)
class ActAs(Tap, code="as"):
    """Act on the sentence that was not clear, as one that has this intent."""

    intent: str
