"""Reading appointments: one's own, a doctor's days, and for the desk all of the clinic's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from services.access import DESK, PARTIES, acts_for, own_people, require
from services.appointments.visibility import as_seen, gone, gone_patient, may_see
from services.availability.doctors import Doctors
from services.clock import Clock
from services.errors import AppointmentUnknown, DoctorUnknown, UserUnknown
from services.local_time import day_bounds
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentChange,
    AppointmentId,
    Period,
)
from services.models.catalogue import EMPTY, NO_DETAILS, VisitDetails
from services.models.paging import Page
from services.models.patients import Patient, has_no_account
from services.models.people import Principal, Role, User, UserId
from services.models.slots import Slot
from services.namesakes import Namesakes
from services.patients.finding import Patients
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.appointments import AppointmentStore
from services.storage.catalogue import CatalogueStore
from services.storage.users import UserStore

APPOINTMENTS_A_PAGE = 5
CLINIC_DAY_PAGE = 8


class AppointmentViews:
    """Shows appointments to those who may see them. `zone` is the clinic's: days are its days."""

    def __init__(
        self,
        *,
        appointments: AppointmentStore,
        queries: AppointmentQueryStore,
        users: UserStore,
        patients: Patients,
        doctors: Doctors,
        namesakes: Namesakes,
        catalogue: CatalogueStore,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._appointments = appointments
        self._queries = queries
        self._users = users
        self._patients = patients
        self._doctors = doctors
        self._namesakes = namesakes
        self._catalogue = catalogue
        self._clock = clock
        self._zone = zone

    async def get(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Return an appointment: one's own, or at the desk any, but without the patient's reason.

        Raises AppointmentUnknown.
        """
        card = await self.whole(principal, appointment_id)
        return replace(card, appointment=as_seen(principal, card.appointment))

    async def whole(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Return an appointment as `get` does, but with all its fields: to work with, not to show."""
        return (await self.cards([await self.alone(principal, appointment_id)]))[0]

    async def alone(self, principal: Principal, appointment_id: AppointmentId) -> Appointment:
        """Return an appointment as `whole` does, without the people in it, which is one query less."""
        appointment = await self._appointments.by_id(appointment_id)
        if appointment is None:
            raise AppointmentUnknown
        if not may_see(principal, appointment):
            raise AppointmentUnknown(is_of_others=True)
        return appointment

    async def changes(
        self, principal: Principal, appointment_id: AppointmentId
    ) -> tuple[list[AppointmentChange], Mapping[UserId, User]]:
        """Return what was done to an appointment, earliest first, and those who did it and are still here.

        Raises RoleRequired.
        """
        require(principal, *DESK)
        changes = await self._queries.changes(appointment_id)
        return changes, await self._users.by_ids({change.author.user_id for change in changes})

    async def others(self, principal: Principal) -> list[User | Patient]:
        """Return those with whom the person has or had appointments and who are still here, by name.

        For a doctor they are patients, for patients doctors, and those whom they look after, if anybody.
        Raises RoleRequired.
        """
        require(principal, *PARTIES)
        ids = await self._queries.others(principal.role, own_people(principal.user))
        if principal.role is Role.DOCTOR:
            found: list[User | Patient] = [*(await self._patients.by_ids(ids)).values()]
        else:
            after = principal.user.looks_after
            family = await self._patients.choices(principal) if after else []
            found = [*(await self._users.by_ids(ids)).values(), *family]
        return sorted(found, key=lambda person: (person.name, person.id))

    async def page(
        self,
        principal: Principal,
        period: Period,
        number: int,
        others: Collection[UserId] | None = None,
    ) -> Page[AppointmentCard]:
        """Return a page of the person's own appointments; with `others`, only those with or of them.

        A patient's own are also those of the patients whom they look after. Raises RoleRequired.
        """
        require(principal, *PARTIES)
        page = await self._queries.page_of(
            principal.role,
            own_people(principal.user),
            period,
            self._clock.now(),
            number=number,
            size=APPOINTMENTS_A_PAGE,
            others=others,
        )
        return await self._page(principal, page)

    async def after(self, principal: Principal, after: AppointmentId | None, limit: int) -> list[Appointment]:
        """Return the person's next own appointments after one of them, earliest first; None: the first.

        Cancelled ones are among them. Raises RoleRequired, AppointmentUnknown.
        """
        require(principal, *PARTIES)
        last = await self.alone(principal, after) if after is not None else None
        return await self._queries.after(principal.role, own_people(principal.user), last, limit)

    async def days(self, principal: Principal, first: date, last: date) -> list[AppointmentCard]:
        """Return all of a doctor's own appointments from one clinic-local day to another, earliest first.

        Raises RoleRequired.
        """
        require(principal, Role.DOCTOR)
        window = day_bounds(first, last, self._zone)
        cards = await self.cards(await self._queries.of_person(Role.DOCTOR, principal.id, window))
        return await self._namesakes.cards(principal.role, cards)

    async def clinic_day(self, principal: Principal, day: date, number: int) -> Page[AppointmentCard]:
        """Return a page of everybody's appointments of a clinic-local day. Raises RoleRequired."""
        require(principal, *DESK)
        page = await self._queries.page(day_bounds(day, day, self._zone), number=number, size=CLINIC_DAY_PAGE)
        return await self._page(principal, page)

    async def of_person(
        self, principal: Principal, user_id: UserId, period: Period, number: int
    ) -> tuple[User | Patient, Page[AppointmentCard]]:
        """Return a patient or doctor and a page of their appointments. Raises RoleRequired, UserUnknown."""
        require(principal, *DESK)
        person = await self._person(user_id)
        role = person.role if isinstance(person, User) else Role.PATIENT
        page = await self._queries.page_of(
            role, (person.id,), period, self._clock.now(), number=number, size=APPOINTMENTS_A_PAGE
        )
        return person, await self._page(principal, page)

    async def _person(self, user_id: UserId) -> User | Patient:
        """Return an account, or a patient without one. Raises UserUnknown."""
        user = None if has_no_account(user_id) else await self._users.by_id(user_id)
        if user is not None and user.role in PARTIES:
            return user
        found = (await self._patients.by_ids([user_id])).get(user_id)
        if user is not None or found is None:
            raise UserUnknown
        return found

    async def _page(self, principal: Principal, page: Page[Appointment]) -> Page[AppointmentCard]:
        """Return a page as this person may see it, with namesakes told apart."""
        cards = await self.cards([as_seen(principal, found) for found in page.items])
        items = await self._namesakes.cards(principal.role, cards)
        return Page(tuple(items), page.number, page.size, page.total)

    async def my_patient(self, principal: Principal, patient_id: UserId, slot: Slot) -> Patient:
        """Return the patient if they have booked the doctor's slot. Raises AppointmentUnknown."""
        require(principal, Role.DOCTOR)
        booked = await self._queries.booked_within(Role.DOCTOR, principal.id, slot)
        patient = (await self._patients.by_ids([patient_id])).get(patient_id)
        if patient is None or not any((a.patient_id, a.slot) == (patient.id, slot) for a in booked):
            raise AppointmentUnknown
        return patient

    async def last_doctor(self, principal: Principal, patient_id: UserId | None = None) -> User | None:
        """Return the doctor of the patient's latest appointment, if that doctor may be booked now.

        The patient is the person's own (None) or one whom they look after.
        Raises RoleRequired, PatientUnknown.
        """
        require(principal, Role.PATIENT)
        patient_id = patient_id or principal.id
        if not acts_for(principal, patient_id):  # unless the id leads to somebody for whom they act
            patient_id = (await self._patients.mine(principal, patient_id)).id
        doctor_id = await self._queries.last_doctor(patient_id)
        if doctor_id is None:
            return None
        try:
            return await self._doctors.get(principal, doctor_id)
        except DoctorUnknown:
            return None

    async def details(self, appointment: Appointment) -> VisitDetails:
        """Return which kind of visit an appointment is, and where, also of one that is only held."""
        if not _is_of_catalogue(appointment):
            return NO_DETAILS
        found = await self._catalogue.all()
        return found.details(appointment.kind_id, appointment.place_id, appointment.room_id)

    async def cards(self, appointments: Iterable[Appointment]) -> list[AppointmentCard]:
        """Return the appointments with the people in them; deleted accounts get a stand-in."""
        wanted = list(appointments)
        doctors, patients = await self._patients.with_people(
            {a.doctor_id for a in wanted}, {a.patient_id for a in wanted}
        )
        catalogue = await self._catalogue.all() if any(map(_is_of_catalogue, wanted)) else EMPTY
        return [
            AppointmentCard(
                a,
                doctors.get(a.doctor_id) or gone(a.doctor_id),
                patients.get(a.patient_id) or gone_patient(a.patient_id),
                details=catalogue.details(a.kind_id, a.place_id, a.room_id),
            )
            for a in wanted
        ]


def _is_of_catalogue(appointment: Appointment) -> bool:
    return any((appointment.kind_id, appointment.place_id, appointment.room_id))
