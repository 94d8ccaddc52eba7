"""Cancelling and moving several visits of a series: each is one change with one news, whole or not at all.

A change is stored in the series' document before anything is done. One write decides it, with the event about
it; afterwards each visit is changed, again and again after a crash until all are. To be moved, the visits
take their new times first, beside the old ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.appointments.changes import Appointments
from services.appointments.fields import read_note
from services.appointments.limits import Limits
from services.appointments.patient_busy import busy_named
from services.appointments.reminder_times import reminder_times
from services.appointments.views import AppointmentViews
from services.appointments.visibility import as_seen
from services.audit import Audit
from services.availability.bookable_slots import BookableSlot, BookableSlots
from services.availability.doctors import Doctors
from services.clock import Clock
from services.errors import (
    AppointmentChanged,
    AppointmentOver,
    AppointmentUnknown,
    SameTime,
    SeriesIncomplete,
    SlotNotOffered,
    SlotPassed,
)
from services.ids import new_id
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.booked_series import Series, SeriesChange, SeriesMove
from services.models.catalogue import VisitDetails, WantedVisit
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role
from services.models.series import SeriesScope
from services.patients.finding import Patients
from services.recurrence import as_utc
from services.series.events import series_event
from services.series.finishing import SeriesFinishing
from services.series.planning import GONE
from services.storage.appointments import AppointmentStore
from services.storage.series import SeriesStore
from services.storage.series_visits import SeriesVisitStore

# So often a change is tried that another one of the same series comes before.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class PartOfSeries:
    """Some visits of a series, by the card of the one at which they were asked for."""

    series: Series
    card: AppointmentCard
    visits: tuple[Appointment, ...]
    is_whole: bool


class SeriesChanges:
    """Changes several visits of a series, whose rule is in the clinic's `zone`."""

    def __init__(
        self,
        *,
        series: SeriesStore,
        visits: SeriesVisitStore,
        finishing: SeriesFinishing,
        appointments: Appointments,
        appointment_store: AppointmentStore,
        bookable_slots: BookableSlots,
        views: AppointmentViews,
        doctors: Doctors,
        patients: Patients,
        limits: Limits,
        audit: Audit,
        clock: Clock,
        zone: ZoneInfo,
        on_event: Callable[[], None],
    ) -> None:
        self._series = series
        self._visits = visits
        self._finishing = finishing
        self._appointments = appointments
        self._appointment_store = appointment_store
        self._bookable_slots = bookable_slots
        self._views = views
        self._doctors = doctors
        self._patients = patients
        self._limits = limits
        self._audit = audit
        self._clock = clock
        self._zone = zone
        self._on_event = on_event

    async def part(
        self, principal: Principal, appointment_id: AppointmentId, scope: SeriesScope
    ) -> PartOfSeries:
        """Return the visits that are meant, earliest first: those that are booked and to come.

        Raises AppointmentUnknown, AlreadyCancelled, AppointmentOver.
        """
        card = await self._views.whole(principal, appointment_id)
        asked = card.appointment
        series = await self._series.by_id(asked.series_id) if asked.series_id is not None else None
        if series is None or asked.series is None:
            raise AppointmentUnknown
        self._appointments.check_to_come(asked)
        all_visits = await self._visits.of(series.id)
        now, status = self._clock.now(), AppointmentStatus.BOOKED
        to_come = [v for v in all_visits if v.status is status and v.slot.start > now]
        visits = tuple(v for v in to_come if _is_meant(v, asked, scope))
        others = [v for v in all_visits if v.id not in {each.id for each in visits}]
        is_whole = all(v.status is AppointmentStatus.CANCELLED for v in others)
        return PartOfSeries(series, card, visits, is_whole)

    async def whole(self, principal: Principal, appointment_id: AppointmentId) -> PartOfSeries:
        """Return all visits of the series, past and cancelled ones, too. Raises AppointmentUnknown."""
        card = await self._views.get(principal, appointment_id)
        series_id = card.appointment.series_id
        series = await self._series.by_id(series_id) if series_id is not None else None
        if series is None:
            raise AppointmentUnknown
        visits = tuple(v for v in await self._visits.of(series.id) if v.status is not AppointmentStatus.HELD)
        return PartOfSeries(series, card, visits, is_whole=True)

    async def cancel(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        scope: SeriesScope,
        *,
        was: datetime,
        note: str | None = None,
    ) -> tuple[AppointmentCard, int]:
        """Cancel these visits; return the card of the first with the event about them, and how many.

        `was` is the start of the appointment that the person saw.
        Raises what `Appointments.cancel` does.
        """
        note = read_note(note) if principal.role is not Role.PATIENT else None
        for _ in range(MOST_TRIES):
            part = await self.part(principal, appointment_id, scope)
            await self._check(principal, part, was)
            change = self._change(principal, cancelled=tuple(v.id for v in part.visits), note=note)
            event = self._event(EventKind.SERIES_CANCELLED, principal, part, change)
            if await self._begin(part.series, change, event):
                await self._finishing.carry_out(part.series, change)
                return await self._done(principal, part, event, Action.CANCELLED_FOR)
        raise AppointmentChanged(was)

    async def preview(
        self, principal: Principal, appointment_id: AppointmentId, scope: SeriesScope, start: datetime
    ) -> tuple[Sequence[Appointment], Sequence[Appointment]]:
        """Return the visits as they are, and as they would be if that one were moved to `start`.

        Raises what `part` does, and SeriesIncomplete if the doctor doesn't offer one of the times.
        """
        part = await self.part(principal, appointment_id, scope)
        _, after = await self._shifted(principal, part, start)
        return part.visits, after

    async def move(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        scope: SeriesScope,
        start: datetime,
        *,
        was: datetime,
        note: str | None = None,
    ) -> tuple[AppointmentCard, int]:
        """Move the appointment to `start`, and the others that are meant by as much of the clinic's time.

        Returns the card of the first with the event about them, and how many there are.
        Raises what `Appointments.move` does, and SeriesIncomplete if one of them can't be moved: none is.
        """
        note = read_note(note) if principal.role is not Role.PATIENT else None
        if start == was:
            raise SameTime(start)
        for _ in range(MOST_TRIES):
            part = await self.part(principal, appointment_id, scope)
            await self._check(principal, part, was)
            await self._doctors.get(principal, part.card.doctor.id)
            offered, after = await self._shifted(principal, part, start)
            moves = await self._moves(part, after)
            change = replace(self._change(principal, note=note), moves=moves)
            async with self._limits.admit_series_move(principal, after):
                is_begun = await self._begin(part.series, change, None)
                event = await self._moved(principal, part, change, offered, after) if is_begun else None
            if event is not None:
                return await self._done(principal, replace(part, visits=after), event, Action.MOVED_FOR)
        raise AppointmentChanged(was)

    async def _check(self, principal: Principal, part: PartOfSeries, was: datetime) -> None:
        """Return if all may be changed still. Raises AppointmentChanged, AppointmentOver, TooLateToChange."""
        if part.card.appointment.slot.start != was:
            raise AppointmentChanged(part.card.appointment.slot.start)
        if not part.visits:
            raise AppointmentOver(was)
        await self._appointments.check_in_time(principal, part.visits[0])

    def _change(
        self, principal: Principal, *, cancelled: tuple[AppointmentId, ...] = (), note: str | None
    ) -> SeriesChange:
        now = self._clock.now()
        return SeriesChange(
            new_id(now), now, principal.author, cancelled=cancelled, note=note, decided=bool(cancelled)
        )

    async def _begin(self, series: Series, change: SeriesChange, event: Event | None) -> bool:
        """Store the change, behind another one that may be under way; tell whether it was stored."""
        if await self._series.begin_change(series.id, change, event):
            self._on_event()
            return True
        current = await self._series.by_id(series.id)
        if current is not None and current.change is not None:
            await self._finishing.push_on(current, current.change)
        return False

    async def _shifted(
        self, principal: Principal, part: PartOfSeries, start: datetime
    ) -> tuple[list[BookableSlot], tuple[Appointment, ...]]:
        """Return the visits as they are to be, and where they are from. Raises SeriesIncomplete."""
        zone, asked = self._zone, part.card.appointment
        moved = _wall(start, zone) - _wall(asked.slot.start, zone)
        starts = [
            start if v.id == asked.id else as_utc(_wall(v.slot.start, zone) + moved, zone)
            for v in part.visits
        ]
        try:
            offered = await self._bookable_slots.each(
                asked.doctor_id,
                [(at, v.id) for at, v in zip(starts, part.visits, strict=True)],
                asked.patient_id,
                wanted=WantedVisit(asked.kind_id, is_booked=True),
                is_bound=principal.role is not Role.DOCTOR,
            )
        except (SlotPassed, SlotNotOffered) as error:
            raise SeriesIncomplete(error.start) from error
        after = tuple(_in_its_room(slot.visit(v), v) for slot, v in zip(offered, part.visits, strict=True))
        return offered, after

    async def _moves(self, part: PartOfSeries, after: Sequence[Appointment]) -> tuple[SeriesMove, ...]:
        now, reminded = self._clock.now(), await self._patients.reminded(part.card.patient)
        return tuple(
            SeriesMove(v.id, v.version, v.slot, reminder_times(v.slot, reminded, now), v.place_id)
            for v in after
        )

    async def _moved(
        self,
        principal: Principal,
        part: PartOfSeries,
        change: SeriesChange,
        offered: Sequence[BookableSlot],
        after: Sequence[Appointment],
    ) -> Event:
        """Take all new times, decide, and move the visits; or leave all as it was.

        Raises SeriesIncomplete.
        """
        for before, wanted in zip(part.visits, after, strict=True):
            try:
                with busy_named(principal, part.card.patient):
                    is_unchanged = await self._reserve(before, wanted, change)
            except GONE as error:
                await self._finishing.call_off(part.series, change)
                raise SeriesIncomplete(wanted.slot.start) from error
            if not is_unchanged:
                await self._finishing.call_off(part.series, change)
                raise AppointmentChanged(before.slot.start)
        until = offered[0].schedule.changes_until(after[0].slot)
        event = self._event(
            EventKind.SERIES_MOVED,
            principal,
            replace(part, visits=tuple(after)),
            change,
            until=until,
            was=[v.slot.start for v in part.visits],
            details=[slot.details for slot in offered],
        )
        if not await self._series.decide_change(part.series.id, change.id, event):
            await self._visits.release(change.id)
            raise SeriesIncomplete(after[0].slot.start)
        self._on_event()
        await self._finishing.carry_out(part.series, change)
        return event

    async def _reserve(self, before: Appointment, after: Appointment, change: SeriesChange) -> bool:
        try:
            return await self._visits.reserve(before, after, change.id)
        except GONE:
            # A hold that has ended may be in the way.
            await self._appointment_store.clear_way(after, self._clock.now())
        return await self._visits.reserve(before, after, change.id)

    def _event(
        self,
        kind: EventKind,
        principal: Principal,
        part: PartOfSeries,
        change: SeriesChange,
        *,
        until: datetime | None = None,
        was: Sequence[datetime] = (),
        details: Sequence[VisitDetails] = (),
    ) -> Event:
        visits = [replace(v, version=v.version + 1) for v in part.visits]
        card = replace(part.card, appointment=part.visits[0])
        if details:
            card = replace(card, details=details[0])
        return series_event(
            kind,
            part.series,
            card,
            visits,
            principal,
            at=change.at,
            was=was,
            note=change.note,
            changes_until=until,
            is_whole=part.is_whole and kind is EventKind.SERIES_CANCELLED,
            details=details,
        )

    async def _done(
        self, principal: Principal, part: PartOfSeries, event: Event, action: Action
    ) -> tuple[AppointmentCard, int]:
        stored = await self._views.whole(principal, part.visits[0].id)
        await self._audit.on_behalf(principal, action, stored.appointment)
        seen = as_seen(principal, stored.appointment)
        return replace(stored, appointment=seen, event=event), len(part.visits)


def _is_meant(visit: Appointment, asked: Appointment, scope: SeriesScope) -> bool:
    if scope is SeriesScope.ONE:
        return visit.id == asked.id
    return scope is SeriesScope.ALL or visit.slot.start >= asked.slot.start


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _in_its_room(after: Appointment, before: Appointment) -> Appointment:
    """Return the visit in the room that it has: its document can take two times, but not two rooms.

    Raises SeriesIncomplete if it can't be in that room then.
    """
    if before.room_id is not None and before.room_id not in after.rooms:
        raise SeriesIncomplete(after.slot.start)
    return replace(after, room_id=before.room_id, rooms=())
