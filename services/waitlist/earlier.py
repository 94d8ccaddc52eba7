"""Waiting for an earlier time for an appointment that one has: until there is one, the appointment stays."""

from datetime import date, timedelta

from services.access import own_people, require
from services.appointments.changes import Appointments, held_for_move
from services.appointments.views import AppointmentViews
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.clock import Clock
from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    AppointmentOver,
    AppointmentUnknown,
    KindNotOffered,
    NotEarlier,
    OfferOver,
    PatientBusy,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
)
from services.models.appointments import AppointmentCard, AppointmentId
from services.models.catalogue import WantedVisit
from services.models.people import Principal, Role
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId, Slot
from services.models.waitlist import SlotOffer, WaitlistEntry
from services.storage.appointment_queries import AppointmentQueryStore
from services.waitlist.joining import Joined, WaitlistJoining, wanted_window

# The offered time, or what is given up for it, is not there any more.
GONE = (
    AlreadyCancelled,
    AppointmentOver,
    AppointmentUnknown,
    KindNotOffered,
    PatientBusy,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
)
# Nobody has an appointment that is further ahead.
FURTHEST = timedelta(days=1000)


class EarlierTimes:
    """Lets patients wait for earlier times, and moves their appointments there."""

    def __init__(
        self,
        *,
        joining: WaitlistJoining,
        appointments: Appointments,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        doctors: Doctors,
        schedules: Schedules,
        clock: Clock,
    ) -> None:
        self._joining = joining
        self._appointments = appointments
        self._queries = queries
        self._views = views
        self._doctors = doctors
        self._schedules = schedules
        self._clock = clock

    async def visit(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Return an appointment of the person, or of whom they look after, that can still be moved.

        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver, TooLateToChange.
        """
        require(principal, Role.PATIENT)
        card = await self._views.whole(principal, appointment_id)
        self._appointments.check_to_come(card.appointment)
        await self._appointments.check_in_time(principal, card.appointment)
        return card

    async def join(
        self,
        principal: Principal,
        appointment_id: AppointmentId,
        first: date,
        last: date,
        part: PartOfDay,
        *,
        place: PlaceId | None = None,
    ) -> Joined:
        """Put the patient on the doctor's waiting list for an earlier time than that of their appointment.

        It is for the same kind of visit, at one place or anywhere (None). It replaces the earlier entry for
        that appointment. Times that are free already are not offered.
        Raises what `visit` does, DoctorUnknown, PlaceNotOffered, DayPassed, DayTooFar, NotEarlier,
        TooManyWaitlistEntries.
        """
        card = await self.visit(principal, appointment_id)
        visit = card.appointment
        await self._doctors.get(principal, visit.doctor_id)
        times = await self._schedules.availability(
            principal,
            visit.doctor_id,
            patient_id=visit.patient_id,
            moving=visit.slot,
            wanted=WantedVisit(visit.kind_id, place, is_booked=True),
        )
        window = wanted_window(first, last, times)
        if window.start >= visit.slot.start:
            raise NotEarlier(visit.slot.start)
        window = Slot(window.start, min(window.end, visit.slot.start))
        entry = WaitlistEntry(
            visit.doctor_id,
            visit.patient_id,
            self._clock.now(),
            window,
            part,
            kind_id=visit.kind_id,
            place=place,
            instead_of=visit.id,
        )
        return await self._joining.join(entry, card.doctor, card.patient, times, visit, by=principal)

    async def take(
        self, principal: Principal, instead_of: AppointmentId, offer: SlotOffer
    ) -> AppointmentCard:
        """Move the appointment to the time that is offered in its place.

        Raises OfferOver, DoctorUnknown, TooLateToChange, TooManyThatDay, TooManyChanges.
        """
        if offer.was is None or offer.was <= offer.slot.start:
            raise OfferOver
        try:
            return await self._appointments.move(principal, instead_of, offer.slot.start, was=offer.was)
        except AppointmentChanged as error:
            if error.start != offer.slot.start:
                raise OfferOver from error
            # The same tap, handled twice at once: the other one was first.
            return await self._views.get(principal, instead_of)
        except GONE as error:
            raise OfferOver from error

    async def taken_before(self, principal: Principal, offer_id: AppointmentId) -> AppointmentCard | None:
        """Return the appointment that was moved when that offer was taken, if it is still at that time."""
        ahead = Slot(self._clock.now(), self._clock.now() + FURTHEST)
        for patient_id in own_people(principal.user):
            for visit in await self._queries.of_person(Role.PATIENT, patient_id, ahead):
                if held_for_move(visit.id, visit.slot.start) == offer_id:
                    return await self._views.get(principal, visit.id)
        return None
