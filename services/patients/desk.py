"""What the desk does with patients: making those who call, seeing them, putting right what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.access import DESK, require
from services.accounts.fields import read_name
from services.clinic_rules import ClinicRules
from services.errors import PatientGone, UserUnknown
from services.models.patients import Patient, own_patient
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.names.email_addresses import read_email
from services.namesakes import Namesakes
from services.patients.family import Family, PatientForm
from services.patients.fields import read_phone
from services.patients.finding import Patients
from services.storage.patients import PatientStore

# More likely duplicates than this are not shown.
MOST_ALIKE = 6


@dataclass(frozen=True, slots=True)
class PatientCard:
    """A patient, and who looks after them."""

    patient: Patient
    carers: Sequence[User]


class PatientDesk:
    """Patients as receptionists and admins make, see and change them."""

    def __init__(
        self,
        *,
        patients: PatientStore,
        finder: Patients,
        family: Family,
        namesakes: Namesakes,
        rules: ClinicRules,
    ) -> None:
        self._patients = patients
        self._finder = finder
        self._family = family
        self._namesakes = namesakes
        self._rules = rules

    def read_name(self, principal: Principal, text: str) -> str:
        """Return a patient's name as it would be stored. Raises RoleRequired, BadName."""
        require(principal, *DESK)
        return read_name(text)

    def read_phone(self, principal: Principal, text: str) -> str:
        """Return a telephone number as it would be stored: E.164. Raises RoleRequired, BadPhone."""
        require(principal, *DESK)
        return read_phone(text, self._rules.region)

    async def alike(self, principal: Principal, form: PatientForm) -> list[Patient]:
        """Return who may be the patient that is about to be made: by telephone number, or by name.

        Names count as folded, and as they look; where both birth dates are known, they must be the same.
        Raises RoleRequired, BadName, BadPhone, BadBirthDate.
        """
        require(principal, *DESK)
        wanted = self._family.read(form, UserId(""))
        found = await self._patients.alike(wanted.name, wanted.phone)
        accounts = await self._namesakes.alike(wanted.name, Role.PATIENT)
        own = [own_patient(user) for user in accounts if user.status is AccountStatus.ACTIVE]
        return [each for each in (*found, *own) if _may_be(each, wanted)][:MOST_ALIKE]

    async def make(self, principal: Principal, form: PatientForm, *, request_id: str) -> Patient:
        """Make a patient whom nobody looks after; asking twice with one `request_id` makes one.

        Raises RoleRequired, BadName, BadPhone, BadBirthDate.
        """
        require(principal, *DESK)
        return await self._family.make(principal, form, request_id=request_id)

    async def card(self, principal: Principal, patient_id: UserId) -> PatientCard:
        """Return any patient who may be booked for. Raises RoleRequired, PatientGone."""
        require(principal, *DESK)
        try:
            patient = await self._finder.anybody(patient_id)
        except UserUnknown as error:
            raise PatientGone from error
        return PatientCard(patient, await self._finder.carers(patient.id))

    async def change(self, principal: Principal, before: Patient, form: PatientForm) -> Patient:
        """Change what is known of a patient without an account; `before` is what the person saw.

        Raises RoleRequired, PatientGone, PatientChanged, BadName, BadEmail, BadPhone, BadBirthDate.
        """
        require(principal, *DESK)
        if before.has_account:
            raise PatientGone
        email = read_email(form.email) if form.email else ""
        return await self._family.change(principal, before, replace(form, email=email))


def form_of(patient: Patient) -> PatientForm:
    """Return the form that describes a patient as they are stored."""
    return PatientForm(
        patient.name,
        patient.birth_date,
        patient.phone,
        patient.gender,
        patient.email,
        patient.language,
    )


def _may_be(found: Patient, wanted: Patient) -> bool:
    """Tell whether two are perhaps the same person: unless their birth dates say that they are not."""
    return None in {found.birth_date, wanted.birth_date} or found.birth_date == wanted.birth_date
