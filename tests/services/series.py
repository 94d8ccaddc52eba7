"""A clinic with a physiotherapist whose visits come in series, to try series on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from services.models.appointments import Appointment, AppointmentCard, AppointmentStatus
from services.models.catalogue import KindId, Room, RoomId, VisitKind, WantedVisit
from services.models.people import Principal, Role
from services.models.scheduling import Schedule
from services.models.series import Every, SeriesId, SeriesRule
from services.series.planning import PlannedVisit, WantedSeries
from tests.services.conftest import Bench

# A Tuesday, ten o'clock in Berlin; the clock stands at 08:00 of the Monday before.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
WEEK, DAY, HALF = timedelta(weeks=1), timedelta(days=1), timedelta(minutes=30)
PHYSIO = KindId("physio")
KIND = WantedVisit(PHYSIO)
WEEKLY = SeriesRule(Every.WEEK, 4)
numbers = count(1)


@dataclass
class SeriesBench:
    """The bench with a doctor who offers series of up to twelve, and two patients."""

    bench: Bench
    doctor: Principal
    asha: Principal
    ben: Principal

    async def plan(
        self, rule: SeriesRule = WEEKLY, first: datetime = TEN, patient: Principal | None = None
    ) -> list[PlannedVisit]:
        """Plan a series for Asha, or for another patient."""
        wanted = self.wanted((), rule, first)
        return await self.bench.clinic.visits.series.plans.plan(patient or self.asha, wanted)

    def wanted(
        self,
        starts: Sequence[datetime | None],
        rule: SeriesRule = WEEKLY,
        first: datetime = TEN,
        series_id: str | None = None,
    ) -> WantedSeries:
        """Return the series with visits at these times."""
        number = SeriesId(series_id or f"{next(numbers):024x}")
        return WantedSeries(number, self.doctor.id, rule, first, tuple(starts), KIND)

    async def book(self, wanted: WantedSeries, patient: Principal | None = None) -> AppointmentCard:
        """Book it, for Asha or another patient."""
        return await self.bench.clinic.visits.series.booking.book(
            patient or self.asha, wanted, reason="my knee"
        )

    async def visits(self, series_id: SeriesId) -> list[Appointment]:
        """Return what is stored of a series, also what is only held."""
        return await self.bench.storage.series_visits.of(series_id)

    async def booked(self, series_id: SeriesId) -> list[datetime]:
        """Return when the visits of a series are that are booked."""
        found = await self.visits(series_id)
        return [each.slot.start for each in found if each.status is AppointmentStatus.BOOKED]


async def founded(bench: Bench, kind: VisitKind | None = None) -> SeriesBench:
    """Found it."""
    doctor = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    made = kind or VisitKind(PHYSIO, "Physiotherapy", 30, in_series=12)
    await bench.storage.catalogue.put(made)
    await bench.storage.schedules.put(doctor.id, Schedule(horizon=timedelta(days=400)))
    await offer(bench, doctor, made.id)
    return SeriesBench(
        bench,
        doctor,
        await bench.principal("asha@example.org"),
        await bench.principal("ben@example.org", chat=3),
    )


async def with_a_room(bench: Bench) -> SeriesBench:
    """Found it with one room, which all visits need."""
    there = await founded(bench, VisitKind(PHYSIO, "Physiotherapy", 30, in_series=12, group="pool"))
    await bench.storage.catalogue.put(Room(RoomId("pool"), "Pool", "pool"))
    return there


def weekly(number: int, first: datetime = TEN) -> list[datetime | None]:
    """Return so many times, a week from one to the next."""
    return [first + WEEK * n for n in range(number)]


def replaced(starts: Sequence[datetime | None], number: int, start: datetime | None) -> list[datetime | None]:
    """Return the starts with another one for that number."""
    return [start if place == number else each for place, each in enumerate(starts, start=1)]


async def offer(bench: Bench, doctor: Principal, kind_id: KindId) -> None:
    """Let the doctor offer a kind alone, on a grid of half hours."""
    offered = {"kinds": [kind_id], "grid_minutes": 30}
    schedules = bench.storage.schedules._schedules
    await schedules.update_one({"_id": doctor.id}, {"$set": offered})
