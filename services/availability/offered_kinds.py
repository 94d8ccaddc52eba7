"""Which kinds of visit somebody may book with a doctor."""

from collections.abc import Mapping
from dataclasses import replace

from services.availability.availability import Schedules
from services.clock import Clock
from services.errors import KindNotOffered
from services.models.appointments import Appointment
from services.models.catalogue import ANY_VISIT, ForPatients, KindId, Place, VisitKind, WantedVisit
from services.models.people import Principal, Role, UserId
from services.models.scheduling import PLAIN, Schedule
from services.storage.appointment_queries import AppointmentQueryStore


class OfferedKinds:
    """Knows the kinds of visit that doctors offer, and for whom."""

    def __init__(self, *, schedules: Schedules, queries: AppointmentQueryStore, clock: Clock) -> None:
        self._schedules = schedules
        self._queries = queries
        self._clock = clock

    async def choices(
        self, principal: Principal, patient_id: UserId, doctor_id: UserId
    ) -> tuple[VisitKind, ...]:
        """Return the kinds that this person may book for the patient with the doctor, in the doctor's order.

        One alone, or none, is nothing to ask about.
        """
        kinds = (await self._schedules.of_doctor(doctor_id)).kinds
        is_known = await self._is_known(patient_id, doctor_id, *kinds)
        return tuple(kind for kind in kinds if _is_for(kind, principal, is_known=is_known))

    async def or_first(
        self, principal: Principal, patient_id: UserId, doctor_id: UserId, wanted: WantedVisit
    ) -> WantedVisit:
        """Return what is wanted; where no kind is named, of one that this person may book for the patient.

        That is the kind that counts where none is named, else the first of the others. Where there is none
        for that patient it stays as it is, and `check` refuses it.
        """
        if wanted.kind_id is not None:
            return wanted
        first = (await self._schedules.of_doctor(doctor_id)).first_kind
        if _is_for(first, principal, is_known=await self._is_known(patient_id, doctor_id, first)):
            return wanted
        choices = await self.choices(principal, patient_id, doctor_id)
        return replace(wanted, kind_id=choices[0].id) if choices else wanted

    async def of_each(
        self,
        principal: Principal,
        patient_id: UserId,
        schedules: Mapping[UserId, Schedule],
        wanted: WantedVisit,
    ) -> dict[UserId, tuple[Schedule, VisitKind]]:
        """Return which kind of visit it is with each doctor, and the schedule; who has none is left out.

        Where no kind is wanted it is chosen as in `or_first`. A doctor must work at the place that is wanted.
        """
        mattering = [
            doctor_id
            for doctor_id, schedule in schedules.items()
            if any(kind.for_patients is not ForPatients.ANYBODY for kind in schedule.kinds)
        ]
        now = self._clock.now()
        known = await self._queries.met_among(patient_id, mattering, now) if mattering else set[UserId]()
        found: dict[UserId, tuple[Schedule, VisitKind]] = {}
        for doctor_id, schedule in schedules.items():
            if wanted.place is not None and not schedule.works_at(wanted.place):
                continue
            kinds = (schedule.first_kind, *schedule.kinds)
            if wanted.kind_id is not None:
                kinds = tuple(kind for kind in kinds if kind.id == wanted.kind_id)
            for kind in kinds:
                if _is_for(kind, principal, is_known=doctor_id in known):
                    found[doctor_id] = schedule, kind
                    break
        return found

    async def of_clinic(self, principal: Principal) -> tuple[VisitKind, ...]:
        """Return all the clinic's kinds that this person may book, by name, whoever offers them."""
        kinds = (await self._schedules.catalogue()).offered_kinds
        may_all = principal.role is not Role.PATIENT
        return tuple(kind for kind in kinds if may_all or not kind.desk_only)

    async def places(self, principal: Principal) -> tuple[Place, ...]:
        """Return the clinic's places, by name."""
        del principal  # any signed-in person may
        return (await self._schedules.catalogue()).open_places

    async def check(
        self, principal: Principal, patient_id: UserId, doctor_id: UserId, kind: VisitKind
    ) -> None:
        """Return if this person may book that kind for the patient. Raises KindNotOffered."""
        if not _is_for(kind, principal, is_known=await self._is_known(patient_id, doctor_id, kind)):
            raise KindNotOffered

    async def is_for_patient(self, kind: VisitKind, patient_id: UserId, doctor_id: UserId) -> bool:
        """Tell whether patients may book that kind themselves, and this patient is one of those it is for."""
        if kind.desk_only:
            return False
        is_known = await self._is_known(patient_id, doctor_id, kind)
        return _is_for_one(kind, is_known=is_known)

    async def after(self, visit: Appointment) -> WantedVisit:
        """Return what a follow-up of a visit is: the doctor's kind for that, else of the visit's kind."""
        schedule = await self._schedules.of_doctor(visit.doctor_id)
        check = schedule.follow_up_kind()
        return WantedVisit(check.id) if check else WantedVisit(_like(schedule.kind(visit.kind_id)))

    async def instead(self, lost: Appointment, doctor_id: UserId) -> WantedVisit:
        """Return what a visit in the place of a lost one is: of the same kind where the doctor offers it."""
        if lost.kind_id is None:
            return ANY_VISIT
        schedule = await self._schedules.of_doctor(doctor_id)
        return WantedVisit(_like(schedule.kind(lost.kind_id)))

    async def _is_known(self, patient_id: UserId, doctor_id: UserId, *kinds: VisitKind) -> bool:
        """Tell whether the doctor knows the patient; where it does not matter, nothing is looked up."""
        if all(kind.for_patients is ForPatients.ANYBODY for kind in kinds):
            return False
        return await self._queries.have_met(patient_id, doctor_id, self._clock.now())


def _like(kind: VisitKind | None) -> KindId | None:
    return kind.id if kind is not None and kind.id != PLAIN else None


def _is_for(kind: VisitKind, principal: Principal, *, is_known: bool) -> bool:
    if kind.desk_only and principal.role is Role.PATIENT:
        return False
    return _is_for_one(kind, is_known=is_known)


def _is_for_one(kind: VisitKind, *, is_known: bool) -> bool:
    return kind.for_patients is ForPatients.ANYBODY or is_known is (kind.for_patients is ForPatients.KNOWN)
