"""A doctor's weekly hours: checking them, previewing a change, and saving it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise

from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.schedule_events import hours_changed
from services.appointments.views import AppointmentViews
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.booking_window import ALL_AHEAD, MOST_AHEAD
from services.availability.doctors import Doctors
from services.availability.slots import fits_hours
from services.clock import Clock
from services.errors import (
    BadBuffer,
    BadHorizon,
    BadLeadTime,
    BadSlotLength,
    HoursBackwards,
    HoursOverlap,
    LeadTimeTooLong,
    NotOnFiveMinutes,
    SlotTooLong,
    WeekdayBackwards,
)
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentId,
    CancellationCause,
    CancellationOrder,
)
from services.models.audit import Action
from services.models.catalogue import VisitKind
from services.models.people import Principal, Role, UserId
from services.models.scheduling import MINUTES_A_DAY, PLAIN, Hours, Schedule, Weekday, is_night
from services.models.slots import Slot
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.schedules import ScheduleStore
from services.working_hours.doctors import doctor_of

STEP_MINUTES = 5
SHORTEST_SLOT_MINUTES, LONGEST_SLOT_MINUTES = 5, 480
MAX_BUFFER_MINUTES = 120
MAX_LEAD_TIME = timedelta(days=30)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PREVIEW_DAYS = 7


@dataclass(frozen=True, slots=True)
class HoursPreview:
    """What hours would mean that are not saved yet.

    `free` are the free slots of the next clinic-local days, `outside` the upcoming booked appointments that
    would lie outside the working hours of their day, or be at another place; both earliest first. `unfit` are
    the kinds of visit that the doctor offers and that take longer than any of the hours.
    """

    free: Mapping[date, Sequence[Slot]]
    outside: Sequence[AppointmentCard]
    unfit: Sequence[VisitKind] = ()


class WorkingHours:
    """Shows and changes doctors' hours: doctors their own, admins those of the doctor whom they name."""

    def __init__(
        self,
        *,
        schedules: Schedules,
        schedule_store: ScheduleStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        doctors: Doctors,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._schedules = schedules
        self._schedule_store = schedule_store
        self._queries = queries
        self._views = views
        self._doctors = doctors
        self._on_event = on_event
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock

    async def of(self, principal: Principal, doctor_id: UserId | None = None) -> Schedule:
        """Return the doctor's hours as they are saved. Raises RoleRequired, DoctorUnknown."""
        return await self._schedules.of_doctor(await doctor_of(principal, doctor_id, self._doctors))

    async def preview(
        self, principal: Principal, schedule: Schedule, doctor_id: UserId | None = None
    ) -> HoursPreview:
        """Return what these hours would mean; the doctor's time off and dates stay as they are.

        Raises RoleRequired, DoctorUnknown, and as `checked` does.
        """
        doctor = await doctor_of(principal, doctor_id, self._doctors)
        times = await self._schedules.if_kept(doctor, checked(schedule))
        days = [times.first + n * DAY for n in range(PREVIEW_DAYS)]
        outside = await self._views.cards(await self._outside(doctor, times.schedule))
        longest = longest_stretch(times.schedule)
        unfit = [kind for kind in times.schedule.kinds if kind.id != PLAIN and kind.minutes > longest]
        return HoursPreview({day: times.slots(day) for day in days}, outside, unfit)

    async def save(
        self,
        principal: Principal,
        schedule: Schedule,
        *,
        order_id: str,
        cancel: Iterable[AppointmentId] = (),
        doctor_id: UserId | None = None,
    ) -> int:
        """Save the hours, and cancel those appointments in `cancel` that lie outside of them.

        All others stay booked. Returns how many were cancelled. Saving again with the same `order_id` changes
        nothing. A doctor whose hours an admin has changed is told.
        Raises RoleRequired, DoctorUnknown, and as `checked` does.
        """
        doctor, now = await doctor_of(principal, doctor_id, self._doctors), self._clock.now()
        schedule = checked(schedule)
        event = hours_changed(doctor, order_id, now) if doctor != principal.id else None
        await self._schedule_store.put(doctor, schedule, event)
        if event is not None:
            self._on_event()
        await self._audit.note(
            Action.HOURS_CHANGED, actor=principal.id, subject=doctor, once=f"{order_id}.hours"
        )
        shown = frozenset(cancel)
        if not shown:
            return 0
        # An appointment that was moved into the hours meanwhile stays.
        saved = await self._schedules.of_doctor(doctor)
        to_cancel = frozenset(found.id for found in await self._outside(doctor, saved)) & shown
        return await self._bulk_cancellation.order(
            CancellationOrder(
                id=order_id,
                kind=CancellationCause.HOURS,
                role=Role.DOCTOR,
                user_id=doctor,
                window=Slot(now, now + ALL_AHEAD),
                by=principal.id,
                until=self._bulk_cancellation.until(),
                only=to_cancel,
                via=principal.via,
            )
        )

    async def _outside(self, doctor_id: UserId, schedule: Schedule) -> list[Appointment]:
        now, zone = self._clock.now(), self._schedules.zone
        booked = await self._queries.booked_within(Role.DOCTOR, doctor_id, Slot(now, now + ALL_AHEAD))
        to_come = [found for found in booked if found.slot.start > now]
        return [found for found in to_come if not fits_hours(schedule, found.slot, zone, found.place_id)]


def checked(schedule: Schedule) -> Schedule:
    """Return the schedule with each day's hours in order, if it is valid.

    Raises NotOnFiveMinutes, WeekdayBackwards, HoursOverlap, BadSlotLength, BadBuffer, BadLeadTime,
    BadHorizon, LeadTimeTooLong, SlotTooLong.
    """
    weekly = {day: checked_hours(hours) for day, hours in sorted(schedule.weekly.items()) if hours}
    _check_numbers(schedule)
    for day, hours in weekly.items():
        for each in hours:
            if each.last - each.first < schedule.slot_minutes:
                raise SlotTooLong(schedule.slot_minutes, day, each)
    return replace(schedule, weekly=weekly)


def longest_stretch(schedule: Schedule) -> int:
    """Return the minutes of the longest hours of the week or of a date; 0 where there are none."""
    days = (*schedule.weekly.values(), *schedule.dates.values())
    nights = {True: MINUTES_A_DAY, False: 0}
    return max((each.last - each.first + nights[is_night(each)] for day in days for each in day), default=0)


def checked_hours(hours: Sequence[Hours]) -> tuple[Hours, ...]:
    """Return a day's hours in their order. Raises NotOnFiveMinutes, WeekdayBackwards, HoursOverlap."""
    for each in hours:
        check_steps(each)
        if each.first >= each.last:
            raise WeekdayBackwards(each)
    ordered = tuple(sorted(hours, key=lambda each: each.first))
    for one, other in pairwise(ordered):
        if other.first < one.last:
            raise HoursOverlap(one, other)
    return ordered


def check_stretch(hours: Hours) -> None:
    """Return if it begins before it ends, both at whole five minutes.

    Raises NotOnFiveMinutes, HoursBackwards.
    """
    check_steps(hours)
    if hours.first >= hours.last:
        raise HoursBackwards(hours)


def check_steps(hours: Hours) -> None:
    """Return if it begins and ends at whole five minutes. Raises NotOnFiveMinutes."""
    for at in (hours.start, hours.end):
        if at.minute % STEP_MINUTES or at != time(at.hour, at.minute):
            raise NotOnFiveMinutes(at)


def _check_numbers(schedule: Schedule) -> None:
    length, buffer, lead_time, horizon = (
        schedule.slot_minutes,
        schedule.buffer_minutes,
        schedule.lead_time,
        schedule.horizon,
    )
    if length % STEP_MINUTES or not SHORTEST_SLOT_MINUTES <= length <= LONGEST_SLOT_MINUTES:
        raise BadSlotLength(SHORTEST_SLOT_MINUTES, LONGEST_SLOT_MINUTES)
    if buffer % STEP_MINUTES or not 0 <= buffer <= MAX_BUFFER_MINUTES:
        raise BadBuffer(MAX_BUFFER_MINUTES)
    if lead_time % MINUTE or not timedelta(0) <= lead_time <= MAX_LEAD_TIME:
        raise BadLeadTime(MAX_LEAD_TIME)
    if horizon % DAY or not DAY <= horizon <= MOST_AHEAD * DAY:
        raise BadHorizon(MOST_AHEAD)
    if schedule.change_lead_time % MINUTE or not timedelta(0) <= schedule.change_lead_time <= MAX_LEAD_TIME:
        raise BadLeadTime(MAX_LEAD_TIME)
    if lead_time >= horizon:
        raise LeadTimeTooLong(lead_time, horizon)


def with_hours(schedule: Schedule, changed: Mapping[Weekday, tuple[Hours, ...]]) -> Schedule:
    """Return the schedule with other hours on some weekdays. Raises as `checked` does."""
    return checked(replace(schedule, weekly={**schedule.weekly, **changed}))
