"""The clinic's closures: days or parts of a day on which nobody can be booked, and what is booked in them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from services.access import require
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.fields import read_note
from services.audit import Audit
from services.availability.availability import Schedules
from services.clock import Clock
from services.errors import (
    BadClosureReason,
    ClosureTooFar,
    ClosureTooLong,
    ClosureUnknown,
    NoHolidays,
    NoteTooLong,
    TimeOffTooFar,
    TimeOffTooLong,
)
from services.ids import derived_id
from services.local_time import day_bounds
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.people import Principal, Role
from services.models.scheduling import Closure, Hours
from services.models.slots import Slot
from services.storage.closures import ClosureStore
from services.working_hours.public_holidays import PublicHoliday, holidays_between
from services.working_hours.time_off import TimeOffPlanner

MAX_REASON = 100
# Holidays are proposed for a year: the same day of the next year is not among them.
PROPOSED = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class ProposedHoliday:
    """A public holiday, and the closure that closes the clinic all that day; None: it is open."""

    holiday: PublicHoliday
    closure: Closure | None


class ClinicClosures:
    """Shows, adds and removes closures: only admins may. `place` is where the clinic is (ISO 3166)."""

    def __init__(
        self,
        *,
        schedules: Schedules,
        closures: ClosureStore,
        time_off: TimeOffPlanner,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
        place: str | None,
    ) -> None:
        self._schedules = schedules
        self._closures = closures
        self._time_off = time_off
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock
        self._place = place

    @property
    def last_day(self) -> date:
        """The last day on which the clinic can be closed now."""
        return self._time_off.last_day

    async def coming(self, principal: Principal) -> list[Closure]:
        """Return the closures that are not over, earliest first. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        now = self._clock.now()
        return [each for each in await self._schedules.closures() if each.slot.end > now]

    def days(self, first: date, last: date) -> Slot:
        """Return the stretch of whole clinic-local days.

        Raises DayPassed, TimeOffBackwards, ClosureTooLong, ClosureTooFar.
        """
        with _limits_of_closures():
            return self._time_off.days(first, last)

    def part(self, day: date, hours: Hours) -> Slot:
        """Return the stretch of a part of a clinic-local day.

        Raises DayPassed, ClosureTooFar, NotOnFiveMinutes, HoursBackwards, TimeOffPassed.
        """
        with _limits_of_closures():
            return self._time_off.part(day, hours)

    async def affected(self, principal: Principal, slots: Sequence[Slot]) -> list[AppointmentCard]:
        """Return everybody's upcoming booked appointments that overlap the stretches. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        found: dict[str, AppointmentCard] = {}
        for slot in slots:
            cards = await self._bulk_cancellation.affected(Role.ADMIN, principal.id, slot)
            found |= {card.appointment.id: card for card in cards}
        return list(found.values())

    async def close(self, principal: Principal, *closures: Closure) -> int:
        """Close the clinic, and cancel what is booked then. Each patient and doctor is told the reason.

        Returns how many were cancelled. Doing it again with the same id changes nothing.
        Raises RoleRequired, BadClosureReason, TimeOffBackwards, TimeOffPassed, ClosureTooLong, ClosureTooFar.
        """
        require(principal, Role.ADMIN)
        cancelled = await self._bulk_cancellation.order(*[self._order(principal, each) for each in closures])
        for closure in closures:
            await self._note(Action.CLOSED, principal, closure)
        return cancelled

    def _order(self, principal: Principal, closure: Closure) -> CancellationOrder:
        reason = read_closure_reason(closure.reason)
        with _limits_of_closures():
            self._time_off.check(closure.slot)
        return CancellationOrder(
            id=closure.id,
            kind=CancellationCause.CLOSURE,
            role=Role.ADMIN,
            user_id=principal.id,
            window=closure.slot,
            by=principal.id,
            until=self._bulk_cancellation.until(),
            note=reason,
            via=principal.via,
            closure=Closure(closure.id, closure.slot, reason),
        )

    async def is_closed(self, principal: Principal, closure_id: str) -> bool:
        """Tell whether that closure is saved, in case the answer was lost. Raises RoleRequired."""
        return any(each.id == closure_id for each in await self.coming(principal))

    async def cancelled(self, principal: Principal, closure: Closure) -> list[AppointmentCard]:
        """Return what has been cancelled for a closure so far, earliest first. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        return await self._bulk_cancellation.cancelled(Role.ADMIN, principal.id, closure.slot, closure.id)

    async def get(self, principal: Principal, closure_id: str) -> Closure:
        """Return a closure that is not over. Raises RoleRequired, ClosureUnknown."""
        found = next((each for each in await self.coming(principal) if each.id == closure_id), None)
        if found is None:
            raise ClosureUnknown
        return found

    async def reopen(self, principal: Principal, closure_id: str) -> Closure:
        """Remove a closure; what was cancelled stays cancelled. Raises RoleRequired, ClosureUnknown."""
        closure = await self.get(principal, closure_id)
        # The order first, so that it cancels nothing that is booked from now on.
        await self._bulk_cancellation.forget(closure_id)
        if not await self._closures.remove(closure_id, self._clock.now()):
            raise ClosureUnknown
        await self._note(Action.REOPENED, principal, closure)
        return closure

    async def holidays(self, principal: Principal) -> list[ProposedHoliday]:
        """Return the public holidays of the next twelve months, today's too, and which are closed already.

        Raises RoleRequired, NoHolidays.
        """
        coming = await self.coming(principal)
        if self._place is None:
            raise NoHolidays
        today = self._schedules.today()
        found = holidays_between(self._place, today, today + PROPOSED, principal.user.language)
        return [ProposedHoliday(each, self._closing(each.day, coming)) for each in found]

    async def holiday(self, principal: Principal, day: date) -> ProposedHoliday:
        """Return the proposed holiday of a day. Raises RoleRequired, NoHolidays, ClosureUnknown."""
        found = next((each for each in await self.holidays(principal) if each.holiday.day == day), None)
        if found is None:
            raise ClosureUnknown
        return found

    def closing(self, holiday: PublicHoliday, request_id: str) -> Closure:
        """Return the closure that a holiday would be; asking with the same request gives it the same id."""
        closure_id = derived_id(f"{request_id}.{holiday.day.isoformat()}")
        return Closure(closure_id, self._whole(holiday.day), holiday.name[:MAX_REASON])

    def _closing(self, day: date, closures: Sequence[Closure]) -> Closure | None:
        whole = self._whole(day)
        is_closed = (
            each for each in closures if each.slot.start <= whole.start and whole.end <= each.slot.end
        )
        return next(is_closed, None)

    def _whole(self, day: date) -> Slot:
        return day_bounds(day, day, self._schedules.zone)

    async def _note(self, action: Action, principal: Principal, closure: Closure) -> None:
        await self._audit.note(
            action,
            actor=principal.id,
            once=f"{closure.id}.{action}",
            start=closure.slot.start,
            end=closure.slot.end,
        )


@contextmanager
def _limits_of_closures() -> Iterator[None]:
    """Raise ClosureTooLong and ClosureTooFar in place of what time off would say."""
    try:
        yield
    except TimeOffTooLong as error:
        raise ClosureTooLong(error.most) from error
    except TimeOffTooFar as error:
        raise ClosureTooFar(error.last) from error


def read_closure_reason(text: str) -> str:
    """Return the reason for a closure as one line. Raises BadClosureReason."""
    try:
        reason = " ".join((read_note(text) or "").split())
    except NoteTooLong as error:
        raise BadClosureReason(MAX_REASON) from error
    if not 0 < len(reason) <= MAX_REASON:
        raise BadClosureReason(MAX_REASON)
    return reason
