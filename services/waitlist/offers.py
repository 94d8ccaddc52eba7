"""Offering times that have opened to those who wait for them: to the first in line, then to the next.

It goes by what is free now, not by what was freed, so that a time is found however it opened. An offer is
made in three writes, each of which may be done again by whoever finds the one before it:

1. It is noted at the place, if nobody has changed that meanwhile. From here on the time is meant for it.
2. The time is held: a held appointment, which the same indexes guard as a booking. Nobody else can have it.
3. It is told: the news is born at the place, in the write that makes an offer of it.

One that is not taken ends with what holds it, and is never made to the same person again.
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
# Nobody reads and decides in less.
SHORTEST_OFFER = timedelta(minutes=2)
# So many are looked at in each line, from its head.
MAX_IN_LINE = 200


class WaitlistOffers:
    """Serves those who wait. `on_event` is called when an event was stored. Any number may work at once."""

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
        """End what is over, and offer what is free, in the line for each doctor."""
        for doctor_id in await self._waitlist.doctors():
            try:
                await self._serve(doctor_id)
            except StorageDown:
                raise
            except Exception:
                # One line that can't be served must not hold up the others.
                log.exception("waitlist.failed doctor=%s", doctor_id)

    async def _serve(self, doctor_id: UserId) -> None:
        # The times first: whatever was meant for somebody after that look is seen in the line.
        times = await self._schedules.times({Role.DOCTOR: doctor_id})
        line = await self._waitlist.line(doctor_id, MAX_IN_LINE)
        people = await self._users.by_ids([doctor_id, *(entry.patient_id for entry in line)])
        free = times.all_slots()
        entries = await self._current(line, people, {slot.start for slot in free})
        doctor = people.get(doctor_id)
        if doctor is None or doctor.status is not AccountStatus.ACTIVE:
            return
        meant = [entry.offer.slot for entry in entries if entry.offer]
        for entry in entries:
            if entry.offer is not None:
                if not entry.offer.told:
                    await self._tell(entry, doctor)
            elif (slot := await self._first(entry, free, times, meant)) is not None:
                claimed = await self._mean(entry, slot, times)
                if claimed is None:
                    # Somebody else is at this line, or the patient has just changed something.
                    return
                meant.append(slot)
                await self._tell(claimed, doctor)

    async def _current(
        self, line: Sequence[WaitlistEntry], people: Mapping[UserId, User], free: set[datetime]
    ) -> list[WaitlistEntry]:
        """Return the places of a line that are still wanted, without what is over."""
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
            # It is the next one's, in a round of its own: this one has looked at the times before.
            self._on_event()

    async def _without_old(
        self, entry: WaitlistEntry, free: set[datetime], now: datetime
    ) -> WaitlistEntry | None:
        """Return the place without an offer that has ended, and what was taken since; None: it changed."""
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
        self, entry: WaitlistEntry, free: Sequence[Slot], times: Availability, meant: Sequence[Slot]
    ) -> Slot | None:
        """Return the earliest time that the patient can have and wants, which is meant for nobody else."""
        now = self._clock.now()

        def is_one(slot: Slot) -> bool:
            is_meant = any(slot.overlaps(other) for other in meant)
            return not is_meant and _offer_length(slot, times, now) >= SHORTEST_OFFER

        if not any(map(is_one, fitting(entry, free, times.zone))):
            return None
        people = {Role.DOCTOR: entry.doctor_id, Role.PATIENT: entry.patient_id}
        for_both = (await self._schedules.times(people)).all_slots()
        return next(filter(is_one, fitting(entry, for_both, times.zone)), None)

    async def _mean(self, entry: WaitlistEntry, slot: Slot, times: Availability) -> WaitlistEntry | None:
        """Note that a time is meant for a place; None where that has changed."""
        now = self._clock.now()
        offer = SlotOffer(AppointmentId(new_id(now)), slot, now + _offer_length(slot, times, now))
        return await self._waitlist.change(entry, replace(entry, offer=offer))

    async def _tell(self, entry: WaitlistEntry, doctor: User) -> None:
        """Hold what is meant for a place, and tell of it: once, whoever does it."""
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
        # Time off may have been taken since the look, and have ended what was held in it before this.
        if is_off(await self._schedules.of_doctor(entry.doctor_id), held.slot):
            await self._withdraw(entry, offer)
            return
        event = slot_event(offer, doctor, entry.patient_id)
        if await self._waitlist.change(entry, replace(entry, offer=replace(offer, told=True)), event):
            self._on_event()
            return
        now = await self._waitlist.get(entry.doctor_id, entry.patient_id)
        if now is None or now.offer is None or now.offer.id != offer.id:
            # The patient has left meanwhile.
            await self._appointments.let_go(offer.id)

    async def _withdraw(self, entry: WaitlistEntry, offer: SlotOffer) -> None:
        """Take an offer back that nobody has heard of; its place goes on to another time."""
        if await self._waitlist.change(entry, replace(entry, offer=None)):
            await self._appointments.let_go(offer.id)


def fitting(entry: WaitlistEntry, free: Iterable[Slot], zone: ZoneInfo) -> Iterator[Slot]:
    """Return those of the free times that a place is about; `zone` is the clinic's.

    What was offered to it already is not among them, nor what was free when the patient came.
    """
    old = entry.passed | entry.known
    for slot in free:
        is_then = entry.window.start <= slot.start < entry.window.end
        is_part = entry.part in {PartOfDay.ANY, part_of_day(slot.start, zone)}
        if is_then and is_part and slot.start not in old:
            yield slot


def _offer_length(slot: Slot, times: Availability, now: datetime) -> timedelta:
    """Return how long a time can be offered: a quarter of an hour, or half of what is left to book it."""
    left = slot.start - (times.window.start - now) - now
    return min(OFFER_LENGTH, left / 2)


def _is_over(
    entry: WaitlistEntry, booked: Sequence[tuple[UserId, datetime, datetime]], now: datetime
) -> bool:
    """Tell whether the days wanted are over, or the patient has a time in them by now."""
    return entry.window.end <= now or any(
        patient_id == entry.patient_id
        and at >= entry.since
        and entry.window.start <= start < entry.window.end
        for patient_id, start, at in booked
    )
