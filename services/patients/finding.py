"""Finding patients: accounts' own and those without an account, and who looks after whom."""

from collections.abc import Iterable, Mapping

from services.access import acts_for
from services.errors import PatientUnknown
from services.models.patients import Patient, has_no_account, own_patient
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.storage.carers import CarerStore
from services.storage.patients import PatientStore
from services.storage.users import UserStore


class Patients:
    """Finds patients. Accounts' own patients cost one query, and none where the account is read anyway."""

    def __init__(self, *, patients: PatientStore, carers: CarerStore, users: UserStore) -> None:
        self._patients = patients
        self._carers = carers
        self._users = users

    async def by_ids(self, ids: Iterable[UserId]) -> Mapping[UserId, Patient]:
        """Return the patients that exist, by the id that was asked for."""
        wanted = set(ids)
        accounts = {each for each in wanted if not has_no_account(each)}
        users = await self._users.by_ids(accounts) if accounts else {}
        own = {user.id: own_patient(user) for user in users.values()}
        return own | dict(await self._patients.by_ids(wanted))

    async def choices(self, principal: Principal) -> list[Patient]:
        """Return for whom the person acts: first themselves, then those whom they look after."""
        after = principal.user.looks_after
        found = await self._patients.by_ids(after)
        return [own_patient(principal.user), *(found[each] for each in after if each in found)]

    async def mine(self, principal: Principal, patient_id: UserId) -> Patient:
        """Return the person's own patient, or one whom they look after. Raises PatientUnknown."""
        if patient_id == principal.id and acts_for(principal, patient_id):
            return own_patient(principal.user)
        found = await self._patients.by_id(patient_id)
        # An old id may lead to another patient, with whom the person has nothing to do.
        if found is None or not acts_for(principal, found.id):
            raise PatientUnknown
        return found

    async def anybody(self, patient_id: UserId) -> Patient:
        """Return any patient who may be booked for: an active account's own, or one without an account.

        Whoever asks must be allowed to. Raises PatientUnknown.
        """
        found = await self._patients.by_id(patient_id)
        if found is not None and not found.has_account:
            return found
        user = await self._users.by_id(found.id if found else patient_id)
        if user is None or user.role is not Role.PATIENT or user.status is not AccountStatus.ACTIVE:
            raise PatientUnknown
        return own_patient(user)

    async def carers(self, patient_id: UserId) -> list[User]:
        """Return who looks after a patient without an account; for an account's own, nobody else does."""
        return (await self._carers.of_patients([patient_id])).get(patient_id, [])
