"""The line of those who wait for a doctor: what is over in it is ended, and what is free for the others."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.availability.availability import Availability, Schedules
from services.clock import Clock
from services.errors import KindNotOffered, PlaceNotOffered
from services.models.appointments import Appointment, AppointmentId
from services.models.catalogue import ANY_VISIT, WantedVisit
from services.models.patients import Patient
from services.models.people import AccountStatus, Role, User, UserId
from services.models.slots import Slot
from services.models.waitlist import WaitlistEntry
from services.patients.finding import Patients
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.appointments import AppointmentStore
from services.storage.waitlist import WaitlistStore
from services.waitlist.due_lines import DueLines
from services.waitlist.waiting import SHORTEST_OFFER, Waiting, for_earlier, is_over, may_be_earlier

# So many entries of each line are looked at, from the first on.
MAX_IN_LINE = 200
# The times of a kind of visit, and those of them that are free; of each that is wanted, if it is offered.
Free = tuple[Availability, Sequence[Slot]]
Times = dict[WantedVisit, Free | None]


class WaitingLines:
    """Reads lines, and keeps them up to date. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        waitlist: WaitlistStore,
        appointments: AppointmentStore,
        queries: AppointmentQueryStore,
        patients: Patients,
        schedules: Schedules,
        due_lines: DueLines,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._waitlist = waitlist
        self._appointments = appointments
        self._queries = queries
        self._patients = patients
        self._schedules = schedules
        self._due_lines = due_lines
        self._clock = clock
        self._on_event = on_event

    async def current(self, doctor_id: UserId) -> tuple[User | None, list[Waiting]]:
        """Return a doctor, and those who wait for them, first those who have waited longest.

        Entries that are over are removed first, and offers that have ended. Those of a kind that is not
        offered any more, or not there, keep their turn, and are left out.
        """
        times_of, line = await self._line(doctor_id)
        users, patients = await self._patients.with_people([doctor_id], [entry.patient_id for entry in line])
        return users.get(doctor_id), await self._current(line, await self._reached(patients), times_of)

    async def _line(self, doctor_id: UserId) -> tuple[Times, list[WaitlistEntry]]:
        """Return what is free of each kind of visit that somebody in a doctor's line wants, and the line.

        The free times are read first: what is offered after that is seen in the line, which is read next.
        """
        times_of: Times = {}
        line: list[WaitlistEntry] = []
        while missing := {ANY_VISIT, *(entry.wanted for entry in line)} - times_of.keys():
            for wanted in missing:
                times_of[wanted] = await self._times(doctor_id, wanted)
            line = await self._waitlist.line(doctor_id, MAX_IN_LINE)
        return times_of, line

    async def _times(self, doctor_id: UserId, wanted: WantedVisit) -> Free | None:
        """Return what is free of a kind of visit at a place; None if the doctor offers that no more."""
        try:
            times = await self._schedules.times({Role.DOCTOR: doctor_id}, wanted=wanted)
        except (KindNotOffered, PlaceNotOffered):
            return None
        return times, times.all_slots()

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
        self, line: Sequence[WaitlistEntry], reached: Container[UserId], times_of: Times
    ) -> list[Waiting]:
        """Remove entries that are over; return the others with what is free, without ended offers."""
        if not line:
            return []
        now = self._clock.now()
        takings = await self._waitlist.taken(line[0].doctor_id, now)
        booked = [taking for taking in takings if taking.stands]
        visits = await self._queries.by_ids({entry.instead_of for entry in line if entry.instead_of})
        news_of: dict[WantedVisit, Mapping[datetime, datetime]] = {}
        found = []
        for entry in line:
            if entry.patient_id not in reached or is_over(entry, booked, now):
                await self._remove(entry)
                continue
            each = await self._with_times(entry, times_of[entry.wanted], visits, now)
            if each is None:
                continue
            news = each.given_back(takings) if each.visit else news_of.get(entry.wanted)
            if news is None:
                news = news_of[entry.wanted] = each.given_back(takings)
            kept = await self._without_old(each, {at for at, taken in news.items() if taken >= entry.since})
            if kept is not None:
                found.append(kept)
        return found

    async def _with_times(
        self,
        entry: WaitlistEntry,
        free: Free | None,
        visits: Mapping[AppointmentId, Appointment],
        now: datetime,
    ) -> Waiting | None:
        """Return an entry with what is free for it; None if nothing can be offered to it now."""
        if free is None:
            await self.withdraw(entry)
            return None
        times, slots = free
        if entry.instead_of is None:
            return Waiting(entry, times, slots)
        visit = visits.get(entry.instead_of)
        if visit is None or not may_be_earlier(visit, entry, times, now):
            await self._remove(entry)
            return None
        is_old = entry.offer is not None and entry.offer.was != visit.slot.start
        if is_old or visit.kind_id != entry.kind_id:
            # It was moved since, or is another kind of visit. What is free of that is seen at the next look.
            await self.withdraw(entry, replace(entry, kind_id=visit.kind_id, offer=None))
            self._due_lines.again(entry.doctor_id)
            return None
        # While two patients are made one, the appointment may still be that of the other.
        return for_earlier(entry, times, visit) if visit.patient_id == entry.patient_id else None

    async def _remove(self, entry: WaitlistEntry) -> None:
        if await self._waitlist.remove(entry) and entry.offer:
            # The freed time is offered at the next look, as this one has read the free times already.
            await self._appointments.let_go(entry.offer.id)
            self._due_lines.again(entry.doctor_id)
            self._on_event()

    async def _without_old(self, waiting: Waiting, news: Container[datetime]) -> Waiting | None:
        """Return it without an ended offer, and with those known times that are still free, and no news.

        None: it was changed.
        """
        entry, now = waiting.entry, self._clock.now()
        known = {slot.start for slot in waiting.free if slot.start not in news}
        after = replace(entry, known=entry.known & known)
        offer = entry.offer
        ended = offer is not None and offer.until - now < (
            timedelta(microseconds=1) if offer.told else SHORTEST_OFFER
        )
        if offer is not None and ended:
            passed = {offer.slot.start} if offer.told else set()
            after = replace(after, offer=None, passed=entry.passed | passed)
        if after == entry:
            return waiting
        changed = await self._waitlist.change(entry, after)
        if changed is None:
            return None
        if offer is not None and ended:
            await self._appointments.let_go(offer.id)
        return replace(waiting, entry=changed)

    async def withdraw(self, entry: WaitlistEntry, after: WaitlistEntry | None = None) -> None:
        """Take back an offer, if there is one; the entry stays, and may be offered that time again.

        With `after`, that is what the entry becomes.
        """
        after = after or replace(entry, offer=None)
        if after != entry and await self._waitlist.change(entry, after) and entry.offer is not None:
            await self._appointments.let_go(entry.offer.id)
