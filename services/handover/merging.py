"""Making one patient of two who are the same person.

First the order is stored with the patient who goes: from then on all look-ups lead to the other one, who gets
what is booked from now on. Then what belongs to the first is carried over, one document after the other, so
that a crash at any step leaves something that the next round takes up. Whoever had read the patient before
may store something after that; so the rounds look for `GRACE`, until the tombstone is put.

Visits at one time are never both carried over: the unique index over (patient, ticks) refuses that. Where the
order would meet some, it is refused; where others come meanwhile, people are told, and it goes on by itself
once one of the two is cancelled.
"""

from collections.abc import Iterable
from datetime import timedelta

from services.access import DESK, require
from services.appointments.views import AppointmentViews
from services.clock import Clock
from services.errors import (
    MergedElsewhere,
    NotToMerge,
    PatientGone,
    PatientUnknown,
    UserUnknown,
    VisitsOverlap,
)
from services.handover.carrying import Carrier
from services.models.appointments import Appointment, AppointmentCard
from services.models.merging import MergePreview, Merging, OverlappingVisits
from services.models.patients import Patient, own_patient
from services.models.people import Principal, Role, UserId
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.carrying import CarryingStore
from services.storage.merging import MergeStore

# Nobody has an appointment later than that.
FAR = timedelta(days=10_000)


class PatientMerging:
    """Makes one patient of two; the one without an account goes, or the first of two without one."""

    def __init__(
        self,
        *,
        finder: Patients,
        merges: MergeStore,
        carrying: CarryingStore,
        carrier: Carrier,
        views: AppointmentViews,
        clock: Clock,
    ) -> None:
        self._finder = finder
        self._merges = merges
        self._carrying = carrying
        self._carrier = carrier
        self._views = views
        self._clock = clock

    async def preview(self, principal: Principal, lost_id: UserId, kept_id: UserId) -> MergePreview:
        """Return what making one of two would do, to the desk.

        Raises RoleRequired, PatientGone, NotToMerge.
        """
        require(principal, *DESK)
        return await self._preview(*await self._pair(lost_id, kept_id))

    async def merge(self, principal: Principal, lost_id: UserId, kept_id: UserId) -> Patient:
        """Make one of two, as the desk may; return the one who stays. Asking again goes on with it.

        Raises RoleRequired, PatientGone, NotToMerge, VisitsOverlap, MergedElsewhere.
        """
        require(principal, *DESK)
        for first, second in ((lost_id, kept_id), (kept_id, lost_id)):
            if (stays := await self._begun(first, second)) is not None:
                return stays
        lost, kept = await self._pair(lost_id, kept_id)
        if {lost.id, kept.id} != {lost_id, kept_id}:
            raise MergedElsewhere
        return await self._order(principal, lost, kept, of_oneself=False)

    async def preview_own(self, principal: Principal, lost: Patient) -> MergePreview:
        """Return what it would do if the person were that patient. Raises RoleRequired."""
        require(principal, Role.PATIENT)
        return await self._preview(lost, own_patient(principal.user))

    async def merge_into_own(self, principal: Principal, lost_id: UserId) -> Patient:
        """Make a patient one with the person's own: who may do that is the caller's to know.

        Raises RoleRequired, PatientUnknown, VisitsOverlap, MergedElsewhere.
        """
        require(principal, Role.PATIENT)
        if (stays := await self._begun(lost_id, principal.id)) is not None:
            return stays
        lost = (await self._finder.by_ids([lost_id])).get(lost_id)
        if lost is not None and lost.id == principal.id:  # by another merge, before the answer was lost
            return lost
        if lost is None or lost.has_account:
            raise PatientUnknown
        return await self._order(principal, lost, own_patient(principal.user), of_oneself=True)

    async def known_as(self, patient_id: UserId) -> list[UserId]:
        """Return a patient's ids: their own, and those of whoever was or is being made one with them."""
        return await self._merges.known_as(patient_id)

    async def work(self) -> None:
        """Go on with all orders that are not finished. Raises StorageDown."""
        for merging in await self._merges.open_orders():
            await self._carrier.go_on(merging)

    async def _begun(self, lost_id: UserId, kept_id: UserId) -> Patient | None:
        """Go on with what was ordered before; return the patient who stays, or None if nothing was."""
        state = await self._merges.of(lost_id)
        if isinstance(state, Merging) and state.into == kept_id:
            await self._carry_on(state)
        elif state != kept_id:
            return None
        return (await self._finder.by_ids([kept_id])).get(kept_id)

    async def _pair(self, lost_id: UserId, kept_id: UserId) -> tuple[Patient, Patient]:
        """Return who goes and who stays. Raises PatientGone, NotToMerge."""
        try:
            lost, kept = await self._finder.anybody(lost_id), await self._finder.anybody(kept_id)
        except UserUnknown as error:
            raise PatientGone from error
        if lost.id == kept.id:
            raise NotToMerge(are_one=True)
        if lost.has_account:
            lost, kept = kept, lost
        if lost.has_account:
            raise NotToMerge(are_one=False)
        return lost, kept

    async def _order(
        self, principal: Principal, lost: Patient, kept: Patient, *, of_oneself: bool
    ) -> Patient:
        """Store the order and carry it out. Raises VisitsOverlap, MergedElsewhere."""
        if overlaps := await self._overlaps(lost, kept):
            raise VisitsOverlap(overlaps)
        now = self._clock.now()
        merging = Merging(lost.id, kept.id, principal.id, now, lost.name, of_oneself)
        if not await self._merges.mark(merging):
            raise MergedElsewhere
        await self._carry_on(merging)
        return kept

    async def _carry_on(self, merging: Merging) -> None:
        """Carry out an order as far as it goes now. Raises VisitsOverlap, MergedElsewhere."""
        kept = await self._carrier.go_on(merging)
        if kept is None:
            raise MergedElsewhere
        lost = Patient(merging.lost, merging.name)
        if overlaps := await self._overlaps(lost, kept):
            raise VisitsOverlap(overlaps, has_begun=True)

    async def _preview(self, lost: Patient, kept: Patient) -> MergePreview:
        visits = [each for each in await self._carrying.visits(lost.id) if not each.is_held]
        return MergePreview(lost, kept, len(visits), tuple(await self._overlaps(lost, kept)))

    async def _overlaps(self, lost: Patient, kept: Patient) -> list[OverlappingVisits]:
        """Return the visits at one time of which one can be cancelled still, earliest first."""
        now = self._clock.now()
        to_come = Slot(now, now + FAR)
        theirs = await self._carrying.taking_time(lost.id, to_come)
        others = await self._carrying.taking_time(kept.id, to_come) if theirs else []
        pairs = [
            (one, other)
            for one in theirs
            for other in others
            if one.slot.overlaps(other.slot) and max(one.slot.start, other.slot.start) > now
        ]
        cards = await self._cards(each for pair in pairs for each in pair)
        return [OverlappingVisits(cards[one.id], cards[other.id]) for one, other in pairs]

    async def _cards(self, appointments: Iterable[Appointment]) -> dict[str, AppointmentCard]:
        wanted = list({each.id: each for each in appointments}.values())
        return {card.appointment.id: card for card in (await self._views.cards(wanted) if wanted else ())}
