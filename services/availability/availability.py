"""Which times are free: a doctor's weekly hours without what is taken, for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from services.access import acts_for
from services.availability.slots import free, slots_seen
from services.clock import Clock
from services.concurrently import both
from services.errors import PatientUnknown
from services.local_time import day_bounds
from services.models.patients import has_no_account
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Closure, Schedule, Slot
from services.models.ticks import LONGEST_INTERVAL
from services.storage.busy_times import BusyTimeStore
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
    what is taken; a slot must begin in `window` to be bookable. `moving` is the slot of an appointment that
    is to be moved: it counts as free for overlaps, but is not offered itself.
    """

    schedule: Schedule
    zone: ZoneInfo
    seen_from: ZoneInfo
    busy: Sequence[Slot]
    window: Slot
    first: date
    last: date
    moving: Slot | None = None

    @property
    def furthest(self) -> date:
        """The last day that can be booked, whether it was looked at or not."""
        return self.window.end.astimezone(self.seen_from).date()

    def slots(self, day: date) -> list[Slot]:
        """Return the free slots that begin on one day, earliest first."""
        if not self.first <= day <= self.last:
            return []
        slots = free(slots_seen(self.schedule, day, self.zone, self.seen_from), self.busy, self.window)
        return [slot for slot in slots if self.moving is None or slot.start != self.moving.start]

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
        busy_times: BusyTimeStore,
        patients: PatientStore,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._patients = patients
        self._schedules = schedules
        self._closures = closures
        self._busy_times = busy_times
        self._clock = clock
        self.zone = zone

    async def of_doctor(self, doctor_id: UserId) -> Schedule:
        """Return the doctor's schedule; one that was never stored is the usual working week.

        The clinic's closures are in it. All free times come from here or from `_of_doctors`.
        """
        stored, closures = await both(self._schedules.of_doctor(doctor_id), self.closures())
        return replace(stored or Schedule(), closures=closures)

    async def _of_doctors(self, ids: Sequence[UserId]) -> dict[UserId, Schedule]:
        stored, closures = await both(self._schedules.of_doctors(ids), self.closures())
        return {each: replace(stored.get(each) or Schedule(), closures=closures) for each in ids}

    async def closures(self) -> tuple[Closure, ...]:
        """Return the clinic's closures, also those of the last year, earliest first."""
        # Rounded, so that those who ask at the same time are answered together; doctors look back at days.
        return await self._closures.after(
            day_bounds(self.today() - SHOWN_BACK, self.today(), self.zone).start
        )

    def window(self, schedule: Schedule, *, is_bound: bool = True) -> Slot:
        """Return the stretch in which a slot must begin to be bookable now: after now, to the horizon.

        A doctor who moves a patient is not bound by the lead time (`is_bound` False).
        """
        now = self._clock.now()
        lead_time = max(schedule.lead_time if is_bound else timedelta(0), timedelta(microseconds=1))
        return Slot(now + lead_time, now + schedule.horizon)

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
    ) -> Availability:
        """Return what this person may book with the doctor: on one day, or as far ahead as there is.

        Days are those of the zone in which the person reads times. A patient's appointments with other
        doctors count as taken. The desk and doctors give the `patient_id`, and `moving` if an appointment is
        to be moved; a doctor who moves one is not bound by the lead time. Patients give it for whom they
        look after. Raises PatientUnknown.
        """
        people = {Role.DOCTOR: doctor_id}
        if (patient := await self._patient(principal, patient_id)) is not None:
            people[Role.PATIENT] = patient
        is_bound = principal.role is not Role.DOCTOR or moving is None
        seen_from = zone_of(principal.user.zone, self.zone)
        return await self.times(people, day, seen_from, moving, is_bound=is_bound)

    async def soonest(
        self, principal: Principal, doctor_ids: Sequence[UserId], *, patient_id: UserId | None = None
    ) -> dict[UserId, Slot | None]:
        """Return the next time that this person may book with each of the doctors; None where there is none.

        One query reads the hours, one what is taken this week, and one all the rest for doctors without a
        free time this week. A patient's own appointments count as in `availability`.
        Raises PatientUnknown.
        """
        if not doctor_ids:
            return {}
        seen_from = zone_of(principal.user.zone, self.zone)
        patient = await self._patient(principal, patient_id)
        schedules = await self._of_doctors(doctor_ids)
        first = self.today(seen_from)
        near = await self._soonest(schedules, patient, first, first + NEAR, seen_from)
        left = {doctor_id: schedules[doctor_id] for doctor_id, slot in near.items() if slot is None}
        horizon = max((self.window(each).end for each in left.values()), default=self._clock.now())
        last = horizon.astimezone(seen_from).date()
        return near | await self._soonest(left, patient, first + NEAR + A_DAY, last, seen_from)

    async def _soonest(
        self,
        schedules: Mapping[UserId, Schedule],
        patient: UserId | None,
        first: date,
        last: date,
        seen_from: ZoneInfo,
    ) -> dict[UserId, Slot | None]:
        """Return each doctor's first free slot from one day to another."""
        if last < first or not schedules:
            return dict.fromkeys(schedules)
        seen = day_bounds(first, last, seen_from)
        also = {Role.PATIENT: patient} if patient else {}
        groups = [{Role.DOCTOR: doctor_id, **also} for doctor_id in schedules]
        # An appointment that begins on the last day may end on the next.
        looked_at = Slot(seen.start, seen.end + LONGEST_INTERVAL)
        taken = await self._busy_times.of_each(groups, looked_at, self._clock.now())
        return {
            doctor_id: Availability(
                schedule, self.zone, seen_from, sorted(busy), self.window(schedule), first, last
            ).soonest()
            for (doctor_id, schedule), busy in zip(schedules.items(), taken, strict=True)
        }

    async def _patient(self, principal: Principal, patient_id: UserId | None) -> UserId | None:
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
    ) -> Availability:
        """Return the doctor's availability in which none of `people` (by role, the doctor is one) is busy.

        Days are those of the zone `seen_from`, the clinic's where none is given. One query for the hours
        and one for what is taken; the slot `moving` is that of an appointment that is to be moved.
        """
        schedule = await self.of_doctor(people[Role.DOCTOR])
        window = self.window(schedule, is_bound=is_bound)
        return await self._times(schedule, window, people, day, seen_from or self.zone, moving=moving)

    async def if_kept(self, doctor_id: UserId, hours: Schedule) -> Availability:
        """Return the doctor's availability as it would be with these hours; all exceptions stay."""
        schedule = hours.with_exceptions_of(await self.of_doctor(doctor_id))
        return await self._times(schedule, self.window(schedule), {Role.DOCTOR: doctor_id}, None, self.zone)

    async def _times(
        self,
        schedule: Schedule,
        window: Slot,
        people: Mapping[Role, UserId],
        day: date | None,
        seen_from: ZoneInfo,
        *,
        moving: Slot | None = None,
    ) -> Availability:
        first = day or self.today(seen_from)
        furthest = window.end.astimezone(seen_from).date()
        last = day or furthest
        # Nothing is bookable after the horizon, and the last date of the calendar has no day after it.
        busy: list[Slot] = []
        if last <= furthest:
            looked_at = day_bounds(first, last, seen_from)
            # An appointment that begins on the last day may end on the next.
            looked_at = Slot(looked_at.start, looked_at.end + LONGEST_INTERVAL)
            found = await self._busy_times.of(people, looked_at, self._clock.now())
            busy = without(found, moving)
        taken = sorted(busy, key=attrgetter("start"))
        return Availability(schedule, self.zone, seen_from, taken, window, first, last, moving)


def without(busy: Sequence[Slot], moving: Slot | None) -> list[Slot]:
    """Return `busy` without the slot of the appointment that is moved: nothing else can be in that slot."""
    return [slot for slot in busy if slot != moving]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
