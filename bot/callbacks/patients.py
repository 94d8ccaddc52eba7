"""What the desk does with patients."""

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.bounds import Search
from bot.callbacks.tap import Tap
from services.models.people import UserId


class PatientField(StrEnum):
    """What is known of a patient. The values are in buttons, so they never change."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    BIRTH_DATE = "born"


@dataclass(frozen=True)
class FindPatients(Tap, code="pats"):
    """Show a page of the patients whom `search` may mean (see short_search)."""

    number: int
    search: Search


@dataclass(frozen=True)
class AddPatient(Tap, code="pat+"):
    """Begin to make a patient without an account, and to book for them if `books`."""

    books: bool


@dataclass(frozen=True)
class ChangePatient(Tap, code="pat="):
    """Begin to change what is known of a patient without an account."""

    patient_id: UserId
    field: PatientField


@dataclass(frozen=True)
class PickAlike(Tap, code="alike"):
    """Take that patient, who was there before, instead of making a new one."""

    patient_id: UserId
