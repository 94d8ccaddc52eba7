"""Appointments, and the orders to cancel many of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.models.catalogue import (
    NO_DETAILS,
    KindId,
    Question,
    RoomId,
    RoomOutage,
    VisitDetails,
    VisitKind,
)
from services.models.patients import Patient
from services.models.people import Author, Role, User, UserId, Via
from services.models.scheduling import Closure, DateHours
from services.models.series import SeriesId, SeriesPart
from services.models.slots import PlaceId, Slot, TimeOff

AppointmentId = NewType("AppointmentId", str)


class AppointmentStatus(StrEnum):
    """FHIR R4 AppointmentStatus, as far as the clinic needs it, and `held` for a time being confirmed."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"


@dataclass(frozen=True, slots=True)
class ToldLateness:
    """How many minutes late the doctor is, as the patient was told last; `number` is that of the Lateness."""

    minutes: int
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the patient has answered to a question before the visit; `question` is its text as it was then."""

    question_id: str
    question: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A patient's time with a doctor (FHIR R4 Appointment); `version` rises with each change.

    `note` is the message of whoever cancelled it. A hold takes time until `held_until`, and nobody is told of
    it. `remind_at` is when the patient is to be reminded, `confirmed_at` when they confirmed that they will
    come. `room` is the address of a video visit; "" if this person may not know it. `arrived_at` is when they
    came to the clinic (FHIR's status `arrived`), `called_at` when the doctor called them in, `told_late` what
    they were told of the doctor's lateness. A move clears these three.

    `kind_id`, `place_id` and `room_id` say which kind of visit it is, where, and in which room; None where
    the clinic has no such things. The doctor is free again `buffer_minutes` after its end. It may be one of a
    series (`series_id`; `series` says which). `answers` are those to the questions before the visit. `rooms`
    are not stored: a new time gets one of them.
    """

    id: AppointmentId
    doctor_id: UserId
    patient_id: UserId
    slot: Slot
    status: AppointmentStatus
    reason: str | None = None
    version: int = 0
    note: str | None = None
    held_until: datetime | None = None
    remind_at: tuple[datetime, ...] = ()
    confirmed_at: datetime | None = None
    room: str | None = None
    arrived_at: datetime | None = None
    called_at: datetime | None = None
    told_late: ToldLateness | None = None
    kind_id: KindId | None = None
    place_id: PlaceId | None = None
    room_id: RoomId | None = None
    buffer_minutes: int = 0
    series_id: SeriesId | None = None
    series: SeriesPart | None = None
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    rooms: tuple[RoomId, ...] = field(default=(), compare=False)

    @property
    def is_waiting(self) -> bool:
        """Whether the patient is there and was not called in yet."""
        is_there = self.status is AppointmentStatus.BOOKED and self.arrived_at is not None
        return is_there and self.called_at is None

    @property
    def by_video(self) -> bool:
        """Whether the two see each other by video."""
        return self.room is not None


def is_like(one: Appointment, other: Appointment) -> bool:
    """Tell whether two are of the same kind, at the same time and place."""
    return (one.slot, one.kind_id, one.place_id) == (other.slot, other.kind_id, other.place_id)


def first_in(room_id: RoomId | None, wanted: Appointment) -> Appointment:
    """Return the appointment such that this one of its rooms is tried first."""
    return replace(wanted, rooms=tuple(sorted(wanted.rooms, key=lambda room: room != room_id)))


def open_questions(kind: VisitKind | None, answers: Sequence[Answer]) -> tuple[Question, ...]:
    """Return the questions before a visit of that kind that are not answered yet."""
    answered = {answer.question_id for answer in answers}
    return tuple(each for each in (kind.questions if kind else ()) if each.id not in answered)


class CancellationCause(StrEnum):
    """Why many appointments are cancelled at once. The values are stored, so they never change."""

    TIME_OFF = "time_off"
    HOURS = "hours"
    BLOCKED = "blocked"
    ACCOUNT_DELETED = "forgotten"
    CLOSURE = "closure"
    ROOM_OUT = "room_out"


@dataclass(frozen=True, slots=True)
class CancellationOrder:
    """An order to cancel a person's booked appointments that overlap a window, or `only` some of them.

    `role` is the person's part in them, `by` who gave the order. With `time_off` the doctor also gets that
    time off. The order is valid until `until`, so that a booking that was under way is cancelled, too.
    `via` is from where it was given, if that is known.

    With `date_hours` the doctor gets these, and what fits the doctor's hours by then is not cancelled. What
    they leave out is `outside`: nothing else is cancelled, even if other hours are saved since. Orders of
    earlier versions do not have it.
    With the role of an admin the order is about everybody's: with `closure` the clinic is closed then, with
    `room_out` a room is out of order: what is booked in it moves to another one, or else is cancelled.
    """

    id: str
    kind: CancellationCause
    role: Role
    user_id: UserId
    window: Slot
    by: UserId
    until: datetime
    only: frozenset[AppointmentId] | None = None
    time_off: TimeOff | None = None
    note: str | None = None
    via: Via | None = None
    date_hours: DateHours | None = None
    closure: Closure | None = None
    outside: tuple[Slot, ...] | None = None
    room_out: RoomOutage | None = None

    @property
    def author(self) -> Author:
        """The author of what the order cancels."""
        return Author(self.by, self.via)

    @property
    def is_by_another(self) -> bool:
        """Whether somebody else has given it for the doctor, who is told then."""
        return self.role is Role.DOCTOR and self.by != self.user_id


class ChangeKind(StrEnum):
    """What was done to an appointment."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"


@dataclass(frozen=True, slots=True)
class AppointmentChange:
    """That somebody has booked or changed an appointment, from its history."""

    kind: ChangeKind
    at: datetime
    author: Author


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free time that is proposed in place of a cancelled one, or for a follow-up."""

    doctor: "User"
    slot: Slot


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment with the people in it.

    `otherwise` says that the same request had stored something else before than is asked for now: another
    time or reason, or it was cancelled since. `event` is the Event about what was just done;
    it is typed `object`, so that this module need not import notifications.py. `details` say which kind of
    visit it is, and where. `has_earlier`: it was just booked, and the doctor has earlier times, which may
    open.
    """

    appointment: Appointment
    doctor: User
    patient: Patient
    otherwise: bool = field(default=False, compare=False)
    event: object = field(default=None, compare=False)
    details: VisitDetails = NO_DETAILS
    has_earlier: bool = field(default=False, compare=False)


class Period(StrEnum):
    """Which appointments: upcoming, past (they have begun), or upcoming and cancelled."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"


class ReportPeriod(StrEnum):
    """Which days are exported, counted from today."""

    LAST_30_DAYS = "last30"
    LAST_90_DAYS = "last90"
    THIS_YEAR = "year"
    NEXT_30_DAYS = "next30"
    EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class BookingLimits:
    """The most that one patient may have; None is no limit.

    `open_appointments` are booked and upcoming; at most `a_day` are with one doctor on one day of the clinic.
    `changes` are bookings, moves and cancellations in an hour, `holds` the times held at once.
    """

    open_appointments: int | None = 5
    a_day: int | None = 1
    changes: int | None = 10
    holds: int | None = 2


USUAL_LIMITS = BookingLimits()
NO_LIMITS = BookingLimits(None, None, None, None)
