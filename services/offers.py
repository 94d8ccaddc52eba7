"""Other times in the place of one that was cancelled: three, as near to it as there are."""

from datetime import date, datetime, timedelta

from services.models import Appointment, Offer, Role, Slot, User, UserId
from services.schedules import Availability, Schedules
from services.storage.users import Users

OFFERS = 3
# Among so many doctors of the same kind others are looked for.
DOCTORS_ASKED = 6


class Offers:
    """Finds free times for a patient who lost one."""

    def __init__(self, *, schedules: Schedules, users: Users) -> None:
        self._schedules = schedules
        self._users = users

    async def instead(
        self, lost: Appointment, doctor: User, taken: set[tuple[UserId, datetime]]
    ) -> list[Offer]:
        """Return up to three free times with that doctor, each on another day, near to the time of day.

        What is in `taken` was offered to somebody else, and goes there what is offered here.
        """
        return self._chosen(await self._of(lost, doctor, taken), taken)

    async def with_others(
        self, lost: Appointment, doctor: User, taken: set[tuple[UserId, datetime]]
    ) -> list[Offer]:
        """Return up to three free times with other doctors of the same specialization, soonest first."""
        page = await self._users.doctors(doctor.specialization, 0, DOCTORS_ASKED)
        found: list[Offer] = []
        for other in page.items:
            if other.id != doctor.id:
                found += await self._of(lost, other, taken)
        return self._chosen(sorted(found, key=lambda offer: offer.slot), taken)

    def _chosen(self, found: list[Offer], taken: set[tuple[UserId, datetime]]) -> list[Offer]:
        chosen = found[:OFFERS]
        taken |= {(offer.doctor.id, offer.slot.start) for offer in chosen}
        return chosen

    async def _of(self, lost: Appointment, doctor: User, taken: set[tuple[UserId, datetime]]) -> list[Offer]:
        times = await self._schedules.times({Role.DOCTOR: doctor.id, Role.PATIENT: lost.patient_id})
        wanted = lost.slot.start.astimezone(times.zone)
        offers: list[Offer] = []
        day = max(times.first, wanted.date())
        while day <= times.last and len(offers) < OFFERS:
            slots = [s for s in times.slots(day) if (doctor.id, s.start) not in taken]
            if slots:
                offers.append(Offer(doctor, min(slots, key=lambda slot: _distance(slot, wanted, day, times))))
            day += timedelta(days=1)
        return offers


def _distance(slot: Slot, wanted: datetime, day: date, times: Availability) -> timedelta:
    """Return how far the slot is from the wanted time of day."""
    return abs(slot.start - datetime.combine(day, wanted.time(), times.zone))
