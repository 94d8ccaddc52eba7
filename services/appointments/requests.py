"""Booking and moving by the clinic's calendar and clock, in one step: for interfaces without dialogs."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.access import require
from services.acknowledgements import acknowledged
from services.appointments.booking import Booking
from services.appointments.changes import Appointments
from services.appointments.views import AppointmentViews
from services.availability.availability import Schedules
from services.availability.bookable_slots import is_held
from services.availability.doctors import Doctors
from services.availability.offered_kinds import OfferedKinds
from services.clock import Clock
from services.errors import (
    AppointmentUnknown,
    KeyUsed,
    KindNotOffered,
    NotForOthers,
    PatientUnknown,
    PeriodTooLong,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
)
from services.ids import derived_id, new_id
from services.local_time import instants_at
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.catalogue import ANY_VISIT, VisitKind, WantedVisit
from services.models.patients import Patient
from services.models.people import Principal, Role, UserId
from services.models.scheduling import PLAIN, Days
from services.models.slots import PlaceId, Slot

# So many days of free times can be asked for at once.
MOST_DAYS = 62


class AppointmentRequests:
    """Books and moves what is asked for by day and time in the clinic's `zone`."""

    def __init__(
        self,
        *,
        booking: Booking,
        appointments: Appointments,
        views: AppointmentViews,
        schedules: Schedules,
        doctors: Doctors,
        kinds: OfferedKinds,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._booking = booking
        self._appointments = appointments
        self._views = views
        self._schedules = schedules
        self._doctors = doctors
        self._kinds = kinds
        self._clock = clock
        self._zone = zone

    async def free_times(
        self,
        principal: Principal,
        doctor_id: UserId,
        days: Days,
        patient_id: UserId | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> list[tuple[Slot, PlaceId | None]]:
        """Return the times that this person may book with the doctor, on days of the clinic, earliest first.

        They are for the person's own patient (None), or for one whom they look after. With each comes the
        place at which it is, where there are several. Where no kind is named, there are none if the doctor
        has no kind for that patient.
        Raises DoctorUnknown, PeriodTooLong, NotForOthers, KindNotOffered, PlaceNotOffered.
        """
        if not timedelta(0) <= days.last - days.first < timedelta(days=MOST_DAYS):
            raise PeriodTooLong(MOST_DAYS)
        doctor = await self._doctors.get(principal, doctor_id)
        people = {Role.DOCTOR: doctor.id}
        if principal.role is Role.PATIENT:
            people[Role.PATIENT] = (await self._for_whom(principal, patient_id)).id
        found = await self._schedules.times(people, wanted=wanted)
        if Role.PATIENT in people:
            patient = people[Role.PATIENT]
            try:
                await self._kinds.check(principal, patient, doctor.id, found.kind)
            except KindNotOffered:
                named = await self._kinds.or_first(principal, patient, doctor.id, wanted)
                if named == wanted:
                    if wanted.kind_id is None:
                        return []
                    raise
                found = await self._schedules.times(people, wanted=named)
        first, last = max(days.first, found.first), min(days.last, found.last)
        each = (found.slots(first + timedelta(days=n)) for n in range((last - first).days + 1))
        return [(slot, found.place_of(slot)) for slots in each for slot in slots]

    async def kinds(
        self, principal: Principal, doctor_id: UserId | None, patient_id: UserId | None = None
    ) -> tuple[VisitKind, ...]:
        """Return the kinds of visit of the clinic, or those that this person may book with a doctor.

        Raises DoctorUnknown, NotForOthers.
        """
        if doctor_id is None:
            return await self._kinds.of_clinic(principal)
        doctor = await self._doctors.get(principal, doctor_id)
        patient = patient_id or principal.id
        if principal.role is Role.PATIENT:
            patient = (await self._for_whom(principal, patient_id)).id
        kinds = await self._kinds.choices(principal, patient, doctor.id)
        return tuple(kind for kind in kinds if kind.id != PLAIN)

    async def get(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Return an appointment that this person may see. A time that is only held is none.

        Raises AppointmentUnknown.
        """
        card = await self._views.get(principal, appointment_id)
        _check_no_hold(card.appointment)
        return card

    async def cancel(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Cancel an appointment. Raises what `Appointments.cancel` does."""
        before = await self._views.alone(principal, appointment_id)
        _check_no_hold(before)

        def is_done(now: Appointment) -> bool:
            return now.version > before.version and now.status is AppointmentStatus.CANCELLED

        cancelled = self._appointments.cancel(principal, appointment_id)
        return await acknowledged(cancelled, lambda: self._if(principal, appointment_id, is_done))

    async def book(
        self,
        principal: Principal,
        doctor_id: UserId,
        day: date,
        at: time,
        *,
        patient_id: UserId,
        reason: str | None,
        key: str | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> AppointmentCard:
        """Book for the patient who asks, or one whom they look after.

        The same `key` (Idempotency-Key) books once. `wanted` says which kind of visit it is, and where;
        without a kind it is the first that is for the patient.

        Raises RoleRequired, NotForOthers, KeyUsed, and what `Booking.book` does.
        """
        require(principal, Role.PATIENT)
        patient = await self._for_whom(principal, patient_id)
        request_id = AppointmentId(
            new_id(self._clock.now()) if key is None else derived_id(f"http.{principal.id}.{key}")
        )

        async def book_as(wanted: WantedVisit, start: datetime) -> AppointmentCard:
            return await self._booking.book(
                principal,
                doctor_id,
                start,
                reason=reason,
                request_id=request_id,
                patient_id=patient.id,
                wanted=wanted,
            )

        async def book(start: datetime) -> AppointmentCard:
            try:
                card = await book_as(wanted, start)
            except (KindNotOffered, SlotNotOffered):
                # Looked up only now: most doctors have no kinds, or a first one that is for everybody.
                named = await self._kinds.or_first(principal, patient.id, doctor_id, wanted)
                if named == wanted:
                    raise
                card = await book_as(named, start)
            if card.otherwise:
                raise KeyUsed(card.appointment.slot.start)
            return card

        async def stored(start: datetime) -> AppointmentCard | None:
            return await book(start) if await self._booking.stored(principal, request_id) else None

        return await self._at(day, at, lambda start: acknowledged(book(start), lambda: stored(start)))

    async def _for_whom(self, principal: Principal, patient_id: UserId | None) -> Patient:
        """Return the patient for whom somebody asks; an older id leads to whom they are one with.

        Raises NotForOthers.
        """
        try:
            return await self._booking.patient(principal, patient_id)
        except PatientUnknown as error:
            raise NotForOthers from error

    async def move(
        self, principal: Principal, appointment_id: AppointmentId, day: date, at: time
    ) -> AppointmentCard:
        """Move one's own appointment. If it is at that time already, nothing happens.

        Raises what `Appointments.move` does.
        """
        card = await self.get(principal, appointment_id)
        was = card.appointment.slot.start
        self._appointments.check_to_come(card.appointment)

        async def moved(start: datetime) -> AppointmentCard:
            if start == was:
                return card

            def is_done(now: Appointment) -> bool:
                return now.slot.start == start and now.status is AppointmentStatus.BOOKED

            move = self._appointments.move(principal, appointment_id, start, was=was)
            return await acknowledged(move, lambda: self._if(principal, appointment_id, is_done))

        return await self._at(day, at, moved)

    async def _if(
        self, principal: Principal, appointment_id: AppointmentId, is_done: Callable[[Appointment], bool]
    ) -> AppointmentCard | None:
        """Return the appointment if it is as asked for by now, else None."""
        card = await self._views.get(principal, appointment_id)
        return card if is_done(card.appointment) else None

    async def _at(
        self, day: date, at: time, act: Callable[[datetime], Awaitable[AppointmentCard]]
    ) -> AppointmentCard:
        """Act at the instant at which the clinic's clocks show that; where they do so twice, at a free one.

        Raises SlotNotOffered if a clock change skips it.
        """
        instants = instants_at(day, at, self._zone)
        if not instants:
            raise SlotNotOffered(datetime.combine(day, at, tzinfo=self._zone).astimezone(UTC))
        *earlier, last = instants
        for start in earlier:
            with suppress(SlotTaken, SlotNotOffered, SlotPassed, KeyUsed):
                return await act(start)
        return await act(last)


def _check_no_hold(appointment: Appointment) -> None:
    """Return if it is an appointment. Raises AppointmentUnknown for a time that is only held."""
    if is_held(appointment):
        raise AppointmentUnknown
