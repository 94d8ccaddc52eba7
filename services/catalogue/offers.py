"""Which of the clinic's kinds of visit a doctor offers, and how far apart visits begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.appointments.schedule_events import kinds_changed
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.catalogue.fields import STEP_MINUTES
from services.clock import Clock
from services.errors import BadGrid, GridTooCoarse, KindFitsNowhere, KindUnknown
from services.models.audit import Action
from services.models.catalogue import COARSEST_GRID, FINEST_GRID, Catalogue, KindId, VisitKind
from services.models.people import Principal, UserId
from services.models.scheduling import Schedule
from services.storage.schedules import ScheduleStore
from services.working_hours.doctors import doctor_of
from services.working_hours.weekly import longest_stretch


@dataclass(frozen=True, slots=True)
class DoctorsOffer:
    """What a doctor offers, and the whole catalogue. `longest` are the minutes of their longest hours."""

    schedule: Schedule
    catalogue: Catalogue
    longest: int

    @property
    def kinds(self) -> tuple[VisitKind, ...]:
        """The kinds that the doctor offers, the first one first; those retired, too."""
        found = (self.catalogue.kinds.get(each) for each in self.schedule.kind_ids)
        return tuple(kind for kind in found if kind is not None)

    def fits(self, kind: VisitKind) -> bool:
        """Tell whether the kind fits into any of the hours; where there are none, nothing is known."""
        return not self.longest or kind.minutes <= self.longest


class DoctorsOffers:
    """Shows and changes what doctors offer: doctors their own, admins that of the doctor whom they name."""

    def __init__(
        self,
        *,
        schedules: Schedules,
        schedule_store: ScheduleStore,
        doctors: Doctors,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._schedules = schedules
        self._schedule_store = schedule_store
        self._doctors = doctors
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def of(self, principal: Principal, doctor_id: UserId | None = None) -> DoctorsOffer:
        """Return what the doctor offers. Raises RoleRequired, DoctorUnknown."""
        return await self._of(await doctor_of(principal, doctor_id, self._doctors))

    async def offer(
        self,
        principal: Principal,
        kind_ids: Sequence[KindId],
        *,
        change_id: str,
        doctor_id: UserId | None = None,
    ) -> DoctorsOffer:
        """Let the doctor offer these kinds, the first of them by default; they are told if an admin does it.

        Raises RoleRequired, DoctorUnknown, KindUnknown, KindFitsNowhere.
        """
        doctor = await doctor_of(principal, doctor_id, self._doctors)
        offer, wanted = await self._of(doctor), tuple(dict.fromkeys(kind_ids))
        for kind_id in wanted:
            kind = offer.catalogue.kinds.get(kind_id)
            if kind_id in offer.schedule.kind_ids:
                continue
            if kind is None or kind.is_retired:
                raise KindUnknown
            if not offer.fits(kind):
                raise KindFitsNowhere(kind.name, kind.minutes, offer.longest)
        await self._save(principal, doctor, wanted, offer.schedule.grid_minutes, change_id)
        return await self._of(doctor)

    async def set_grid(
        self, principal: Principal, minutes: int, *, change_id: str, doctor_id: UserId | None = None
    ) -> DoctorsOffer:
        """Let visits begin every so many minutes from the beginning of each stretch of work.

        Raises RoleRequired, DoctorUnknown, BadGrid, GridTooCoarse, KindFitsNowhere.
        """
        doctor = await doctor_of(principal, doctor_id, self._doctors)
        if minutes % STEP_MINUTES or not FINEST_GRID <= minutes <= COARSEST_GRID:
            raise BadGrid(FINEST_GRID, COARSEST_GRID)
        offer = await self._of(doctor)
        if offer.longest and minutes > offer.longest:
            raise GridTooCoarse(minutes, offer.longest)
        offered = [kind for kind in offer.kinds if not kind.is_retired]
        if offered and not any(map(offer.fits, offered)):
            shortest = min(offered, key=lambda kind: kind.minutes)
            raise KindFitsNowhere(shortest.name, shortest.minutes, offer.longest)
        await self._save(principal, doctor, offer.schedule.kind_ids, minutes, change_id)
        return await self._of(doctor)

    async def _of(self, doctor_id: UserId) -> DoctorsOffer:
        schedule = await self._schedules.of_doctor(doctor_id)
        return DoctorsOffer(schedule, await self._schedules.catalogue(), longest_stretch(schedule))

    async def _save(
        self, principal: Principal, doctor: UserId, kind_ids: Sequence[KindId], grid: int, change_id: str
    ) -> None:
        is_by_another = doctor != principal.id
        event = kinds_changed(doctor, change_id, self._clock.now()) if is_by_another else None
        await self._schedule_store.offer(doctor, kind_ids, grid, event)
        if event is not None:
            self._on_event()
        await self._audit.note(
            Action.KINDS_OFFERED, actor=principal.id, subject=doctor, once=f"{change_id}.kinds"
        )
