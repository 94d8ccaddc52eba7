"""Cancelling many appointments at once: for time off, new hours, a closure, a blocked or a deleted account.

What is in a room that is out of order is moved to another one if there is one (other_rooms.py).

The order is stored first and then carried out again and again for two minutes. So an order that a crash has
interrupted is finished, and a booking that was under way when the order was given is cancelled, too.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.appointments.events import appointment_event
from services.appointments.ordered_changes import Ids, OrderedChanges
from services.appointments.other_rooms import OtherRooms, RoomMove
from services.appointments.views import AppointmentViews
from services.appointments.visibility import gone, gone_patient
from services.availability.alternatives import Alternatives
from services.availability.availability import Schedules
from services.availability.bookable_slots import is_outside_date
from services.clock import Clock
from services.errors import StorageDown
from services.ids import derived_id
from services.models.appointments import (
    Alternative,
    Appointment,
    AppointmentCard,
    CancellationCause,
    CancellationOrder,
)
from services.models.catalogue import RoomOutage
from services.models.notifications import EventKind
from services.models.people import AccountStatus, Role, UserId
from services.models.scheduling import Schedule
from services.models.slots import PlaceId, Slot
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.appointments import AppointmentStore
from services.storage.bulk_cancellations import BulkCancellationStore
from services.storage.holds import HoldStore

log = logging.getLogger(__name__)

# How long an order is valid: longer than a booking can be under way.
ORDER_STANDS = timedelta(minutes=2)
# A booking that took longer than this may have missed the order, and is checked again when it is stored.
MET_BY_ORDER = ORDER_STANDS / 4
# Appointments may change while they are being cancelled; then they are read again, so many times at most.
MAX_LOOKS = 3
Taken = set[tuple[UserId, datetime]]
# What else is done at the end of an order; it may be done more than once.
Finish = Callable[[CancellationOrder], Awaitable[None]]
# Whoever loses an appointment for one of these is offered other times with the same doctor.
SAME_DOCTOR = frozenset(
    {
        CancellationCause.TIME_OFF,
        CancellationCause.HOURS,
        CancellationCause.CLOSURE,
        CancellationCause.ROOM_OUT,
    }
)


class BulkCancellation:
    """Stores and carries out orders to cancel. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        orders: BulkCancellationStore,
        appointments: AppointmentStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        schedules: Schedules,
        changes: OrderedChanges,
        holds: HoldStore,
        alternatives: Alternatives,
        other_rooms: OtherRooms,
        clock: Clock,
        on_event: Callable[[], None],
        finish: Mapping[CancellationCause, Finish] | None = None,
    ) -> None:
        self._orders = orders
        self._appointments = appointments
        self._queries = queries
        self._views = views
        self._schedules = schedules
        self._changes = changes
        self._holds = holds
        self._alternatives = alternatives
        self._other_rooms = other_rooms
        self._clock = clock
        self._on_event = on_event
        self._finish = finish or {}

    async def affected(self, role: Role, user_id: UserId, window: Slot) -> list[AppointmentCard]:
        """Return the upcoming booked appointments that such an order would cancel, earliest first.

        With the role of an admin they are everybody's.
        """
        window = Slot(max(window.start, self._clock.now()), window.end)
        found = await self._queries.booked_within(role, user_id, window) if window.start < window.end else []
        return await self._to_come(found)

    async def affected_in_room(self, outage: RoomOutage) -> list[AppointmentCard]:
        """Return the upcoming booked appointments in a room that is out of order, earliest first."""
        return await self._to_come(await self._queries.booked_in_room(outage.room_id, outage.out.slot))

    async def _to_come(self, found: Sequence[Appointment]) -> list[AppointmentCard]:
        return await self._views.cards(a for a in found if a.slot.start > self._clock.now())

    async def _concerned(self, order: CancellationOrder) -> list[AppointmentCard]:
        if order.room_out is not None:
            return await self.affected_in_room(order.room_out)
        return await self.affected(order.role, order.user_id, order.window)

    async def order(self, *orders: CancellationOrder) -> int:
        """Store the orders, carry them out, and return how many appointments they have cancelled.

        Giving the same order again, or two workers carrying it out at once, cancels nothing twice. Of several
        the changes are made first, so that nobody is offered a time that the next one takes away.
        """
        for order in orders:
            await self._orders.add(order)
        for order in orders[1:]:
            await self._change(order)
        for order in orders:
            await self._carry_out(order)
        cleared = self._queries.cleared
        return sum([await cleared(each.role, each.user_id, each.window, each.id) for each in orders])

    async def _change(self, order: CancellationOrder) -> None:
        """Make the change that the order is about, if it is not made yet."""
        if await self._changes.make(order):
            self._on_event()

    async def meet(self, late: Appointment, asked_at: datetime, offered: Schedule) -> bool:
        """Cancel a booking that came too late: into time off or a closure, or for somebody blocked by now.

        `offered` is the schedule in which its slot was found.
        One that took less than MET_BY_ORDER since `asked_at` is found by the order itself, also after a
        crash; one that took longer may have missed it. Tells whether it was cancelled.
        """
        if self._clock.now() - asked_at < MET_BY_ORDER:
            return False
        schedule = await self._schedules.of_doctor(late.doctor_id)
        if (order := self._late_order(late, schedule, offered)) is not None:
            await self.order(order)
            return True
        (card,) = await self._views.cards([late])
        for role, status in ((Role.DOCTOR, card.doctor.status), (Role.PATIENT, card.patient.status)):
            if status is AccountStatus.BLOCKED:
                await self.order(self._order_one(late, CancellationCause.BLOCKED, role))
                return True
        return False

    def _late_order(
        self, late: Appointment, schedule: Schedule, offered: Schedule
    ) -> CancellationOrder | None:
        """Return the order to cancel a booking that the doctor's time does not allow any more, or None."""
        for off in schedule.time_off:
            if off.slot.overlaps(late.slot) and off.place in {None, late.place_id}:
                order = self._order_one(late, CancellationCause.TIME_OFF, Role.DOCTOR, off.id)
                return replace(order, time_off=off)
        for closure in schedule.closures:
            if closure.slot.overlaps(late.slot):
                order = self._order_one(late, CancellationCause.CLOSURE, Role.ADMIN, closure.id)
                return replace(order, closure=closure, note=closure.reason)
        if (outage := self._out(late, schedule)) is not None:
            order = self._order_one(late, CancellationCause.ROOM_OUT, Role.ADMIN, outage.out.id)
            return replace(order, room_out=outage)
        if is_outside_date(schedule, late.slot, self._schedules.zone, offered, place=late.place_id):
            return self._order_one(late, CancellationCause.HOURS, Role.DOCTOR)
        return None

    @staticmethod
    def _out(late: Appointment, schedule: Schedule) -> RoomOutage | None:
        """Return why the room of a booking cannot be used at its time, or None."""
        room = schedule.catalogue.rooms.get(late.room_id) if late.room_id is not None else None
        outs = (out for out in room.out if out.slot.overlaps(late.slot)) if room is not None else ()
        return next((RoomOutage(room.id, out) for out in outs if room is not None), None)

    def _order_one(
        self, late: Appointment, kind: CancellationCause, role: Role, cause: str | None = None
    ) -> CancellationOrder:
        user_id = late.patient_id if role is Role.PATIENT else late.doctor_id
        return CancellationOrder(
            id=derived_id(f"{cause or user_id}.{late.id}.{late.version}"),
            kind=kind,
            role=role,
            user_id=user_id,
            window=late.slot,
            by=user_id,
            until=self.until(),
            only=frozenset({late.id}),
        )

    async def end_holds(
        self, role: Role, user_id: UserId, window: Slot, place: PlaceId | None = None
    ) -> None:
        """End holds and waiting-list offers in a person's time, which nobody may book any more.

        With a `place`, only those there. Whoever had such an offer goes on waiting for another time.
        """
        if await self._holds.end(role, user_id, window, place):
            self._on_event()

    async def _end_holds_of(self, order: CancellationOrder, window: Slot) -> None:
        if order.room_out is None:
            place = order.time_off.place if order.time_off is not None else None
            await self.end_holds(order.role, order.user_id, window, place)
        elif await self._holds.end_in_room(order.room_out.room_id, window):
            self._on_event()

    async def cancelled(self, role: Role, user_id: UserId, window: Slot, order: str) -> list[AppointmentCard]:
        """Return the appointments that an order has cancelled, earliest first."""
        return await self._views.cards(await self._queries.all_cleared(role, user_id, window, order))

    async def forget(self, order_id: str) -> None:
        """Remove an order: it cancels nothing more."""
        await self._orders.remove(order_id)

    async def call_off(self, kind: CancellationCause, user_id: UserId) -> None:
        """Remove the orders of a kind about somebody: they cancel nothing more."""
        for order in await self._orders.all():
            if order.kind is kind and order.user_id == user_id:
                await self._orders.remove(order.id)

    def until(self) -> datetime:
        """Return until when an order that is given now is valid."""
        return self._clock.now() + ORDER_STANDS

    async def work(self) -> None:
        """Carry out all stored orders. Any number of workers may do so at once."""
        for order in await self._orders.all():
            try:
                await self._carry_out(order, later=True)
            except StorageDown:
                raise
            except Exception:
                # One order that fails must not stop the others.
                log.exception("clearance.failed id=%s", order.id)

    async def _carry_out(self, order: CancellationOrder, *, later: bool = False) -> None:
        """Cancel what the order is about and is still booked; remove the order once it is no longer valid.

        What is cancelled `later` was not yet there when the person who gave the order saw the list.
        """
        is_over = order.only is not None or order.until <= self._clock.now()
        await self._change(order)
        concerned = await self._changes.concerned(order)
        if order.only is None:
            # Before appointments are read: what is being confirmed now is booked when they are read, or
            # never.
            for window in concerned:
                await self._end_holds_of(order, window)
        taken = Taken()
        for _ in range(MAX_LOOKS):
            found = await self._concerned(order)
            # Asked after reading them, so that nothing booked since the order was removed is cancelled.
            if not await self._orders.stands(order.id):
                return
            elsewhere = await self._changes.elsewhere(order, [card.appointment for card in found])
            meant = [c for c in found if _is_meant(order, c.appointment, concerned, elsewhere)]
            missed = [c for c in meant if not await self._settle(order, c, taken, later=later)]
            if not missed:
                break
        if finish := self._finish.get(order.kind):
            await finish(order)
        if is_over:
            await self._orders.remove(order.id)

    async def _settle(
        self, order: CancellationOrder, card: AppointmentCard, taken: Taken, *, later: bool
    ) -> bool:
        """Let one be in another room if that is enough, else cancel it; tell whether it was unchanged."""
        if order.room_out is not None:
            moved = await self._other_rooms.move(order, card.appointment)
            if moved is not RoomMove.NO_ROOM:
                return moved is RoomMove.MOVED
        return await self._cancel(order, card, taken, later=later)

    async def _cancel(
        self, order: CancellationOrder, card: AppointmentCard, taken: Taken, *, later: bool
    ) -> bool:
        """Cancel one, with its event; tell whether it was unchanged since it was read."""
        appointment, role = card.appointment, order.role
        leaves = order.kind is CancellationCause.ACCOUNT_DELETED
        event = appointment_event(
            EventKind.CANCELLED,
            appointment,
            gone(card.doctor.id) if leaves and role is Role.DOCTOR else card.doctor,
            gone_patient(card.patient.id) if leaves and role is Role.PATIENT else card.patient,
            Role.ADMIN if order.kind is CancellationCause.BLOCKED or order.is_by_another else role,
            at=self._clock.now(),
            note=order.note,
            details=card.details,
            why=order.kind,
            alternatives=await self._instead(order, card, taken),
            readers=_readers(order, card, later=later),
            # Of an order that a late booking makes necessary nobody is the author: whoever took the time did
            # so before.
            author=order.author if order.via is not None else None,
        )
        cancelled = await self._appointments.cancel(
            appointment.id,
            order.author,
            appointment,
            event,
            self._clock.now(),
            note=order.note,
            order=order.id,
        )
        if cancelled is None:
            return False
        self._on_event()
        return True

    async def _instead(
        self, order: CancellationOrder, card: AppointmentCard, taken: Taken
    ) -> list[Alternative]:
        """Return other times for the patient: with the same doctor, or with others if that doctor is gone."""
        lost: Appointment = card.appointment
        if order.role is Role.PATIENT:
            return []
        if order.kind in SAME_DOCTOR:
            return await self._alternatives.instead(lost, card.doctor, taken)
        return await self._alternatives.with_others(lost, card.doctor, taken)


def _is_meant(
    order: CancellationOrder, appointment: Appointment, concerned: Sequence[Slot], elsewhere: Ids
) -> bool:
    if order.only is not None:
        return appointment.id in order.only
    if order.time_off is not None and order.time_off.place not in {None, appointment.place_id}:
        return False
    return appointment.id in elsewhere or any(window.overlaps(appointment.slot) for window in concerned)


def _readers(order: CancellationOrder, card: AppointmentCard, *, later: bool) -> tuple[UserId, ...]:
    """Return who is told: not the person whose account ends, and not the doctor, who has seen the list.

    Of a closure, of a room that is out of order, and of what an admin does for a doctor, both hear: neither
    has made it.
    """
    if order.role is Role.PATIENT:
        return (card.doctor.id,)
    is_late = later and (order.time_off is not None or order.date_hours is not None)
    # A blocked doctor is told of the block alone.
    is_for_them = order.is_by_another and order.kind is not CancellationCause.BLOCKED
    is_news = order.closure is not None or order.room_out is not None or is_for_them or is_late
    return (card.patient.id, card.doctor.id) if is_news else (card.patient.id,)
