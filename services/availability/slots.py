"""Slot arithmetic: from weekly hours in wall time to bookable slots in UTC. Pure functions.

Local wall times are read as RFC 5545 section 3.3.5 says: one that a clock change skips is taken
with the offset from before the change, one that occurs twice is its first occurrence. Slots are
laid out in real time from there, so that each lasts as long as it says on any day.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from services.local_time import day_bounds, days_between, local_stretch
from services.models.appointments import Appointment
from services.models.catalogue import VisitKind
from services.models.scheduling import Hours, Schedule
from services.models.slots import LONGEST_INTERVAL, PlaceId, Slot


def slots_of_day(
    schedule: Schedule,
    day: date,
    zone: ZoneInfo,
    *,
    kind: VisitKind | None = None,
    place: PlaceId | None = None,
) -> tuple[Slot, ...]:
    """Return every slot of a clinic-local day, booked or not, earliest first.

    They are for a `kind` of visit, the doctor's first where none is named, and at any `place` if that is
    None. Slots overlap if the kind takes longer than the doctor's grid. Those that touch time off or a
    closure of the clinic are left out.
    """
    slots, places = _slots_of_day(schedule, day, zone, kind or schedule.first_kind)
    if place is not None:
        # Hours that name no place are at the one that the clinic has.
        here = {place, None} if schedule.catalogue.only_place == place else {place}
        placed = [(slot, there) for slot, there in zip(slots, places, strict=True) if there in here]
        slots, places = tuple(slot for slot, _ in placed), tuple(there for _, there in placed)
    if not slots or not (schedule.time_off or schedule.closures):
        return slots
    if not any(each.place is not None for each in schedule.time_off):
        away = [each for each in schedule.away_at(None) if each.end > slots[0].start]
        return tuple(s for s in slots if not any(s.overlaps(each) for each in away)) if away else slots
    return tuple(
        slot
        for slot, there in zip(slots, places, strict=True)
        if not any(slot.overlaps(each) for each in schedule.away_at(there))
    )


def _slots_of_day(
    schedule: Schedule, day: date, zone: ZoneInfo, kind: VisitKind
) -> tuple[tuple[Slot, ...], tuple[PlaceId | None, ...]]:
    """Return the slots of a day, whether the doctor is away or not, and at which place each of them is."""
    hours = schedule.hours_on(day)
    if schedule.catalogue.places:
        hours = tuple(each for each in hours if schedule.is_open(each))
    return _laid_out(hours, kind.length, schedule.grid(kind), day, zone)


def place_of(schedule: Schedule, slot: Slot, zone: ZoneInfo, kind: VisitKind) -> PlaceId | None:
    """Return at which place the doctor works in a slot; None where the clinic has one place only.

    It is the place that the slot was laid out at. Where a clock change makes the hours of one place overlap
    those of another, no other way tells which it is.
    """
    day = slot.start.astimezone(zone).date()
    if all(each.place is None for each in schedule.hours_on(day)):
        return None
    slots, places = _slots_of_day(schedule, day, zone, kind)
    at = bisect_left(slots, slot.start, key=_start)
    if at < len(slots) and slots[at].start == slot.start:
        return places[at]
    return None


def working_stretches(
    schedule: Schedule, day: date, zone: ZoneInfo, place: PlaceId | None = None
) -> list[Slot]:
    """Return the stretches in which the doctor works on a clinic-local day, time off or not.

    With a `place`, those that are there, or of which it is not known where they are.
    """
    hours = schedule.hours_on(day)
    if place is not None:
        hours = tuple(each for each in hours if each.place in {None, place})
    stretches = _stretches(hours, day, zone)
    return [stretch for stretch in stretches if stretch.start < stretch.end]


def fits_hours(schedule: Schedule, slot: Slot, zone: ZoneInfo, place: PlaceId | None = None) -> bool:
    """Tell whether a working stretch of the slot's local day contains it: at a `place`, if one is named."""
    stretches = working_stretches(schedule, slot.start.astimezone(zone).date(), zone, place)
    return any(stretch.start <= slot.start and slot.end <= stretch.end for stretch in stretches)


def is_elsewhere(schedule: Schedule, slot: Slot, zone: ZoneInfo, place: PlaceId | None) -> bool:
    """Tell whether the doctor works in a slot, but at another place."""
    is_named = place is not None and fits_hours(schedule, slot, zone)
    return is_named and not fits_hours(schedule, slot, zone, place)


