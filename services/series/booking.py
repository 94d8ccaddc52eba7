"""Booking a series: whole or not at all, whatever dies in between.

1. Each visit is held, as any time that is being confirmed is. If one can't be had, all are let go.
2. At the confirmation the series is stored, and its holds are sealed: they end no more by themselves.
3. One write books the series, with the event about it. It alone decides.
4. The holds become bookings. After a crash a worker does that, or lets go of what was not decided.

Each step may be done again, by several at once: the ids of the visits follow from the series'.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.appointments.booking import HOLD_LENGTH, Booking
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.fields import read_reason
from services.appointments.hold_times import HoldTimes
from services.appointments.limits import Limits, Proposer
from services.appointments.patient_busy import busy_named
from services.appointments.reminder_times import reminder_times
from services.appointments.views import AppointmentViews
from services.appointments.visibility import as_seen
from services.audit import Audit
from services.availability.bookable_slots import BookableSlot, BookableSlots
from services.availability.doctors import Doctors
from services.availability.offered_kinds import OfferedKinds
from services.clock import Clock
from services.errors import (
    AppointmentUnknown,
    Refused,
    RequestAbandoned,
    SeriesIncomplete,
    SeriesNotOffered,
    SlotNotOffered,
    SlotPassed,
)
from services.ids import derived_id
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.booked_series import Series
from services.models.notifications import Event, EventKind
from services.models.patients import Patient
from services.models.people import Principal, User
from services.models.series import FEWEST, SeriesId, SeriesPart, SeriesStatus
from services.patients.finding import Patients
from services.recurrence import planned_times
from services.series.events import series_event
from services.series.finishing import SeriesFinishing
from services.series.planning import GONE, WantedSeries
from services.storage.appointments import AppointmentStore
from services.storage.series import SeriesStore
from services.storage.series_visits import SeriesVisitStore


@dataclass(frozen=True, slots=True)
class _Found:
    """A wanted series with the people in it, and the slots that it takes."""

    series: WantedSeries
    doctor: User
    patient: Patient
    offered: tuple[BookableSlot, ...]
    visits: tuple[Appointment, ...]
    planned: tuple[datetime, ...]


class SeriesBooking:
    """Books series, whose rules are in the clinic's `zone`. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        series: SeriesStore,
        visits: SeriesVisitStore,
        appointments: AppointmentStore,
        booking: Booking,
        finishing: SeriesFinishing,
        bookable_slots: BookableSlots,
        doctors: Doctors,
        patients: Patients,
        kinds: OfferedKinds,
        limits: Limits,
        views: AppointmentViews,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        zone: ZoneInfo,
        on_event: Callable[[], None],
    ) -> None:
        self._zone = zone
        self._series = series
        self._visits = visits
        self._appointments = appointments
        self._booking = booking
        self._finishing = finishing
        self._bookable_slots = bookable_slots
        self._doctors = doctors
        self._patients = patients
        self._kinds = kinds
        self._limits = limits
        self._views = views
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock
        self._on_event = on_event
        self._hold_times = HoldTimes(HOLD_LENGTH)

    async def hold(self, principal: Principal, wanted: WantedSeries) -> None:
        """Hold all visits for three minutes, while they are confirmed, or none.

        As with single times, one that was held for ten minutes is not held again for a while; then nothing
        is, and the series can still be booked.
        Raises what `Booking.hold` does, SeriesNotOffered, SeriesIncomplete.
        """
        found = await self._find(principal, wanted)
        until = self._held_until(found)
        if until is None:
            return
        await self._hold(principal, found, until)
        await self._limits.series_beyond(principal, found.visits, found.patient, Proposer.PATIENT)

    async def let_go(self, series_id: SeriesId) -> None:
        """Free the times that are held for a series. Whoever knows the id may do so."""
        await self._visits.let_go(series_id)

    async def abandon(self, series_id: SeriesId) -> bool:
        """End a request for good: it books nothing, even if it is on its way; tell whether it hasn't."""
        is_given_up = await self._series.give_up(series_id, self._clock.now())
        if is_given_up:
            await self._visits.let_all_go(series_id)
        return is_given_up

    async def stored(self, principal: Principal, series_id: SeriesId) -> AppointmentCard | None:
        """Return the first visit of a series that is booked, for when its answer may have been lost.

        Raises AppointmentUnknown if this person may not see it.
        """
        found = await self._series.by_id(series_id)
        if found is None or found.status is not SeriesStatus.BOOKED:
            return None
        await self._finishing.finish(found)
        return await self._views.get(principal, visit_id(series_id, found.numbers[0]))

    async def book(
        self,
        principal: Principal,
        wanted: WantedSeries,
        *,
        reason: str | None,
        by_video: bool | None = None,
        proposer: Proposer = Proposer.PATIENT,
    ) -> AppointmentCard:
        """Book the series; return its first visit, with the event about the whole.

        Booking the same series again returns what is booked.
        Raises what `Booking.book` does, SeriesNotOffered, SeriesIncomplete, RequestAbandoned.
        """
        reason, asked_at = read_reason(reason), self._clock.now()
        if (before := await self.stored(principal, wanted.id)) is not None:
            return await self._retold(principal, before, wanted)
        found = await self._find(principal, wanted)
        beyond = await self._limits.series_beyond(principal, found.visits, found.patient, proposer)
        if proposer is Proposer.CLINIC:
            await self._hold_all(principal, found, asked_at + HOLD_LENGTH)
        else:
            await self._hold(principal, found, asked_at + HOLD_LENGTH)
        room = self._bookable_slots.room(found.offered[0], by_video)
        event = await self._decide(principal, found, reason, room)
        self._on_event()
        stored = await self._stored_whole(wanted.id, found)
        first = stored[0]
        for visit in found.visits:
            self._hold_times.forget((visit.patient_id, visit.doctor_id, visit.slot.start))
        for visit in stored:
            if visit.status is AppointmentStatus.BOOKED:
                await self._bulk_cancellation.meet(visit, asked_at, found.offered[0].schedule)
        await self._audit.on_behalf(principal, Action.BOOKED_FOR, first, beyond=beyond)
        details = found.offered[0].details_of(first)
        return AppointmentCard(
            as_seen(principal, first), found.doctor, found.patient, event=event, details=details
        )

    async def _retold(
        self, principal: Principal, before: AppointmentCard, wanted: WantedSeries
    ) -> AppointmentCard:
        """Return what this request has booked before with the event of then, unless it was changed since."""
        series = await self._series.by_id(wanted.id)
        visits = await self._visits.of(wanted.id)
        is_as_asked = [v.slot.start for v in visits] == sorted(start for start in wanted.starts if start)
        if series is None or not is_as_asked or any(visit.version for visit in visits):
            return replace(before, otherwise=True)
        schedule = await self._bookable_slots.schedule(wanted.doctor_id)
        # As it was told then, when no room was known yet.
        whole = [
            replace(card, details=replace(card.details, room=None))
            for card in await self._views.cards(visits)
        ]
        event = series_event(
            EventKind.SERIES_BOOKED,
            series,
            whole[0],
            visits,
            principal,
            details=[card.details for card in whole],
            at=series.since,
            changes_until=schedule.changes_until(visits[0].slot),
        )
        return replace(before, event=event)

    async def _stored_whole(self, series_id: SeriesId, found: _Found) -> list[Appointment]:
        """Make the bookings of a series that is decided; return them, earliest first."""
        series = await self._series.by_id(series_id)
        if series is not None:
            await self._finishing.finish(series)
        ids = {visit.id for visit in found.visits}
        return [visit for visit in await self._visits.of(series_id) if visit.id in ids]

    async def _find(self, principal: Principal, wanted: WantedSeries) -> _Found:
        """Find the people and the slots. Raises SeriesNotOffered, SeriesIncomplete, and as `Booking.book`."""
        patient = await self._booking.patient(principal, wanted.patient_id)
        doctor = await self._doctors.get(principal, wanted.doctor_id)
        chosen = [(number, start) for number, start in enumerate(wanted.starts, start=1) if start]
        asked = [(start, visit_id(wanted.id, number)) for number, start in chosen]
        try:
            offered = await self._bookable_slots.each(
                wanted.doctor_id, asked, patient.id, wanted=wanted.wanted
            )
        except (SlotPassed, SlotNotOffered) as error:
            raise SeriesIncomplete(error.start) from error
        planned = planned_times(wanted.rule, wanted.first, self._zone)
        if not asked or len(planned) != len(wanted.starts):
            raise SeriesNotOffered(0)
        kind = offered[0].kind
        await self._kinds.check(principal, patient.id, doctor.id, kind)
        if not FEWEST <= wanted.rule.count <= kind.in_series or len(chosen) < FEWEST:
            raise SeriesNotOffered(kind.in_series)
        visits = tuple(
            replace(
                slot.visit(Appointment(request, doctor.id, patient.id, slot.slot, AppointmentStatus.HELD)),
                series_id=wanted.id,
                series=SeriesPart(place, len(chosen), planned[number - 1]),
            )
            for place, ((number, _), (_, request), slot) in enumerate(
                zip(chosen, asked, offered, strict=True), start=1
            )
        )
        return _Found(wanted, doctor, patient, tuple(offered), visits, tuple(planned))

    def _held_until(self, found: _Found) -> datetime | None:
        now, patient_id, doctor_id = self._clock.now(), found.patient.id, found.doctor.id
        ends = [self._hold_times.until((patient_id, doctor_id, v.slot.start), now) for v in found.visits]
        known = [end for end in ends if end is not None]
        return min(known) if len(known) == len(ends) else None

    async def _hold(self, principal: Principal, found: _Found, until: datetime) -> None:
        """Hold all visits, if the limits of the patient allow it; else let go of them all."""

        async def hold() -> None:
            await self._hold_all(principal, found, until)

        try:
            await self._limits.hold_series(principal, found.visits, hold)
        except Refused:
            await self._visits.let_go(found.series.id)
            raise

    async def _hold_all(self, principal: Principal, found: _Found, until: datetime) -> None:
        """Hold all visits. Raises SeriesIncomplete if one can't be had; then none is held."""
        now = self._clock.now()
        await self._visits.let_go(found.series.id, but=[visit.id for visit in found.visits])
        for visit in found.visits:
            try:
                with busy_named(principal, found.patient):
                    held = await self._appointments.hold(replace(visit, held_until=until), now)
            except GONE as error:
                await self._visits.let_go(found.series.id)
                raise SeriesIncomplete(visit.slot.start) from error
            if held.patient_id != visit.patient_id or held.series_id != visit.series_id:
                raise AppointmentUnknown
            if held.slot.start != visit.slot.start:
                # The person has chosen another time for that visit since.
                if await self._appointments.let_go(visit.id) is None:
                    raise SeriesIncomplete(visit.slot.start)
                await self._hold_all(principal, found, until)
                return

    async def _decide(
        self, principal: Principal, found: _Found, reason: str | None, room: str | None
    ) -> Event | None:
        """Book the series in one write; return the event about it, None if it was booked before.

        Raises RequestAbandoned, SeriesIncomplete: then it was given up, and nothing of it is booked.
        """
        now = self._clock.now()
        series = await self._series.begin(self._series_of(principal, found, room, now))
        if series.status is SeriesStatus.BOOKED:
            return None
        reminded = await self._patients.reminded(found.patient)
        visits = [
            replace(
                visit, reason=reason, room=series.room, remind_at=reminder_times(visit.slot, reminded, now)
            )
            for visit in found.visits
        ]
        is_whole = series.status is SeriesStatus.BOOKING and await self._visits.seal(visits)
        event = self._event(principal, series, found, visits)
        if is_whole and await self._series.decide(series.id, event, now):
            return event
        is_given_up = series.status is SeriesStatus.GIVEN_UP
        if not await self._series.give_up(series.id, now):
            return None
        await self._visits.let_all_go(series.id)
        raise RequestAbandoned if is_given_up else SeriesIncomplete(visits[0].slot.start)

    def _series_of(self, principal: Principal, found: _Found, room: str | None, now: datetime) -> Series:
        wanted = found.series
        return Series(
            id=wanted.id,
            status=SeriesStatus.BOOKING,
            rule=wanted.rule,
            zone=self._zone.key,
            planned=found.planned,
            numbers=tuple(number for number, start in enumerate(wanted.starts, start=1) if start),
            doctor_id=wanted.doctor_id,
            by=principal.author,
            since=now,
            room=room,
        )

    def _event(self, principal: Principal, series: Series, found: _Found, visits: list[Appointment]) -> Event:
        first = replace(visits[0], status=AppointmentStatus.BOOKED)
        schedule = found.offered[0].schedule
        return series_event(
            EventKind.SERIES_BOOKED,
            series,
            AppointmentCard(first, found.doctor, found.patient, details=found.offered[0].details),
            visits,
            principal,
            details=[slot.details for slot in found.offered],
            at=self._clock.now(),
            changes_until=schedule.changes_until(first.slot),
        )


def visit_id(series_id: SeriesId, number: int) -> AppointmentId:
    """Return the id of that visit of a series, by its number in the rule: the same each time."""
    return AppointmentId(derived_id(f"{series_id}.{number}"))
