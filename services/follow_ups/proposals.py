"""Follow-ups: after a visit the doctor proposes times for another one, and the patient taps one of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.access import require
from services.appointments.events import appointment_event
from services.appointments.fields import read_note
from services.appointments.views import AppointmentViews
from services.availability.alternatives import Alternatives
from services.availability.availability import Schedules
from services.clock import Clock
from services.errors import AppointmentChanged, BadFollowUp, NoTimesThen, NotSeen, OffersChanged
from services.models.appointments import (
    Alternative,
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
)
from services.models.notifications import EventKind
from services.models.people import Principal, Role
from services.models.slots import Slot
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.appointments import AppointmentStore

DAY = timedelta(days=1)
MOST_DAYS = 365
# Proposed times are at most so far from the day that the doctor chose, and at most half of the time until
# then.
AROUND = timedelta(days=7)


class FollowUps:
    """Proposes follow-ups. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        appointments: AppointmentStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        alternatives: Alternatives,
        schedules: Schedules,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._appointments = appointments
        self._queries = queries
        self._views = views
        self._alternatives = alternatives
        self._schedules = schedules
        self._clock = clock
        self._on_event = on_event

    async def visit(self, principal: Principal, visit_id: AppointmentId) -> AppointmentCard:
        """Return a visit of the doctor's that can be followed up.

        Raises RoleRequired, AppointmentUnknown, NotSeen.
        """
        require(principal, Role.DOCTOR)
        card = await self._views.get(principal, visit_id)
        if card.appointment.status is not AppointmentStatus.FULFILLED:
            raise NotSeen(card.appointment.slot.start)
        return card

    async def preview(
        self, principal: Principal, visit_id: AppointmentId, after: timedelta
    ) -> tuple[AppointmentCard, list[Alternative]]:
        """Return the visit and the times that `propose` would offer now; nobody hears of it.

        Raises RoleRequired, AppointmentUnknown, NotSeen, BadFollowUp, NoTimesThen.
        """
        if after % DAY or not DAY <= after <= MOST_DAYS * DAY:
            raise BadFollowUp(MOST_DAYS)
        card = await self.visit(principal, visit_id)
        wanted = self._wanted(card.appointment, after)
        alternatives = await self._alternatives.around(
            card.appointment, card.doctor, wanted, min(AROUND, after / 2)
        )
        if not alternatives:
            raise await self._none(card, wanted)
        return card, alternatives

    async def propose(
        self,
        principal: Principal,
        visit_id: AppointmentId,
        after: timedelta,
        *,
        version: int,
        note: str | None = None,
        shown: Sequence[datetime] | None = None,
    ) -> tuple[AppointmentCard, list[Alternative]]:
        """Offer the patient up to three times so long after today, near to the visit's time of day.

        `version` is the version of the visit that the doctor saw: proposing again for the same version
        returns the times that were proposed first. `note` is what the doctor tells the patient. `shown` are
        the starts (aware UTC) that the doctor has seen, if any: other times are not sent.
        Raises RoleRequired, AppointmentUnknown, NotSeen, BadFollowUp, NoTimesThen, AppointmentChanged,
        OffersChanged, NoteTooLong.
        """
        note = read_note(note)
        before = await self.proposed(principal, visit_id, version)
        if before is not None:
            return before
        card, alternatives = await self.preview(principal, visit_id, after)
        if card.appointment.version != version:
            raise AppointmentChanged(card.appointment.slot.start)
        if shown is not None and list(shown) != [offer.slot.start for offer in alternatives]:
            raise OffersChanged
        await self._send(principal, card, alternatives, self._wanted(card.appointment, after), note)
        return card, alternatives

    async def _send(
        self,
        principal: Principal,
        card: AppointmentCard,
        alternatives: Sequence[Alternative],
        wanted: datetime,
        note: str | None,
    ) -> None:
        """Store the proposal with its event. Raises AppointmentChanged."""
        visit, now = card.appointment, self._clock.now()
        number = visit.version + 1
        event = appointment_event(
            EventKind.FOLLOW_UP,
            visit,
            card.doctor,
            card.patient,
            Role.DOCTOR,
            at=now,
            details=card.details,
            note=note,
            alternatives=alternatives,
            readers=(card.patient.id,),
            number=str(number),
        )
        event = replace(event, facts={**event.facts, "around": wanted, "number": number})
        if await self._appointments.propose(visit, principal.author, event, now) is None:
            raise AppointmentChanged(visit.slot.start)
        self._on_event()

    async def proposed(
        self, principal: Principal, visit_id: AppointmentId, version: int
    ) -> tuple[AppointmentCard, list[Alternative]] | None:
        """Return what was proposed for that version of a visit, for when the answer may have been lost.

        None if nothing was proposed, or the visit was changed since.
        Raises RoleRequired, AppointmentUnknown, NotSeen.
        """
        card = await self.visit(principal, visit_id)
        visit = card.appointment
        if visit.version != version + 1:
            return None
        starts = await self._queries.proposed(visit.id, visit.version)
        if starts is None:
            return None
        length = visit.slot.end - visit.slot.start
        return card, [Alternative(card.doctor, Slot(start, start + length)) for start in starts]

    def _wanted(self, visit: Appointment, after: timedelta) -> datetime:
        """Return the visit's time of day so long after today (aware UTC)."""
        zone = self._schedules.zone
        at = visit.slot.start.astimezone(zone).time()
        return datetime.combine(self._schedules.today() + after, at, zone).astimezone(UTC)

    async def _none(self, card: AppointmentCard, wanted: datetime) -> NoTimesThen:
        schedule = await self._schedules.of_doctor(card.doctor.id)
        kind = schedule.follow_up_kind() or schedule.kind(card.appointment.kind_id) or schedule.first_kind
        window = self._schedules.window(schedule, kind)
        return NoTimesThen(wanted, window.end.astimezone(self._schedules.zone).date())
