"""Rooms for video visits: addresses on a video server that nobody can guess."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.errors import ModalityNotOffered
from services.models.appointments import Appointment, AppointmentStatus
from services.models.catalogue import Video, VisitKind
from services.models.scheduling import Schedule

# 160 bits in hexadecimal digits: servers like Jitsi do not distinguish small and capital letters.
ROOM_BYTES = 20
# Both may enter so long before the start.
OPENS_BEFORE = timedelta(minutes=10)
WITH_ROOM = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW})


@dataclass(frozen=True, slots=True)
class VideoRooms:
    """Makes rooms on a video `server` (its address); None: there are no video visits."""

    server: str | None
    clinic_name: str

    def offered(self, schedule: Schedule, kind: VisitKind) -> Video:
        """Return how a doctor with this schedule can be seen for that kind of visit."""
        if not self.server:
            return Video.OFF
        # “Either” is as the doctor says: not every doctor who offers the kind does so by video.
        return kind.video if kind.video in {Video.OFF, Video.ONLY} else schedule.video

    def for_visit(self, schedule: Schedule, by_video: bool | None, kind: VisitKind) -> str | None:
        """Return the address of a new room; None for a visit in the clinic.

        `by_video` None leaves it to the doctor: by video only if the doctor offers nothing else.
        Raises ModalityNotOffered.
        """
        offered = self.offered(schedule, kind)
        wanted = offered is Video.ONLY if by_video is None else by_video
        if offered is not Video.OFFERED and wanted is not (offered is Video.ONLY):
            raise ModalityNotOffered(offered)
        return self._new() if wanted else None

    def _new(self) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", self.clinic_name.casefold()).strip("-") or "visit"
        return f"{self.server}/{name}-{secrets.token_hex(ROOM_BYTES)}"


def open_room(appointment: Appointment, now: datetime) -> str | None:
    """Return the address of the appointment's room while it is open: from ten minutes before to the end.

    If the doctor is late, it ends later; who is called in finds it open.
    """
    opens_at = appointment.slot.start - OPENS_BEFORE
    slot, late = appointment.slot, timedelta(0)
    if appointment.told_late is not None:
        late = timedelta(minutes=appointment.told_late.minutes)
    if appointment.called_at is not None:
        late = max(late, appointment.called_at - slot.start)
        opens_at = min(opens_at, appointment.called_at)
    is_open = opens_at <= now < slot.end + late and appointment.status in WITH_ROOM
    return appointment.room or None if is_open else None
