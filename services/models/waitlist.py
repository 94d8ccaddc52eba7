"""Waiting for a time with a doctor, and being offered one."""

from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import AppointmentId
from services.models.people import User, UserId
from services.models.scheduling import PartOfDay, Slot


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A time that is kept for somebody who waited for one, until an instant; `id` is that of what holds it.

    Only one that is `told` is an offer; before that it is being made.
    """

    id: AppointmentId
    slot: Slot
    until: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """A patient's place in the line for one doctor; `version` rises with each change.

    Wanted is a time that begins in `window` and in that part of the day. `known` are the starts of such times
    that have been free ever since the patient came, `passed` of those that were offered already.
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
    """A place in a line, with the doctor, and how many are before it."""

    entry: WaitlistEntry
    doctor: "User"
    before: int
