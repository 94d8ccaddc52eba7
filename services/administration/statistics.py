"""The figures of the clinic: how many appointments, with whom, how well the offered times are used."""

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.access import require
from services.administration.visit_figures import (
    RoomHours,
    StatusCounts,
    VisitFigures,
    tally,
    visit_figures,
)
from services.availability.availability import Schedules
from services.availability.slots import slots_of_day, united
from services.errors import PeriodUnknown
from services.local_time import day_bounds
from services.models.appointments import AppointmentStatus
from services.models.catalogue import Catalogue
from services.models.people import Principal, Role, User, UserId
from services.models.scheduling import Days, Schedule
from services.models.slots import Slot
from services.storage.catalogue import CatalogueStore
from services.storage.reporting import Count, ReportStore
from services.storage.users import UserStore

# For so many days, the last of them today, there are figures.
PERIODS = (7, 30, 90)
DOCTORS_SHOWN = 8
# How far ahead people book is told in parts: up to a day, a week, a month, and more.
AHEAD_LIMITS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DoctorCounts:
    """One doctor's appointments; `doctor` is None where the account is there no more."""

    doctor: User | None
    tally: StatusCounts


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far ahead people book: in the middle, and how many within each of AHEAD_LIMITS and beyond."""

    median: timedelta
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period. `by_day` has each of its days, `by_doctor` the busiest, busiest first.

    `booked` and `offered` are the time of the doctors who may be booked now: of the slots that their hours of
    today offer in the period, and of what was booked and not cancelled. `ahead` is None where nobody knows.
    `visits` are the figures by kind of visit, place and room, where the clinic has such things.
    """

    days: Days
    by_day: tuple[tuple[date, StatusCounts], ...]
    by_doctor: tuple[DoctorCounts, ...]
    doctors: int
    booked: timedelta
    offered: timedelta
    ahead: Ahead | None
    visits: VisitFigures = field(default_factory=VisitFigures)

    @property
    def total(self) -> StatusCounts:
        """All days together."""
        tallies = [tally for _, tally in self.by_day]
        return StatusCounts(
            sum(tally.kept for tally in tallies),
            sum(tally.cancelled for tally in tallies),
            sum(tally.noshow for tally in tallies),
        )


