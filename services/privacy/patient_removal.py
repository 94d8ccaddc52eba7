"""Letting go a patient whom somebody looks after, and erasing one whom nobody looks after any more."""

from collections.abc import Sequence

from services.access import require
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.reminders import Reminders
from services.availability.booking_window import FAR_AHEAD
from services.clock import Clock
from services.errors import PatientHasAppointments
from services.ids import new_id
from services.models.appointments import CancellationCause, CancellationOrder
from services.models.patients import Patient
from services.models.people import Principal, Role, User, UserId, Via
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.carers import CarerStore
from services.storage.merging import MergeStore
from services.storage.patients import PatientStore
from services.storage.users import UserStore


class PatientRemoval:
    """Ends that somebody looks after a patient.

    A patient whom nobody looks after any more is erased, as accounts are; one whom the clinic itself has made
    stays in its records.
    """

    def __init__(
        self,
        *,
        patients: PatientStore,
        carers: CarerStore,
        users: UserStore,
        merges: MergeStore,
        finder: Patients,
        reminders: Reminders,
        bulk_cancellation: BulkCancellation,
        clock: Clock,
    ) -> None:
        self._patients = patients
        self._carers = carers
        self._users = users
        self._merges = merges
        self._finder = finder
        self._reminders = reminders
        self._bulk_cancellation = bulk_cancellation
        self._clock = clock

    async def is_last(self, principal: Principal, patient_id: UserId) -> tuple[Patient, bool]:
        """Return a patient whom the person looks after, and whether they are erased when they are removed.

        Raises RoleRequired, PatientUnknown.
        """
        require(principal, Role.PATIENT)
        patient = await self._finder.mine(principal, patient_id)
        return patient, await self._is_erased(patient, but=principal.id)

    async def remove(self, principal: Principal, patient_id: UserId) -> Patient:
        """Let the person not look after a patient any more; return who it was.

        Raises RoleRequired, PatientUnknown, and PatientHasAppointments if nobody else looks after them.
        """
        require(principal, Role.PATIENT)
        patient = await self._finder.mine(principal, patient_id)
        if not await self._others(patient.id, principal.id):
            await self._check_nothing_to_come(patient)
        elif await self._stop(principal, patient):
            return patient
        if await self._is_erased(patient, but=principal.id):
            going = [patient.id, *await self.joining([patient.id])]
            orders = [self.erasing(each, principal.id, principal.via) for each in going]
            await self._bulk_cancellation.order(*orders)
            return patient
        await self._carers.stop(principal.id, patient.id)
        return patient

    async def _stop(self, principal: Principal, patient: Patient) -> bool:
        """Let the person not look after the patient any more, whom others do; False: these have just left.

        Then nobody does, and with something to come they go on. Raises PatientHasAppointments.
        """
        await self._carers.stop(principal.id, patient.id)
        if await self._finder.carers(patient.id):
            await self._reminders.plan_again(patient)
            return True
        try:
            await self._check_nothing_to_come(patient)
        except PatientHasAppointments:
            await self._carers.look_after(principal.id, patient.id)
            raise
        return False

    async def _check_nothing_to_come(self, patient: Patient) -> None:
        """Return if the patient has no appointment to come. Raises PatientHasAppointments."""
        for each in (patient.id, *await self.joining([patient.id])):
            if to_come := await self._bulk_cancellation.affected(Role.PATIENT, each, self._ahead()):
                raise PatientHasAppointments(to_come[0].appointment.slot.start)

    async def left_by(self, user: User) -> list[Patient]:
        """Return the patients who are erased together with an account: nobody else looks after them."""
        found = (await self._finder.by_ids(user.looks_after)).values()
        return [
            patient
            for patient in found
            if not patient.has_account and not await self._others(patient.id, user.id)
        ]

    async def joining(self, patient_ids: Sequence[UserId]) -> list[UserId]:
        """Return who is just being made one with one of these, and so is the same person."""
        return await self._merges.joining(patient_ids)

    def erasing(self, patient_id: UserId, by: UserId, via: Via | None) -> CancellationOrder:
        """Return the order that cancels a patient's upcoming appointments and erases the patient."""
        return CancellationOrder(
            id=new_id(self._clock.now()),
            kind=CancellationCause.ACCOUNT_DELETED,
            role=Role.PATIENT,
            user_id=patient_id,
            window=self._ahead(),
            by=by,
            until=self._bulk_cancellation.until(),
            via=via,
        )

    async def _others(self, patient_id: UserId, but: UserId) -> list[User]:
        return [user for user in await self._finder.carers(patient_id) if user.id != but]

    async def _is_erased(self, patient: Patient, but: UserId) -> bool:
        """Tell whether the patient is erased once this account does not look after them any more."""
        if patient.has_account or await self._others(patient.id, but):
            return False
        made = await self._patients.made(patient.id)
        if made is not None and made.at_desk is not None:
            return not made.at_desk
        maker = await self._users.by_id(made.by) if made else None
        return maker is None or maker.role is Role.PATIENT

    def _ahead(self) -> Slot:
        now = self._clock.now()
        return Slot(now, now + FAR_AHEAD)
