"""The people whom an account looks after: children, parents, whoever has no account of their own."""

from dataclasses import dataclass, replace
from datetime import date

from services.access import DESK, require
from services.accounts.fields import read_name
from services.audit import Audit
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.errors import PatientChanged, PatientUnknown, TooManyPatients
from services.ids import derived_id
from services.models.audit import Action
from services.models.patients import MOST_LOOKED_AFTER, PREFIX, Made, Patient
from services.models.people import Gender, Principal, Role, UserId
from services.patients.fields import checked_birth_date, read_phone
from services.patients.finding import Patients
from services.storage.carers import CarerStore
from services.storage.patients import PatientStore


@dataclass(frozen=True, slots=True)
class PatientForm:
    """What somebody tells of a patient, as they typed it; only the name is needed."""

    name: str
    birth_date: date | None = None
    phone: str | None = None
    gender: Gender | None = None
    email: str = ""
    language: str | None = None


class Family:
    """Makes, changes and lets go patients without an account."""

    def __init__(
        self,
        *,
        patients: PatientStore,
        carers: CarerStore,
        finder: Patients,
        rules: ClinicRules,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._patients = patients
        self._carers = carers
        self._finder = finder
        self._rules = rules
        self._audit = audit
        self._clock = clock

    def read(self, form: PatientForm, patient_id: UserId) -> Patient:
        """Return the patient that a form describes. Raises BadName, BadBirthDate, BadPhone."""
        today = self._clock.now().astimezone(self._rules.zone).date()
        return Patient(
            patient_id,
            read_name(form.name),
            form.email,
            checked_birth_date(form.birth_date, today) if form.birth_date else None,
            read_phone(form.phone, self._rules.region) if form.phone else None,
            form.gender,
            form.language,
        )

    async def make(self, principal: Principal, form: PatientForm, *, request_id: str) -> Patient:
        """Make a patient whom nobody looks after yet; asking twice with one `request_id` makes one.

        Whoever asks must be allowed to. Raises BadName, BadBirthDate, BadPhone.
        """
        patient = self.read(form, patient_id_of(principal, request_id))
        await self._patients.add(patient, Made(self._clock.now(), principal.id, principal.role in DESK))
        await self._audit.note(
            Action.PATIENT_MADE,
            actor=principal.id,
            subject=patient.id,
            once=f"{patient.id}.{Action.PATIENT_MADE}",
        )
        return patient

    async def add(self, principal: Principal, form: PatientForm, *, request_id: str) -> Patient:
        """Make a patient whom the person looks after from now on.

        Raises RoleRequired, TooManyPatients, BadName, BadBirthDate, BadPhone.
        """
        self.check_room(principal, patient_id_of(principal, request_id))
        patient = await self.make(principal, form, request_id=request_id)
        try:
            await self.look_after(principal.id, patient.id)
        except TooManyPatients:  # others were added at the same time
            await self._patients.delete(patient.id)
            raise
        return patient

    def check_room(self, principal: Principal, patient_id: UserId | None = None) -> None:
        """Return if the person may look after one more. Raises RoleRequired, TooManyPatients."""
        require(principal, Role.PATIENT)
        after = principal.user.looks_after
        if len(after) >= MOST_LOOKED_AFTER and patient_id not in after:
            raise TooManyPatients(MOST_LOOKED_AFTER)

    async def look_after(self, user_id: UserId, patient_id: UserId) -> None:
        """Let an account look after a patient. Raises TooManyPatients."""
        if not await self._carers.look_after(user_id, patient_id):
            raise TooManyPatients(MOST_LOOKED_AFTER)

    async def change(self, principal: Principal, before: Patient, form: PatientForm) -> Patient:
        """Change a patient whom the person looks after, or, for those at the desk, any.

        `before` is the patient as the person saw them. Raises PatientUnknown, PatientChanged, BadName,
        BadBirthDate, BadPhone.
        """
        if principal.role is Role.PATIENT:
            await self._finder.mine(principal, before.id)
        if before.has_account:
            raise PatientUnknown
        wanted = replace(self.read(form, before.id), revision=before.revision)
        changed = await self._patients.change(wanted)
        if changed is None:
            raise PatientChanged
        await self._audit.note(Action.PATIENT_CHANGED, actor=principal.id, subject=changed.id)
        return changed

    async def stop(self, principal: Principal, patient_id: UserId) -> bool:
        """Let the person not look after a patient any more; tell whether they did. Raises RoleRequired."""
        require(principal, Role.PATIENT)
        return await self._carers.stop(principal.id, patient_id)


def patient_id_of(principal: Principal, request_id: str) -> UserId:
    """Return the id of the patient that a request makes: as long as that of an account."""
    return UserId(PREFIX + derived_id(f"{principal.id}.{request_id}")[len(PREFIX) :])
