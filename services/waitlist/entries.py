"""The waiting list: what patients can do with their entries. Making offers is in offers.py."""

from dataclasses import dataclass, replace
from datetime import date

from services.access import own_people, require
from services.appointments.booking import Booking
from services.appointments.limits import Proposer
from services.appointments.views import AppointmentViews
from services.appointments.visibility import gone, gone_patient
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.clock import Clock
from services.errors import (
    AppointmentUnknown,
    DayPassed,
    DayTooFar,
    OfferOver,
    PatientBusy,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    TooManyWaitlistEntries,
)
from services.local_time import day_bounds
from services.models.appointments import AppointmentCard, AppointmentId, AppointmentStatus
from services.models.people import Principal, Role, UserId
from services.models.scheduling import PartOfDay
from services.models.waitlist import SlotOffer, WaitlistEntry, WaitlistEntryCard
from services.namesakes import Namesakes
from services.patients.finding import Patients
from services.storage.appointments import AppointmentStore
from services.storage.freed_times import FreedTimes
from services.storage.users import UserStore
from services.storage.waitlist import WaitlistStore
from services.time_zones import zone_of
from services.waitlist.offers import fitting

MAX_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class Joined:
    """A new entry; whether it replaces an earlier one, and how many fitting times are free now."""

    card: WaitlistEntryCard
    has_replaced: bool
    free: int


