"""The next free times of several doctors at once: the same as each one's own, in a question or two."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.availability.availability import Schedules
from services.local_time import day_bounds
from services.models.appointments import AppointmentId
from services.models.people import Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import TimeOff
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.catalogue import CHECK, offers
from tests.services.conftest import Bench
from tests.services.test_schedules import BERLIN, Finds

# Nine o'clock on Monday 3 May in Berlin, an hour from now.
NINE = datetime(2027, 5, 3, 7, tzinfo=UTC)
HALF, DAY = timedelta(minutes=30), timedelta(days=1)
MONDAYS = {Weekday.MONDAY: (Hours(time(9), time(10)),)}


async def _doctors(bench: Bench, count: int) -> list[UserId]:
    return [(await bench.user(f"d{number}@example.org", Role.DOCTOR)).id for number in range(count)]


async def test_each_doctor_has_the_time_that_a_look_at_that_doctor_alone_finds(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    usual, off, rare, never, late, full = ids = await _doctors(bench, 6)
    put, schedules = bench.storage.schedules.put, bench.clinic.schedules
    await bench.storage.schedules.add_time_off(
        off, TimeOff("t" * 24, day_bounds(date(2027, 5, 3), date(2027, 5, 13), BERLIN))
    )
    await put(rare, Schedule(weekly=MONDAYS, lead_time=DAY))
    await put(never, Schedule(weekly={}))
    await put(late, Schedule(lead_time=timedelta(days=6, hours=23)))
    await put(full, Schedule(weekly=MONDAYS, horizon=timedelta(days=7)))
    bela = await bench.principal("bela@example.org", chat=2)
    book = bench.clinic.booking.book
    for number, start in enumerate((NINE, NINE + HALF)):
        await book(bela, full, start, reason=None, request_id=AppointmentId(f"{number:024}"))
    # In two places at once nobody can be.
    await book(asha, usual, NINE, reason=None, request_id=AppointmentId("b" * 24))
    found = await schedules.soonest(asha, ids)
    alone = {doctor: (await schedules.availability(asha, doctor)).soonest() for doctor in ids}
    assert found == alone
    assert (found[never], found[full]) == (None, None)
    starts = {doctor: slot.start for doctor, slot in found.items() if slot}
    assert starts[usual] == NINE + HALF
    assert starts[off] == NINE + 11 * DAY
    assert starts[rare] == NINE + 7 * DAY
    assert starts[late] == NINE + 7 * DAY
    assert list(await schedules.soonest(asha, [])) == []


async def test_a_kind_that_is_booked_further_ahead_than_its_doctor_is_found_there(bench: Bench) -> None:
    asha, (rao,) = await bench.principal("asha@example.org"), await _doctors(bench, 1)
    await bench.storage.schedules.put(rao, Schedule(horizon=10 * DAY))
    await offers(bench.storage, rao, replace(CHECK, horizon=60 * DAY))
    away = day_bounds(date(2027, 5, 3), date(2027, 5, 30), BERLIN)
    await bench.storage.schedules.add_time_off(rao, TimeOff("t" * 24, away))
    alone = (await bench.clinic.schedules.availability(asha, rao)).soonest()
    assert alone is not None
    assert await bench.clinic.schedules.soonest(asha, [rao]) == {rao: alone}


@pytest.mark.parametrize(("busy", "queries"), [(False, 3), (True, 4)])
async def test_a_page_of_doctors_costs_no_more_than_one(
    bench: Bench, database_url: str, busy: bool, queries: int
) -> None:
    asha, ids = await bench.principal("asha@example.org"), await _doctors(bench, 6)
    if busy:
        for doctor in ids[:3]:
            await bench.storage.schedules.put(doctor, Schedule(lead_time=timedelta(days=20)))
    finds = Finds()
    async with connect(database_url, event_listeners=[finds]) as database:
        storage = Storage.on(database)
        schedules = Schedules(
            schedules=storage.schedules,
            closures=storage.closures,
            catalogue=storage.catalogue,
            busy_times=storage.busy_times,
            patients=storage.patients,
            clock=bench.clock,
            zone=BERLIN,
        )
        assert all((await schedules.soonest(asha, ids)).values())
    assert finds.count == queries
