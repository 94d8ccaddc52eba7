"""The limits of a patient by name, what they count, and those that admins have set. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import User, UserId
from services.models.series import SeriesId

# More than anybody means.
MOST_OF_A_LIMIT = 1000


class LimitName(StrEnum):
    """The limits; the values are the fields of BookingLimits, and are stored, so they never change."""

    OPEN_APPOINTMENTS = "open_appointments"
    A_DAY = "a_day"
    CHANGES = "changes"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A limit that an admin has set; `value` None: there is no limit. `by` None: their account is deleted."""

    value: int | None
    by: UserId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """A limit as it is now, and as the environment has it (`usual`); None is no limit.

    `set_at` is when an admin has set it, None if that was not done; `set_by` is who, if they are still here.
    """

    name: LimitName
    value: int | None
    usual: int | None
    set_at: datetime | None = None
    set_by: User | None = None


class HeldFor(StrEnum):
    """What a held time is held for; the values are stored, so they never change."""

    BOOKING = "booking"
    MOVING = "moving"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Engagement:
    """An appointment of a patient's, or a time that is held for them.

    `changed_at` are the instants at which the patient booked, moved or cancelled it themselves. The visits of
    a series are one appointment, and one hold.
    """

    id: AppointmentId
    doctor_id: UserId
    start: datetime
    status: AppointmentStatus
    held_for: HeldFor | None = None
    held_until: datetime | None = None
    changed_at: tuple[datetime, ...] = ()
    series_id: SeriesId | None = None

    @property
    def counted_as(self) -> str:
        """What it is one of, where appointments are counted."""
        return self.series_id or self.id

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is booked and still to come."""
        return self.status is AppointmentStatus.BOOKED and self.start > now

    def is_held(self, now: datetime, *purposes: HeldFor) -> bool:
        """Tell whether it is held for one of these purposes now."""
        is_held = self.status is AppointmentStatus.HELD and self.held_for in purposes
        # One without an end is of a series that is being booked.
        return is_held and (self.held_until is None or self.held_until > now)
