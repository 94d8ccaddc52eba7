"""Offering times that have opened to those who wait for them: to the first in line, then to the next.

What counts is what is free now, so a time is found however it became free. Which lines are looked at says
services/waitlist/due_lines.py. An offer is made in three writes.
After a crash any worker goes on from the last of them:

1. The offer is stored in the entry, unless the entry was changed meanwhile. Now the time is reserved for it.
2. The time is held, by an appointment with the status held, guarded by the same indexes as a booking.
3. The offer is marked as told, and the event that tells the patient is stored in the same write.

An offer that is not taken ends with its hold, and that time is never offered to the same patient again.
"""

import logging
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from services.appointments.events import slot_event
from services.availability.availability import Availability, Schedules
from services.availability.bookable_slots import BookableSlots, is_off
from services.availability.offered_kinds import OfferedKinds
from services.availability.slots import slots_seen
from services.clock import Clock
from services.errors import PatientBusy, SlotNotOffered, SlotPassed, SlotTaken, StorageDown
from services.ids import new_id
from services.local_time import part_of_day
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.engagements import HeldFor
from services.models.patients import Patient
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import PartOfDay
from services.models.slots import Slot
from services.models.waitlist import SlotOffer, WaitlistEntry
from services.patients.finding import Patients
from services.storage.appointments import AppointmentStore
from services.storage.waitlist import Taking, WaitlistStore
from services.waitlist.due_lines import DueLines

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
        patients: Patients,
        schedules: Schedules,
        bookable_slots: BookableSlots,
        kinds: OfferedKinds,
        due_lines: DueLines,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._waitlist = waitlist
        self._appointments = appointments
        self._patients = patients
        self._schedules = schedules
        self._bookable_slots = bookable_slots
        self._kinds = kinds
        self._due_lines = due_lines
        self._clock = clock
        self._on_event = on_event

    async def serve_freed(self) -> None:
        """Offer what this process has freed since this was called last."""
        await self._look_at_all(await self._due_lines.freed())

    async def work(self) -> None:
        """Offer what was freed, or has opened by the clock; then look at the lines whose turn it is."""
        looked_at = await self._look_at_all(await self._due_lines.freed())
        looked_at |= await self._look_at_all(await self._due_lines.by_the_clock() - looked_at)
        async for doctor_id in self._due_lines.whose_turn():
            await self._look_at_all({doctor_id} - looked_at)

    async def _look_at_all(self, doctors: set[UserId]) -> set[UserId]:
        """Look at these doctors' lines; one that fails is looked at again in the next round."""
        left = set(doctors)
        for doctor_id in doctors:
            try:
                await self._look_at(doctor_id)
            except StorageDown:
                self._due_lines.put_back(left)
                raise
            except Exception:
                # A failure for one doctor must not stop the others.
                log.exception("waitlist.failed doctor=%s", doctor_id)
            else:
                left.discard(doctor_id)
        self._due_lines.put_back(left)
        return doctors

    async def _look_at(self, doctor_id: UserId) -> None:
        """End offers and entries in a doctor's line that are over, and offer what is free."""
        # The free times are read first: what is offered after that is seen in the line, which is read next.
        times = await self._schedules.times({Role.DOCTOR: doctor_id})
        line = await self._waitlist.line(doctor_id, MAX_IN_LINE)
        users, patients = await self._patients.with_people([doctor_id], [entry.patient_id for entry in line])
        free = times.all_slots()
        entries = await self._current(line, await self._reached(patients), free)
        self._due_lines.opens(doctor_id, _next_opening(entries, times, self._clock.now()))
        doctor = users.get(doctor_id)
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

    async def _reached(self, patients: Mapping[UserId, Patient]) -> set[UserId]:
        """Return those of the patients who would hear of an offer, themselves or who looks after them."""
        carers = await self._patients.carers_of(patients)
        looked_after = {
            each
            for each, users in carers.items()
            if any(user.status is AccountStatus.ACTIVE for user in users)
        }
        return looked_after | {
            asked
            for asked, patient in patients.items()
            if patient.status is AccountStatus.ACTIVE and (patient.has_account or patient.email)
        }

    async def _current(
        self, line: Sequence[WaitlistEntry], reached: Container[UserId], free: Sequence[Slot]
    ) -> list[WaitlistEntry]:
        """Remove entries that are over; return the others, without ended offers."""
        if not line:
            return []
        now = self._clock.now()
        takings = await self._waitlist.taken(line[0].doctor_id, now)
        booked = [taking for taking in takings if taking.stands]
        starts, given_back = frozenset(slot.start for slot in free), _given_back(free, takings)
        entries = []
        for entry in line:
            if entry.patient_id not in reached or _is_over(entry, booked, now):
                await self._remove(entry)
                continue
            news = {start for start, at in given_back.items() if at >= entry.since}
            kept = await self._without_old(entry, starts - news, now)
            if kept is not None:
                entries.append(kept)
        return entries

    async def _remove(self, entry: WaitlistEntry) -> None:
        if await self._waitlist.remove(entry) and entry.offer:
            # The freed time is offered at the next look, as this one has read the free times already.
            await self._appointments.let_go(entry.offer.id)
            self._due_lines.again(entry.doctor_id)
            self._on_event()

    async def _without_old(
        self, entry: WaitlistEntry, known: frozenset[datetime], now: datetime
    ) -> WaitlistEntry | None:
        """Return the entry without an ended offer, and of its known times with those that still are `known`.

        None: it was changed.
        """
        after = replace(entry, known=entry.known & known)
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
            is_reserved = any(_meet(slot, other, times.kind.buffer) for other in reserved)
            return not is_reserved and _offer_length(slot, times, now) >= SHORTEST_OFFER

        if not any(map(is_one, fitting(entry, free, times.zone))):
            return None
        if not await self._kinds.is_for_patient(times.kind, entry.patient_id, entry.doctor_id):
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
        try:
            wanted = await self._offered(entry, offer)
            held = await self._appointments.hold(wanted, self._clock.now(), HeldFor.OFFER)
        except (SlotTaken, PatientBusy, SlotNotOffered, SlotPassed):
            await self._waitlist.change(entry, replace(entry, offer=None))
            return
        if held.status is not AppointmentStatus.HELD:
            return
        # Time off may have been added since, before this hold was there to be ended.
        schedule = await self._schedules.of_doctor(entry.doctor_id)
        if is_off(schedule, held.slot, self._schedules.zone, held.place_id):
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

    async def _offered(self, entry: WaitlistEntry, offer: SlotOffer) -> Appointment:
        """Return the hold for an offer: of the doctor's first kind of visit, where the doctor is then.

        Raises SlotNotOffered, SlotPassed.
        """
        found = await self._bookable_slots.slot(entry.doctor_id, offer.slot.start)
        if found.slot != offer.slot:
            raise SlotNotOffered(offer.slot.start)
        held = AppointmentStatus.HELD
        return found.visit(
            Appointment(offer.id, entry.doctor_id, entry.patient_id, offer.slot, held, held_until=offer.until)
        )

    async def _withdraw(self, entry: WaitlistEntry, offer: SlotOffer) -> None:
        """Take back an offer that was not told yet; the entry stays."""
        if await self._waitlist.change(entry, replace(entry, offer=None)):
            await self._appointments.let_go(offer.id)


