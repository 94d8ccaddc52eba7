"""What the limits of a patient count: upcoming appointments, holds, and recent changes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import UserId
from services.models.series import SeriesId


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
