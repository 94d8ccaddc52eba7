"""What a booking asked for, to be compared with what is stored under its request id."""

from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import Appointment, AppointmentStatus
from services.models.catalogue import KindId
from services.models.people import UserId


@dataclass(frozen=True, slots=True)
class Requested:
    """What a request asked for. `by_video` and `kind_id` None: that was left to the doctor."""

    doctor_id: UserId
    patient_id: UserId
    start: datetime
    reason: str | None
    by_video: bool | None
    kind_id: KindId | None

    def is_booked_as(self, found: Appointment) -> bool:
        """Tell whether it is booked as it was asked for."""
        wanted = (self.doctor_id, self.patient_id, self.start, self.reason)
        is_same = (found.doctor_id, found.patient_id, found.slot.start, found.reason) == wanted
        is_so = self.by_video in {None, found.by_video} and self.kind_id in {None, found.kind_id}
        return found.status is AppointmentStatus.BOOKED and is_same and is_so
