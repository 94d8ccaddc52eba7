"""“I can't come” when it is too late to cancel: the time is free, and the clinic hears of it, at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.access import require
from services.appointments.changes import Appointments
from services.appointments.events import appointment_event
from services.appointments.views import AppointmentViews
from services.appointments.visibility import as_seen
from services.clock import Clock
from services.errors import AlreadyCancelled, AppointmentChanged, TooLateToChange
from services.models.appointments import AppointmentCard, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role
from services.storage.appointments import AppointmentStore
from services.waiting_room.desk import Desk


class ShortNotice:
    """Cancels for patients who can't come after all. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        store: AppointmentStore,
        appointments: Appointments,
        views: AppointmentViews,
        desk: Desk,
        clock: Clock,
        on_event: Callable[[], None],
        on_line_change: Callable[[], None],
    ) -> None:
        self._store = store
        self._appointments = appointments
        self._views = views
        self._desk = desk
        self._clock = clock
        self._on_event = on_event
        self._on_line_change = on_line_change

    async def cancel(
        self, principal: Principal, appointment_id: AppointmentId, *, was: datetime
    ) -> AppointmentCard:
        """Cancel a patient's visit that has not begun, however near it is; `was` is the start that they saw.

        If it is not too late yet, it is cancelled as any other. Else the doctor and the desk hear that it was
        at short notice, and so says the audit.
        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver, AppointmentChanged.
        """
        require(principal, Role.PATIENT)
        card = await self._views.whole(principal, appointment_id)
        before = card.appointment
        self._appointments.check_to_come(before)
        if was != before.slot.start:
            raise AppointmentChanged(before.slot.start)
        try:
            await self._appointments.check_in_time(principal, before)
        except TooLateToChange:
            return await self._cancel(principal, card)
        return await self._appointments.cancel(principal, appointment_id, was=was)

    async def _cancel(self, principal: Principal, card: AppointmentCard) -> AppointmentCard:
        before, event = card.appointment, await self._event(principal, card)
        cancelled = await self._store.cancel(before.id, principal.author, before, event, self._clock.now())
        if cancelled is None:
            raise await self._changed(principal, card)
        self._on_event()
        self._on_line_change()
        return AppointmentCard(as_seen(principal, cancelled), card.doctor, card.patient, event=event)

    async def _event(self, principal: Principal, card: AppointmentCard) -> Event:
        event = appointment_event(
            EventKind.CANCELLED,
            card.appointment,
            card.doctor,
            card.patient,
            principal.role,
            at=self._clock.now(),
            details=card.details,
            readers=(card.patient.id, card.doctor.id, *await self._desk.people()),
            in_chat=principal.answered_in,
            author=principal.author,
        )
        return replace(event, facts={**event.facts, "late": True})

    async def _changed(
        self, principal: Principal, card: AppointmentCard
    ) -> AlreadyCancelled | AppointmentChanged:
        now = await self._views.alone(principal, card.appointment.id)
        if now.status is AppointmentStatus.CANCELLED:
            return AlreadyCancelled(now.slot.start)
        return AppointmentChanged(now.slot.start)
