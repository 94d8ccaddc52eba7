"""Rooms and devices that are out of order: what is booked in them then, and being in order again."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.access import require
from services.appointments.bulk_cancellation import BulkCancellation
from services.audit import Audit
from services.clock import Clock
from services.errors import OutageUnknown, RoomUnknown
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.catalogue import Room, RoomId, RoomOutage
from services.models.people import Principal, Role
from services.models.slots import Slot, TimeOff
from services.storage.appointment_remarks import AppointmentRemarkStore
from services.storage.busy_times import BusyTimeStore
from services.storage.catalogue import CatalogueStore
from services.working_hours.time_off import TimeOffPlanner


@dataclass(frozen=True, slots=True)
class RoomChange:
    """A booked visit in a room that will be out of order, and in which room it can be; None: in none."""

    card: AppointmentCard
    room: Room | None


@dataclass(frozen=True, slots=True)
class OutageResult:
    """How many visits have got another room, and how many were cancelled."""

    moved: int
    cancelled: int


class RoomOutages:
    """Notes when rooms are out of order: only admins may."""

    def __init__(
        self,
        *,
        catalogue: CatalogueStore,
        busy_times: BusyTimeStore,
        remarks: AppointmentRemarkStore,
        time_off: TimeOffPlanner,
        bulk_cancellation: BulkCancellation,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._catalogue = catalogue
        self._busy_times = busy_times
        self._remarks = remarks
        self._time_off = time_off
        self._bulk_cancellation = bulk_cancellation
        self._audit = audit
        self._clock = clock

    async def coming(self, principal: Principal, room_id: RoomId) -> list[TimeOff]:
        """Return when the room is out of order that is not over, earliest first.

        Raises RoleRequired, RoomUnknown.
        """
        now = self._clock.now()
        room = await self._room(principal, room_id)
        return sorted((out for out in room.out if out.slot.end > now), key=lambda out: out.slot)

    async def affected(self, principal: Principal, room_id: RoomId, slot: Slot) -> list[RoomChange]:
        """Return what is booked in the room then, earliest first, and where it can be as things are now.

        Raises RoleRequired, RoomUnknown.
        """
        room = await self._room(principal, room_id)
        cards = await self._bulk_cancellation.affected_in_room(RoomOutage(room.id, TimeOff("", slot)))
        catalogue = await self._catalogue.all()
        group = [each.id for each in catalogue.rooms.values() if each.group == room.group] if cards else []
        reach = Slot(slot.start, max((card.appointment.slot.end for card in cards), default=slot.end))
        found = (await self._busy_times.of({}, reach, self._clock.now(), group)).rooms if group else {}
        busy = {room_id: list(slots) for room_id, slots in found.items()}
        changes = []
        for card in cards:
            visit = card.appointment
            others = catalogue.in_place_of(room, visit.place_id, visit.slot)
            free = (each for each in others if not any(s.overlaps(visit.slot) for s in busy[each.id]))
            if (chosen := next(free, None)) is not None:
                busy[chosen.id].append(visit.slot)
            changes.append(RoomChange(card, chosen))
        return changes

    async def begin(self, principal: Principal, outage: RoomOutage) -> OutageResult:
        """Note that a room is out of order. What is booked in it gets another room, or else is cancelled.

        Those who lose their visit are told, with other free times, and so is the doctor. Doing it again with
        the same id changes nothing.
        Raises RoleRequired, RoomUnknown, TimeOffBackwards, TimeOffPassed, TimeOffTooLong, TimeOffTooFar.
        """
        room, slot = await self._room(principal, outage.room_id), outage.out.slot
        self._time_off.check(slot)
        cancelled = await self._bulk_cancellation.order(
            CancellationOrder(
                id=outage.out.id,
                kind=CancellationCause.ROOM_OUT,
                role=Role.ADMIN,
                user_id=principal.id,
                window=slot,
                by=principal.id,
                until=self._bulk_cancellation.until(),
                via=principal.via,
                room_out=outage,
            )
        )
        await self._note(Action.ROOM_OUT, principal, room, outage.out)
        return OutageResult(await self._remarks.count_in_other_rooms(slot, outage.out.id), cancelled)

    async def is_begun(self, principal: Principal, outage: RoomOutage) -> bool:
        """Tell whether it is noted, in case the answer was lost. Raises as `coming` does."""
        return any(out.id == outage.out.id for out in await self.coming(principal, outage.room_id))

    async def cancelled(self, principal: Principal, out: TimeOff) -> Sequence[AppointmentCard]:
        """Return what has been cancelled for it so far, earliest first. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        return await self._bulk_cancellation.cancelled(Role.ADMIN, principal.id, out.slot, out.id)

    async def get(self, principal: Principal, room_id: RoomId, out_id: str) -> TimeOff:
        """Return one that is not over. Raises RoleRequired, RoomUnknown, OutageUnknown."""
        coming = await self.coming(principal, room_id)
        found = next((out for out in coming if out.id == out_id), None)
        if found is None:
            raise OutageUnknown
        return found

    async def end(self, principal: Principal, room_id: RoomId, out_id: str) -> TimeOff:
        """Note that the room is in order again; what was cancelled stays cancelled.

        Raises RoleRequired, RoomUnknown, OutageUnknown.
        """
        room, out = await self._room(principal, room_id), await self.get(principal, room_id, out_id)
        # The order first, so that it cancels nothing that is booked from now on.
        await self._bulk_cancellation.forget(out_id)
        if not await self._catalogue.remove_out(room_id, out_id):
            raise OutageUnknown
        await self._note(Action.ROOM_BACK, principal, room, out)
        return out

    async def _room(self, principal: Principal, room_id: RoomId) -> Room:
        require(principal, Role.ADMIN)
        found = (await self._catalogue.all()).rooms.get(room_id)
        if found is None:
            raise RoomUnknown
        return found

    async def _note(self, action: Action, principal: Principal, room: Room, out: TimeOff) -> None:
        await self._audit.note(
            action,
            actor=principal.id,
            once=f"{out.id}.{action}",
            entry=room.name,
            start=out.slot.start,
            end=out.slot.end,
        )
