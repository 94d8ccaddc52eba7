"""Drafts of what is told about patients without an account, and about receptionists; see drafts.py."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.models.people import Gender, UserId


@dataclass(frozen=True)
class FamilyDraft:
    """Somebody whom the person looks after, while they are added, or (`patient_id`) changed.

    `request_id` makes sure that two taps on Save add one; `revision` is that of the patient as the person saw
    them.
    """

    name: str = ""
    birth_date: date | None = None
    phone: str = ""
    gender: Gender | None = None
    request_id: str = ""
    patient_id: UserId | None = None
    revision: int = 0
    kind: Literal["family"] = "family"


@dataclass(frozen=True)
class ReceptionistDraft:
    """A receptionist's account; `account_id` makes sure that two taps on Confirm make one."""

    name: str = ""
    email: str = ""
    account_id: UserId | None = None
    kind: Literal["receptionist"] = "receptionist"


@dataclass(frozen=True)
class NewPatientDraft:
    """A patient without an account who is being made, and for whom is booked then, if `books`.

    `request_id` makes sure that two taps make one.
    """

    name: str = ""
    phone: str | None = field(default=None, repr=False)
    books: bool = False
    request_id: str | None = None
    kind: Literal["new_patient"] = "new_patient"


@dataclass(frozen=True)
class PatientEditDraft:
    """A change of one `field` of a patient without an account, who was seen at that `revision`."""

    patient_id: UserId
    field: str
    revision: int = 0
    kind: Literal["edit_patient"] = "edit_patient"


@dataclass(frozen=True)
class SamePersonDraft:
    """Looking for another patient who is the same person; `search` is what was typed last."""

    patient_id: UserId
    search: str = field(default="", repr=False)
    kind: Literal["same_person"] = "same_person"


@dataclass(frozen=True)
class CallbackDraft:
    """A wish to be called; `request_id` makes sure that it is passed on once."""

    request_id: str = ""
    kind: Literal["callback"] = "callback"


PeopleDraft = (
    CallbackDraft | FamilyDraft | ReceptionistDraft | NewPatientDraft | PatientEditDraft | SamePersonDraft
)