def is_elsewhere_on(day: date, schedule: Schedule, visit: Appointment, zone: ZoneInfo) -> bool:
    """Tell whether a visit begins on a clinic-local day, and the doctor is at another place then."""
    is_then = visit.slot.start.astimezone(zone).date() == day
    return is_then and is_elsewhere(schedule, visit.slot, zone, visit.place_id)


def outside_hours(schedule: Schedule, window: Slot, zone: ZoneInfo) -> list[Slot]:
    """Return the stretches of a window in which the doctor does not work, earliest first."""
    first, last = window.start.astimezone(zone).date(), window.end.astimezone(zone).date()
    outside, begin = [], window.start
    for stretch in (
        work for day in days_between(first, last) for work in working_stretches(schedule, day, zone)
    ):
        if begin < min(stretch.start, window.end):
            outside.append(Slot(begin, min(stretch.start, window.end)))
        begin = max(begin, stretch.end)
    return [*outside, Slot(begin, window.end)] if begin < window.end else outside


def common(some: Sequence[Slot], others: Sequence[Slot]) -> list[Slot]:
    """Return the stretches that belong to both, in the order of the first."""
    shared = (Slot(max(a.start, b.start), min(a.end, b.end)) for a in some for b in others)
    return [each for each in shared if each.start < each.end]


def united(stretches: Iterable[Slot]) -> list[Slot]:
    """Return the time of all the stretches together, as stretches that do not touch, earliest first."""
    found: list[Slot] = []
    for each in sorted(stretches):
        if found and each.start <= found[-1].end:
            found[-1] = Slot(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    return found


def slots_seen(
    schedule: Schedule,
    day: date,
    zone: ZoneInfo,
    seen_from: ZoneInfo,
    *,
    kind: VisitKind | None = None,
    place: PlaceId | None = None,
) -> Sequence[Slot]:
    """Return every slot that begins on a day of the zone `seen_from`, earliest first, as `slots_of_day` does.

    Hours are in the clinic's `zone`. So all clinic days that overlap that day are looked at, and their slots
    that begin in it are returned.
    """
    if zone.key == seen_from.key:
        return slots_of_day(schedule, day, zone, kind=kind, place=place)
    bounds = day_bounds(day, day, seen_from)
    first, last = (instant.astimezone(zone).date() for instant in (bounds.start, bounds.end))
    touched = (first + timedelta(days=n) for n in range((last - first).days + 1))
    every = (
        slot
        for touching in touched
        for slot in slots_of_day(schedule, touching, zone, kind=kind, place=place)
    )
    return [slot for slot in every if bounds.start <= slot.start < bounds.end]


# Cached: doctors with the same hours have the same slots, and the same day is asked for again and again.
@lru_cache(maxsize=4096)
def _laid_out(
    hours: tuple[Hours, ...], length: timedelta, grid: timedelta, day: date, zone: ZoneInfo
) -> tuple[tuple[Slot, ...], tuple[PlaceId | None, ...]]:
    slots: list[Slot] = []
    places: list[PlaceId | None] = []
    worked_until = None
    for each in _in_order(hours):
        stretch = local_stretch(each, day, zone)
        # If a skipped hour makes one stretch overlap the next, the later one begins later.
        begin = stretch.start if worked_until is None else max(stretch.start, worked_until)
        while begin + length <= stretch.end:
            slots.append(Slot(begin, begin + length))
            places.append(each.place)
            begin += grid
        if slots:
            worked_until = slots[-1].end
    return tuple(slots), tuple(places)


def _in_order(hours: Sequence[Hours]) -> list[Hours]:
    return sorted(hours, key=lambda each: each.start)


def _stretches(hours: Sequence[Hours], day: date, zone: ZoneInfo) -> Iterator[Slot]:
    return (local_stretch(each, day, zone) for each in _in_order(hours))


def free(
    slots: Sequence[Slot], busy: Sequence[Slot], window: Slot, buffer: timedelta = timedelta(0)
) -> list[Slot]:
    """Return the slots that begin in `window` and overlap nothing in `busy`; both come earliest first.

    Nothing may begin until `buffer` after their ends.
    Bisection skips the busy times before the slots, and the others are read once, so the cost depends only on
    what is in the day.
    """
    if not slots:
        return []
    # An appointment that began before the first slot may last into it.
    at = bisect_left(busy, slots[0].start - LONGEST_INTERVAL, key=_start)
    taken_until = slots[0].start
    found = []
    for slot in slots:
        until = slot.end + buffer
        while at < len(busy) and busy[at].start < until:
            taken_until = max(taken_until, busy[at].end)
            at += 1
        if taken_until <= slot.start and window.start <= slot.start < window.end:
            found.append(slot)
    return found


_start = attrgetter("start")
