"""Making one patient of two, who are the same person."""

from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import AppointmentCard, AppointmentId
from services.models.patients import Patient
from services.models.people import UserId


@dataclass(frozen=True, slots=True)
class Merging:
    """The order to make the patient `lost` one with `into`, which is carried out until it is `settled`.

    `by` gave it at an instant. `of_oneself`: the account whose own patient `into` is has said that it is
    them. `name` is that of the lost patient. `told` are the visits of which was told that they are in the
    way.
    """

    lost: UserId
    into: UserId
    by: UserId
    at: datetime
    name: str
    of_oneself: bool = False
    settled: bool = False
    told: frozenset[AppointmentId] = frozenset()


@dataclass(frozen=True, slots=True)
class VisitRow:
    """What a merge has to know of an appointment or a hold: when it is, and whether it is a hold."""

    id: AppointmentId
    start: datetime
    end: datetime
    is_held: bool
    takes_time: bool


@dataclass(frozen=True, slots=True)
class OverlappingVisits:
    """Two visits at one time, of which the one or the other must be cancelled before a merge."""

    lost: AppointmentCard
    kept: AppointmentCard


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do: which patient goes, which stays, how many visits move, and which overlap."""

    lost: Patient
    kept: Patient
    visits: int
    overlaps: tuple[OverlappingVisits, ...]
