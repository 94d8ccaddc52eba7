"""Writing to the patient of one visit, or to all of a day, without changing anything."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from services.access import DESK, require
from services.appointments.events import appointment_event
from services.appointments.fields import MAX_NOTE, read_note
from services.appointments.views import AppointmentViews
from services.clock import Clock
from services.errors import EmptyMessage, NobodyToWriteTo
from services.local_time import day_bounds
from services.models.appointments import Appointment, AppointmentCard, AppointmentId
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role
from services.models.slots import Slot
from services.patients.finding import Patients
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.waiting_room import WaitingRoomStore

__all__ = ["MAX_NOTE", "PatientMessages"]


class PatientMessages:
    """Sends messages of doctors and the desk to patients. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        store: WaitingRoomStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        patients: Patients,
        clock: Clock,
        zone: ZoneInfo,
        on_event: Callable[[], None],
    ) -> None:
        self._store = store
        self._queries = queries
        self._views = views
        self._patients = patients
        self._clock = clock
        self._zone = zone
        self._on_event = on_event

    def read(self, text: str) -> str:
        """Return a message without the space around it. Raises NoteTooLong, EmptyMessage."""
        message = read_note(text)
        if message is None:
            raise EmptyMessage
        return message

    async def patient_of(self, principal: Principal, visit_id: AppointmentId) -> list[AppointmentCard]:
        """Return the visit whose patient is written to.

        Raises RoleRequired, AppointmentUnknown, NobodyToWriteTo.
        """
        require(principal, Role.DOCTOR, *DESK)
        card = await self._views.get(principal, visit_id)
        if not await self._reached([card]):
            phone = card.patient.phone if principal.role in DESK else None
            raise NobodyToWriteTo(card.patient.name, phone)
        return [card]

    async def patients_of(self, principal: Principal, day: date) -> list[AppointmentCard]:
        """Return the visits of a clinic-local day that have not begun, the first of each patient.

        A doctor's are their own, the desk's those of the whole clinic. Raises RoleRequired, NobodyToWriteTo.
        """
        require(principal, Role.DOCTOR, *DESK)
        bounds = day_bounds(day, day, self._zone)
        found = await self._queries.booked_within(principal.role, principal.id, bounds)
        to_come = [visit for visit in found if self._is_to_come(visit, bounds)]
        cards = await self._views.cards({visit.patient_id: visit for visit in reversed(to_come)}.values())
        reached = await self._reached([*reversed(cards)])
        if not reached:
            raise NobodyToWriteTo
        return reached

    async def _reached(self, cards: Sequence[AppointmentCard]) -> list[AppointmentCard]:
        """Return those whose patient can be reached: by email, or because somebody looks after them."""
        carers = await self._patients.carers_of(card.patient.id for card in cards)
        return [card for card in cards if card.patient.email or carers.get(card.patient.id)]

    def _is_to_come(self, visit: Appointment, bounds: Slot) -> bool:
        has_begun = visit.called_at is not None or (
            visit.slot.start <= self._clock.now() and not visit.is_waiting
        )
        return visit.slot.start >= bounds.start and not has_begun

    async def send(
        self, principal: Principal, cards: Sequence[AppointmentCard], text: str, message_id: str
    ) -> int:
        """Send a message to the patients of these visits, each once however often it is asked for.

        `message_id` is the same for each try; returns to how many it is sent now.
        Raises RoleRequired, NoteTooLong, EmptyMessage.
        """
        require(principal, Role.DOCTOR, *DESK)
        said = self.read(text)
        sent = 0
        for card in cards:
            event = self._event(principal, card, said, message_id)
            now = self._clock.now()
            sent += await self._store.write_to(card.appointment, message_id, event, principal.author, now)
        if sent:
            self._on_event()
        return sent

    async def was_sent(self, cards: Sequence[AppointmentCard], message_id: str) -> bool:
        """Tell whether that message was sent to any of these patients before."""
        return await self._store.was_sent([card.appointment.id for card in cards], message_id)

    def _event(self, principal: Principal, card: AppointmentCard, text: str, message_id: str) -> Event:
        event = appointment_event(
            EventKind.MESSAGE,
            card.appointment,
            card.doctor,
            card.patient,
            principal.role,
            at=self._clock.now(),
            details=card.details,
            note=text,
            readers=(card.patient.id,),
            number=message_id,
            author=principal.author,
        )
        return replace(event, facts={**event.facts, "message": message_id})
