"""What a doctor offers now: which slots, in the clinic or by video, and which are held for a patient."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.availability.availability import Schedules, check_place, wanted_kind
from services.availability.slots import fits_hours, place_of, slots_of_day
from services.availability.video_rooms import VideoRooms
from services.clock import Clock
from services.errors import SlotNotOffered, SlotPassed
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.catalogue import ANY_VISIT, KindId, Video, VisitDetails, VisitKind, WantedVisit
from services.models.people import UserId
from services.models.scheduling import A_DAY, PLAIN, Schedule
from services.models.slots import PlaceId, Slot
from services.storage.appointments import AppointmentStore


@dataclass(frozen=True, slots=True)
class BookableSlot:
    """A doctor's slot for a kind of visit, where it is, and the schedule it comes from."""

    slot: Slot
    schedule: Schedule
    kind: VisitKind
    place: PlaceId | None = None

    @property
    def details(self) -> VisitDetails:
        """What a visit in this slot is besides its time; its room is not chosen yet."""
        kind, places = self.kind if self.kind.id != PLAIN else None, self.schedule.catalogue.places
        return VisitDetails(kind, places.get(self.place) if self.place is not None else None)

    def details_of(self, stored: Appointment) -> VisitDetails:
        """Return what a visit that is stored is besides its time."""
        room = self.schedule.catalogue.rooms.get(stored.room_id) if stored.room_id is not None else None
        return replace(self.details, room=room)

    def visit(self, appointment: Appointment, slot: Slot | None = None) -> Appointment:
        """Return the appointment as it is in this slot, or in another of the same length and place."""
        rooms = self.schedule.catalogue.rooms_for(self.kind, self.place)
        slot = slot or self.slot
        return replace(
            appointment,
            slot=slot,
            kind_id=self.kind.id if self.kind.id != PLAIN else None,
            place_id=self.place,
            room_id=None,
            buffer_minutes=self.kind.buffer_minutes,
            rooms=tuple(room.id for room in rooms if not room.is_out(slot)),
        )


class BookableSlots:
    """Knows which slots a schedule offers. It does not know whether they are free."""

    def __init__(
        self, *, schedules: Schedules, appointments: AppointmentStore, rooms: VideoRooms, clock: Clock
    ) -> None:
        self._schedules = schedules
        self._appointments = appointments
        self._rooms = rooms
        self._clock = clock

    @property
    def has_video(self) -> bool:
        """Whether there can be visits by video."""
        return bool(self._rooms.server)

    async def slot(
        self,
        doctor_id: UserId,
        start: datetime,
        *,
        is_bound: bool = True,
        wanted: WantedVisit = ANY_VISIT,
    ) -> BookableSlot:
        """Return the doctor's slot that begins at `start` (aware UTC), for the kind of visit that is wanted.

        Without `is_bound` the lead time does not count: any slot that has not begun is returned.
        Raises SlotPassed, SlotNotOffered, KindNotOffered, PlaceNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id, wanted)
        check_place(schedule, wanted)
        return self._slot(schedule, wanted_kind(schedule, wanted), start, wanted.place, is_bound=is_bound)

    async def slot_or_held(
        self,
        doctor_id: UserId,
        start: datetime,
        request_id: AppointmentId,
        patient_id: UserId,
        *,
        is_bound: bool = True,
        wanted: WantedVisit = ANY_VISIT,
    ) -> BookableSlot:
        """Return the slot that is offered, or that is held for the patient even if it is no longer offered.

        A held slot may be closer than the lead time by now, or no longer fit the weekly hours; but not lie in
        time off, in a closure, or outside the hours that the doctor has on that date alone.
        Raises SlotPassed, SlotNotOffered, KindNotOffered, PlaceNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id, wanted)
        kind = wanted_kind(schedule, wanted)
        check_place(schedule, wanted)
        try:
            return self._slot(schedule, kind, start, wanted.place, is_bound=is_bound)
        except (SlotPassed, SlotNotOffered):
            held, now = await self._appointments.by_id(request_id), self._clock.now()
            if held is None or not is_held(held, at=now) or start <= now:
                raise
            if (held.doctor_id, held.patient_id, held.slot.start) != (doctor_id, patient_id, start):
                raise
            if self.is_off(schedule, held.slot):
                raise SlotNotOffered(start) from None
            return BookableSlot(held.slot, schedule, kind, held.place_id)

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

    def _slot(
        self,
        schedule: Schedule,
        kind: VisitKind,
        start: datetime,
        place: PlaceId | None,
        *,
        is_bound: bool,
    ) -> BookableSlot:
        zone = self._schedules.zone
        of_day = slots_of_day(schedule, start.astimezone(zone).date(), zone, kind=kind, place=place)
        slot = next((each for each in of_day if each.start == start), None)
        window = self._schedules.window(schedule, kind, is_bound=is_bound)
        if start < window.start:
            raise SlotPassed(start)
        if slot is None or start >= window.end:
            raise SlotNotOffered(start)
        there = place_of(schedule, slot, zone)
        rooms = schedule.catalogue.rooms_for(kind, there)
        if kind.group and all(room.is_out(slot) for room in rooms):
            raise SlotNotOffered(start)
        return BookableSlot(slot, schedule, kind, there)

    async def schedule(self, doctor_id: UserId) -> Schedule:
        """Return the doctor's schedule."""
        return await self._schedules.of_doctor(doctor_id)

    async def video(self, doctor_id: UserId, kind_id: KindId | None = None) -> Video:
        """Return whether the doctor offers that kind by video; without a video server nobody does.

        Raises KindNotOffered.
        """
        if not self._rooms.server:
            return Video.OFF
        wanted = WantedVisit(kind_id)
        schedule = await self._schedules.of_doctor(doctor_id, wanted)
        return self._rooms.offered(schedule, wanted_kind(schedule, wanted))

    def video_of(self, schedule: Schedule, kind: VisitKind) -> Video:
        """Return whether a doctor with that schedule offers the kind by video."""
        return self._rooms.offered(schedule, kind)

    def room(self, offered: BookableSlot, by_video: bool | None) -> str | None:
        """Return the room of a new visit, None for one in the clinic. Raises ModalityNotOffered."""
        return self._rooms.for_visit(offered.schedule, by_video, offered.kind)


def is_off(schedule: Schedule, slot: Slot, zone: ZoneInfo) -> bool:
    """Tell whether the doctor has time off in any part of the slot, or it is ruled out in another way.

    It is where the clinic is closed, or the doctor has other hours on that date. `zone` is the clinic's.
    """
    away = schedule.away_at(place_of(schedule, slot, zone))
    return any(each.overlaps(slot) for each in away) or is_outside_date(schedule, slot, zone)


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
