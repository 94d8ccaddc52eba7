"""What stands in a calendar feed: a person's own appointments, without what calendar providers need not know.

Calendar providers keep copies of what they fetch, so a feed never has the reason of a visit, and a doctor's
has initials in place of the patients' names unless the doctor has chosen otherwise. Cancelled appointments
are left out: programs replace a subscribed calendar as a whole, so they disappear, while several show an
event with STATUS:CANCELLED as if it took place.
"""

from datetime import datetime, timedelta

from services.access import own_people
from services.appointments.views import AppointmentViews
from services.appointments.visibility import gone_patient
from services.availability.booking_window import ALL_AHEAD
from services.calendar_feeds.addresses import FeedAddresses
from services.calendar_feeds.initials import initials
from services.clock import Clock
from services.models.appointments import AppointmentCard
from services.models.calendar_feeds import CalendarFeed, FeedEntry
from services.models.patients import Patient
from services.models.people import Role
from services.models.slots import Slot
from services.storage.appointment_queries import AppointmentQueryStore

# How long past appointments stay in a feed.
KEPT_FOR = timedelta(days=30)


class CalendarFeeds:
    """Reads the feeds of those who know their addresses."""

    def __init__(
        self,
        *,
        addresses: FeedAddresses,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        clock: Clock,
    ) -> None:
        self.addresses = addresses
        self._queries = queries
        self._views = views
        self._clock = clock

    async def read(self, secret: str) -> CalendarFeed:
        """Return the feed with that secret: from 30 days ago to the last day that can be booked.

        It is the same as long as nothing in it changes. Raises CalendarFeedUnknown.
        """
        reader, stored = await self.addresses.owner(secret)
        now = self._clock.now()
        window = Slot(now - KEPT_FOR, now + ALL_AHEAD)
        found = await self._queries.for_calendar(reader.role, own_people(reader), window)
        cards = await self._views.cards(appointment for appointment, _ in found)
        are_short = reader.role is Role.DOCTOR and not stored.full_names
        return CalendarFeed(
            reader,
            tuple(
                _entry(card, changed_at, now, are_short=are_short)
                for card, (_, changed_at) in zip(cards, found, strict=True)
            ),
        )


def _entry(card: AppointmentCard, changed_at: datetime, now: datetime, *, are_short: bool) -> FeedEntry:
    appointment = card.appointment
    is_over = appointment.slot.end <= now
    return FeedEntry(
        appointment.id,
        appointment.slot,
        appointment.version,
        changed_at,
        card.doctor.name,
        _short(card.patient) if are_short else card.patient.name,
        card.patient.id,
        "" if appointment.by_video and is_over else appointment.room,
        card.details,
    )


def _short(patient: Patient) -> str:
    """Return the patient's initials; the stand-in for one who was deleted as it is."""
    return patient.name if patient == gone_patient(patient.id) else initials(patient.name)
