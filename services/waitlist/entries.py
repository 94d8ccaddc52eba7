"""The waiting list: what patients can do with their entries. Making offers is in offers.py."""

from dataclasses import replace
from datetime import date, datetime

from services.access import own_people, require
from services.appointments.booking import Booking
from services.appointments.limits import Proposer
from services.appointments.views import AppointmentViews
from services.appointments.visibility import gone, gone_patient
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.availability.offered_kinds import OfferedKinds
from services.clock import Clock
from services.errors import (
    AppointmentUnknown,
    OfferOver,
    PatientBusy,
    SlotTaken,
)
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.catalogue import ANY_VISIT, NO_DETAILS, VisitDetails, WantedVisit
from services.models.people import Principal, Role, UserId
from services.models.scheduling import PLAIN, PartOfDay, Schedule
from services.models.waitlist import SlotOffer, WaitlistEntry, WaitlistEntryCard
from services.namesakes import Namesakes
from services.patients.finding import Patients
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.users import UserStore
from services.storage.waitlist import WaitlistStore
from services.waitlist.earlier import EarlierTimes
from services.waitlist.joining import Joined, WaitlistJoining, wanted_window
from services.waitlist.offers import LOST


class Waitlist:
    """The entries of patients. `earlier` has what is special to those who wait for an earlier time."""

    def __init__(
        self,
        *,
        waitlist: WaitlistStore,
        joining: WaitlistJoining,
        earlier: EarlierTimes,
        queries: AppointmentQueryStore,
        booking: Booking,
        users: UserStore,
        patients: Patients,
        doctors: Doctors,
        views: AppointmentViews,
        namesakes: Namesakes,
        kinds: OfferedKinds,
        schedules: Schedules,
        clock: Clock,
    ) -> None:
        self._waitlist = waitlist
        self.earlier = earlier
        self._joining = joining
        self._queries = queries
        self._booking = booking
        self._users = users
        self._patients = patients
        self._doctors = doctors
        self._views = views
        self._namesakes = namesakes
        self._kinds = kinds
        self._schedules = schedules
        self._clock = clock

    async def join(
        self,
        principal: Principal,
        doctor_id: UserId,
        first: date,
        last: date,
        part: PartOfDay,
        *,
        patient_id: UserId | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> Joined:
        """Put the patient on the waiting list of a doctor, for days in the zone in which they read times.

        The patient is the person's own (None), or one whom they look after. `wanted` says for which kind of
        visit, and where. It replaces the patient's earlier entry for that doctor, unless that is the same.
        Times that are free already are not offered, as the patient can book them.
        Raises RoleRequired, PatientUnknown, DoctorUnknown, KindNotOffered, PlaceNotOffered, DayPassed,
        DayTooFar, TooManyWaitlistEntries.
        """
        require(principal, Role.PATIENT)
        patient = await self._booking.patient(principal, patient_id)
        doctor = await self._doctors.get(principal, doctor_id)
        times = await self._schedules.availability(principal, doctor_id, patient_id=patient.id, wanted=wanted)
        if wanted.kind_id is None and times.kind.id != PLAIN:
            wanted = await self._of_first_kind(principal, patient.id, doctor_id, wanted)
            times = await self._schedules.availability(
                principal, doctor_id, patient_id=patient.id, wanted=wanted
            )
        await self._kinds.check(principal, patient.id, doctor_id, times.kind)
        entry = WaitlistEntry(
            doctor_id,
            patient.id,
            self._clock.now(),
            wanted_window(first, last, times),
            part,
            kind_id=wanted.kind_id,
            place=wanted.place,
        )
        return await self._joining.join(entry, doctor, patient, times, by=principal)

    async def _of_first_kind(
        self, principal: Principal, patient_id: UserId, doctor_id: UserId, wanted: WantedVisit
    ) -> WantedVisit:
        """Return what is wanted, of the first kind that this person may book, if there is one."""
        choices = await self._kinds.choices(principal, patient_id, doctor_id)
        return replace(wanted, kind_id=choices[0].id) if choices else wanted

    async def entries(self, principal: Principal) -> list[WaitlistEntryCard]:
        """Return the entries of the person and of those whom they look after, oldest first.

        Raises RoleRequired.
        """
        require(principal, Role.PATIENT)
        entries = await self._waitlist.of_patients(own_people(principal.user))
        visits = await self._queries.by_ids({entry.instead_of for entry in entries if entry.instead_of})
        patients = {each.id: each for each in await self._patients.choices(principal)}
        found = await self._users.by_ids(entry.doctor_id for entry in entries)
        doctors = {user.id: user for user in await self._namesakes.apart(principal.role, found.values())}
        cards = []
        for entry in entries:
            visit = visits.get(entry.instead_of) if entry.instead_of is not None else None
            if entry.instead_of is not None and not _is_to_come(visit, self._clock.now()):
                continue  # the next look at the line removes it
            details, is_offered = await self._details(entry)
            cards.append(
                WaitlistEntryCard(
                    entry,
                    doctors.get(entry.doctor_id) or gone(entry.doctor_id),
                    patients.get(entry.patient_id) or gone_patient(entry.patient_id),
                    await self._waitlist.before(entry),
                    visit,
                    details,
                    is_offered=is_offered,
                )
            )
        return cards

    async def _details(self, entry: WaitlistEntry) -> tuple[VisitDetails, bool]:
        """Return which kind of visit is wanted, and where, and whether the doctor still offers that."""
        if entry.kind_id is None and entry.place is None:
            return NO_DETAILS, True
        schedule = await self._schedules.of_doctor(entry.doctor_id, entry.wanted)
        details = schedule.catalogue.details(entry.kind_id, entry.place, None)
        return details, _is_offered(entry, schedule)

    def stands(self, entry: WaitlistEntry) -> SlotOffer | None:
        """Return the offer that an entry has now, if any."""
        offer = entry.offer
        return offer if offer and offer.told and offer.until > self._clock.now() else None

    async def leave(self, principal: Principal, doctor_id: UserId, patient_id: UserId | None = None) -> bool:
        """Remove the patient's entry for a doctor; tell whether there was one.

        The patient is the person's own (None), or one whom they look after.
        Raises RoleRequired, PatientUnknown.
        """
        require(principal, Role.PATIENT)
        patient = await self._booking.patient(principal, patient_id)
        return await self._left(await self._waitlist.leave(doctor_id, patient.id))

    async def leave_earlier(self, principal: Principal, appointment_id: AppointmentId) -> bool:
        """Stop waiting for an earlier time than that of an appointment; tell whether somebody waited.

        It is one's own, or that of whom the person looks after. Raises RoleRequired.
        """
        require(principal, Role.PATIENT)
        mine = await self._waitlist.of_patients(own_people(principal.user))
        entry = next((each for each in mine if each.instead_of == appointment_id), None)
        if entry is None:
            return False
        return await self._left(await self._waitlist.leave(entry.doctor_id, entry.patient_id, appointment_id))

    async def _left(self, entry: WaitlistEntry | None) -> bool:
        """Free what was offered to an entry that is gone; tell whether there was one."""
        if entry is not None and entry.offer is not None:
            await self._joining.free(entry, entry.offer)
        return entry is not None

    async def take(self, principal: Principal, offer_id: AppointmentId) -> AppointmentCard:
        """Book the offered time and remove the entry. Doing it again books nothing more.

        An earlier time is taken by moving the appointment there.
        Raises RoleRequired, OfferOver, DoctorUnknown, TooManyAppointments; for an earlier time
        TooManyThatDay, TooManyChanges and TooLateToChange.
        """
        require(principal, Role.PATIENT)
        entry = await self._offered(principal, offer_id)
        if entry is None:
            return await self._taken_before(principal, offer_id)
        offer = self.stands(entry)
        if offer is None:
            raise OfferOver
        card = await self._book(principal, entry, offer)
        # After a crash before this, the next look at the line removes the entry: the patient has the time.
        await self._waitlist.leave(entry.doctor_id, entry.patient_id, entry.instead_of)
        return card

    async def _book(self, principal: Principal, entry: WaitlistEntry, offer: SlotOffer) -> AppointmentCard:
        """Book the offered time, or move there what is given up for it. Raises what `take` does."""
        if entry.instead_of is not None:
            return await self.earlier.take(principal, entry.instead_of, offer)
        try:
            card = await self._booking.book(
                principal,
                entry.doctor_id,
                offer.slot.start,
                reason=None,
                request_id=offer.id,
                patient_id=entry.patient_id,
                proposer=Proposer.OFFER,
                wanted=entry.wanted,
            )
        except (*LOST, SlotTaken, PatientBusy) as error:
            raise OfferOver from error
        if card.appointment.status is not AppointmentStatus.BOOKED:  # taken before, and cancelled since
            raise OfferOver
        return card

    async def pass_on(self, principal: Principal, offer_id: AppointmentId) -> None:
        """Pass the offer on to the next in line; the entry stays. Raises RoleRequired, OfferOver."""
        require(principal, Role.PATIENT)
        while (entry := await self._offered(principal, offer_id)) is not None and entry.offer is not None:
            after = replace(entry, offer=None, passed=entry.passed | {entry.offer.slot.start})
            # If the entry was changed meanwhile, it is read again.
            if await self._waitlist.change(entry, after):
                await self._joining.free(entry, entry.offer)
                return
        raise OfferOver

    async def _offered(self, principal: Principal, offer_id: AppointmentId) -> WaitlistEntry | None:
        mine = await self._waitlist.of_patients(own_people(principal.user))
        return next((entry for entry in mine if entry.offer and entry.offer.id == offer_id), None)

    async def _taken_before(self, principal: Principal, offer_id: AppointmentId) -> AppointmentCard:
        moved = await self.earlier.taken_before(principal, offer_id)
        if moved is not None:
            return moved
        try:
            card = await self._views.get(principal, offer_id)
        except AppointmentUnknown:
            raise OfferOver from None
        if card.appointment.status is not AppointmentStatus.BOOKED:
            raise OfferOver
        return await self._booking.retold(principal, card)


def _is_offered(entry: WaitlistEntry, schedule: Schedule) -> bool:
    """Tell whether the doctor still offers what is wanted there; an appointment may be moved in any case."""
    if entry.place is not None and not schedule.works_at(entry.place):
        return False
    return entry.instead_of is not None or schedule.kind(entry.kind_id) is not None


def _is_to_come(visit: Appointment | None, now: datetime) -> bool:
    return visit is not None and visit.status is AppointmentStatus.BOOKED and visit.slot.start > now
