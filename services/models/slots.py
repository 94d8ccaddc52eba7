"""Stretches of time, and their ticks: the five-minute marks, of which no two bookings may share one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

TICK_SECONDS = 300
# No stored slot is longer. So what overlaps an instant began at most this long before it.
LONGEST_INTERVAL = timedelta(days=1)

PlaceId = NewType("PlaceId", str)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch of time, aware UTC, `end` not part of it (FHIR R4 Slot)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Slot") -> bool:
        """Tell whether any instant belongs to both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A stretch in which a doctor does not work at that `place`, or anywhere (None)."""

    id: str
    slot: Slot
    place: PlaceId | None = None


def ticks(slot: Slot) -> list[int]:
    """Return the five-minute ticks of a slot: whole numbers, UTC epoch minutes / 5.

    Two slots that overlap in a tick can't both be stored; see services/storage/appointments.py.
    """
    first = int(slot.start.timestamp()) // TICK_SECONDS
    last = -(-int(slot.end.timestamp()) // TICK_SECONDS)
    return list(range(first, last))
