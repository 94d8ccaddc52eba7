"""Finding doctors; booking, seeing and changing appointments; the waiting list."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.callbacks.bounds import IsoDay, Key, Search, TypedTime
from bot.callbacks.tap import Tap
from services.models.appointments import AppointmentId, Period
from services.models.people import UserId
from services.models.scheduling import PartOfDay


@dataclass(frozen=True)
class ShowDoctors(Tap, code="docs"):
    """Show a page of doctors; the key is empty for all specializations."""

    key: Key
    number: int


@dataclass(frozen=True)
class ShowDoctor(Tap, code="card"):
    """Show a doctor's card, and the way back to the list."""

    doctor_id: UserId
    key: Key
    number: int


@dataclass(frozen=True)
class BookDoctor(Tap, code="book"):
    """Start booking with this doctor."""

    doctor_id: UserId


@dataclass(frozen=True)
class BookSpecialization(Tap, code="bookspec"):
    """Start booking with the doctors of a specialization (see keyboards.specialization_key)."""

    key: Key


@dataclass(frozen=True)
class BookSoonest(Tap, code="soon"):
    """Start booking with this doctor's next free time."""

    doctor_id: UserId


@dataclass(frozen=True)
class ShowAppointments(Tap, code="appts"):
    """Show a page of one's appointments."""

    period: Period
    number: int


@dataclass(frozen=True)
class FindAppointments(Tap, code="apptq"):
    """Show a page of one's appointments with the people whom `search` may mean (see short_search)."""

    period: Period
    number: int
    search: Search


@dataclass(frozen=True)
class ShowAppointment(Tap, code="appt"):
    """Show one appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class AddToCalendar(Tap, code="ics"):
    """Send that appointment as a calendar file."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class ConfirmAppointment(Tap, code="come"):
    """Confirm that one will come to that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class SayHere(Tap, code="here"):
    """Say that one is there for that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class AskCantCome(Tap, code="cant?"):
    """Ask whether one really can't come, where it is too late to cancel."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class CantCome(Tap, code="cant"):
    """Cancel that appointment at short notice, if it still begins at the time that the question showed."""

    appointment_id: AppointmentId
    start: datetime


@dataclass(frozen=True)
class ChangeReason(Tap, code="why"):
    """Begin to write the reason for that visit."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class AnswerQuestions(Tap, code="quest"):
    """Begin to answer the questions before that visit."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class MoveAppointment(Tap, code="move"):
    """Begin to move that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class MoveTo(Tap, code="moveto"):
    """Begin to move that appointment to a day (ISO 8601) and time that were said; "" is one that was not.

    The time is as it is typed, with a dot for the colon and no spaces: 3.00PM, or 3.00 for either half.
    """

    appointment_id: AppointmentId
    day: IsoDay
    at: TypedTime
    part: PartOfDay


@dataclass(frozen=True)
class AskCancel(Tap, code="cancel?"):
    """Ask whether to cancel that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class CancelAppointment(Tap, code="cancel"):
    """Cancel that appointment, if it still begins at the time that the question showed."""

    appointment_id: AppointmentId
    start: datetime


@dataclass(frozen=True)
class TakeAlternative(Tap, code="re"):
    """Take an alternative to a cancelled appointment. Its code, like all codes, is stored in old buttons."""

    lost_id: AppointmentId
    start: datetime
    doctor_id: UserId


@dataclass(frozen=True)
class TakeFollowUp(Tap, code="next"):
    """Take a time that was proposed as the follow-up of a visit, in the proposal of that number."""

    visit_id: AppointmentId
    number: int
    start: datetime


@dataclass(frozen=True)
class Wait(Tap, code="wait"):
    """Begin to join that doctor's waiting list."""

    doctor_id: UserId


@dataclass(frozen=True)
class WaitForDay(Tap, code="waitd"):
    """Begin to join that doctor's waiting list, with that day suggested."""

    doctor_id: UserId
    day: date


@dataclass(frozen=True)
class WaitForEarlier(Tap, code="early"):
    """Begin to wait for an earlier time than that of that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class LeaveEarlier(Tap, code="unearly"):
    """Wait no more for an earlier time than that of that appointment."""

    appointment_id: AppointmentId


@dataclass(frozen=True)
class TakeWaitlistOffer(Tap, code="slot"):
    """Take an offer of the waiting list."""

    offer_id: AppointmentId


@dataclass(frozen=True)
class PassWaitlistOffer(Tap, code="pass+"):
    """Pass an offer of the waiting list on to the next in line."""

    offer_id: AppointmentId


@dataclass(frozen=True)
class LeaveWaitlist(Tap, code="unwait"):
    """Leave that doctor's waiting list."""

    doctor_id: UserId


@dataclass(frozen=True)
class LeaveWaitlistFor(Tap, code="unwaitp"):
    """Let a patient whom one looks after leave that doctor's waiting list."""

    doctor_id: UserId
    patient_id: UserId
