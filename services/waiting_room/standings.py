"""How a visit of today stands: when it is expected to begin, and how many wait before its patient."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.appointments.views import AppointmentViews
from services.availability.availability import Schedules
from services.clock import Clock
from services.local_time import day_bounds
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.people import Role, UserId
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.waiting_room import WaitingRoomStore
from services.waiting_room.line import places


@dataclass(frozen=True, slots=True)
class Standing:
    """How a visit stands: when it is `expected` to begin (None: as booked).

    `before`: how many are called in before its patient, who is there; None: they are not in the line.
    """

    expected: datetime | None = None
    before: int | None = None


AS_BOOKED = Standing()


class Standings:
    """Works out how the visits of today stand."""

    def __init__(
        self,
        *,
        store: WaitingRoomStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        schedules: Schedules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._queries = queries
        self._views = views
        self._schedules = schedules
        self._clock = clock

    def is_today(self, visit: Appointment) -> bool:
        """Tell whether the visit is booked for today, by the clinic's calendar."""
        day = visit.slot.start.astimezone(self._schedules.zone).date()
        return visit.status is AppointmentStatus.BOOKED and day == self._schedules.today()

    def is_in_line(self, visit: Appointment) -> bool:
        """Tell whether its patient is there today, also if they were called in."""
        return self.is_today(visit) and visit.arrived_at is not None

    async def followed(
        self, ids: Collection[AppointmentId]
    ) -> dict[AppointmentId, tuple[AppointmentCard, Standing]]:
        """Return visits that patients follow on a card, with how each stands."""
        visits = await self._store.by_ids(sorted(ids))
        cards, standings = await self._views.cards(visits), await self.of_each(visits)
        return {card.appointment.id: (card, standings[card.appointment.id]) for card in cards}

    async def of(self, visit: Appointment) -> Standing:
        """Return how a visit stands; of other days nothing is asked."""
        return (await self.of_each([visit]))[visit.id]

    async def of_each(self, visits: Sequence[Appointment]) -> dict[AppointmentId, Standing]:
        """Return how each of several visits stands, by their ids."""
        found = {visit.id: AS_BOOKED for visit in visits}
        now = self._clock.now()
        for doctor_id, theirs in _by_doctor(filter(self.is_today, visits)).items():
            schedule = await self._schedules.of_doctor(doctor_id)
            for visit in theirs:
                delay = schedule.late_by(visit.slot.start, now)
                if delay > timedelta(0) and visit.called_at is None:
                    found[visit.id] = Standing(visit.slot.start + delay)
            if any(visit.is_waiting for visit in theirs):
                line = places(await self._day(doctor_id), schedule.late, now)
                known = {visit.id for visit in theirs}
                found |= {
                    each.visit.id: Standing(each.expected, each.before)
                    for each in line
                    if each.visit.id in known
                }
        return found

    async def _day(self, doctor_id: UserId) -> list[Appointment]:
        today = self._schedules.today()
        bounds = day_bounds(today, today, self._schedules.zone)
        return await self._queries.of_person(Role.DOCTOR, doctor_id, bounds)


def _by_doctor(visits: Iterable[Appointment]) -> Mapping[UserId, list[Appointment]]:
    found: dict[UserId, list[Appointment]] = {}
    for visit in visits:
        found.setdefault(visit.doctor_id, []).append(visit)
    return found
