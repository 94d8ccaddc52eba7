"""Ticks: the five-minute marks of a booked time. No two bookings may share one."""

from datetime import timedelta

from services.models.slots import Slot

TICK_SECONDS = 300
# No stored slot is longer. So what overlaps an instant began at most this long before it.
LONGEST_INTERVAL = timedelta(days=1)


def ticks(slot: Slot) -> list[int]:
    """Return the five-minute ticks of a slot: whole numbers, UTC epoch minutes / 5.

    Two slots that overlap in a tick can't both be stored; see services/storage/appointments.py.
    """
    first = int(slot.start.timestamp()) // TICK_SECONDS
    last = -(-int(slot.end.timestamp()) // TICK_SECONDS)
    return list(range(first, last))
