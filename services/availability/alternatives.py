"""Alternatives: up to three other times for a cancelled appointment, or times for a follow-up."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from services.availability.availability import Availability, Schedules, without
from services.availability.offered_kinds import OfferedKinds
from services.models.appointments import Alternative, Appointment
from services.models.people import Role, User, UserId
from services.models.slots import Slot
from services.namesakes import Namesakes
from services.storage.user_search import UserSearchStore

OFFERS = 3
# So many doctors with the same specialization are looked at.
DOCTORS_ASKED = 6


class Alternatives:
    """Finds free times for a patient whose appointment was cancelled, or who is to come again."""

    def __init__(
        self,
        *,
        schedules: Schedules,
        kinds: OfferedKinds,
        user_search: UserSearchStore,
        namesakes: Namesakes,
    ) -> None:
        self._schedules = schedules
        self._kinds = kinds
        self._user_search = user_search
        self._namesakes = namesakes

    async def instead(
        self, lost: Appointment, doctor: User, taken: set[tuple[UserId, datetime]]
    ) -> list[Alternative]:
        """Return up to three free times with that doctor, on the nearest days, near to the time of day.

        Times in `taken` were offered to somebody else; the times returned are added to it.
        """
        return self._chosen(await self._of(lost, doctor, taken), taken)

    async def with_others(
        self, lost: Appointment, doctor: User, taken: set[tuple[UserId, datetime]]
    ) -> list[Alternative]:
        """Return up to three free times with other doctors of the same specialization, the nearest of all."""
        page = await self._user_search.doctors(doctor.specialization, 0, DOCTORS_ASKED)
        found: list[Alternative] = []
        for other in await self._namesakes.apart(Role.PATIENT, page.items):
            if other.id != doctor.id:
                found += await self._of(lost, other, taken)
        found.sort(key=lambda offer: abs(offer.slot.start - lost.slot.start))
        return self._chosen(found, taken)

    async def around(
        self, visit: Appointment, doctor: User, wanted: datetime, within: timedelta
    ) -> list[Alternative]:
        """Return up to three free times with that doctor, at most `within` from `wanted` (aware)."""
        return self._chosen(await self._of(visit, doctor, set(), wanted, within), set())

    def _chosen(self, found: list[Alternative], taken: set[tuple[UserId, datetime]]) -> list[Alternative]:
        chosen = sorted(found[:OFFERS], key=lambda offer: offer.slot)
        taken |= {(offer.doctor.id, offer.slot.start) for offer in chosen}
        return chosen

    async def _of(
        self,
        lost: Appointment,
        doctor: User,
        taken: set[tuple[UserId, datetime]],
        wanted: datetime | None = None,
        within: timedelta | None = None,
    ) -> list[Alternative]:
        people = {Role.DOCTOR: doctor.id, Role.PATIENT: lost.patient_id}
        kind = await (self._kinds.after(lost) if within is not None else self._kinds.instead(lost, doctor.id))
        if lost.kind_id is not None and kind.kind_id is None and doctor.id != lost.doctor_id:
            return []  # another doctor who does not offer that kind of visit
        times = _without(lost, doctor, await self._schedules.times(people, wanted=kind))
        wanted = (wanted or lost.slot.start).astimezone(times.zone)
        alternatives: list[Alternative] = []
        for day in _nearest_first(times.first, times.last, wanted.date()):
            if within is not None and abs(day - wanted.date()) > within:
                break
            slots = [s for s in times.slots(day) if (doctor.id, s.start) not in taken]
            if slots:
                alternatives.append(
                    Alternative(doctor, min(slots, key=lambda slot: _distance(slot, wanted, day, times)))
                )
            if len(alternatives) == OFFERS:
                break
        return alternatives


def _without(lost: Appointment, doctor: User, times: Availability) -> Availability:
    """Return the availability as it will be once the appointment is cancelled.

    Another doctor may have somebody else at that time.
    """
    is_its = doctor.id == lost.doctor_id
    return replace(
        times,
        busy=without(times.busy, lost.slot if is_its else None),
        patient_busy=without(times.patient_busy, lost.slot),
    )


def _nearest_first(first: date, last: date, wanted: date) -> list[date]:
    """Return the days from `first` to `last`, those nearest to `wanted` first, later before earlier ones."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sorted(days, key=lambda day: (abs(day - wanted), day < wanted))


def _distance(slot: Slot, wanted: datetime, day: date, times: Availability) -> timedelta:
    """Return how far the slot is from the wanted time of day."""
    return abs(slot.start - datetime.combine(day, wanted.time(), times.zone))