class Statistics:
    """Counts for admins, by the clinic's days."""

    def __init__(
        self,
        *,
        reporting: ReportStore,
        catalogue: CatalogueStore,
        schedules: Schedules,
        users: UserStore,
    ) -> None:
        self._reporting = reporting
        self._catalogue = catalogue
        self._schedules = schedules
        self._users = users
        self._zone = schedules.zone

    async def of_last(self, principal: Principal, number: int) -> Figures:
        """Return the figures of the last days, of which today is one; `number` is one of PERIODS.

        Raises RoleRequired, PeriodUnknown.
        """
        require(principal, Role.ADMIN)
        if number not in PERIODS:
            raise PeriodUnknown(PERIODS)
        today = self._schedules.today()
        days = Days(today - timedelta(days=number - 1), today)
        window = day_bounds(days.first, days.last, self._zone)
        # One after the other: each is a look at the whole period, and others wait for the database, too.
        by_start = await self._reporting.by_start(window)
        by_doctor = await self._reporting.by_doctor(window)
        ahead = await self._reporting.by_hours_ahead(window)
        catalogue = await self._catalogue.all()
        rooms = RoomHours(catalogue, self._zone)
        booked, offered = await self._use(days, by_doctor, rooms)
        busiest, doctors = await self._busiest(by_doctor)
        visits = await self._visits(window, catalogue, rooms)
        by_day = _by_day(days, by_start, self._zone)
        return Figures(days, by_day, busiest, doctors, booked, offered, _ahead(ahead), visits)

    async def _visits(self, window: Slot, catalogue: Catalogue, rooms: RoomHours) -> VisitFigures:
        """Return the figures by kind, place and room; where there is nothing of that, nothing is read."""
        if not (catalogue.kinds or catalogue.places):
            return VisitFigures()
        by_kind = await self._reporting.by_kind(window)
        return visit_figures(catalogue, by_kind, await self._reporting.by_place(window), rooms)

    async def _busiest(
        self, counts: Mapping[tuple[UserId, AppointmentStatus], Count]
    ) -> tuple[tuple[DoctorCounts, ...], int]:
        """Return the busiest doctors, and how many had any appointment."""
        found: dict[UserId, Counter[AppointmentStatus]] = {}
        for (doctor_id, status), count in counts.items():
            found.setdefault(doctor_id, Counter())[status] += count.number
        tallies = {doctor_id: tally(of_doctor) for doctor_id, of_doctor in found.items()}
        busiest = sorted(tallies, key=lambda key: (-tallies[key].total, key))[:DOCTORS_SHOWN]
        people = await self._users.by_ids(busiest)
        return tuple(DoctorCounts(people.get(key), tallies[key]) for key in busiest), len(tallies)

    async def _use(
        self, days: Days, counts: Mapping[tuple[UserId, AppointmentStatus], Count], rooms: RoomHours
    ) -> tuple[timedelta, timedelta]:
        """Return how long the doctors who may be booked were booked, and how long they were to be had.

        When rooms could be used is noted in `rooms`.
        """
        seen: dict[UserId, list[tuple[AppointmentStatus, Count]]] = {}
        for (doctor_id, status), count in counts.items():
            seen.setdefault(doctor_id, []).append((status, count))
        booked = offered = timedelta()
        async for some in self._reporting.doctors():
            schedules = await asyncio.gather(*(self._schedules.of_doctor(doctor.user.id) for doctor in some))
            for doctor, schedule in zip(some, schedules, strict=True):
                of_doctor = seen.get(doctor.user.id, [])
                # Before the account was there, or somebody came, there was nothing to be had.
                came = (
                    min([doctor.at, *(count.first for _, count in of_doctor)]).astimezone(self._zone).date()
                )
                had = Days(max(days.first, came), days.last)
                offered += offered_time(schedule, had, self._zone)
                rooms.add(schedule, _each(had))
                kept = (
                    count.length for status, count in of_doctor if status is not AppointmentStatus.CANCELLED
                )
                booked += sum(kept, timedelta())
                await asyncio.sleep(0)  # a doctor's months are a millisecond, and others want to be served
        return booked, offered


def offered_time(schedule: Schedule, days: Days, zone: ZoneInfo) -> timedelta:
    """Return how long the slots are together that a schedule offers on those days, of any kind of visit.

    Those of kinds overlap: each minute counts once.
    """
    slots = (
        slot
        for day in _each(days)
        for slot in united(
            slot for kind in schedule.kinds for slot in slots_of_day(schedule, day, zone, kind=kind)
        )
    )
    return sum((slot.end - slot.start for slot in slots), timedelta())


def _each(days: Days) -> Iterable[date]:
    return (days.first + n * DAY for n in range((days.last - days.first).days + 1))


def _by_day(
    days: Days, counts: Mapping[tuple[datetime, AppointmentStatus], int], zone: ZoneInfo
) -> tuple[tuple[date, StatusCounts], ...]:
    each = list(_each(days))
    # Where a day begins is worked out once for each day, not once for each appointment.
    begins = [day_bounds(day, day, zone).start for day in each]
    found: list[Counter[AppointmentStatus]] = [Counter() for _ in each]
    for (start, status), number in counts.items():
        found[bisect_right(begins, start) - 1][status] += number
    return tuple((day, tally(counter)) for day, counter in zip(each, found, strict=True))


def _ahead(hours: Mapping[int, int]) -> Ahead | None:
    """Return how far ahead people book, from how many did so that many whole hours ahead."""
    total = sum(hours.values())
    if not total:
        return None
    parts = [0] * (len(AHEAD_LIMITS) + 1)
    median, seen = timedelta(), 0
    for ahead, number in sorted((max(hour, 0) * HOUR, number) for hour, number in hours.items()):
        parts[bisect_right(AHEAD_LIMITS, ahead)] += number
        if 2 * seen < total:  # the middle has not come yet, so it is here or later
            median = ahead
        seen += number
    return Ahead(median, tuple(parts))
