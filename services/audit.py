"""The audit: who did what to what. Entries have ids only, so no name is left after an account is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from services.access import require
from services.clock import Clock
from services.ids import new_id
from services.local_time import day_bounds
from services.models.appointments import Appointment
from services.models.audit import Action, AuditEntry
from services.models.limits import LimitName
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Principal, Role, User, UserId
from services.storage.audit import AuditStore
from services.storage.patients import PatientStore
from services.storage.users import UserStore

ENTRIES_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries, and those of the people in them who are still here."""

    entries: Page[AuditEntry]
    people: Mapping[str, User | Patient]


class Audit:
    """Notes what was done, and shows it to admins."""

    def __init__(
        self, *, audit: AuditStore, users: UserStore, patients: PatientStore, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._audit = audit
        self._users = users
        self._patients = patients
        self._clock = clock
        self._zone = zone

    async def note(
        self,
        action: Action,
        *,
        actor: UserId | None,
        subject: str | None = None,
        once: str | None = None,
        **facts: Any,
    ) -> None:
        """Note that `actor` (None: nobody who is known) did that to `subject`, a user or another thing's id.

        `facts` are plain values without secrets, names or health details. `once` is the entry's id for what
        may be noted a second time after a crash: only the first entry with that id is stored.
        """
        now = self._clock.now()
        await self._audit.add(AuditEntry(once or new_id(now), now, action, actor, subject, facts))

    async def on_behalf(
        self,
        principal: Principal,
        action: Action,
        appointment: Appointment,
        *,
        beyond: LimitName | None = None,
    ) -> None:
        """Note what was done to somebody else's appointment: once, however often it is asked for.

        `beyond` is the limit of the patient that it goes beyond, if it does.
        """
        limit = {} if beyond is None else {"beyond": beyond.value}
        if principal.id != appointment.patient_id:
            await self.note(
                action,
                actor=principal.id,
                subject=appointment.patient_id,
                once=f"{appointment.id}.{action}.{appointment.version}",
                appointment=appointment.id,
                start=appointment.slot.start,
                doctor=appointment.doctor_id,
                via=principal.via.value,
                **limit,
            )

    async def page(
        self,
        principal: Principal,
        *,
        user_id: UserId | None = None,
        day: date | None = None,
        zone: ZoneInfo | None = None,
        number: int = 0,
    ) -> AuditPage:
        """Return a page, newest first: of one person, of a day in the zone (or the clinic's), or all.

        Raises RoleRequired.
        """
        require(principal, Role.ADMIN)
        window = day_bounds(day, day, zone or self._zone) if day else None
        entries = await self._audit.page(user_id, window, number=number, size=ENTRIES_A_PAGE)
        ids = {UserId(who) for entry in entries.items for who in (entry.actor, entry.subject) if who}
        ids |= {user_id} if user_id else set()
        people: dict[UserId, User | Patient] = {**await self._users.by_ids(ids)}
        people |= await self._patients.by_ids(ids)
        return AuditPage(entries, {str(key): person for key, person in people.items()})

    async def latest(self, subject: str, actions: frozenset[Action]) -> AuditEntry | None:
        """Return the newest of those things that was done to a subject, or None."""
        return await self._audit.latest(subject, actions)
