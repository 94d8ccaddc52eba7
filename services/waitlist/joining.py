"""Putting entries on the waiting list: for a new appointment, or for an earlier time of one that there is."""

from dataclasses import dataclass, replace
from datetime import date

from services.availability.availability import Availability
from services.clock import Clock
from services.errors import DayPassed, DayTooFar, TooManyWaitlistEntries
from services.local_time import day_bounds
from services.models.appointments import Appointment
from services.models.patients import Patient
from services.models.people import Principal, User
from services.models.slots import Slot
from services.models.waitlist import SlotOffer, WaitlistEntry, WaitlistEntryCard
from services.storage.appointments import AppointmentStore
from services.storage.freed_times import FreedTimes
from services.storage.waitlist import WaitlistStore
from services.waitlist.waiting import fitting

MAX_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class Joined:
    """A new entry; whether it replaces an earlier one, and how many fitting times are free now."""

    card: WaitlistEntryCard
    has_replaced: bool
    free: int


class WaitlistJoining:
    """Puts entries on the list. In `freed_times` it is noted when a time may be free for the next patient."""

    def __init__(
        self,
        *,
        waitlist: WaitlistStore,
        appointments: AppointmentStore,
        freed_times: FreedTimes,
        clock: Clock,
    ) -> None:
        self._waitlist = waitlist
        self._appointments = appointments
        self._freed_times = freed_times
        self._clock = clock

    async def join(
        self,
        entry: WaitlistEntry,
        doctor: User,
        patient: Patient,
        times: Availability,
        visit: Appointment | None = None,
        *,
        by: Principal,
    ) -> Joined:
        """Put an entry on the list, in the place of an earlier one for the same, unless nothing has changed.

        Times that are free already are not offered, as the patient can book them. `visit` is the appointment
        that is to be earlier, if one is.
        Raises TooManyWaitlistEntries.
        """
        before_visit = visit.slot.start if visit is not None else None
        free = frozenset(s.start for s in fitting(entry, times.all_slots(), times.zone, before_visit))
        mine = await self._waitlist.of_patients([patient.id])
        before = next((each for each in mine if _key(each) == _key(entry)), None)
        details = times.schedule.catalogue.details(entry.kind_id, entry.place, None)
        card = WaitlistEntryCard(entry, doctor, patient, 0, visit, details)
        if before is not None and _wish(before) == _wish(entry):
            ahead = await self._waitlist.before(before)
            return Joined(replace(card, entry=before, before=ahead), False, len(free))
        if before is None and len(mine) >= MAX_ENTRIES:
            raise TooManyWaitlistEntries(MAX_ENTRIES, None if patient.id == by.id else patient.name)
        entry = replace(entry, known=free)
        replaced = await self._waitlist.put(entry)
        # Looked at in any case: now it counts when a time of that line comes into the booking window.
        await self.free(entry, replaced.offer if replaced else None)
        card = replace(card, entry=entry, before=await self._waitlist.before(entry))
        return Joined(card, replaced is not None, len(free))

    async def free(self, entry: WaitlistEntry, offer: SlotOffer | None) -> None:
        """Let go the hold of an offer that the entry no longer has, and have the line looked at."""
        if offer is not None:
            await self._appointments.let_go(offer.id)
        # Noted here as well: an offer that is only being made has no hold yet that could be ended.
        self._freed_times.freed(entry.doctor_id)


def wanted_window(first: date, last: date, times: Availability) -> Slot:
    """Return the stretch from one day to another, as far as it can be booked.

    Days are those of the zone in which the person reads times. Raises DayPassed, DayTooFar.
    """
    if last < times.first:
        raise DayPassed(last)
    if first > times.furthest:
        raise DayTooFar(first, times.furthest)
    return day_bounds(max(first, times.first), min(last, times.furthest), times.seen_from)


def _key(entry: WaitlistEntry) -> tuple[object, ...]:
    return entry.doctor_id, entry.instead_of


def _wish(entry: WaitlistEntry) -> tuple[object, ...]:
    return entry.window, entry.part, entry.wanted
