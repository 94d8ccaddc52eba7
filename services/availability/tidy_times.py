"""Which of the free times leave no gap that no visit fits into, and at which places there are any. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from services.availability.availability import Availability
from services.availability.slots import working_stretches
from services.models.catalogue import Place
from services.models.scheduling import PLAIN
from services.models.slots import Slot

NONE = timedelta(0)


def tidy(times: Availability, slots: Sequence[Slot]) -> list[Slot]:
    """Return those of the free `slots` of one day that leave no unusable gap before or behind them.

    A gap is unusable if it is shorter than the shortest kind that the doctor offers. If all slots leave such
    gaps, they are all returned. The slots of doctors without kinds are laid out without gaps.
    """
    kinds = times.schedule.kinds
    if kinds[0].id == PLAIN or not slots:
        return list(slots)
    shortest = min(kind.length for kind in kinds)
    found = [slot for slot in slots if all(not NONE < gap < shortest for gap in _gaps(times, slot))]
    return found or list(slots)


def _gaps(times: Availability, slot: Slot) -> tuple[timedelta, timedelta]:
    """Return how much is free before the slot and behind it, up to what is taken or the end of the work."""
    stretch = _work_around(times, slot)
    begin, end = stretch.start, stretch.end
    for taken in (*times.busy, *times.schedule.away_at(times.place_of(slot))):
        if taken.end <= slot.start:
            begin = max(begin, taken.end)
        elif taken.start >= slot.end:
            end = min(end, taken.start)
    return slot.start - begin, end - slot.end - times.kind.buffer


def _work_around(times: Availability, slot: Slot) -> Slot:
    day = slot.start.astimezone(times.zone).date()
    stretches = working_stretches(times.schedule, day, times.zone)
    return next((each for each in stretches if each.start <= slot.start < each.end), slot)


def free_places(times: Availability) -> tuple[Place, ...]:
    """Return the places at which the doctor has free times, by name; none where there is one place only."""
    places = times.schedule.places
    if len(places) <= 1:
        return places
    return tuple(place for place in places if replace(times, place=place.id).soonest() is not None)
