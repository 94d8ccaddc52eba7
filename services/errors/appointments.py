"""What can go wrong in booking, moving, cancelling and following up."""

from datetime import date, datetime, timedelta

from services.errors.base import AboutInstant, Denied, Invalid, Refused, Unknown
from services.models.catalogue import Video
from services.models.limits import LimitName
from services.models.people import UserId


class SlotTaken(AboutInstant, Refused):
    """Somebody else has that time with that doctor."""

    def __init__(self, doctor_id: UserId, start: datetime) -> None:
        super().__init__(start)
        self.doctor_id = doctor_id


class RoomTaken(SlotTaken):
    """All the rooms that the visit could be in are taken at that time."""


class KindNotOffered(Refused):
    """The doctor does not offer that kind of visit, or not to this person."""


class PlaceNotOffered(Refused):
    """The doctor does not work at that place, or not any more."""


class NothingToBook(Refused):
    """The doctor has no kind of visit that this person may book for that patient."""


class SeriesNotOffered(Refused):
    """A series of that kind has at most `most` visits; 1: there are no series of it."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class SeriesIncomplete(AboutInstant, Refused):
    """The visit of a series that begins then can't be had any more, so nothing of the series was changed."""


class SlotPassed(AboutInstant, Refused):
    """That time has begun, or is too near to be booked."""


class SlotNotOffered(AboutInstant, Refused):
    """The doctor has no free slot that begins then."""


class ModalityNotOffered(Refused):
    """The doctor offers only the other modality: `offered` says whether visits are by video."""

    def __init__(self, offered: Video) -> None:
        super().__init__(offered)
        self.offered = offered

    @property
    def by_video(self) -> bool:
        """Whether all visits are by video; else none is."""
        return self.offered is Video.ONLY


class PatientBusy(AboutInstant, Refused):
    """The patient has another appointment that overlaps; `patient` is a name where it is not who asks."""

    def __init__(self, start: datetime, patient: str | None = None) -> None:
        super().__init__(start)
        self.patient = patient


class BookedBefore(AboutInstant, Refused):
    """This request has booked an appointment already, which may have been changed or cancelled since."""


class OfferOver(Refused):
    """The waiting-list offer has ended: it expired, or was passed on."""


class NotEarlier(AboutInstant, Refused):
    """None of the wanted days is before the appointment, for which an earlier time is wanted."""


class TooManyWaitlistEntries(Refused):
    """The patient already waits for `most` doctors; `patient` is a name where it is not who asks."""

    def __init__(self, most: int, patient: str | None = None) -> None:
        super().__init__(most)
        self.most = most
        self.patient = patient


class LimitReached(Refused):
    """A patient has reached the limit of that `name`, which is `most`.

    `patient` is a name where it is not the patient who asks. `by_desk`: the desk asks, and may go beyond it.
    """

    name: LimitName
    patient: str | None = None
    by_desk = False

    def __init__(self, most: int, *others: datetime) -> None:
        super().__init__(most, *others)
        self.most = most


class TooManyAppointments(LimitReached):
    """The patient has `most` upcoming appointments, those that are being booked now included."""

    name = LimitName.OPEN_APPOINTMENTS


class TooManyThatDay(LimitReached):
    """The patient has `most` appointments with that doctor already on the day of `start`."""

    name = LimitName.A_DAY

    def __init__(self, start: datetime, most: int) -> None:
        super().__init__(most, start)
        self.start = start


class TooManyChanges(LimitReached):
    """The patient has booked, moved and cancelled `most` times in an hour; the next is allowed at `until`."""

    name = LimitName.CHANGES

    def __init__(self, most: int, until: datetime) -> None:
        super().__init__(most, until)
        self.until = until


class TooManyHolds(Refused):
    """The patient holds `most` times already; the first of these holds ends at `until`.

    `patient` is a name where it is not the patient who asks.
    """

    patient: str | None = None

    def __init__(self, most: int, until: datetime) -> None:
        super().__init__(most, until)
        self.most = most
        self.until = until


class AppointmentOver(AboutInstant, Refused):
    """The appointment has begun or is past, so it can't be cancelled or moved."""


class AlreadyCancelled(AboutInstant, Refused):
    """The appointment is cancelled already."""


class AppointmentChanged(AboutInstant, Refused):
    """Somebody has changed the appointment in the meantime; it is at `start` now."""


class SameTime(AboutInstant, Refused):
    """The appointment is at that time already."""


class NotBegun(AboutInstant, Refused):
    """The appointment has not begun, so nobody knows yet whether the patient comes."""


class AlreadyConfirmed(AboutInstant, Refused):
    """The patient has confirmed already."""


class TooLateToChange(AboutInstant, Refused):
    """Patients can move and cancel it only until `lead_time` before the start."""

    def __init__(self, start: datetime, lead_time: timedelta) -> None:
        super().__init__(start)
        self.lead_time = lead_time


class NotSeen(AboutInstant, Refused):
    """The patient did not come to that visit, so there is nothing to follow up."""


class NoTimesThen(AboutInstant, Refused):
    """The doctor has no free time around `start`; `last` is the last day that can be booked."""

    def __init__(self, start: datetime, last: date) -> None:
        super().__init__(start)
        self.last = last


class OffersChanged(Refused):
    """The free times have changed since they were shown."""


class DoctorUnknown(Unknown):
    """There is no such doctor."""

    def __init__(self, doctor_id: UserId | None = None) -> None:
        super().__init__(doctor_id)
        self.doctor_id = doctor_id


class AppointmentUnknown(Unknown):
    """This person has no such appointment; `is_of_others`: somebody else has."""

    def __init__(self, *, is_of_others: bool = False) -> None:
        super().__init__(is_of_others)
        self.is_of_others = is_of_others


class NotForOthers(Denied):
    """Patients book for themselves only."""


class KeyUsed(AboutInstant, Refused):
    """A request with that key has booked something else, or what it booked was changed; it is at `start`."""


class PeriodTooLong(Invalid):
    """So many days can't be asked for at once: at most `most`, the last not before the first."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class CalendarFeedUnknown(Unknown):
    """No calendar feed is at that address: there never was one, or it has ended."""


class ReasonTooLong(Invalid):
    """A reason for the visit has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class AnswerTooLong(Invalid):
    """An answer to a question before the visit has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class BadAnswer(Invalid):
    """The answer is none of the `choices` of the question."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(choices)
        self.choices = choices


class QuestionGone(Refused):
    """The question is not asked before visits of that kind any more."""


class NoteTooLong(Invalid):
    """A note to a patient has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class DayPassed(Invalid):
    """That day is over."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class DayTooFar(Invalid):
    """That day can't be booked yet; `last` is the last one that can."""

    def __init__(self, day: date, last: date) -> None:
        super().__init__(day, last)
        self.day = day
        self.last = last


class BadReminders(Invalid):
    """Reminders are `count` at the most, each `least` to `most` before."""

    def __init__(self, count: int, least: timedelta, most: timedelta) -> None:
        super().__init__(count, least, most)
        self.count = count
        self.least = least
        self.most = most


class BadFollowUp(Invalid):
    """A follow-up is a day to `most` days after today."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most
