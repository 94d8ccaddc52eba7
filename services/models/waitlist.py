"""Waiting for a time with a doctor, and being offered one."""

from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import AppointmentId
from services.models.patients import Patient
from services.models.people import User, UserId
from services.models.scheduling import PartOfDay
from services.models.slots import Slot


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A time that is offered to a waiting patient `until` an instant; `id` is the id of its hold.

    Until it is `told`, the offer is only being made.
    """

    id: AppointmentId
    slot: Slot
    until: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """A patient who waits for a time with one doctor; `version` rises with each change.

    The patient wants a time that begins in `window` and in that part of the day. `known` are the starts of
    such times that have been free since the patient joined (they are not offered), `passed` of those that
    were offered already.
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


@dataclass(frozen=True, slots=True)
class WaitlistEntryCard:
    """A waitlist entry with its doctor and patient, and how many patients are before it."""

    entry: WaitlistEntry
    doctor: User
    patient: Patient
    before: int
