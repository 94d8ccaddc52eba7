"""What doctors do with their days, appointments and hours."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks.bounds import Id
from bot.callbacks.tap import Tap
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.catalogue import Video
from services.models.people import UserId


@dataclass(frozen=True)
class ShowDay(Tap, code="sday"):
    """Show a page of a doctor's own day."""

    day: date
    number: int


@dataclass(frozen=True)
class ShowWeek(Tap, code="week"):
    """Show the doctor's own week that contains that day."""

    day: date


@dataclass(frozen=True)
class DrawDay(Tap, code="draw"):
    """Send a doctor's own day as a picture."""

    day: date


@dataclass(frozen=True)
class Mark(Tap, code="mark"):
    """Note whether the patient came."""

    appointment_id: AppointmentId
    status: AppointmentStatus


@dataclass(frozen=True)
class CallNext(Tap, code="callin"):
    """Call in the next patient who is there; `after` was called in last, as the day showed ("": nobody)."""

    after: AppointmentId


@dataclass(frozen=True)
class NoteArrival(Tap, code="came"):
    """Note that the patient of that appointment is there."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class AskLate(Tap, code="late?"):
    """Ask how late that doctor is ("": oneself)."""

    doctor_id: UserId


@dataclass(frozen=True)
class SetLate(Tap, code="late"):
    """Note how many minutes late that doctor is ("": oneself), and tell today's patients."""

    doctor_id: UserId
    minutes: int


@dataclass(frozen=True)
class WriteToPatient(Tap, code="write"):
    """Begin to write to the patient of that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class WriteToDay(Tap, code="writed"):
    """Begin to write to all patients of that day."""

    day: date


@dataclass(frozen=True)
class CancelForPatient(Tap, code="drop"):
    """Begin to cancel somebody's appointment, with a note to the patient."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class ProposeFollowUp(Tap, code="fup"):
    """Begin to propose a follow-up of that visit."""

    visit_id: AppointmentId


@dataclass(frozen=True)
class TakeBack(Tap, code="back?"):
    """Ask whether to take back that time off."""

    off_id: Id


@dataclass(frozen=True)
class UsualHours(Tap, code="usual"):
    """Ask whether to give that day the hours of its weekday again."""

    day: date


@dataclass(frozen=True)
class ChangeDigest(Tap, code="dig="):
    """Choose when the daily digest comes (minutes after midnight), and whether also on empty days."""

    minutes: int
    when_empty: bool


@dataclass(frozen=True)
class ChangeVideo(Tap, code="vid="):
    """Choose whether a doctor offers video visits."""

    video: Video
