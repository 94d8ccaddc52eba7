"""Reminders: a day and an hour before, or as each patient likes; none silly, none too late."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from services.clock import Clock
from services.diaries import Diaries
from services.events import appointment_event
from services.models import Appointment, AppointmentStatus, Role, Slot, User
from services.news import EventKind
from services.storage.reminders import Reminders as StoredReminders

BATCH = 100
# A reminder must not say what was said a moment ago: this part of its lead lies after the booking.
FRESH = 4


def reminder_times(slot: Slot, patient: User, now: datetime) -> tuple[datetime, ...]:
    """Return when a patient is reminded of a slot that is booked `now`, earliest first.

    What would be due by now, or so soon that the booking itself is still in mind, is left out.
    """
    leads = sorted({timedelta(minutes=minutes) for minutes in patient.reminders}, reverse=True)
    return tuple(slot.start - lead for lead in leads if slot.start - lead - now >= lead / FRESH)


class Reminders:
    """Tells patients of what is to come. `on_news` is called when there is news to tell."""

    def __init__(
        self, *, reminders: StoredReminders, diaries: Diaries, clock: Clock, on_news: Callable[[], None]
    ) -> None:
        self._reminders = reminders
        self._diaries = diaries
        self._clock = clock
        self._on_news = on_news

    async def work(self) -> None:
        """Make news of each reminder that is due; of several of one appointment the last is enough."""
        while due := await self._reminders.due(self._clock.now(), BATCH):
            done = [await self._tell(appointment) for appointment in due]
            if any(done):
                self._on_news()
            if len(due) < BATCH or not any(done):
                break

    async def _tell(self, appointment: Appointment) -> bool:
        now = self._clock.now()
        later = [at for at in appointment.remind_at if at > now]
        helps = appointment.status is AppointmentStatus.BOOKED and appointment.slot.start > now
        if not helps:
            return await self._reminders.put(appointment, ())
        (card,) = await self._diaries.cards([appointment])
        number = int(max(at for at in appointment.remind_at if at <= now).timestamp())
        event = appointment_event(
            EventKind.REMINDER,
            appointment,
            card.doctor,
            card.patient,
            Role.PATIENT,
            readers=(card.patient,),
            number=str(number),
        )
        return await self._reminders.put(appointment, later, event)

    async def plan_again(self, appointments: Sequence[Appointment], patient: User) -> None:
        """Plan the reminders of a patient's appointments to come anew, as they like it now."""
        for appointment in appointments:
            times = reminder_times(appointment.slot, patient, self._clock.now())
            await self._reminders.put(appointment, times)
