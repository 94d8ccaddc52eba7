"""What has been answered so far by those who want to wait for a time (see bot/drafts.py)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.models.appointments import AppointmentId
from services.models.catalogue import KindId, WantedVisit
from services.models.people import UserId
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId, Slot


@dataclass(frozen=True)
class WaitDraft:
    """A waiting-list entry; `day` is one that was full, `first` and `last` are the days that are wanted.

    `patient_id` and `patient_name`: who waits, where the person looks after the patient. `kind_id` and
    `place`: for which kind of visit, and where; None: the doctor's first kind, and any place.
    """

    doctor_id: UserId
    doctor_name: str
    day: date | None = None
    first: date | None = None
    last: date | None = None
    patient_id: UserId | None = None
    patient_name: str = ""
    kind_id: KindId | None = None
    kind_name: str = ""
    place: PlaceId | None = None
    place_name: str = ""
    kind: Literal["wait"] = "wait"

    @property
    def wanted(self) -> WantedVisit:
        """Which kind of visit is wanted, and where."""
        return WantedVisit(self.kind_id, self.place)


@dataclass(frozen=True)
class EarlierDraft:
    """The wish for an earlier time for an appointment, which is at `moving` now.

    `first` and `last` are the days that are wanted; a `place` of None is any.
    """

    appointment_id: AppointmentId
    moving: Slot
    doctor_id: UserId
    doctor_name: str
    patient_id: UserId | None = None
    patient_name: str = ""
    kind_id: KindId | None = None
    kind_name: str = ""
    first: date | None = None
    last: date | None = None
    part: PartOfDay | None = None
    place: PlaceId | None = None
    kind: Literal["earlier"] = "earlier"


WaitingDraft = WaitDraft | EarlierDraft
