"""What a doctor offers now: which slots, in the clinic or by video, and which are held for a patient."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.availability.availability import Schedules, check_place, wanted_kind
from services.availability.slots import fits_hours, place_of, slots_of_day
from services.availability.video_rooms import VideoRooms
from services.clock import Clock
from services.errors import KindNotOffered, PlaceNotOffered, SlotNotOffered, SlotPassed
from services.local_time import days_between
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.catalogue import ANY_VISIT, KindId, RoomId, Video, VisitDetails, VisitKind, WantedVisit
from services.models.people import UserId
from services.models.scheduling import A_DAY, PLAIN, Schedule
from services.models.slots import PlaceId, Slot
from services.storage.appointments import AppointmentStore

# The errors for what a doctor does not offer, or not any more.
NOT_OFFERED = (SlotPassed, SlotNotOffered, KindNotOffered, PlaceNotOffered)


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
        return self.schedule.catalogue.details(stored.kind_id, stored.place_id, stored.room_id)

    @property
    def has_no_room(self) -> bool:
        """Whether a room is needed, and all of them are out of order, or there are none."""
        return bool(self.kind.group) and not self._rooms

    @property
    def _rooms(self) -> tuple[RoomId, ...]:
        rooms = self.schedule.catalogue.rooms_for(self.kind, self.place)
        return tuple(room.id for room in rooms if not room.is_out(self.slot))

    def visit(self, appointment: Appointment) -> Appointment:
        """Return the appointment as it is in this slot."""
        return replace(
            appointment,
            slot=self.slot,
            kind_id=self.kind.id if self.kind.id != PLAIN else None,
            place_id=self.place,
            room_id=None,
            buffer_minutes=self.kind.buffer_minutes,
            rooms=self._rooms,
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

        A held slot may be closer than the lead time by now, or not fit the weekly hours (see `as_held`).
        Raises SlotPassed, SlotNotOffered, KindNotOffered, PlaceNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id, wanted)
        kind = wanted_kind(schedule, wanted)
        check_place(schedule, wanted)
        asked = (start, request_id)
        return await self._or_held(schedule, kind, asked, patient_id, wanted, is_bound=is_bound)

    async def each(
        self,
        doctor_id: UserId,
        asked: Sequence[tuple[datetime, AppointmentId]],
        patient_id: UserId,
        *,
        wanted: WantedVisit,
        is_bound: bool = True,
    ) -> list[BookableSlot]:
        """Return the slots that begin at several times, each as `slot_or_held` does, from one schedule."""
        schedule = await self._schedules.of_doctor(doctor_id, wanted)
        kind = wanted_kind(schedule, wanted)
        return [
            await self._or_held(schedule, kind, each, patient_id, wanted, is_bound=is_bound) for each in asked
        ]

    async def _or_held(
        self,
        schedule: Schedule,
        kind: VisitKind,
        asked: tuple[datetime, AppointmentId],
        patient_id: UserId,
        wanted: WantedVisit,
        *,
        is_bound: bool,
    ) -> BookableSlot:
        start, request_id = asked
        try:
            return self._slot(schedule, kind, start, wanted.place, is_bound=is_bound)
        except (SlotPassed, SlotNotOffered):
            held, now = await self._appointments.by_id(request_id), self._clock.now()
            if held is None or not is_held(held, at=now) or start <= now:
                raise
            if (held.patient_id, held.slot.start) != (patient_id, start):
                raise
            return self.as_held(schedule, held, wanted)

    def as_held(self, schedule: Schedule, held: Appointment, wanted: WantedVisit) -> BookableSlot:
        """Return the slot of a hold, for the kind of visit and at the place that it was made for.

        It must not lie in time off, in a closure, or outside the hours that the doctor has on that date
        alone; and nothing new is booked of a kind, at a place or in a room that is not offered any more.
        Raises SlotNotOffered, KindNotOffered.
        """
        is_named = wanted.is_booked or wanted.kind_id is not None
        if is_named and held.kind_id != wanted.kind_id:
            raise SlotNotOffered(held.slot.start)
        kind = schedule.booked_kind(held.kind_id)
        if not wanted.is_booked and held.kind_id is not None and schedule.kind(held.kind_id) is None:
            raise KindNotOffered
        slot = BookableSlot(held.slot, schedule, kind, held.place_id)
        place = schedule.catalogue.places.get(held.place_id) if held.place_id is not None else None
        is_gone = (place is not None and place.is_retired) or slot.has_no_room
        if is_gone or is_off(schedule, held.slot, self._schedules.zone, held.place_id):
            raise SlotNotOffered(held.slot.start)
        return slot

    def held_instead(
        self,
        offered: BookableSlot,
        held: Appointment | None,
        before: Appointment,
        wanted: WantedVisit,
    ) -> BookableSlot:
        """Return the slot that is held for a move, if it still can be taken, and else the offered one."""
        if held is None or (held.doctor_id, held.patient_id) != (before.doctor_id, before.patient_id):
            return offered
        if held.slot.start != offered.slot.start:
            return offered
        try:
            return self.as_held(offered.schedule, held, wanted)
        except (SlotNotOffered, KindNotOffered):
            return offered

    async def check_not_off(self, doctor_id: UserId, offered: BookableSlot) -> None:
        """Return if the doctor has no time off then (see `is_off`), as was so when the slot was looked up.

        Raises SlotNotOffered.
        """
        schedule = await self._schedules.of_doctor(doctor_id)
        slot, zone = offered.slot, self._schedules.zone
        is_changed = is_outside_date(schedule, slot, zone, offered.schedule, place=offered.place)
        if is_changed or is_off(schedule, slot, zone, offered.place):
            raise SlotNotOffered(slot.start)

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
        offered = BookableSlot(slot, schedule, kind, place_of(schedule, slot, zone, kind))
        if offered.has_no_room:
            raise SlotNotOffered(start)
        return offered

    def has_earlier(self, offered: BookableSlot) -> bool:
        """Tell whether the doctor has an earlier time for such a visit, taken or not.

        It counts only if it could still be booked, and the visit be moved there.
        """
        schedule, kind, start = offered.schedule, offered.kind, offered.slot.start
        zone, window = self._schedules.zone, self._schedules.window(schedule, kind)
        if self._clock.now() >= schedule.changes_until(offered.slot):
            return False
        days = days_between(window.start.astimezone(zone).date(), start.astimezone(zone).date())
        return any(
            window.start <= slot.start < start
            for day in days
            for slot in slots_of_day(schedule, day, zone, kind=kind)
        )

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

    def room_like(self, offered: BookableSlot, room: str | None) -> str | None:
        """Return the room of a visit that is of another kind now: the one it had where both are possible."""
        video = self._rooms.offered(offered.schedule, offered.kind)
        if video is Video.OFFERED or (video is Video.ONLY and room is not None):
            return room
        return self._rooms.for_visit(offered.schedule, None, offered.kind)

    def room(self, offered: BookableSlot, by_video: bool | None) -> str | None:
        """Return the room of a new visit, None for one in the clinic. Raises ModalityNotOffered."""
        return self._rooms.for_visit(offered.schedule, by_video, offered.kind)


def is_off(schedule: Schedule, slot: Slot, zone: ZoneInfo, place: PlaceId | None = None) -> bool:
    """Tell whether the doctor has time off in any part of the slot, or it is ruled out in another way.

    It is where the clinic is closed, or the doctor has other hours on that date. `zone` is the clinic's.
    Time off at another `place` than that of the slot does not count.
    """
    away = schedule.away_at(place)
    return any(each.overlaps(slot) for each in away) or is_outside_date(schedule, slot, zone, place=place)


def is_outside_date(
    schedule: Schedule,
    slot: Slot,
    zone: ZoneInfo,
    offered: Schedule | None = None,
    *,
    place: PlaceId | None = None,
) -> bool:
    """Tell whether the doctor has other hours on that date alone, and the slot at a place is not in them.

    `offered` is the schedule that the slot was found in: if the hours of the date, or of the night before,
    were changed or removed since, the slot must be in the hours that there are now.
    """
    day = slot.start.astimezone(zone).date()
    is_other = day in schedule.dates
    if offered is not None:
        nearby = (day - A_DAY, day) if day > date.min else (day,)
        is_other |= any(offered.dates.get(each) != schedule.dates.get(each) for each in nearby)
    return is_other and not fits_hours(schedule, slot, zone, place)


def is_held(appointment: Appointment, at: datetime | None = None) -> bool:
    """Tell whether it is only held; with `at`, whether the hold still lasts at that instant."""
    until = appointment.held_until
    is_only_held = appointment.status is AppointmentStatus.HELD
    return is_only_held and (at is None or (until is not None and until > at))
