"""How much one patient may take: appointments to come, with one doctor a day, changes an hour, held times.

Patients alone are limited, and not by what the clinic itself came up with. A time that is about to be booked
is held first, where it is not, and then everything is counted with it: of two that come at once, from two
chats or to two workers, neither can miss the other. What is too much is let go again. To cancel is counted
as a change and never refused: a time that somebody can't come to is better free.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from services.clock import Clock
from services.errors import Refused, TooManyAppointments, TooManyChanges, TooManyHolds, TooManyThatDay
from services.models.appointments import (
    NO_LIMITS,
    Appointment,
    AppointmentId,
    AppointmentStatus,
    BookingLimits,
)
from services.models.engagements import Engagement, HeldFor
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Slot
from services.storage.appointments import AppointmentStore
from services.storage.engagements import EngagementStore

HOUR = timedelta(hours=1)
BY_ONESELF = (HeldFor.BOOKING, HeldFor.MOVING)


class Origin(Enum):
    """Who came up with a booking: the patient, the waiting list with its offer, or the clinic itself."""

    PATIENT = "patient"
    OFFER = "offer"
    CLINIC = "clinic"


class Limits:
    """Counts what patients have. `hold_length` is how long a time is held while it is confirmed."""

    def __init__(
        self,
        limits: BookingLimits,
        *,
        engagements: EngagementStore,
        appointments: AppointmentStore,
        clock: Clock,
        zone: ZoneInfo,
        hold_length: timedelta,
    ) -> None:
        self._limits = limits
        self._engagements = engagements
        self._appointments = appointments
        self._clock = clock
        self._zone = zone
        self._hold_length = hold_length
        # Within this process they take turns, so that of two at once one is let through; others are only
        # kept from being too many.
        self._turns: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    async def hold(
        self, principal: Principal, wanted: Appointment, *, moving: Slot | None = None
    ) -> Appointment:
        """Hold a time for the patient, if they may have one more.

        Raises SlotTaken, PatientBusy, TooManyAppointments, TooManyThatDay, TooManyChanges, TooManyHolds.
        """
        now = self._clock.now()
        if not self._is_limited(principal):
            return await self._appointments.hold(wanted, now, moving=moving)
        async with self._turn(principal.id):
            held = await self._appointments.hold(wanted, now, moving=moving)
            if held.status is AppointmentStatus.HELD:
                await self._count(wanted, now, moving=moving)
        return held

    @asynccontextmanager
    async def admit(self, principal: Principal, wanted: Appointment, origin: Origin) -> AsyncIterator[None]:
        """Let the patient book that within, if they may: nothing else of theirs is counted meanwhile.

        What was booked before, under the same id, stays so.
        Raises SlotTaken, PatientBusy, TooManyAppointments, TooManyThatDay, TooManyChanges.
        """
        if origin is Origin.CLINIC or not self._is_limited(principal):
            yield
            return
        async with self._turn(principal.id):
            await self._admit(wanted, origin, self._clock.now())
            yield

    async def _admit(self, wanted: Appointment, origin: Origin, now: datetime) -> None:
        found = await self._found(wanted.patient_id, now)
        is_counted = any(each.id == wanted.id and each.is_held(now, HeldFor.BOOKING) for each in found)
        # An offer that was about to be taken when something died is an offer still.
        if is_counted and origin is not Origin.OFFER:
            # Whatever has come to be held since then was counted with this one.
            self._check([each for each in found if each.status is not AppointmentStatus.HELD], wanted, now)
            return
        stored = await self._appointments.by_id(wanted.id)
        if stored is not None and stored.status is not AppointmentStatus.HELD:
            return
        if origin is Origin.OFFER:
            await self._admit_offer(wanted, now)
        else:
            self._check(found, wanted, now)
            held = replace(wanted, status=AppointmentStatus.HELD, held_until=now + self._hold_length)
            await self._appointments.hold(held, now)
            await self._count(held, now)

    async def _admit_offer(self, wanted: Appointment, now: datetime) -> None:
        """Count a time that is held as an offer as a booking from now on, unless that is too much."""
        await self._engagements.hold_for(wanted.id, HeldFor.BOOKING)
        most = self._limits.open_appointments
        if most is not None and _open(await self._found(wanted.patient_id, now), wanted.id, now) >= most:
            await self._engagements.hold_for(wanted.id, HeldFor.OFFER)
            raise TooManyAppointments(most)

    @asynccontextmanager
    async def admit_move(
        self, principal: Principal, before: Appointment, after: Appointment, held: AppointmentId
    ) -> AsyncIterator[None]:
        """Let the patient move it there within, if they may: nothing else of theirs is counted meanwhile.

        `held` is the id of what is held for that, if anything is. Raises TooManyThatDay, TooManyChanges.
        """
        if not self._is_limited(principal):
            yield
            return
        async with self._turn(principal.id):
            now = self._clock.now()
            found = await self._found(before.patient_id, now)
            self._check_changes(found, now)
            self._check_day([each for each in found if each.id not in {before.id, held}], after, now)
            yield

    async def origin(self, principal: Principal, appointment_id: AppointmentId, version: int) -> Origin:
        """Return who came up with what follows from that version of an appointment: who made that."""
        if not self._is_limited(principal):
            return Origin.PATIENT
        author = await self._engagements.author(appointment_id, version)
        return Origin.CLINIC if author not in {None, principal.id} else Origin.PATIENT

    def _is_limited(self, principal: Principal) -> bool:
        return principal.role is Role.PATIENT and self._limits != NO_LIMITS

    def _turn(self, patient_id: UserId) -> asyncio.Lock:
        return self._turns.setdefault(patient_id, asyncio.Lock())

    async def _found(self, patient_id: UserId, now: datetime) -> list[Engagement]:
        return await self._engagements.of_patient(patient_id, now - HOUR)

    async def _count(self, held: Appointment, now: datetime, *, moving: Slot | None = None) -> None:
        """Count with what is held now, and let it go where that is too much."""
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
        # What is ahead of the clock was written by one that was wrong.
        changes = sorted(at for each in found for at in each.changed_at if now - HOUR < at <= now)
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
        ends = sorted(
            each.held_until
            for each in found
            if each.id != held.id and each.is_held(now, *BY_ONESELF) and each.held_until is not None
        )
        if most is not None and len(ends) >= most:
            raise TooManyHolds(most, ends[-most])

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _open(found: Sequence[Engagement], but: AppointmentId, now: datetime) -> int:
    """Return how many the patient has, or is about to have."""
    return _count([each for each in found if each.id != but], now)


def _count(found: Sequence[Engagement], now: datetime) -> int:
    return sum(each.is_open(now) or each.is_held(now, HeldFor.BOOKING) for each in found)