class Waitlist:
    """The entries of patients. In `freed_times` it is noted when a time may be free for the next patient."""

    def __init__(
        self,
        *,
        waitlist: WaitlistStore,
        appointments: AppointmentStore,
        booking: Booking,
        users: UserStore,
        patients: Patients,
        doctors: Doctors,
        views: AppointmentViews,
        namesakes: Namesakes,
        schedules: Schedules,
        clock: Clock,
        freed_times: FreedTimes,
    ) -> None:
        self._waitlist = waitlist
        self._appointments = appointments
        self._booking = booking
        self._users = users
        self._patients = patients
        self._doctors = doctors
        self._views = views
        self._namesakes = namesakes
        self._schedules = schedules
        self._clock = clock
        self._freed_times = freed_times

    async def join(
        self,
        principal: Principal,
        doctor_id: UserId,
        first: date,
        last: date,
        part: PartOfDay,
        *,
        patient_id: UserId | None = None,
    ) -> Joined:
        """Put the patient on the waiting list of a doctor, for days in the zone in which they read times.

        The patient is the person's own (None), or one whom they look after. It replaces the patient's earlier
        entry for that doctor, unless that is the same. Times that are free already are not offered, as the
        patient can book them.
        Raises RoleRequired, PatientUnknown, DoctorUnknown, DayPassed, DayTooFar, TooManyWaitlistEntries.
        """
        require(principal, Role.PATIENT)
        patient = await self._booking.patient(principal, patient_id)
        doctor = await self._doctors.get(principal, doctor_id)
        times = await self._schedules.availability(principal, doctor_id, patient_id=patient.id)
        if last < times.first:
            raise DayPassed(last)
        if first > times.furthest:
            raise DayTooFar(first, times.furthest)
        zone = zone_of(principal.user.zone, self._schedules.zone)
        window = day_bounds(max(first, times.first), min(last, times.furthest), zone)
        entry = WaitlistEntry(doctor_id, patient.id, self._clock.now(), window, part)
        free = frozenset(slot.start for slot in fitting(entry, times.all_slots(), times.zone))
        mine = {each.doctor_id: each for each in await self._waitlist.of_patients([patient.id])}
        before = mine.get(doctor_id)
        if before is not None and (before.window, before.part) == (window, part):
            ahead = await self._waitlist.before(before)
            return Joined(WaitlistEntryCard(before, doctor, patient, ahead), False, len(free))
        if before is None and len(mine) >= MAX_ENTRIES:
            raise TooManyWaitlistEntries(MAX_ENTRIES, None if patient.id == principal.id else patient.name)
        entry = replace(entry, known=free)
        replaced = await self._waitlist.put(entry)
        # Looked at in any case: now it counts when a time of that line comes into the booking window.
        await self._free(doctor_id, replaced.offer if replaced else None)
        card = WaitlistEntryCard(entry, doctor, patient, await self._waitlist.before(entry))
        return Joined(card, replaced is not None, len(free))

    async def entries(self, principal: Principal) -> list[WaitlistEntryCard]:
        """Return the entries of the person and of those whom they look after, oldest first.

        Raises RoleRequired.
        """
        require(principal, Role.PATIENT)
        entries = await self._waitlist.of_patients(own_people(principal.user))
        patients = {each.id: each for each in await self._patients.choices(principal)}
        found = await self._users.by_ids(entry.doctor_id for entry in entries)
        doctors = {user.id: user for user in await self._namesakes.apart(principal.role, found.values())}
        return [
            WaitlistEntryCard(
                entry,
                doctors.get(entry.doctor_id) or gone(entry.doctor_id),
                patients.get(entry.patient_id) or gone_patient(entry.patient_id),
                await self._waitlist.before(entry),
            )
            for entry in entries
        ]

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
        entry = await self._waitlist.leave(doctor_id, patient.id)
        if entry is None:
            return False
        if entry.offer is not None:
            await self._free(doctor_id, entry.offer)
        return True

    async def take(self, principal: Principal, offer_id: AppointmentId) -> AppointmentCard:
        """Book the offered time and remove the entry. Doing it again books nothing more.

        Raises RoleRequired, OfferOver, DoctorUnknown, TooManyAppointments.
        """
        require(principal, Role.PATIENT)
        entry = await self._offered(principal, offer_id)
        if entry is None:
            return await self._taken_before(principal, offer_id)
        offer = self.stands(entry)
        if offer is None:
            raise OfferOver
        try:
            card = await self._booking.book(
                principal,
                entry.doctor_id,
                offer.slot.start,
                reason=None,
                request_id=offer.id,
                patient_id=entry.patient_id,
                proposer=Proposer.OFFER,
            )
        except (SlotTaken, SlotPassed, SlotNotOffered, PatientBusy) as error:
            raise OfferOver from error
        if card.appointment.status is not AppointmentStatus.BOOKED:  # taken before, and cancelled since
            raise OfferOver
        # After a crash before this, offers.py removes the entry, as the patient has an appointment.
        await self._waitlist.leave(entry.doctor_id, entry.patient_id)
        return card

    async def pass_on(self, principal: Principal, offer_id: AppointmentId) -> None:
        """Pass the offer on to the next in line; the entry stays. Raises RoleRequired, OfferOver."""
        require(principal, Role.PATIENT)
        while (entry := await self._offered(principal, offer_id)) is not None and entry.offer is not None:
            after = replace(entry, offer=None, passed=entry.passed | {entry.offer.slot.start})
            # If the entry was changed meanwhile, it is read again.
            if await self._waitlist.change(entry, after):
                await self._free(entry.doctor_id, entry.offer)
                return
        raise OfferOver

    async def _offered(self, principal: Principal, offer_id: AppointmentId) -> WaitlistEntry | None:
        mine = await self._waitlist.of_patients(own_people(principal.user))
        return next((entry for entry in mine if entry.offer and entry.offer.id == offer_id), None)

    async def _taken_before(self, principal: Principal, offer_id: AppointmentId) -> AppointmentCard:
        try:
            card = await self._views.get(principal, offer_id)
        except AppointmentUnknown:
            raise OfferOver from None
        if card.appointment.status is not AppointmentStatus.BOOKED:
            raise OfferOver
        return await self._booking.retold(principal, card)

    async def _free(self, doctor_id: UserId, offer: SlotOffer | None) -> None:
        """End an offer that its entry no longer has, and have the line looked at."""
        if offer is not None:
            await self._appointments.let_go(offer.id)
        # Noted here as well: an offer that is only being made has no hold yet that could be ended.
        self._freed_times.freed(doctor_id)
