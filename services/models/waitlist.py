"""Waiting for a time with a doctor, and being offered one."""

from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import Appointment, AppointmentId
from services.models.catalogue import NO_DETAILS, KindId, VisitDetails, WantedVisit
from services.models.patients import Patient
from services.models.people import User, UserId
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId, Slot


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A time that is offered to a waiting patient `until` an instant; `id` is the id of its hold.

    Until it is `told`, the offer is only being made. `was` is when the appointment begins that is given up
    for it, if one is.
    """

    id: AppointmentId
    slot: Slot
    until: datetime
    told: bool = False
    was: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """A patient who waits for a time with one doctor; `version` rises with each change.

    The patient wants a time that begins in `window` and in that part of the day. `known` are the starts of
    such times that have been free since the patient joined (they are not offered), `passed` of those that
    were offered already. `kind_id` and `place` say for which kind of visit, and where; None: the doctor's
    first kind, and any place.

    Who waits for an earlier time has the appointment `instead_of`, which is moved when an offer is taken. It
    has its own kind then: a `kind_id` of None is none.
    """

    doctor_id: UserId
    patient_id: UserId
    since: datetime
    window: Slot
    part: PartOfDay
    known: frozenset[datetime] = frozenset()
    passed: frozenset[datetime] = frozenset()
    offer: SlotOffer | None = None
    version: int = 0
    kind_id: KindId | None = None
    place: PlaceId | None = None
    instead_of: AppointmentId | None = None

    @property
    def wanted(self) -> WantedVisit:
        """Which kind of visit is wanted, and where."""
        return WantedVisit(self.kind_id, self.place, is_booked=self.instead_of is not None)


@dataclass(frozen=True, slots=True)
class WaitlistEntryCard:
    """A waitlist entry with its doctor and patient, and how many patients are before it.

    `visit` is the appointment that an earlier time is wanted for, if one is. `details` say which kind of
    visit is wanted, and where; `is_offered` is False where the doctor does not offer that kind any more.
    """

    entry: WaitlistEntry
    doctor: User
    patient: Patient
    before: int
    visit: Appointment | None = None
    details: VisitDetails = NO_DETAILS
    is_offered: bool = True
