"""Carrying out the order to make one patient of two. Every step may be repeated."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from services.appointments.reminder_times import times_left
from services.appointments.reminders import Reminders
from services.audit import Audit
from services.clock import Clock
from services.handover.events import merged_event, waiting_event
from services.models.audit import Action
from services.models.merging import Merging, VisitRow
from services.models.patients import Patient
from services.models.people import UserId
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.carer_changes import CarerChangeStore
from services.storage.carrying import CarryingStore
from services.storage.carrying_places import PlaceCarryingStore
from services.storage.merging import MergeStore

# Longer than from reading a patient to the last write for them, in any process that is alive.
GRACE = timedelta(minutes=5)
# How often a document is tried in one go that others change at the same time.
TRIES = 3

# A visit that can't be carried over, and the one in its way.
Stuck = tuple[VisitRow, VisitRow]


class Carrier:
    """Carries over what belongs to one patient to the other. `on_event` is called when there is news."""

    def __init__(
        self,
        *,
        finder: Patients,
        merges: MergeStore,
        carrying: CarryingStore,
        places: PlaceCarryingStore,
        carers: CarerChangeStore,
        reminders: Reminders,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._finder = finder
        self._merges = merges
        self._carrying = carrying
        self._places = places
        self._carers = carers
        self._reminders = reminders
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def go_on(self, merging: Merging) -> Patient | None:
        """Carry over what can be; return the patient who stays.

        None: the order was taken back, as that patient is no longer there, or was made one with this one at
        the same time. Raises StorageDown.
        """
        kept = (await self._finder.by_ids([merging.lost])).get(merging.lost)
        if kept is None or kept.id == merging.lost:
            await self._take_back(merging)
            return None
        if not kept.has_account:
            await self._carers.share(merging.lost, kept.id)
        stuck, is_all = await self._carry_visits(merging.lost, kept)
        if stuck:
            await self._tell(merging, kept, stuck)
        elif await self._carry_places(merging.lost, kept) and is_all:
            await self._settle(merging, kept)
        return kept

    async def _take_back(self, merging: Merging) -> None:
        """Take an order back, unless all is carried over: then what was known of the person must go, too."""
        if merging.settled:
            await self._merges.bury(merging, merging.into)
        else:
            await self._merges.unmark(merging)

    async def _carry_visits(self, lost: UserId, kept: Patient) -> tuple[list[Stuck], bool]:
        """Carry over the visits and holds; return those that can't be, and whether all others are."""
        stuck = []
        await self._carrying.carry_series_news(lost, kept)
        if visits := await self._carrying.visits(lost):
            kept = await self._finder.reminded(kept)
        for visit in visits:
            other = await self._carry_visit(visit, lost, kept)
            if other is not None:
                stuck.append((visit, other))
        left = await self._carrying.visits(lost)
        return stuck, {visit.id for visit in left} <= {visit.id for visit, _ in stuck}

    async def _carry_visit(self, visit: VisitRow, lost: UserId, kept: Patient) -> VisitRow | None:
        """Carry over a visit or a hold; return what is in its way.

        What comes late has no reminders where nobody looked after the one who goes any more: it gets those of
        the one who stays.
        Holds give way to visits. Of two visits that have begun both stay: they take no time any more that
        anybody could want.
        """
        now, slot = self._clock.now(), Slot(visit.start, visit.end)
        remind_at = times_left(slot, kept, now)
        for _ in range(TRIES):
            if await self._carrying.carry(visit, lost, kept, remind_at):
                return None
            others = await self._carrying.in_the_way(kept.id, slot)
            if visit.is_held and any(not other.is_held for other in others):
                await self._carrying.drop_hold(visit.id)
                return None
            for other in others:
                if other.is_held:
                    await self._carrying.drop_hold(other.id)
                elif max(visit.start, other.start) > now:
                    return other
            have_begun = any(not other.is_held for other in others)
            if have_begun and await self._carrying.carry(visit, lost, kept, remind_at, takes_time=False):
                return None
        return None

    async def _carry_places(self, lost: UserId, kept: Patient) -> bool:
        """Carry over places on waiting lists; False: some were changed at the same time."""
        for _ in range(TRIES):
            unneeded = await self._places.carry(lost, kept)
            for hold_id in unneeded or ():
                await self._carrying.drop_hold(hold_id)
            if unneeded is not None:
                return True
        return False

    async def _tell(self, merging: Merging, kept: Patient, stuck: Sequence[Stuck]) -> None:
        """Tell those who can cancel one of two visits, once of each; let them see both."""
        people = {merging.by, *([kept.id] if kept.has_account else ())}
        carers = [*await self._finder.carers(kept.id), *await self._finder.carers(merging.lost)]
        after = {user.id for user in carers}
        await self._carers.lend({*([kept.id] if kept.has_account else after)}, merging.lost)
        for visit, other in stuck:
            if visit.id not in merging.told:
                event = waiting_event(merging, kept, visit, other, tuple(sorted(people | after)))
                await self._carers.tell(merging.by, event)
                await self._merges.note_told(merging, visit.id)
                self._on_event()

    async def _settle(self, merging: Merging, kept: Patient) -> None:
        """Do what is left when all is carried over; in the end, put the tombstone."""
        await self._release(merging, kept)
        if not merging.settled:
            await self._merges.fill(kept, await self._merges.known_of(merging.lost))
            if kept.has_account and not merging.of_oneself:
                await self._carers.tell(kept.id, merged_event(merging, kept, kept.id))
            await self._audit.note(
                Action.PATIENTS_MERGED,
                actor=merging.by,
                subject=kept.id,
                once=f"{merging.lost}.{Action.PATIENTS_MERGED}.{int(merging.at.timestamp())}",
                patient=merging.lost,
            )
            # Read anew, since an address may have been filled in.
            await self._reminders.plan_again((await self._finder.by_ids([kept.id])).get(kept.id, kept))
            await self._merges.note_settled(merging)
            self._on_event()
        elif merging.at + GRACE <= self._clock.now():
            # Whoever had read the patient before may have moved a visit since, too.
            await self._reminders.plan_missing(kept)
            await self._merges.bury(merging, kept.id)

    async def _release(self, merging: Merging, kept: Patient) -> None:
        """Let nobody look after the patient who goes; those who did look after the other one, and hear of it.

        If that one has an account, they look after nobody in its place.
        """
        for carer in await self._finder.carers(merging.lost):
            has_done_it = carer.id in {merging.by, kept.id}
            event = None if has_done_it and kept.has_account else merged_event(merging, kept, carer.id)
            await self._carers.leave(carer.id, merging.lost, None if kept.has_account else kept.id, event)
