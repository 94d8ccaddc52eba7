"""Stretches of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

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
