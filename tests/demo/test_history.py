"""The sample clinic's past and future: there once, and told to nobody."""

from datetime import timedelta

from bot.demo.clinic import DOCTOR, furnish
from bot.demo.history import fill
from services.models import AppointmentStatus, Role
from services.slots import day_bounds
from tests.town import Town
from tests.turning import TurnableClock


async def test_the_sample_clinic_has_a_history_made_once_and_told_to_nobody(
    town: Town, clock: TurnableClock
) -> None:
    clinic = town.assembly.clinic
    await furnish(town.accounts)
    today = clinic.schedules.today()
    whole = day_bounds(today - timedelta(days=60), today + timedelta(days=60), clinic.rules.zone)
    counts = []
    for _ in range(2):
        await fill(town.storage, clinic.schedules, clock)
        counts.append((await town.storage.diaries.page(whole, number=0, size=1)).total)
    assert counts[0] == counts[1] > 1000
    assert await town.storage.notifications.newborn(9) == []
    doctor = await town.storage.users.credentials(DOCTOR.email)
    assert doctor is not None
    days = await town.storage.diaries.of_person(Role.DOCTOR, doctor.user.id, whole)
    past = {a.status for a in days if a.slot.end < clock.now()}
    assert past == set(AppointmentStatus) - {AppointmentStatus.HELD, AppointmentStatus.BOOKED}
    assert {a.status for a in days if a.slot.end >= clock.now()} == {AppointmentStatus.BOOKED}
