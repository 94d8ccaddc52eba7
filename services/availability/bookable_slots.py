"""What a doctor offers now: which slots, in the clinic or by video, and which are held for a patient."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.availability.availability import Schedules
from services.availability.slots import fits_hours, slots_of_day
from services.availability.video_rooms import VideoRooms
from services.clock import Clock
from services.errors import SlotNotOffered, SlotPassed
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.people import UserId
from services.models.scheduling import A_DAY, Schedule, Slot, Video
from services.storage.appointments import AppointmentStore


@dataclass(frozen=True, slots=True)
class BookableSlot:
    """A doctor's slot, and the schedule it comes from."""

    slot: Slot
    schedule: Schedule


class BookableSlots:
    """Knows which slots a schedule offers. It does not know whether they are free."""

    def __init__(
        self, *, schedules: Schedules, appointments: AppointmentStore, rooms: VideoRooms, clock: Clock
    ) -> None:
        self._schedules = schedules
        self._appointments = appointments
        self._rooms = rooms
        self._clock = clock

    async def slot(self, doctor_id: UserId, start: datetime, *, is_bound: bool = True) -> BookableSlot:
        """Return the doctor's slot that begins at `start` (aware UTC).

        Without `is_bound` the lead time does not count: any slot that has not begun is returned.
        Raises SlotPassed, SlotNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id)
        return BookableSlot(self._slot(schedule, start, is_bound=is_bound), schedule)

    async def slot_or_held(
        self,
        doctor_id: UserId,
        start: datetime,
        request_id: AppointmentId,
        patient_id: UserId,
        *,
        is_bound: bool = True,
    ) -> BookableSlot:
        """Return the slot that is offered, or that is held for the patient even if it is no longer offered.

        A held slot may be closer than the lead time by now, or no longer fit the weekly hours; but not lie in
        time off, in a closure, or outside the hours that the doctor has on that date alone.
        Raises SlotPassed, SlotNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id)
        try:
            return BookableSlot(self._slot(schedule, start, is_bound=is_bound), schedule)
        except (SlotPassed, SlotNotOffered):
            held, now = await self._appointments.by_id(request_id), self._clock.now()
            if held is None or not is_held(held, at=now) or start <= now:
                raise
            if (held.doctor_id, held.patient_id, held.slot.start) != (doctor_id, patient_id, start):
                raise
            if self.is_off(schedule, held.slot):
                raise SlotNotOffered(start) from None
            return BookableSlot(held.slot, schedule)

    async def check_not_off(self, doctor_id: UserId, slot: Slot, offered: Schedule) -> None:
        """Return if the doctor has no time off then (see `is_off`); `offered` is where the slot is from.

        Raises SlotNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id)
        zone = self._schedules.zone
        if is_off(schedule, slot, zone) or is_outside_date(schedule, slot, zone, offered):
            raise SlotNotOffered(slot.start)

    def is_off(self, schedule: Schedule, slot: Slot) -> bool:
        """Tell whether the slot is ruled out by time off, a closure, or the hours of a date."""
        return is_off(schedule, slot, self._schedules.zone)

    def _slot(self, schedule: Schedule, start: datetime, *, is_bound: bool) -> Slot:
        day = start.astimezone(self._schedules.zone).date()
        offered = (s for s in slots_of_day(schedule, day, self._schedules.zone) if s.start == start)
        slot = next(offered, None)
        window = self._schedules.window(schedule, is_bound=is_bound)
        if start < window.start:
            raise SlotPassed(start)
        if slot is None or start >= window.end:
            raise SlotNotOffered(start)
        return slot

    async def schedule(self, doctor_id: UserId) -> Schedule:
        """Return the doctor's schedule."""
        return await self._schedules.of_doctor(doctor_id)

    async def video(self, doctor_id: UserId) -> Video:
        """Return whether the doctor offers video visits; without a video server nobody does."""
        if not self._rooms.server:
            return Video.OFF
        return self._rooms.offered(await self._schedules.of_doctor(doctor_id))

    def room(self, offered: BookableSlot, by_video: bool | None) -> str | None:
        """Return the room of a new visit, None for one in the clinic. Raises ModalityNotOffered."""
        return self._rooms.for_visit(offered.schedule, by_video)


def is_off(schedule: Schedule, slot: Slot, zone: ZoneInfo) -> bool:
    """Tell whether the doctor has time off in any part of the slot, or it is ruled out in another way.

    It is where the clinic is closed, or the doctor has other hours on that date. `zone` is the clinic's.
    """
    return any(away.overlaps(slot) for away in schedule.away) or is_outside_date(schedule, slot, zone)


def is_outside_date(schedule: Schedule, slot: Slot, zone: ZoneInfo, offered: Schedule | None = None) -> bool:
    """Tell whether the doctor has other hours on that date alone, and the slot is not in them.

    `offered` is the schedule that the slot was found in: if the hours of the date, or of the night before,
    were changed or removed since, the slot must be in the hours that there are now.
    """
    day = slot.start.astimezone(zone).date()
    is_other = day in schedule.dates
    if offered is not None:
        nearby = (day - A_DAY, day) if day > date.min else (day,)
        is_other |= any(offered.dates.get(each) != schedule.dates.get(each) for each in nearby)
    return is_other and not fits_hours(schedule, slot, zone)


def is_held(appointment: Appointment, at: datetime | None = None) -> bool:
    """Tell whether it is only held; with `at`, whether the hold still lasts at that instant."""
    until = appointment.held_until
    is_only_held = appointment.status is AppointmentStatus.HELD
    return is_only_held and (at is None or (until is not None and until > at))
