"""The limits of a patient: upcoming appointments, appointments with one doctor a day, changes, holds.

Only patients are limited, and not where the clinic itself has proposed the appointment. The desk is told
which limit a patient has reached, and may book all the same (then the clinic is the proposer).

A time that is about to be booked is held first, and then everything is counted, this hold included. So two
bookings at the same moment, from two chats or in two workers, always see each other. What is too much is let
go again. Cancelling counts as a change but is never refused: a time that somebody can't come to is better
free. The visits of a series count as one appointment, one hold and one change.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from services.access import DESK
from services.clock import Clock
from services.errors import (
    LimitReached,
    Refused,
    TooManyAppointments,
    TooManyChanges,
    TooManyHolds,
    TooManyThatDay,
)
from services.limit_settings import LimitSettings
from services.models.appointments import (
    NO_LIMITS,
    Appointment,
    AppointmentId,
    AppointmentStatus,
)
from services.models.limits import Engagement, HeldFor, LimitName
from services.models.patients import Patient
from services.models.people import Principal, Role, UserId
from services.models.series import SeriesId
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.appointments import AppointmentStore
from services.storage.engagements import EngagementStore

HOUR = timedelta(hours=1)
BY_ONESELF = (HeldFor.BOOKING, HeldFor.MOVING)


class Proposer(Enum):
    """Who proposed a booking: the patient, the waiting list with its offer, or the clinic."""

    PATIENT = "patient"
    OFFER = "offer"
    CLINIC = "clinic"


class Limits:
    """Counts what patients have. `hold_length` is how long a time is held while it is confirmed."""

    def __init__(
        self,
        settings: LimitSettings,
        *,
        engagements: EngagementStore,
        appointments: AppointmentStore,
        patients: Patients,
        clock: Clock,
        zone: ZoneInfo,
        hold_length: timedelta,
    ) -> None:
        self._settings = settings
        # Those that were in force when somebody began to book last.
        self._limits = NO_LIMITS
        self._engagements = engagements
        self._appointments = appointments
        self._patients = patients
        self._clock = clock
        self._zone = zone
        self._hold_length = hold_length
        # In this process a patient's bookings run one after the other, so that of two at once one succeeds.
        # Between processes both may be refused, but never too many be booked.
        self._turns: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    async def hold(
        self, principal: Principal, wanted: Appointment, *, moving: Slot | None = None
    ) -> Appointment:
        """Hold a time for the patient, if the limits allow it.

        Raises SlotTaken, PatientBusy, TooManyAppointments, TooManyThatDay, TooManyChanges, TooManyHolds.
        """
        now = self._clock.now()
        if not await self._is_limited(principal):
            return await self._appointments.hold(wanted, now, moving=moving)
        async with self._turn(principal, wanted.patient_id):
            held = await self._appointments.hold(wanted, now, moving=moving)
            if held.status is AppointmentStatus.HELD:
                await self._count(wanted, now, moving=moving)
        return held

    async def beyond(
        self, principal: Principal, wanted: Appointment, patient: Patient, proposer: Proposer
    ) -> LimitName | None:
        """Return which limit the desk goes beyond with a booking, if the clinic itself proposes it.

        For others, and for what is booked already, that is None.
        Raises TooManyAppointments, TooManyThatDay, TooManyChanges to the desk, if the patient is the
        proposer.
        """
        if principal.role not in DESK:
            return None
        self._limits, now = await self._settings.current(), self._clock.now()
        found = await self._found(wanted.patient_id, now)
        if any(each.id == wanted.id and each.status is not AppointmentStatus.HELD for each in found):
            return None
        try:
            self._check(found, wanted, now)
        except LimitReached as error:
            error.patient, error.by_desk = patient.name, True
            if proposer is Proposer.CLINIC:
                return error.name
            raise
        return None

    @asynccontextmanager
    async def admit(
        self, principal: Principal, wanted: Appointment, proposer: Proposer
    ) -> AsyncIterator[bool]:
        """Let the patient book inside the block, if the limits allow it; their other bookings wait for it.

        Yields whether the time was held for that. An appointment with the same id that was booked before
        stays booked.
        Raises SlotTaken, PatientBusy, TooManyAppointments, TooManyThatDay, TooManyChanges.
        """
        if proposer is Proposer.CLINIC or not await self._is_limited(principal):
            yield False
            return
        async with self._turn(principal, wanted.patient_id):
            await self._admit(wanted, proposer, self._clock.now())
            yield True

    async def _admit(self, wanted: Appointment, proposer: Proposer, now: datetime) -> None:
        found = await self._found(wanted.patient_id, now)
        is_counted = any(each.id == wanted.id and each.is_held(now, HeldFor.BOOKING) for each in found)
        # An offer that was being taken when a process crashed still counts as an offer.
        if is_counted and proposer is not Proposer.OFFER:
            # This hold was counted when it was made; holds made after it were counted together with it.
            self._check([each for each in found if each.status is not AppointmentStatus.HELD], wanted, now)
            return
        stored = await self._appointments.by_id(wanted.id)
        if stored is not None and stored.status is not AppointmentStatus.HELD:
            return
        if proposer is Proposer.OFFER:
            await self._admit_offer(wanted, now)
        else:
            self._check(found, wanted, now)
            held = replace(wanted, status=AppointmentStatus.HELD, held_until=now + self._hold_length)
            await self._appointments.hold(held, now)
            await self._count(held, now)

    async def _admit_offer(self, wanted: Appointment, now: datetime) -> None:
        """Count a time that is held for an offer as a booking from now on, unless that is too much."""
        await self._engagements.hold_for(wanted.id, HeldFor.BOOKING)
        most = self._limits.open_appointments
        if most is not None and _open(await self._found(wanted.patient_id, now), wanted.id, now) >= most:
            await self._engagements.hold_for(wanted.id, HeldFor.OFFER)
            raise TooManyAppointments(most)

    @asynccontextmanager
    async def admit_move(
        self, principal: Principal, before: Appointment, after: Appointment, held: AppointmentId
    ) -> AsyncIterator[None]:
        """Let the patient move it inside the block, if the limits allow it; their other bookings wait for it.

        `held` is the id of the hold for that move, if there is one. Raises TooManyThatDay, TooManyChanges.
        """
        if not await self._is_limited(principal):
            yield
            return
        async with self._turn(principal, before.patient_id):
            now = self._clock.now()
            found = await self._found(before.patient_id, now)
            self._check_changes(found, now)
            self._check_day([each for each in found if each.id not in {before.id, held}], after, now)
            yield

    async def hold_series(
        self, principal: Principal, visits: Sequence[Appointment], hold: Callable[[], Awaitable[None]]
    ) -> None:
        """Hold the visits of one series with `hold`, if the limits allow it; else let go of them is up to it.

        The series counts as one appointment and one hold, and each visit on its day.
        Raises what `hold` does, TooManyAppointments, TooManyThatDay, TooManyChanges, TooManyHolds.
        """
        first = visits[0]
        if not await self._is_limited(principal):
            await hold()
            return
        async with self._turn(principal, first.patient_id):
            await hold()
            now = self._clock.now()
            found = await self._found(first.patient_id, now)
            self._check_series(found, visits, now)
            self._check_holds(found, first, now)

    async def full_days(
        self, principal: Principal, patient_id: UserId, doctor_id: UserId, *, but: SeriesId | None = None
    ) -> frozenset[date]:
        """Return the days of the clinic on which the patient can have no more visits with the doctor.

        What a series has (`but`) is not counted.
        """
        if not await self._is_limited(principal) or self._limits.a_day is None:
            return frozenset()
        now = self._clock.now()
        found = [
            each
            for each in await self._found(patient_id, now)
            if each.doctor_id == doctor_id and (each.series_id is None or each.series_id != but)
        ]
        days = {self._day(each.start) for each in found}
        most = self._limits.a_day
        return frozenset(
            day for day in days if _count([e for e in found if self._day(e.start) == day], now) >= most
        )

    @asynccontextmanager
    async def admit_series_move(
        self, principal: Principal, visits: Sequence[Appointment]
    ) -> AsyncIterator[None]:
        """Let the patient move several visits of a series inside the block, as `admit_move` does one.

        Raises TooManyThatDay, TooManyChanges.
        """
        if not await self._is_limited(principal):
            yield
            return
        async with self._turn(principal, visits[0].patient_id):
            now = self._clock.now()
            found = await self._found(visits[0].patient_id, now)
            self._check_changes(found, now)
            others = [each for each in found if each.series_id != visits[0].series_id]
            for visit in visits:
                self._check_day(others, visit, now)
            yield

    async def series_beyond(
        self, principal: Principal, visits: Sequence[Appointment], patient: Patient, proposer: Proposer
    ) -> LimitName | None:
        """Return which limit the desk goes beyond with a series, as `beyond` does for one appointment."""
        if principal.role not in DESK:
            return None
        self._limits, now = await self._settings.current(), self._clock.now()
        try:
            self._check_series(await self._found(patient.id, now), visits, now)
        except LimitReached as error:
            error.patient, error.by_desk = patient.name, True
            if proposer is Proposer.CLINIC:
                return error.name
            raise
        return None

    def _check_series(
        self, found: Sequence[Engagement], visits: Sequence[Appointment], now: datetime
    ) -> None:
        others = [each for each in found if each.series_id != visits[0].series_id]
        self._check(others, visits[0], now)
        for visit in visits[1:]:
            self._check_day(others, visit, now)

    async def proposer(self, principal: Principal, appointment: Appointment, version: int) -> Proposer:
        """Return who proposed what follows from that version of an appointment: whoever made that version."""
        if not await self._is_limited(principal):
            return Proposer.PATIENT
        author = await self._engagements.author(appointment.id, version)
        if author in {None, principal.id}:
            return Proposer.PATIENT
        carers = {user.id for user in await self._patients.carers(appointment.patient_id)}
        return Proposer.PATIENT if author in carers else Proposer.CLINIC

    async def _is_limited(self, principal: Principal) -> bool:
        """Tell whether anything is limited for this person, by the limits that are in force now."""
        if principal.role is not Role.PATIENT:
            return False
        self._limits = await self._settings.current()
        return self._limits != NO_LIMITS

    @asynccontextmanager
    async def _turn(self, principal: Principal, patient_id: UserId) -> AsyncIterator[None]:
        """Let the patient's bookings run one after the other; name a patient whom the person looks after."""
        async with self._turns.setdefault(patient_id, asyncio.Lock()):
            try:
                yield
            except (LimitReached, TooManyHolds) as error:
                if patient_id != principal.id:
                    found = (await self._patients.by_ids([patient_id])).get(patient_id)
                    error.patient = found.name if found else None
                raise

    async def _found(self, patient_id: UserId, now: datetime) -> list[Engagement]:
        return await self._engagements.of_patient(patient_id, now - HOUR)

    async def _count(self, held: Appointment, now: datetime, *, moving: Slot | None = None) -> None:
        """Count everything, this hold included, and let it go if that is too much."""
        found = await self._found(held.patient_id, now)
        if moving is not None:
            found = [each for each in found if (each.doctor_id, each.start) != (held.doctor_id, moving.start)]
        try:
            self._check(found, held, now, is_new=moving is None)
            self._check_holds(found, held, now)
        except Refused:
            await self._appointments.let_go(held.id)
            raise

    def _check(
        self, found: Sequence[Engagement], wanted: Appointment, now: datetime, *, is_new: bool = True
    ) -> None:
        self._check_changes(found, now)
        most = self._limits.open_appointments
        if is_new and most is not None and _open(found, wanted.id, now) >= most:
            raise TooManyAppointments(most)
        self._check_day(found, wanted, now)

    def _check_changes(self, found: Sequence[Engagement], now: datetime) -> None:
        most = self._limits.changes
        # Those of a series that were made together are one.
        together = {(each.series_id, at) for each in found if each.series_id for at in each.changed_at}
        alone = (at for each in found if not each.series_id for at in each.changed_at)
        # Changes in the future were written while the clock was wrong.
        changes = sorted(at for at in (*alone, *(at for _, at in together)) if now - HOUR < at <= now)
        if most is not None and len(changes) >= most:
            raise TooManyChanges(most, changes[-most] + HOUR)

    def _check_day(self, found: Sequence[Engagement], wanted: Appointment, now: datetime) -> None:
        most, day = self._limits.a_day, self._day(wanted.slot.start)
        that_day = [
            each
            for each in found
            if each.id != wanted.id and each.doctor_id == wanted.doctor_id and self._day(each.start) == day
        ]
        if most is not None and _count(that_day, now) >= most:
            raise TooManyThatDay(wanted.slot.start, most)

    def _check_holds(self, found: Sequence[Engagement], held: Appointment, now: datetime) -> None:
        most = self._limits.holds
        held_until = {
            each.counted_as: each.held_until or now
            for each in found
            if each.counted_as != (held.series_id or held.id) and each.is_held(now, *BY_ONESELF)
        }
        ends = sorted(held_until.values())
        if most is not None and len(ends) >= most:
            raise TooManyHolds(most, ends[-most])

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _open(found: Sequence[Engagement], but: AppointmentId, now: datetime) -> int:
    """Return how many appointments the patient has, or is about to book."""
    return _count([each for each in found if each.id != but], now)


def _count(found: Sequence[Engagement], now: datetime) -> int:
    return len({each.counted_as for each in found if each.is_open(now) or each.is_held(now, HeldFor.BOOKING)})
