"""Who hears of a patient's appointments: the patient, or those who look after a patient without an account.

Events name the patient. Who is told in the patient's place is looked up when the event is spread, and once
more when it is told: who has stopped looking after the patient by then hears nothing. A patient without an
account who has an email address of their own gets the emails, too.

Between the order to make one of two patients and its first step, those who look after the first do not look
after the other one yet. They are told all the same, as the ids of both are looked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from services.models.notifications import Event, EventKind, Notice
from services.models.patients import Patient, has_no_account
from services.models.people import ASSUMED_LANGUAGE, AccountStatus, Role, User, UserId
from services.patients.finding import Patients
from services.storage.users import UserStore


class NoticeReaders:
    """Knows who is told; without `patients` everybody has an account."""

    def __init__(self, users: UserStore, patients: Patients | None) -> None:
        self._users = users
        self._patients = patients

    async def told_instead(self, events: Sequence[Event]) -> list[Event]:
        """Return the events with those who are told in the place of patients without an account."""
        wanted = {reader for event in events for reader in event.readers if has_no_account(reader)}
        if not wanted or self._patients is None:
            return list(events)
        patients = await self._patients.by_ids(wanted)
        carers = await self._patients.carers_of(wanted | {patient.id for patient in patients.values()})
        return [replace(event, readers=_readers(event, patients, carers)) for event in events]

    async def reader(self, reader_id: UserId) -> User | None:
        """Return the account, or a patient without one as the reader of emails; None: there is neither."""
        if not has_no_account(reader_id):
            return await self._users.by_id(reader_id)
        found = await self._patients.by_ids([reader_id]) if self._patients else {}
        patient = found.get(reader_id)
        if patient is None or patient.has_account or not patient.email:
            return None
        return User(
            patient.id,
            patient.name,
            patient.email,
            Role.PATIENT,
            AccountStatus.ACTIVE,
            language=patient.language or ASSUMED_LANGUAGE,
        )

    async def as_told(self, notice: Notice, reader: User) -> Notice | None:
        """Return the notice as it is told to its reader now, or None if they are not told any more.

        Its facts have the patient's present id and name, and the name of somebody else who did it for the
        patient (`carer`). That is not stored with it: it would have to be erased with that account.
        """
        if notice.event.kind is EventKind.CALLBACK_WANTED:
            return await self._with_caller(notice)
        facts = notice.event.facts
        patient_id = str(facts.get("patient_id"))
        if not has_no_account(patient_id) or reader.role is not Role.PATIENT or self._patients is None:
            return notice
        patient = (await self._patients.by_ids([UserId(patient_id)])).get(UserId(patient_id))
        if patient is None or not _is_for(reader, UserId(patient_id), patient):
            return None
        told = {**facts, "patient_id": patient.id, "patient": facts.get("patient") or patient.name}
        actor = facts.get("actor")
        if actor not in {None, reader.id} and facts.get("by") == Role.PATIENT.value:
            carer = await self._users.by_id(UserId(str(actor)))
            told["carer"] = carer.name if carer else None
        return replace(notice, event=replace(notice.event, facts=told))

    async def _with_caller(self, notice: Notice) -> Notice | None:
        """Return the notice with name and number of who wants to be called, if they are still there."""
        facts = notice.event.facts
        user = await self._users.by_id(UserId(str(facts["user_id"])))
        if user is None or user.status is not AccountStatus.ACTIVE:
            return None
        told = {**facts, "name": user.name, "phone": user.phone or ""}
        return replace(notice, event=replace(notice.event, facts=told))


def _is_for(reader: User, patient_id: UserId, patient: Patient) -> bool:
    """Tell whether somebody is told of that id's patient, who may be one with another by now."""
    mine = {reader.id, *reader.looks_after}
    return patient.id in mine or (patient_id in mine and not patient.has_account)


def _readers(
    event: Event, patients: Mapping[UserId, Patient], carers: Mapping[UserId, Sequence[User]]
) -> tuple[UserId, ...]:
    """Return who is told of an event, each once."""
    told: list[UserId] = []
    for reader in event.readers:
        patient = patients.get(reader)
        if not has_no_account(reader):
            told.append(reader)
        elif patient is not None:
            both = [*carers.get(patient.id, ()), *carers.get(reader, ())]
            told += _for_patient(event, patient, both)
    return tuple(dict.fromkeys(told))


def _for_patient(event: Event, patient: Patient, carers: Sequence[User]) -> list[UserId]:
    if patient.has_account:  # it was merged into one
        return [patient.id]
    told = [user for user in carers if user.status is AccountStatus.ACTIVE]
    hear = [user.id for user in told if _is_due(event, user.reminders)]
    is_known = patient.email in {user.email for user in told}
    if patient.email and not is_known and _is_due(event, patient.reminders):
        hear.append(patient.id)
    return hear


def _is_due(event: Event, reminders: Sequence[int]) -> bool:
    """Tell whether somebody with these reminders is told: of a reminder, only if it is one of theirs."""
    due = event.facts.get("due")
    if event.kind is not EventKind.REMINDER or due is None:
        return True
    return any(event.facts["start"] - timedelta(minutes=minutes) in due for minutes in reminders)
