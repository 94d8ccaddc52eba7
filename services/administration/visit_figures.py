"""Figures by kind of visit, by place, and how much of each room's time is used."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.availability.slots import common, slots_of_day, united
from services.models.appointments import AppointmentStatus
from services.models.catalogue import Catalogue, KindId, Place, Room, RoomId, VisitKind
from services.models.scheduling import Schedule
from services.models.slots import PlaceId, Slot
from services.storage.reporting import Count

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """How many appointments: kept (or still to come), cancelled, and those to which nobody came."""

    kept: int = 0
    cancelled: int = 0
    noshow: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.kept + self.cancelled + self.noshow


@dataclass(frozen=True, slots=True)
class RoomUse:
    """How long a room was booked, and how long it could have been used.

    It could in the slots that doctors offer at its place, by their hours of today, for a kind of visit that
    needs such a room; not while it was out of order.
    """

    room: Room
    booked: timedelta
    offered: timedelta


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """Figures by kind and by place, most visits first, and of the rooms by name; those that there are."""

    by_kind: tuple[tuple[VisitKind, StatusCounts], ...] = ()
    by_place: tuple[tuple[Place, StatusCounts], ...] = ()
    rooms: tuple[RoomUse, ...] = ()


class RoomHours:
    """Gathers when rooms could be used, from one doctor's schedule after the other."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._catalogue = catalogue
        self._zone = zone
        # By the group of the rooms and the place.
        self._stretches: dict[tuple[str, PlaceId | None], list[Slot]] = {}

    def add(self, schedule: Schedule, days: Iterable[date]) -> None:
        """Add the slots of a doctor for kinds of visit that need a room."""
        kinds = [kind for kind in schedule.kinds if kind.group]
        if not kinds:
            return
        every = list(days)
        for kind in kinds:
            for place in _places(schedule, every):
                found = self._stretches.setdefault((kind.group, place or self._catalogue.only_place), [])
                found += [
                    slot
                    for day in every
                    for slot in slots_of_day(schedule, day, self._zone, kind=kind, place=place)
                ]
                found[:] = united(found)

    def of(self, room: Room) -> timedelta:
        """Return how long a room could be used."""
        there = united(
            slot
            for (group, place), stretches in self._stretches.items()
            if group == room.group and room.place in {None, place}
            for slot in stretches
        )
        out = common(there, united(each.slot for each in room.out))
        return _length(there) - _length(out)


def _places(schedule: Schedule, days: Iterable[date]) -> set[PlaceId | None]:
    """Return at which places a doctor works; None alone if the hours do not say so."""
    named = {hours.place for day in days for hours in schedule.hours_on(day)} - {None}
    return named or {None}


def visit_figures(
    catalogue: Catalogue,
    by_kind: Mapping[tuple[KindId, RoomId | None, AppointmentStatus], Count],
    by_place: Mapping[tuple[PlaceId, AppointmentStatus], int],
    hours: RoomHours,
) -> VisitFigures:
    """Return the figures, from what was counted in the database."""
    kinds: dict[KindId, Counter[AppointmentStatus]] = {}
    places: dict[PlaceId, Counter[AppointmentStatus]] = {}
    booked: Counter[RoomId] = Counter()
    for (kind_id, room_id, status), count in by_kind.items():
        kinds.setdefault(kind_id, Counter())[status] += count.number
        if room_id is not None and status is not AppointmentStatus.CANCELLED:
            booked[room_id] += count.length // timedelta(minutes=1)
    for (place_id, status), number in by_place.items():
        places.setdefault(place_id, Counter())[status] += number
    return VisitFigures(
        _most_first(catalogue.kinds, kinds),
        _most_first(catalogue.places, places),
        tuple(
            RoomUse(room, timedelta(minutes=booked[room.id]), hours.of(room))
            for room in catalogue.rooms.values()
            if not room.is_retired or booked[room.id]
        ),
    )


def _most_first(
    named: Mapping[K, T], found: Mapping[K, Counter[AppointmentStatus]]
) -> tuple[tuple[T, StatusCounts], ...]:
    tallies = [(named[each], tally(counts)) for each, counts in found.items() if each in named]
    return tuple(sorted(tallies, key=lambda each: -each[1].total))


def tally(counts: Mapping[AppointmentStatus, int]) -> StatusCounts:
    """Return how many appointments there are, by their status."""
    cancelled = counts.get(AppointmentStatus.CANCELLED, 0)
    noshow = counts.get(AppointmentStatus.NOSHOW, 0)
    return StatusCounts(sum(counts.values()) - cancelled - noshow, cancelled, noshow)


def _length(stretches: Iterable[Slot]) -> timedelta:
    return sum((each.end - each.start for each in stretches), timedelta())
