"""Offering times that have opened to those who wait for them: to the first in line, then to the next.

What counts is what is free now, so a time is found however it became free. Which lines are looked at says
services/waitlist/due_lines.py. An offer is made in three writes.
After a crash any worker goes on from the last of them:

1. The offer is stored in the entry, unless the entry was changed meanwhile. Now the time is reserved for it.
2. The time is held, by an appointment with the status held, guarded by the same indexes as a booking.
3. The offer is marked as told, and the event that tells the patient is stored in the same write.

An offer that is not taken ends with its hold, and that time is never offered to the same patient again.

Who waits for an earlier time has an appointment that is given up for what is offered. The hold has the id of
the one for that move, so that taking the offer is nothing but the move (services/appointments/changes.py).
When the appointment is moved, the offer is withdrawn; when it is cancelled, has begun, or is at a wanted time
by now, the entry is removed.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.appointments.changes import held_for_move
from services.appointments.events import slot_event
from services.availability.availability import Schedules
from services.availability.bookable_slots import BookableSlot, BookableSlots, is_off
from services.availability.offered_kinds import OfferedKinds
from services.clock import Clock
from services.errors import (
    KindNotOffered,
    PatientBusy,
    PlaceNotOffered,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    StorageDown,
)
from services.ids import new_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.limits import HeldFor
from services.models.people import AccountStatus, Role, User, UserId
from services.models.slots import Slot
from services.models.waitlist import SlotOffer, WaitlistEntry
from services.patients.finding import Patients
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.appointments import AppointmentStore
from services.storage.waitlist import WaitlistStore
from services.waitlist.due_lines import DueLines
from services.waitlist.lines import WaitingLines
from services.waitlist.waiting import SHORTEST_OFFER, Waiting, next_opening

log = logging.getLogger(__name__)

OFFER_LENGTH = timedelta(minutes=15)
# The doctor does not offer that any more.
LOST = (SlotNotOffered, SlotPassed, KindNotOffered, PlaceNotOffered)


class WaitlistOffers:
    """Makes and ends offers. `on_event` is called when an event was stored. Any number may work at once."""

    def __init__(
        self,
        *,
        waitlist: WaitlistStore,
        appointments: AppointmentStore,
        queries: AppointmentQueryStore,
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
        self._queries = queries
        self._schedules = schedules
        self._bookable_slots = bookable_slots
        self._kinds = kinds
        self._due_lines = due_lines
        self._clock = clock
        self._on_event = on_event
        self._lines = WaitingLines(
            waitlist=waitlist,
            appointments=appointments,
            queries=queries,
            patients=patients,
            schedules=schedules,
            due_lines=due_lines,
            clock=clock,
            on_event=on_event,
        )

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
        doctor, waiting = await self._lines.current(doctor_id)
        self._due_lines.opens(doctor_id, next_opening(waiting, self._clock.now()))
        if doctor is None or doctor.status is not AccountStatus.ACTIVE:
            return
        reserved = [each.takes(each.entry.offer.slot) for each in waiting if each.entry.offer]
        for each in waiting:
            if each.entry.offer is not None:
                if not each.entry.offer.told:
                    await self._tell(each, doctor)
            elif (slot := await self._first(each, reserved)) is not None:
                claimed = await self._reserve(each, slot)
                if claimed is None:
                    # Another worker is serving this line, or the patient has just changed something.
                    return
                reserved.append(each.takes(slot))
                await self._tell(claimed, doctor)

    async def _first(self, waiting: Waiting, reserved: Sequence[Slot]) -> Slot | None:
        """Return the earliest free time that fits the entry and is offered to nobody else."""
        entry, now = waiting.entry, self._clock.now()

        def is_one(slot: Slot) -> bool:
            taken = waiting.takes(slot)
            is_reserved = any(taken.overlaps(other) for other in reserved)
            return not is_reserved and _offer_length(waiting, slot, now) >= SHORTEST_OFFER

        if not any(map(is_one, waiting.fitting())) or not await self._may_book(waiting):
            return None
        people = {Role.DOCTOR: entry.doctor_id, Role.PATIENT: entry.patient_id}
        try:
            for_both = await self._schedules.times(people, moving=waiting.moving, wanted=entry.wanted)
        except (KindNotOffered, PlaceNotOffered):
            return None
        return next(filter(is_one, waiting.fitting(for_both.all_slots())), None)

    async def _may_book(self, waiting: Waiting) -> bool:
        """Tell whether the patient may book that kind of visit; what is booked may be moved in any case."""
        entry, kind = waiting.entry, waiting.times.kind
        if waiting.visit is not None:
            return True
        return await self._kinds.is_for_patient(kind, entry.patient_id, entry.doctor_id)

    async def _reserve(self, waiting: Waiting, slot: Slot) -> Waiting | None:
        """Store an offer in the entry; None if the entry was changed."""
        entry, now = waiting.entry, self._clock.now()
        visit, until = waiting.visit, now + _offer_length(waiting, slot, now)
        offer = (
            SlotOffer(AppointmentId(new_id(now)), slot, until)
            if visit is None
            else SlotOffer(held_for_move(visit.id, slot.start), slot, until, was=visit.slot.start)
        )
        claimed = await self._waitlist.change(entry, replace(entry, offer=offer))
        return replace(waiting, entry=claimed) if claimed is not None else None

    async def _tell(self, waiting: Waiting, doctor: User) -> None:
        """Hold the offered time and tell the patient; of several workers one does."""
        entry = waiting.entry
        offer = entry.offer
        if offer is None:
            return
        try:
            offered = await self._offered(entry, offer)
            held = await self._hold(waiting, offer, offered)
        except (*LOST, SlotTaken, PatientBusy):
            await self._waitlist.change(entry, replace(entry, offer=None))
            return
        if held.status is not AppointmentStatus.HELD:
            return
        if not await self._still_fits(waiting, held):
            await self._lines.withdraw(entry)
            return
        event = slot_event(offer, doctor, entry.patient_id, offered.details_of(held), waiting.moving)
        if await self._waitlist.change(entry, replace(entry, offer=replace(offer, told=True)), event):
            self._on_event()
            return
        now = await self._waitlist.get(entry.doctor_id, entry.patient_id, entry.instead_of)
        if now is None or now.offer is None or now.offer.id != offer.id:
            # The patient has left the waiting list meanwhile.
            await self._appointments.let_go(offer.id)

    async def _offered(self, entry: WaitlistEntry, offer: SlotOffer) -> BookableSlot:
        """Return the slot that is offered, as the doctor offers it now. Raises one of LOST."""
        found = await self._bookable_slots.slot(entry.doctor_id, offer.slot.start, wanted=entry.wanted)
        if found.slot != offer.slot:
            raise SlotNotOffered(offer.slot.start)
        return found

    async def _hold(self, waiting: Waiting, offer: SlotOffer, offered: BookableSlot) -> Appointment:
        """Hold the offered time. Raises SlotTaken, PatientBusy."""
        entry, now = waiting.entry, self._clock.now()
        wanted = Appointment(
            offer.id,
            entry.doctor_id,
            entry.patient_id,
            offer.slot,
            AppointmentStatus.HELD,
            held_until=offer.until,
        )
        visit = offered.visit(wanted)
        if waiting.moving is None:
            return await self._appointments.hold(visit, now, HeldFor.OFFER)
        return await self._appointments.hold(visit, now, HeldFor.OFFER, moving=waiting.moving)

    async def _still_fits(self, waiting: Waiting, held: Appointment) -> bool:
        """Tell whether a time that is held now is still one to offer.

        Time off may have been added before the hold was there to be ended, or the appointment that is given
        up for it may have been moved or cancelled.
        """
        schedule = await self._schedules.of_doctor(waiting.entry.doctor_id)
        if is_off(schedule, held.slot, self._schedules.zone, held.place_id):
            return False
        if waiting.visit is None:
            return True
        visit = (await self._queries.by_ids({waiting.visit.id})).get(waiting.visit.id)
        return visit is not None and (visit.status, visit.slot) == (waiting.visit.status, waiting.visit.slot)


def _offer_length(waiting: Waiting, slot: Slot, now: datetime) -> timedelta:
    """Return how long a time is offered: a quarter of an hour, or half of the time left to book it.

    What is given up for it must still be changeable then.
    """
    times = waiting.times
    left = slot.start - (times.window.start - now) - now
    longest = min(OFFER_LENGTH, left / 2)
    if waiting.visit is None:
        return longest
    return min(longest, times.schedule.changes_until(waiting.visit.slot) - now)
