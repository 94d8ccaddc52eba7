"""The daily digest: each doctor is sent the day's appointments in the morning, once."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.access import require
from services.appointments.events import day_facts
from services.appointments.views import AppointmentViews
from services.clock import Clock
from services.errors import StorageDown
from services.local_time import day_bounds
from services.models.appointments import AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.people import AccountStatus, Principal, Role
from services.models.scheduling import Digest
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.schedules import DueDigest, ScheduleStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

BATCH = 100


class DailyDigests:
    """Sends doctors the appointments of their day.

    `zone` is the clinic's; `on_event` is called when an event was stored.
    """

    def __init__(
        self,
        *,
        schedules: ScheduleStore,
        queries: AppointmentQueryStore,
        views: AppointmentViews,
        users: UserStore,
        clock: Clock,
        zone: ZoneInfo,
        on_event: Callable[[], None],
    ) -> None:
        self._schedules = schedules
        self._queries = queries
        self._views = views
        self._users = users
        self._clock = clock
        self._zone = zone
        self._on_event = on_event

    async def of(self, principal: Principal) -> Digest:
        """Return when the doctor gets the digest. Raises RoleRequired."""
        require(principal, Role.DOCTOR)
        return await self._schedules.digest(principal.id)

    async def change(self, principal: Principal, digest: Digest) -> None:
        """Change when the doctor gets the digest. Raises RoleRequired."""
        require(principal, Role.DOCTOR)
        await self._schedules.put_digest(principal.id, digest)

    async def work(self) -> None:
        """Make an event of each digest that is due, and work out when it is due next."""
        now = self._clock.now()
        while due := await self._schedules.digests_due(now, BATCH):
            planned = [await self._plan(each, now) for each in due]
            # What failed is tried again the next time, not at once.
            if len(due) < BATCH or not any(planned):
                break

    async def _plan(self, due: DueDigest, now: datetime) -> bool:
        """Store when the digest is due next, with the event of this one; tell whether it was stored."""
        try:
            event = await self._event(due, now) if self._is_for_today(due, now) else None
            done = await self._schedules.plan_digest(due, self._next(due.digest, now), event)
        except StorageDown:
            raise
        except Exception:
            # A failure for one doctor must not keep the others from theirs.
            log.exception("digest.failed doctor=%s", due.doctor_id)
            return False
        if done and event:
            self._on_event()
        return done

    def _is_for_today(self, due: DueDigest, now: datetime) -> bool:
        """Tell whether it is to be sent: a digest of yesterday that was missed is of no use."""
        return due.due is not None and self._at(due.digest, self._today(now)) <= now

    def _next(self, digest: Digest, now: datetime) -> datetime:
        today = self._today(now)
        at = self._at(digest, today)
        return at if at > now else self._at(digest, today + timedelta(days=1))

    def _at(self, digest: Digest, day: date) -> datetime:
        return datetime.combine(day, digest.at, self._zone).astimezone(UTC)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    async def _event(self, due: DueDigest, now: datetime) -> Event | None:
        """Return the event with what is still to come today; None if there is nothing to send."""
        doctor = await self._users.by_id(due.doctor_id)
        if doctor is None or doctor.status is not AccountStatus.ACTIVE:
            return None
        day = self._today(now)
        found = await self._queries.of_person(Role.DOCTOR, doctor.id, day_bounds(day, day, self._zone))
        to_come = [a for a in found if a.status is AppointmentStatus.BOOKED and a.slot.end > now]
        if not to_come and not due.digest.when_empty:
            return None
        cards = await self._views.cards(to_come)
        facts = day_facts(day.isoformat(), cards)
        # The hour is part of the id: a doctor who chooses a later hour gets the digest again.
        number = int(self._at(due.digest, day).timestamp())
        return Event(f"{doctor.id}.{EventKind.DIGEST}.{number}", EventKind.DIGEST, (doctor.id,), facts)