def _meet(one: Slot, other: Slot, buffer: timedelta) -> bool:
    """Tell whether two visits are closer to each other than the buffer behind each of them."""
    return one.start < other.end + buffer and other.start < one.end + buffer


def fitting(entry: WaitlistEntry, free: Iterable[Slot], zone: ZoneInfo) -> Iterator[Slot]:
    """Return the free times that fit an entry; `zone` is the clinic's.

    Times that were offered to it already are left out, and those that were free when the patient joined.
    """
    old = entry.passed | entry.known
    for slot in free:
        is_then = entry.window.start <= slot.start < entry.window.end
        if not is_then or slot.start in old:
            continue
        if entry.part in {PartOfDay.ANY, part_of_day(slot.start, zone)}:
            yield slot


def _given_back(free: Sequence[Slot], takings: Iterable[Taking]) -> dict[datetime, datetime]:
    """Return the starts of the free times that somebody had before, and when they were taken last.

    Such a time is news to whoever joined before it was taken, even if nobody looked while it was taken.
    """
    last: dict[datetime, datetime] = {}
    for taking in takings:
        if taking.stands:
            continue
        place = bisect_right(free, taking.slot.start, key=attrgetter("end"))
        for slot in free[place:]:
            if slot.start >= taking.slot.end:
                break
            last[slot.start] = max(taking.at, last.get(slot.start, taking.at))
    return last


def _next_opening(entries: Sequence[WaitlistEntry], times: Availability, now: datetime) -> datetime | None:
    """Return when the next time that fits an entry comes into the booking window; None: all are in it."""
    latest = max((entry.window.end for entry in entries), default=times.window.end)
    # A kind of visit may have a horizon of its own.
    ahead = times.window.end - now
    for day in _days(times.window.end, latest, times.zone):
        for slot in slots_seen(times.schedule, day, times.zone, times.zone, kind=times.kind):
            is_later = slot.start >= times.window.end
            if is_later and any(any(fitting(entry, [slot], times.zone)) for entry in entries):
                # A moment later: the end of the window is not part of it.
                return slot.start - ahead + timedelta(microseconds=1)
    return None


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Give the days of a zone from one instant until before another."""
    day = start.astimezone(zone).date()
    while start < end and day <= end.astimezone(zone).date():
        yield day
        day += timedelta(days=1)


def _offer_length(slot: Slot, times: Availability, now: datetime) -> timedelta:
    """Return how long a time is offered: a quarter of an hour, or half of the time left to book it."""
    left = slot.start - (times.window.start - now) - now
    return min(OFFER_LENGTH, left / 2)


def _is_over(entry: WaitlistEntry, booked: Iterable[Taking], now: datetime) -> bool:
    """Tell whether the wanted days are over, or the patient has booked a time in them since."""
    return entry.window.end <= now or any(
        taking.patient_id == entry.patient_id
        and taking.at >= entry.since
        and entry.window.start <= taking.slot.start < entry.window.end
        for taking in booked
    )
