"""Times with any doctor: each is one that the doctor alone has, and all cost as much as those of one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.availability.any_doctor import AnyDoctor
from services.availability.availability import Schedules
from services.availability.offered_kinds import OfferedKinds
from services.availability.time_bounds import ANY_TIME, TimeBounds
from services.local_time import day_bounds
from services.models.appointments import AppointmentId
from services.models.catalogue import ForPatients
from services.models.people import Role
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.slots import TimeOff
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.catalogue import CHECK, offers
from tests.services.conftest import Bench
from tests.services.test_schedules import BERLIN, Finds
from tests.services.test_soonest import NINE, _doctors

FRIDAY = date(2027, 5, 7)


async def test_the_first_three_differ_by_doctor_time_and_half_of_the_day(bench: Bench) -> None:
    asha, ids = await bench.principal("asha@example.org"), await _doctors(bench, 3)
    found = await bench.clinic.visits.any_doctor.propose(asha)
    assert found.has_more
    assert [each.slot.start for each in found.times] == [
        NINE,
        NINE + timedelta(minutes=30),
        NINE + timedelta(hours=3),
    ]
    assert {each.doctor.id for each in found.times} == set(ids)
    pages = [await bench.clinic.visits.any_doctor.propose(asha, page=page) for page in range(6)]
    starts = [each.slot.start for page in pages for each in page.times]
    assert len(set(starts)) == len(starts)
    assert (await bench.clinic.visits.any_doctor.propose(asha, page=10_000)).times == found.times


async def test_each_time_is_one_that_the_doctor_alone_has(bench: Bench) -> None:
    asha, bela = [await bench.principal(f"{name}@example.org", chat=n) for n, name in enumerate(("a", "b"))]
    usual, off, full = await _doctors(bench, 3)
    await bench.storage.schedules.add_time_off(
        off, TimeOff("t" * 24, day_bounds(date(2027, 5, 3), date(2027, 5, 13), BERLIN))
    )
    mornings = {day: (Hours(time(9), time(10)),) for day in Weekday}
    await bench.storage.schedules.put(full, Schedule(weekly=mornings))
    book = bench.clinic.booking.book
    await book(asha, usual, NINE, reason=None, request_id=AppointmentId("a" * 24))
    await book(bela, full, NINE, reason=None, request_id=AppointmentId("b" * 24))
    for page in range(40):
        found = await bench.clinic.visits.any_doctor.propose(asha, page=page)
        for each in found.times:
            alone = await bench.clinic.schedules.availability(asha, each.doctor.id)
            assert each.slot in alone.all_slots()
            assert each.slot.start != NINE


@pytest.mark.parametrize(
    "bounds",
    [
        TimeBounds(days=(FRIDAY,), part=PartOfDay.AFTERNOON),
        TimeBounds(first=date(2027, 5, 20), last=date(2027, 5, 21), after=time(15)),
        TimeBounds(not_days=(Weekday.MONDAY, Weekday.TUESDAY), not_parts=(PartOfDay.MORNING,)),
        TimeBounds(times=(time(3), time(15)), before=time(16)),
        TimeBounds(not_dates=(date(2027, 5, 3),)),
    ],
)
async def test_bounds_hold_for_all_doctors_as_for_one(bench: Bench, bounds: TimeBounds) -> None:
    asha, ids = await bench.principal("asha@example.org"), await _doctors(bench, 2)
    found = await bench.clinic.visits.any_doctor.propose(asha, bounds=bounds)
    alone = (await bench.clinic.schedules.availability(asha, ids[0])).within(bounds)
    assert alone.soonest() == found.times[0].slot
    assert all(bounds.allow(each.slot.start, BERLIN) for each in found.times)
    assert await bench.clinic.schedules.soonest(asha, ids, bounds=bounds) == dict.fromkeys(
        ids, alone.soonest()
    )


async def test_nothing_is_proposed_where_nothing_fits(bench: Bench) -> None:
    asha, _ = await bench.principal("asha@example.org"), await _doctors(bench, 2)
    for bounds in (TimeBounds(days=(date(2027, 5, 8),)), TimeBounds(last=date(2027, 5, 1))):
        assert not (await bench.clinic.visits.any_doctor.propose(asha, bounds=bounds)).times
    assert not (await bench.clinic.visits.any_doctor.propose(asha, "Astrology")).times


async def test_kinds_for_known_patients_are_proposed_to_those_alone(bench: Bench) -> None:
    asha, (rao, sen) = await bench.principal("asha@example.org"), await _doctors(bench, 2)
    known = replace(CHECK, for_patients=ForPatients.KNOWN)
    await offers(bench.storage, rao, known)
    found = await bench.clinic.visits.any_doctor.propose(asha)
    assert {each.doctor.id for each in found.times} == {sen}
    admin = await bench.principal("ada@example.org", Role.ADMIN, chat=2)
    found = await bench.clinic.visits.any_doctor.propose(admin, patient_id=asha.id)
    assert {each.doctor.id for each in found.times} == {sen}
    await offers(bench.storage, rao, replace(known, for_patients=ForPatients.NEW))
    found = await bench.clinic.visits.any_doctor.propose(asha)
    mine = next(each for each in found.times if each.doctor.id == rao)
    assert mine.kind.id == CHECK.id
    assert mine.slot in (await bench.clinic.schedules.availability(asha, rao)).all_slots()


@pytest.mark.parametrize("count", [1, 2, 25])
async def test_many_doctors_cost_no_more_questions_than_one(
    bench: Bench, database_url: str, count: int
) -> None:
    asha, _ = await bench.principal("asha@example.org"), await _doctors(bench, count)
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
        kinds = OfferedKinds(schedules=schedules, queries=storage.appointment_queries, clock=bench.clock)
        any_doctor = AnyDoctor(schedules=schedules, kinds=kinds, user_search=storage.user_search)
        assert (await any_doctor.propose(asha)).times
    # The doctors, their schedules, the closures, and what is taken.
    assert finds.count == 4


def test_bounds_without_anything_are_none() -> None:
    assert not ANY_TIME
    assert ANY_TIME.allow(datetime(2027, 5, 3, 7, tzinfo=UTC), BERLIN)
    assert TimeBounds(days=(FRIDAY,))
