"""Follow-ups: a doctor proposes one after a visit, and the patient takes one of the times at a tap."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.access import require
from services.clock import Clock
from services.diaries import Diaries
from services.errors import AppointmentChanged, BadFollowUp, NoTimesThen, NotSeen
from services.events import appointment_event
from services.models import (
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    Offer,
    Principal,
    Role,
    Slot,
)
from services.news import EventKind
from services.offers import Offers
from services.schedules import Schedules
from services.storage.appointments import Appointments as StoredAppointments

DAY = timedelta(days=1)
MOST_DAYS = 365
# So far from what the doctor had in mind times may be, but never so far as half the way there.
AROUND = timedelta(days=7)


class FollowUps:
    """Proposes follow-ups. `on_news` is called when there is news to tell."""

    def __init__(
        self,
        *,
        appointments: StoredAppointments,
        diaries: Diaries,
        offers: Offers,
        schedules: Schedules,
        clock: Clock,
        on_news: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._diaries = diaries
        self._offers = offers
        self._schedules = schedules
        self._clock = clock
        self._on_news = on_news

    async def visit(self, principal: Principal, visit_id: AppointmentId) -> AppointmentCard:
        """Return a visit of the doctor's that can be followed up.

        Raises RoleRequired, AppointmentUnknown, NotSeen.
        """
        require(principal, Role.DOCTOR)
        card = await self._diaries.get(principal, visit_id)
        if card.appointment.status is not AppointmentStatus.FULFILLED:
            raise NotSeen(card.appointment.slot.start)
        return card

    async def propose(
        self, principal: Principal, visit_id: AppointmentId, after: timedelta, *, version: int
    ) -> tuple[AppointmentCard, list[Offer]]:
        """Offer the patient up to three times so long after today, near to the visit's time of day.

        `version` is that of the visit that the doctor saw: proposed twice, it is proposed once, and the times
        of the first are returned.
        Raises RoleRequired, AppointmentUnknown, NotSeen, BadFollowUp, NoTimesThen, AppointmentChanged.
        """
        if after % DAY or not DAY <= after <= MOST_DAYS * DAY:
            raise BadFollowUp(MOST_DAYS)
        card = await self.visit(principal, visit_id)
        visit = card.appointment
        if visit.version != version:
            return card, await self._proposed_before(card, version)
        wanted = self._wanted(visit, after)
        offers = await self._offers.around(visit, card.doctor, wanted, min(AROUND, after / 2))
        if not offers:
            raise await self._none(card, wanted)
        now = self._clock.now()
        event = appointment_event(
            EventKind.FOLLOW_UP,
            visit,
            card.doctor,
            card.patient,
            Role.DOCTOR,
            at=now,
            offers=offers,
            readers=(card.patient,),
            number=str(version + 1),
        )
        event = replace(event, facts={**event.facts, "around": wanted, "number": version + 1})
        if await self._appointments.propose(visit, principal.id, event, now) is None:
            raise AppointmentChanged(visit.slot.start)
        self._on_news()
        return card, offers

    async def _proposed_before(self, card: AppointmentCard, version: int) -> list[Offer]:
        """Return what a first try, whose answer was lost, has proposed; whatever is asked for by now.

        Raises AppointmentChanged where the visit was changed otherwise.
        """
        visit = card.appointment
        starts = await self._appointments.proposed(visit.id, version + 1)
        if visit.version != version + 1 or starts is None:
            raise AppointmentChanged(visit.slot.start)
        length = visit.slot.end - visit.slot.start
        return [Offer(card.doctor, Slot(start, start + length)) for start in starts]

    def _wanted(self, visit: Appointment, after: timedelta) -> datetime:
        zone = self._schedules.zone
        at = visit.slot.start.astimezone(zone).time()
        return datetime.combine(self._schedules.today() + after, at, zone).astimezone(UTC)

    async def _none(self, card: AppointmentCard, wanted: datetime) -> NoTimesThen:
        window = self._schedules.window(await self._schedules.of_doctor(card.doctor.id))
        return NoTimesThen(wanted, window.end.astimezone(self._schedules.zone).date())
