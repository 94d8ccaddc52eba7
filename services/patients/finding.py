"""Finding patients: accounts' own and those without an account, and who looks after whom."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.access import acts_for
from services.errors import PatientUnknown, UserUnknown
from services.models.patients import Patient, has_no_account, own_patient
from services.models.people import REMINDERS, AccountStatus, Principal, Role, User, UserId
from services.storage.carers import CarerStore
from services.storage.patients import PatientStore
from services.storage.users import UserStore


class Patients:
    """Finds patients. Accounts' own patients cost one query, and none where the account is read anyway."""

    def __init__(self, *, patients: PatientStore, carers: CarerStore, users: UserStore) -> None:
        self._patients = patients
        self._carers = carers
        self._users = users

    async def with_people(
        self, doctors: Iterable[UserId], patients: Iterable[UserId]
    ) -> tuple[Mapping[UserId, User], Mapping[UserId, Patient]]:
        """Return those accounts that exist, and the patients, by the ids that were asked for.

        Doctors and accounts' own patients are read in one query.
        """
        wanted = set(patients)
        accounts = {*doctors, *(each for each in wanted if not has_no_account(each))}
        users = await self._users.by_ids(accounts) if accounts else {}
        own = {each: own_patient(users[each]) for each in wanted if each in users}
        return users, own | dict(await self._patients.by_ids(wanted))

    async def by_ids(self, ids: Iterable[UserId]) -> Mapping[UserId, Patient]:
        """Return the patients that exist, by the id that was asked for."""
        return (await self.with_people((), ids))[1]

    async def choices(self, principal: Principal) -> list[Patient]:
        """Return for whom the person acts: first themselves, then those whom they look after."""
        after = principal.user.looks_after
        found = await self._patients.by_ids(after)
        own = own_patient(principal.user)
        # Two of them may have been made one, perhaps with the person's own.
        chosen = {own.id: own} | {found[each].id: found[each] for each in after if each in found}
        return [own if each.id == own.id else each for each in chosen.values()]

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

        Whoever asks must be allowed to. Raises UserUnknown.
        """
        found = await self._patients.by_id(patient_id)
        if found is not None and not found.has_account:
            return found
        user = await self._users.by_id(found.id if found else patient_id)
        if user is None or user.role is not Role.PATIENT or user.status is not AccountStatus.ACTIVE:
            raise UserUnknown
        return own_patient(user)

    async def carers(self, patient_id: UserId) -> list[User]:
        """Return who looks after a patient without an account; for an account's own, nobody else does."""
        return (await self.carers_of([patient_id])).get(patient_id, [])

    async def carers_of(self, patient_ids: Iterable[UserId]) -> Mapping[UserId, list[User]]:
        """Return who looks after each of these patients, by id, as `carers` does."""
        return await self._carers.of_patients(patient_ids)

    async def reminded(self, patient: Patient) -> Patient:
        """Return the patient with all reminders that anybody is to get of their appointments.

        They are those of the ones who look after the patient, and for a patient's own address the usual ones.
        """
        if patient.has_account:
            return patient
        leads = {minutes for user in await self.carers(patient.id) for minutes in user.reminders}
        leads |= set(REMINDERS if patient.email else ())
        return replace(patient, reminders=tuple(sorted(leads, reverse=True)))
