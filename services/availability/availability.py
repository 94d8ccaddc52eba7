"""Which times are free: a doctor's weekly hours without what is taken, for one person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.access import acts_for
from services.availability.slots import by_place, free, place_of, slots_seen
from services.availability.time_bounds import ANY_TIME, TimeBounds
from services.clock import Clock
from services.concurrently import both
from services.errors import KindNotOffered, PatientUnknown, PlaceNotOffered
from services.local_time import day_bounds
from services.models.catalogue import ANY_VISIT, EMPTY, Catalogue, RoomId, VisitKind, WantedVisit
from services.models.patients import has_no_account
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Closure, Schedule
from services.models.slots import LONGEST_INTERVAL, PlaceId, Slot
from services.storage.busy_times import BusyTimes, BusyTimeStore
from services.storage.catalogue import CatalogueStore
from services.storage.closures import ClosureStore
from services.storage.patients import PatientStore
from services.storage.schedules import ScheduleStore
from services.time_zones import zone_of

A_DAY = timedelta(days=1)
# Most doctors have a free time within so many days.
NEAR = timedelta(days=6)
# So far back closures, time off and single dates count in the statistics, and are shown in doctors' days.
SHOWN_BACK = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Availability:
    """A doctor's free times from `first` to `last`, computed from one read of the database.

    Hours are in the clinic's `zone`; days are days in the zone `seen_from` of the person who looks. `busy` is
    what the doctor has, with the buffers, and `patient_busy` what the patient has; a slot must begin in
    `window` to be bookable. `moving` is the slot of an appointment that is to be moved: it counts as free for
    overlaps, but is not offered itself. The slots are for a `kind` of visit, at one `place` or anywhere
    (None), and one of the `rooms` that the kind needs is free, if it needs one (`busy_rooms` has theirs).
    They begin within the `bounds`.
    """

    schedule: Schedule
    zone: ZoneInfo
    seen_from: ZoneInfo
    busy: Sequence[Slot]
    window: Slot
    first: date
    last: date
    kind: VisitKind
    moving: Slot | None = None
    place: PlaceId | None = None
    patient_busy: Sequence[Slot] = ()
    busy_rooms: Mapping[RoomId, Sequence[Slot]] = field(default_factory=dict)
    bounds: TimeBounds = ANY_TIME

    def within(self, bounds: TimeBounds | None) -> "Availability":
        """Return those of the free times that begin within bounds, if there are any."""
        return replace(self, bounds=bounds) if bounds else self

    def at_place(self, place: PlaceId | None) -> "Availability":
        """Return those of the free times that are at a place, if one is given."""
        return replace(self, place=place) if place is not None else self

    @property
    def furthest(self) -> date:
        """The last day that can be booked, whether it was looked at or not."""
        return self.window.end.astimezone(self.seen_from).date()

    def slots(self, day: date) -> list[Slot]:
        """Return the free slots that begin on one day, earliest first."""
        if not self.first <= day <= self.last or not self.bounds.allow_day(day):
            return []
        offered = slots_seen(self.schedule, day, self.zone, self.seen_from, kind=self.kind, place=self.place)
        slots = free(offered, self.busy, self.window, self.kind.buffer)
        if self.bounds:
            slots = [slot for slot in slots if self.bounds.allow(slot.start, self.seen_from)]
        if self.patient_busy:
            slots = free(slots, self.patient_busy, self.window)
        if self.kind.group:
            slots = self._with_room(slots)
        return [slot for slot in slots if self.moving is None or slot.start != self.moving.start]

    def place_of(self, slot: Slot) -> PlaceId | None:
        """Return at which place the doctor works then."""
        return place_of(self.schedule, slot, self.zone, self.kind)

    def _with_room(self, slots: Sequence[Slot]) -> list[Slot]:
        """Return the slots in which one of the rooms is free that the kind needs."""
        starts: set[datetime] = set()
        for place, there in by_place(self.schedule, slots, self.zone, self.kind).items():
            left = there
            for room in self.schedule.catalogue.rooms_for(self.kind, place):
                in_order = [slot for slot in left if not room.is_out(slot)] if room.out else left
                found = free(in_order, self.busy_rooms.get(room.id, ()), self.window)
                starts.update(slot.start for slot in found)
                # Most are free in the first room: the others are asked for the rest alone.
                left = [slot for slot in left if slot.start not in starts]
        return [slot for slot in slots if slot.start in starts]

    def days(self, first: date, last: date) -> set[date]:
        """Return the days from `first` to `last` with a free slot."""
        return {day for day in _days(first, last) if self.slots(day)}

    def all_slots(self) -> list[Slot]:
        """Return all free slots, earliest first."""
        return [slot for day in _days(self.first, self.last) for slot in self.slots(day)]

    def soonest(self) -> Slot | None:
        """Return the earliest free slot, or None."""
        return next((slots[0] for day in _days(self.first, self.last) if (slots := self.slots(day))), None)


class Schedules:
    """Reads doctors' times. `zone` is the clinic's: days are its days, hours its wall time."""

    def __init__(
        self,
        *,
        schedules: ScheduleStore,
        closures: ClosureStore,
        catalogue: CatalogueStore,
        busy_times: BusyTimeStore,
        patients: PatientStore,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._patients = patients
        self._schedules = schedules
        self._closures = closures
        self._catalogue = catalogue
        self._busy_times = busy_times
        self._clock = clock
        self.zone = zone

    async def of_doctor(self, doctor_id: UserId, wanted: WantedVisit = ANY_VISIT) -> Schedule:
        """Return the doctor's schedule; one that was never stored is the usual working week.

        The clinic's closures are in it, and its catalogue if the schedule names anything of that, or a kind
        or a place is `wanted`. All free times come from here or from `of_doctors`.
        """
        stored, closures = await both(self._schedules.of_doctor(doctor_id), self.closures())
        schedule = stored or Schedule()
        is_named = wanted.kind_id is not None or wanted.place is not None
        named = await (self._catalogue.all() if is_named else self._named_by([schedule]))
        return replace(schedule, closures=closures, catalogue=named)

    async def of_doctors(self, ids: Sequence[UserId]) -> dict[UserId, Schedule]:
        """Return the schedules of several doctors, each as `of_doctor` does, from one read."""
        stored, closures = await both(self._schedules.of_doctors(ids), self.closures())
        catalogue = await self._named_by(stored.values())
        return {
            each: replace(stored.get(each) or Schedule(), closures=closures, catalogue=catalogue)
            for each in ids
        }

    async def _named_by(self, schedules: Iterable[Schedule]) -> Catalogue:
        """Return the catalogue if a schedule names a kind or a place; else there is nothing to read."""
        return await self._catalogue.all() if any(each.names_catalogue for each in schedules) else EMPTY

    async def catalogue(self) -> Catalogue:
        """Return the clinic's kinds of visit, its places and its rooms."""
        return await self._catalogue.all()

    async def closures(self) -> tuple[Closure, ...]:
        """Return the clinic's closures, also those of the last year, earliest first."""
        # Rounded, so that those who ask at the same time are answered together; doctors look back at days.
        return await self._closures.after(
            day_bounds(self.today() - SHOWN_BACK, self.today(), self.zone).start
        )

    def window(self, schedule: Schedule, kind: VisitKind | None = None, *, is_bound: bool = True) -> Slot:
        """Return the stretch in which a slot must begin to be bookable now: after now, to the horizon.

        A `kind` of visit may have its own. A doctor who moves a patient is not bound by the lead time
        (`is_bound` False).
        """
        now = self._clock.now()
        lead, horizon = schedule.lead_time, schedule.horizon
        if kind is not None:
            lead = kind.lead_time if kind.lead_time is not None else lead
            horizon = kind.horizon if kind.horizon is not None else horizon
        return Slot(now + max(lead if is_bound else timedelta(0), timedelta(microseconds=1)), now + horizon)

    def today(self, seen_from: ZoneInfo | None = None) -> date:
        """Return the date in a zone, the clinic's where none is given."""
        return self._clock.now().astimezone(seen_from or self.zone).date()

    async def availability(
        self,
        principal: Principal,
        doctor_id: UserId,
        day: date | None = None,
        *,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> Availability:
        """Return what this person may book with the doctor: on one day, or as far ahead as there is.

        Days are those of the zone in which the person reads times. A patient's appointments with other
        doctors count as taken. The desk and doctors give the `patient_id`, and `moving` if an appointment is
        to be moved; a doctor who moves one is not bound by the lead time. Patients give it for whom they
        look after. `wanted` says which kind of visit it is, and where.
        Raises PatientUnknown, KindNotOffered, PlaceNotOffered.
        """
        people = {Role.DOCTOR: doctor_id}
        if (patient := await self.patient(principal, patient_id)) is not None:
            people[Role.PATIENT] = patient
        is_bound = principal.role is not Role.DOCTOR or moving is None
        seen_from = zone_of(principal.user.zone, self.zone)
        return await self.times(people, day, seen_from, moving, is_bound=is_bound, wanted=wanted)

    async def soonest(
        self,
        principal: Principal,
        doctor_ids: Sequence[UserId],
        *,
        patient_id: UserId | None = None,
        bounds: TimeBounds = ANY_TIME,
    ) -> dict[UserId, Slot | None]:
        """Return the next time that this person may book with each of the doctors; None where there is none.

        One query reads the hours, one what is taken this week, and one all the rest for doctors without a
        free time this week. A patient's own appointments count as in `availability`, and only times within
        the `bounds`.
        Raises PatientUnknown.
        """
        if not doctor_ids:
            return {}
        seen_from = zone_of(principal.user.zone, self.zone)
        patient = await self.patient(principal, patient_id)
        kinds = {each: (it, it.first_kind) for each, it in (await self.of_doctors(doctor_ids)).items()}
        first, last = self.days_ahead(kinds.values(), seen_from, bounds)
        near_last = min(first + NEAR, last)
        near = await self.of_each(kinds, patient, first, near_last, seen_from)
        found = {each: times.within(bounds).soonest() for each, times in near.items()}
        left = {each: kinds[each] for each, slot in found.items() if slot is None}
        last = self.days_ahead(left.values(), seen_from, bounds)[1]
        far = await self.of_each(left, patient, near_last + A_DAY, last, seen_from)
        return found | {each: times.within(bounds).soonest() for each, times in far.items()}

    def days_ahead(
        self, kinds: Iterable[tuple[Schedule, VisitKind]], seen_from: ZoneInfo, bounds: TimeBounds
    ) -> tuple[date, date]:
        """Return the first and the last day within bounds on which any of the kinds can be booked."""
        horizon = max((self.window(*each).end for each in kinds), default=self._clock.now())
        return bounds.span(self.today(seen_from), horizon.astimezone(seen_from).date())

    async def of_each(
        self,
        kinds: Mapping[UserId, tuple[Schedule, VisitKind]],
        patient: UserId | None,
        first: date,
        last: date,
        seen_from: ZoneInfo,
    ) -> dict[UserId, Availability]:
        """Return what each doctor has free from one day to another, for a kind of visit, in one query.

        With nothing between the days, each has nothing and nothing is asked.
        """
        taken: Sequence[BusyTimes] = [BusyTimes()] * len(kinds)
        if first <= last and kinds:
            also = {Role.PATIENT: patient} if patient else {}
            groups = [({Role.DOCTOR: each, **also}, _room_ids(*kind)) for each, kind in kinds.items()]
            seen = day_bounds(first, last, seen_from)
            # An appointment that begins on the last day may end on the next.
            looked_at = Slot(seen.start, seen.end + LONGEST_INTERVAL)
            taken = await self._busy_times.of_each(groups, looked_at, self._clock.now())
        return {
            doctor_id: Availability(
                schedule,
                self.zone,
                seen_from,
                sorted(busy.doctor),
                self.window(schedule, kind),
                first,
                last,
                kind,
                patient_busy=sorted(busy.patient),
                busy_rooms=busy.rooms,
            )
            for (doctor_id, (schedule, kind)), busy in zip(kinds.items(), taken, strict=True)
        }

    async def patient(self, principal: Principal, patient_id: UserId | None) -> UserId | None:
        """Return whose other appointments count: the patient's own, or that of whom they look after.

        The id of one who was made one with another patient meanwhile leads to that one.
        Raises PatientUnknown.
        """
        is_patient = principal.role is Role.PATIENT
        if patient_id is None:
            return principal.id if is_patient else None
        if has_no_account(patient_id) and not acts_for(principal, patient_id):
            found = await self._patients.by_id(patient_id)
            patient_id = found.id if found is not None else patient_id
        if is_patient and not acts_for(principal, patient_id):
            raise PatientUnknown
        return patient_id

    async def times(
        self,
        people: Mapping[Role, UserId],
        day: date | None = None,
        seen_from: ZoneInfo | None = None,
        moving: Slot | None = None,
        *,
        is_bound: bool = True,
        wanted: WantedVisit = ANY_VISIT,
    ) -> Availability:
        """Return the doctor's availability in which none of `people` (by role, the doctor is one) is busy.

        Days are those of the zone `seen_from`, the clinic's where none is given. One query for the hours
        and one for what is taken; the slot `moving` is that of an appointment that is to be moved.
        Raises KindNotOffered, PlaceNotOffered.
        """
        schedule = await self.of_doctor(people[Role.DOCTOR], wanted)
        check_place(schedule, wanted)
        kind = wanted_kind(schedule, wanted)
        window = self.window(schedule, kind, is_bound=is_bound)
        whole = Availability(
            schedule,
            self.zone,
            seen_from or self.zone,
            (),
            window,
            day or self.today(seen_from),
            day or window.end.astimezone(seen_from or self.zone).date(),
            kind,
            moving,
            wanted.place,
        )
        return await self._with_busy(whole, people)

    async def if_kept(self, doctor_id: UserId, hours: Schedule) -> Availability:
        """Return the doctor's availability as it would be with these hours; all exceptions stay."""
        schedule = hours.with_exceptions_of(await self.of_doctor(doctor_id))
        kind = schedule.first_kind
        window, today = self.window(schedule, kind), self.today()
        last = window.end.astimezone(self.zone).date()
        whole = Availability(schedule, self.zone, self.zone, (), window, today, last, kind)
        return await self._with_busy(whole, {Role.DOCTOR: doctor_id})

    async def _with_busy(self, whole: Availability, people: Mapping[Role, UserId]) -> Availability:
        """Return the availability with what is taken by these people, and of the rooms."""
        # Nothing is bookable after the horizon, and the last date of the calendar has no day after it.
        if whole.last > whole.furthest:
            return whole
        looked_at = day_bounds(whole.first, whole.last, whole.seen_from)
        # An appointment that begins on the last day may end on the next.
        looked_at = Slot(looked_at.start, looked_at.end + LONGEST_INTERVAL)
        rooms = _room_ids(whole.schedule, whole.kind)
        found = await self._busy_times.of(people, looked_at, self._clock.now(), rooms)
        return replace(
            whole,
            busy=sorted(without(found.doctor, whole.moving)),
            patient_busy=sorted(without(found.patient, whole.moving)),
            busy_rooms=found.rooms,
        )


def wanted_kind(schedule: Schedule, wanted: WantedVisit) -> VisitKind:
    """Return the kind of visit that is wanted: the first where none is named.

    One that is booked may be moved even if it is not offered any more. Raises KindNotOffered.
    """
    if wanted.is_booked:
        return schedule.booked_kind(wanted.kind_id)
    kind = schedule.kind(wanted.kind_id)
    if kind is None:
        raise KindNotOffered
    return kind


def check_place(schedule: Schedule, wanted: WantedVisit) -> None:
    """Return if the doctor works at the place that is wanted, if one is. Raises PlaceNotOffered."""
    if wanted.place is not None and not schedule.works_at(wanted.place):
        raise PlaceNotOffered


def without(busy: Sequence[Slot], moving: Slot | None) -> list[Slot]:
    """Return `busy`, of one person, without the appointment that is moved: no other begins when it does."""
    return [slot for slot in busy if moving is None or slot.start != moving.start]


def _room_ids(schedule: Schedule, kind: VisitKind) -> list[RoomId]:
    """Return the rooms of which the kind needs one, wherever they are."""
    if not kind.group:
        return []
    return [room.id for room in schedule.catalogue.rooms.values() if room.group == kind.group]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
