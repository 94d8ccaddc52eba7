"""Appointments, and the orders to cancel many of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.models.people import Role, User, UserId
from services.models.scheduling import Slot, TimeOff

AppointmentId = NewType("AppointmentId", str)


class AppointmentStatus(StrEnum):
    """FHIR R4 AppointmentStatus, as far as the clinic needs it, and `held` for a time being confirmed."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A patient's time with a doctor (FHIR R4 Appointment); `version` rises with each change.

    `note` is what whoever cancelled it had to say. One that is held takes time until `held_until`, and
    is nobody's news. `remind_at` is when the patient is to be reminded, `confirmed_at` when they said again
    that they come. `room` is the address of a video visit, "" where that is not for whoever looks.
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

    @property
    def by_video(self) -> bool:
        """Whether the two see each other by video."""
        return self.room is not None


class CancellationCause(StrEnum):
    """Why somebody's appointments are cancelled in one go; the values are stored, so they never change."""

    TIME_OFF = "time_off"
    HOURS = "hours"
    BLOCKED = "blocked"
    ACCOUNT_DELETED = "forgotten"


@dataclass(frozen=True, slots=True)
class CancellationOrder:
    """An order, by somebody, to cancel a person's booked appointments that touch a window; or `only` some.

    `role` is the person's part in them. With `time_off` the doctor does not work then any more, either.
    The order stands until the instant `until`, so that a booking that was on its way is met, too.
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


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free time in the place of one that was cancelled."""

    doctor: "User"
    slot: Slot


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment with the people in it, as one who may see it sees it.

    Of a booking `otherwise` says that it was stored before, by the same request, and is not what was asked
    for now: another time or reason, or cancelled since. `news` is the event (notifications.py, which knows
    these words, and not they it) that is told of what was just done.
    """

    appointment: Appointment
    doctor: User
    patient: User
    otherwise: bool = field(default=False, compare=False)
    news: object = field(default=None, compare=False)


class Period(StrEnum):
    """Which appointments: those to come, those that were to come and are cancelled, or what has begun."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"


class ReportPeriod(StrEnum):
    """What of the appointments is exported, counted from today."""

    LAST_30_DAYS = "last30"
    LAST_90_DAYS = "last90"
    THIS_YEAR = "year"
    NEXT_30_DAYS = "next30"
    EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class BookingLimits:
    """The most that one patient may have; None is no limit.

    `open_appointments` are booked and to come, `a_day` of them with one doctor on one day of the clinic's;
    `changes` are bookings, moves and cancellations within an hour, `holds` times held at once.
    """

    open_appointments: int | None = 5
    a_day: int | None = 1
    changes: int | None = 10
    holds: int | None = 2


USUAL_LIMITS = BookingLimits()
NO_LIMITS = BookingLimits(None, None, None, None)
