"""Offering times that have opened to those who wait for them: to the first in line, then to the next.

What counts is what is free now, so a time is found however it became free. An offer is made in three writes.
After a crash any worker goes on from the last of them:

1. The offer is stored in the entry, unless the entry was changed meanwhile. Now the time is reserved for it.
2. The time is held, by an appointment with the status held, guarded by the same indexes as a booking.
3. The offer is marked as told, and the event that tells the patient is stored in the same write.

An offer that is not taken ends with its hold, and that time is never offered to the same patient again.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.appointments.events import slot_event
from services.availability.availability import Availability, Schedules
from services.availability.bookable_slots import is_off
from services.clock import Clock
from services.errors import PatientBusy, SlotTaken, StorageDown
from services.ids import new_id
from services.local_time import part_of_day
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.engagements import HeldFor
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import PartOfDay, Slot
from services.models.waitlist import SlotOffer, WaitlistEntry
from services.storage.appointments import AppointmentStore
from services.storage.users import UserStore
from services.storage.waitlist import WaitlistStore

log = logging.getLogger(__name__)

OFFER_LENGTH = timedelta(minutes=15)
# Shorter offers are not made: nobody reads and decides in less.
SHORTEST_OFFER = timedelta(minutes=2)
# So many entries of each line are looked at, from the first on.
MAX_IN_LINE = 200


class WaitlistOffers:
    """Makes and ends offers. `on_event` is called when an event was stored. Any number may work at once."""

    def __init__(
        self,
        *,
        waitlist: WaitlistStore,
        appointments: AppointmentStore,
        users: UserStore,
        schedules: Schedules,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._waitlist = waitlist
        self._appointments = appointments
        self._users = users
        self._schedules = schedules
        self._clock = clock
        self._on_event = on_event

    async def work(self) -> None:
        """End offers and entries that are over, and offer what is free, for each doctor."""
        for doctor_id in await self._waitlist.doctors():
            try:
                await self._serve(doctor_id)
            except StorageDown:
                raise
            except Exception:
                # A failure for one doctor must not stop the others.
                log.exception("waitlist.failed doctor=%s", doctor_id)

    async def _serve(self, doctor_id: UserId) -> None:
        # The free times are read first: what is offered after that is seen in the line, which is read next.
        times = await self._schedules.times({Role.DOCTOR: doctor_id})
        line = await self._waitlist.line(doctor_id, MAX_IN_LINE)
        people = await self._users.by_ids([doctor_id, *(entry.patient_id for entry in line)])
        free = times.all_slots()
        entries = await self._current(line, people, {slot.start for slot in free})
        doctor = people.get(doctor_id)
        if doctor is None or doctor.status is not AccountStatus.ACTIVE:
            return
        reserved = [entry.offer.slot for entry in entries if entry.offer]
        for entry in entries:
            if entry.offer is not None:
                if not entry.offer.told:
                    await self._tell(entry, doctor)
            elif (slot := await self._first(entry, free, times, reserved)) is not None:
                claimed = await self._reserve(entry, slot, times)
                if claimed is None:
                    # Another worker is serving this line, or the patient has just changed something.
                    return
                reserved.append(slot)
                await self._tell(claimed, doctor)

    async def _current(
        self, line: Sequence[WaitlistEntry], people: Mapping[UserId, User], free: set[datetime]
    ) -> list[WaitlistEntry]:
        """Remove entries that are over; return the others, without ended offers."""
        if not line:
            return []
        now = self._clock.now()
        booked = await self._waitlist.served(line[0].doctor_id, now)
        entries = []
        for entry in line:
            patient = people.get(entry.patient_id)
            if patient is None or patient.status is not AccountStatus.ACTIVE or _is_over(entry, booked, now):
                await self._remove(entry)
            elif (kept := await self._without_old(entry, free, now)) is not None:
                entries.append(kept)
        return entries

    async def _remove(self, entry: WaitlistEntry) -> None:
        if await self._waitlist.remove(entry) and entry.offer:
            await self._appointments.let_go(entry.offer.id)
            # The freed time is offered in the next run, as this one has read the free times already.
            self._on_event()

    async def _without_old(
        self, entry: WaitlistEntry, free: set[datetime], now: datetime
    ) -> WaitlistEntry | None:
        """Return the entry without an ended offer and without known times that are taken; None: changed."""
        after = replace(entry, known=entry.known & free)
        offer = entry.offer
        ended = offer is not None and offer.until - now < (
            timedelta(microseconds=1) if offer.told else SHORTEST_OFFER
        )
        if offer is not None and ended:
            passed = {offer.slot.start} if offer.told else set()
            after = replace(after, offer=None, passed=entry.passed | passed)
        if after == entry:
            return entry
        changed = await self._waitlist.change(entry, after)
        if changed is not None and offer is not None and ended:
            await self._appointments.let_go(offer.id)
        return changed

    async def _first(
        self, entry: WaitlistEntry, free: Sequence[Slot], times: Availability, reserved: Sequence[Slot]
    ) -> Slot | None:
        """Return the earliest free time that fits the entry and is offered to nobody else."""
        now = self._clock.now()

        def is_one(slot: Slot) -> bool:
            is_reserved = any(slot.overlaps(other) for other in reserved)
            return not is_reserved and _offer_length(slot, times, now) >= SHORTEST_OFFER

        if not any(map(is_one, fitting(entry, free, times.zone))):
            return None
        people = {Role.DOCTOR: entry.doctor_id, Role.PATIENT: entry.patient_id}
        for_both = (await self._schedules.times(people)).all_slots()
        return next(filter(is_one, fitting(entry, for_both, times.zone)), None)

    async def _reserve(self, entry: WaitlistEntry, slot: Slot, times: Availability) -> WaitlistEntry | None:
        """Store an offer in the entry; None if the entry was changed."""
        now = self._clock.now()
        offer = SlotOffer(AppointmentId(new_id(now)), slot, now + _offer_length(slot, times, now))
        return await self._waitlist.change(entry, replace(entry, offer=offer))

    async def _tell(self, entry: WaitlistEntry, doctor: User) -> None:
        """Hold the offered time and tell the patient; of several workers one does."""
        offer = entry.offer
        if offer is None:
            return
        wanted = Appointment(
            offer.id,
            entry.doctor_id,
            entry.patient_id,
            offer.slot,
            AppointmentStatus.HELD,
            held_until=offer.until,
        )
        try:
            held = await self._appointments.hold(wanted, self._clock.now(), HeldFor.OFFER)
        except (SlotTaken, PatientBusy):
            await self._waitlist.change(entry, replace(entry, offer=None))
            return
        if held.status is not AppointmentStatus.HELD:
            return
        # Time off may have been added since, before this hold was there to be ended.
        if is_off(await self._schedules.of_doctor(entry.doctor_id), held.slot):
            await self._withdraw(entry, offer)
            return
        event = slot_event(offer, doctor, entry.patient_id)
        if await self._waitlist.change(entry, replace(entry, offer=replace(offer, told=True)), event):
            self._on_event()
            return
        now = await self._waitlist.get(entry.doctor_id, entry.patient_id)
        if now is None or now.offer is None or now.offer.id != offer.id:
            # The patient has left the waiting list meanwhile.
            await self._appointments.let_go(offer.id)

    async def _withdraw(self, entry: WaitlistEntry, offer: SlotOffer) -> None:
        """Take back an offer that was not told yet; the entry stays."""
        if await self._waitlist.change(entry, replace(entry, offer=None)):
            await self._appointments.let_go(offer.id)


def fitting(entry: WaitlistEntry, free: Iterable[Slot], zone: ZoneInfo) -> Iterator[Slot]:
    """Return the free times that fit an entry; `zone` is the clinic's.

    Times that were offered to it already are left out, and those that were free when the patient joined.
    """
    old = entry.passed | entry.known
    for slot in free:
        is_then = entry.window.start <= slot.start < entry.window.end
        is_part = entry.part in {PartOfDay.ANY, part_of_day(slot.start, zone)}
        if is_then and is_part and slot.start not in old:
            yield slot


def _offer_length(slot: Slot, times: Availability, now: datetime) -> timedelta:
    """Return how long a time is offered: a quarter of an hour, or half of the time left to book it."""
    left = slot.start - (times.window.start - now) - now
    return min(OFFER_LENGTH, left / 2)


def _is_over(
    entry: WaitlistEntry, booked: Sequence[tuple[UserId, datetime, datetime]], now: datetime
) -> bool:
    """Tell whether the wanted days are over, or the patient has booked a time in them since."""
    return entry.window.end <= now or any(
        patient_id == entry.patient_id
        and at >= entry.since
        and entry.window.start <= start < entry.window.end
        for patient_id, start, at in booked
    )
