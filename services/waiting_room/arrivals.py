"""Who is there: patients say so themselves from an hour before, or the clinic's people note it."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from services.appointments.views import AppointmentViews
from services.clock import Clock
from services.errors import AlreadyCancelled, AppointmentChanged, AppointmentOver, TooEarlyToArrive
from services.local_time import day_bounds
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.people import Principal, Role
from services.models.slots import Slot
from services.storage.waiting_room import WaitingRoomStore

# So long before their visit patients can say that they are there.
EARLY = timedelta(hours=1)


class Arrivals:
    """Notes who is there. `on_line_change` is called when somebody has come."""

    def __init__(
        self,
        *,
        store: WaitingRoomStore,
        views: AppointmentViews,
        clock: Clock,
        zone: ZoneInfo,
        on_line_change: Callable[[], None],
    ) -> None:
        self._store = store
        self._views = views
        self._clock = clock
        self._zone = zone
        self._on_line_change = on_line_change

    async def arrive(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Note that the patient of a visit is there; a repeat changes nothing.

        Patients may from an hour before, the doctor and the desk all day.
        Raises AppointmentUnknown, AlreadyCancelled, AppointmentOver, TooEarlyToArrive, AppointmentChanged.
        """
        card = await self._views.get(principal, appointment_id)
        self._check(principal, card.appointment)
        if card.appointment.arrived_at is not None:
            return card
        if await self._store.arrive(card.appointment, principal.author, self._clock.now()) is None:
            now = await self._views.get(principal, appointment_id)
            if now.appointment.arrived_at is None:
                raise AppointmentChanged(now.appointment.slot.start)
            return now
        self._on_line_change()
        return await self._views.get(principal, appointment_id)

    def may_arrive(self, principal: Principal, visit: Appointment) -> bool:
        """Tell whether it makes sense to ask this person now whether the patient is there."""
        is_open = visit.status is AppointmentStatus.BOOKED and visit.arrived_at is None
        now = self._clock.now()
        window = self._window(principal, visit)
        return is_open and visit.called_at is None and window.start <= now < window.end

    def _check(self, principal: Principal, visit: Appointment) -> None:
        start, now = visit.slot.start, self._clock.now()
        window = self._window(principal, visit)
        if visit.status is AppointmentStatus.CANCELLED:
            raise AlreadyCancelled(start)
        if now < window.start:
            raise TooEarlyToArrive(start, window.start)
        if visit.status is not AppointmentStatus.BOOKED or now >= window.end:
            raise AppointmentOver(start)

    def _window(self, principal: Principal, visit: Appointment) -> Slot:
        """Return when the person may note it: until the end of the clinic's day, or of the visit."""
        day = visit.slot.start.astimezone(self._zone).date()
        bounds = day_bounds(day, day, self._zone)
        early = visit.slot.start - EARLY
        first = early if principal.role is Role.PATIENT else min(early, bounds.start)
        return Slot(first, max(bounds.end, visit.slot.end))
