"""Calling in the next patient who is there, in the order of the visits' times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from services.access import require
from services.appointments.events import appointment_event
from services.appointments.views import AppointmentViews
from services.availability.availability import Schedules
from services.clock import Clock
from services.errors import NobodyWaits
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role
from services.storage.appointments import AppointmentStore
from services.storage.waiting_room import WaitingRoomStore
from services.waiting_room.line import in_order, last_called

# After that a call is not told any more.
CALL_LASTS = timedelta(minutes=30)
# Somebody may change a visit while its patient is called; then the next is looked for again.
TRIES = 3


@dataclass(frozen=True, slots=True)
class CalledIn:
    """The visit for which the patient was called in; `is_new`: just now, and not before this was asked."""

    card: AppointmentCard
    is_new: bool


class Calls:
    """Calls patients in. `on_event` is called when an event was stored, `on_line_change` after each call."""

    def __init__(
        self,
        *,
        store: WaitingRoomStore,
        appointments: AppointmentStore,
        views: AppointmentViews,
        schedules: Schedules,
        clock: Clock,
        on_event: Callable[[], None],
        on_line_change: Callable[[], None],
    ) -> None:
        self._store = store
        self._appointments = appointments
        self._views = views
        self._schedules = schedules
        self._clock = clock
        self._on_event = on_event
        self._on_line_change = on_line_change

    async def call_next(self, principal: Principal, after: AppointmentId) -> CalledIn:
        """Call in the doctor's next patient of today who is there; who was called before, was seen.

        `after` is whom the doctor saw as called in last ("": nobody). If somebody else was called in since,
        nobody is called: so two taps on one button call one patient.
        Raises RoleRequired, NobodyWaits.
        """
        require(principal, Role.DOCTOR)
        for _ in range(TRIES):
            day = await self._today(principal)
            last = last_called([card.appointment for card in day])
            if last is not None and last.id != after:
                await self._end_others(principal, day, last)
                return CalledIn(next(card for card in day if card.appointment.id == last.id), False)
            line = in_order(card.appointment for card in day)
            if not line:
                raise NobodyWaits
            card = next(card for card in day if card.appointment.id == line[0].id)
            if called := await self._call(principal, card):
                await self._end_others(principal, day, called)
                self._on_line_change()
                return CalledIn(replace(card, appointment=called), True)
        raise NobodyWaits

    async def _today(self, principal: Principal) -> list[AppointmentCard]:
        today = self._schedules.today()
        return await self._views.days(principal, today, today)

    async def _call(self, principal: Principal, card: AppointmentCard) -> Appointment | None:
        now = self._clock.now()
        called = await self._store.call(card.appointment, self._event(card), principal.author, now)
        if called is not None:
            self._on_event()
        return called

    def _event(self, card: AppointmentCard) -> Event:
        now = self._clock.now()
        event = appointment_event(
            EventKind.CALLED,
            card.appointment,
            card.doctor,
            card.patient,
            Role.DOCTOR,
            at=now,
            details=card.details,
            readers=(card.patient.id,),
            number=str(card.appointment.version),
        )
        return replace(event, facts={**event.facts, "until": now + CALL_LASTS})

    async def _end_others(
        self, principal: Principal, day: Sequence[AppointmentCard], last: Appointment
    ) -> None:
        """Note that those were seen who were called in before the last one, if nothing else is noted."""
        for visit in (card.appointment for card in day):
            is_in = visit.status is AppointmentStatus.BOOKED and visit.called_at is not None
            if is_in and visit.id != last.id:
                seen = AppointmentStatus.FULFILLED
                await self._appointments.mark(visit, seen, principal.author, self._clock.now())
