"""Choosing the room of a visit: by trying, as what was free a moment ago may be taken now."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from services.errors import RoomTaken
from services.models.appointments import Appointment

T = TypeVar("T")


async def in_a_room(wanted: Appointment, write: Callable[[Appointment], Awaitable[T]]) -> T:
    """Write an appointment that needs one of `wanted.rooms` with the first that is not taken.

    One that needs none is written as it is. Raises RoomTaken where all are taken, and what `write` raises.
    """
    *others, last = wanted.rooms or (wanted.room_id,)
    for room in others:
        try:
            return await write(replace(wanted, room_id=room))
        except RoomTaken:
            continue
    return await write(replace(wanted, room_id=last))
