"""Moving visits out of a room that is out of order: to another one of its group, at the same time."""

import logging
from enum import Enum, auto

from services.clock import Clock
from services.errors import RoomTaken
from services.models.appointments import Appointment, CancellationOrder
from services.models.catalogue import Room
from services.storage.appointment_remarks import AppointmentRemarkStore
from services.storage.catalogue import CatalogueStore

log = logging.getLogger(__name__)


class RoomMove(Enum):
    """What came of looking for another room."""

    MOVED = auto()
    CHANGED = auto()
    NO_ROOM = auto()


class OtherRooms:
    """Finds another room by trying, as what is free now may be taken in a moment."""

    def __init__(self, *, catalogue: CatalogueStore, remarks: AppointmentRemarkStore, clock: Clock) -> None:
        self._catalogue = catalogue
        self._remarks = remarks
        self._clock = clock

    async def move(self, order: CancellationOrder, visit: Appointment) -> RoomMove:
        """Let the visit be in another room; CHANGED if somebody else has changed it since it was read.

        Its time stays, so nobody is told: where to go is looked up when it is shown.
        """
        for room in await self._others(visit):
            try:
                moved = await self._remarks.change_room(
                    visit, room.id, order.author, self._clock.now(), order.id
                )
            except RoomTaken:
                continue
            if moved is None:
                return RoomMove.CHANGED
            log.info("room.changed appointment=%s room=%s", visit.id, room.id)
            return RoomMove.MOVED
        return RoomMove.NO_ROOM

    async def _others(self, visit: Appointment) -> tuple[Room, ...]:
        catalogue = await self._catalogue.all()
        room = catalogue.rooms.get(visit.room_id) if visit.room_id is not None else None
        return catalogue.in_place_of(room, visit.place_id, visit.slot) if room is not None else ()
