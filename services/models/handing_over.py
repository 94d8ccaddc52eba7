"""Handing a patient over: the one-time code that is given to whoever is to look after them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.models.patients import Patient
from services.models.people import UserId

ClaimId = NewType("ClaimId", str)


class ClaimUse(StrEnum):
    """As what somebody has used a code. The values are stored, so they never change."""

    CARER = "carer"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class PatientClaim:
    """That a patient may be taken over by whoever has the code, until `expires_at`.

    `made_by` is who has handed the patient over; `used_by` is the account that has used the code, once;
    `is_done`: and what it was used for is done.
    """

    id: ClaimId
    patient_id: UserId
    made_by: UserId
    expires_at: datetime
    used_by: UserId | None = None
    used_as: ClaimUse | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class ClaimCode:
    """A new code, to be handed on. The repr does not show it."""

    code: str
    patient: Patient
    expires_at: datetime

    def __repr__(self) -> str:
        return f"ClaimCode({self.patient.id})"


@dataclass(frozen=True, slots=True)
class ClaimPreview:
    """Whom a code is about, as its holder sees it; `is_carer`: they look after the patient already."""

    claim: PatientClaim
    patient: Patient
    is_carer: bool
