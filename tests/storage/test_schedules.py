"""A doctor's hours, time off and digest, in one document that each of them changes on its own."""

import asyncio
from datetime import time, timedelta

import pytest

from services.models.notifications import EventKind
from services.models.people import UserId
from services.models.scheduling import Digest, Hours, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from services.storage.schedules import DueDigest
from services.storage.storage import Storage
from tests.storage.conftest import TEN, an_event
from tests.turning import MONDAY

RAO = UserId("rao")
HOUR = timedelta(hours=1)
HOURS = Schedule(
    weekly={
        Weekday.MONDAY: (Hours(time(9), time(12)), Hours(time(13, 5), time(17))),
        Weekday.SUNDAY: (Hours(time(20), time(0)),),
    },
    slot_minutes=20,
    buffer_minutes=5,
    lead_time=timedelta(minutes=90),
    horizon=timedelta(days=30),
)


def _off(number: int) -> TimeOff:
    start = TEN + timedelta(days=number)
    return TimeOff(f"off{number}", Slot(start, start + HOUR))


async def test_hours_come_back_as_they_were_stored_and_leave_time_off_alone(storage: Storage) -> None:
    schedules = storage.schedules
    assert await schedules.of_doctor(RAO) is None
    await schedules.add_time_off(RAO, _off(2))
    await schedules.put(RAO, HOURS)
    await schedules.add_time_off(RAO, _off(1))
    stored = await schedules.of_doctor(RAO)
    assert stored is not None
    assert stored.time_off == (_off(1), _off(2))
    assert (stored.weekly, stored.slot_minutes, stored.buffer_minutes) == (HOURS.weekly, 20, 5)
    assert (stored.lead_time, stored.horizon) == (HOURS.lead_time, HOURS.horizon)


async def test_who_has_only_time_off_works_the_usual_hours(storage: Storage) -> None:
    await storage.schedules.add_time_off(RAO, _off(1))
    assert await storage.schedules.of_doctor(RAO) == Schedule(time_off=(_off(1),))


async def test_time_off_is_added_once_by_any_number_of_workers(storage: Storage) -> None:
    adding = [storage.schedules.add_time_off(RAO, _off(number % 3)) for number in range(12)]
    await asyncio.gather(*adding)
    stored = await storage.schedules.of_doctor(RAO)
    assert stored is not None
    assert stored.time_off == (_off(0), _off(1), _off(2))


async def test_what_was_taken_back_is_not_added_again(storage: Storage) -> None:
    await storage.schedules.add_time_off(RAO, _off(1))
    assert await storage.schedules.remove_time_off(RAO, "off1")
    assert not await storage.schedules.remove_time_off(RAO, "off1")
    for number in (1, 2):
        await storage.schedules.add_time_off(RAO, _off(number))
    stored = await storage.schedules.of_doctor(RAO)
    assert stored is not None
    assert stored.time_off == (_off(2),)


async def test_a_digest_is_planned_by_one_of_two_workers(storage: Storage) -> None:
    await storage.schedules.put(RAO, HOURS)
    (due,) = await storage.schedules.digests_due(MONDAY, 9)
    assert due == DueDigest(RAO, Digest(), None)
    plan = storage.schedules.plan_digest
    done = await asyncio.gather(
        *(plan(due, MONDAY + HOUR, an_event(f"d{n}", EventKind.DIGEST)) for n in range(4))
    )
    assert sorted(done) == [False, False, False, True]
    assert len(await storage.notifications.unspread(9)) == 1
    assert await storage.schedules.digests_due(MONDAY, 9) == []
    assert [each.due for each in await storage.schedules.digests_due(MONDAY + HOUR, 9)] == [MONDAY + HOUR]


@pytest.mark.parametrize(
    ("after", "is_planned_anew"),
    [(Digest(time(8)), True), (Digest(time(7), when_empty=True), False), (Digest(), False)],
)
async def test_another_hour_is_planned_anew_and_anything_else_is_not(
    storage: Storage, after: Digest, is_planned_anew: bool
) -> None:
    await storage.schedules.put(RAO, HOURS)
    await storage.schedules.plan_digest(DueDigest(RAO, Digest(), None), MONDAY + HOUR, None)
    await storage.schedules.put_digest(RAO, after)
    assert await storage.schedules.digest(RAO) == after
    assert bool(await storage.schedules.digests_due(MONDAY, 9)) is is_planned_anew


async def test_a_digest_that_was_changed_meanwhile_is_not_planned(storage: Storage) -> None:
    await storage.schedules.put_digest(RAO, Digest(time(8)))
    for before in (Digest(time(7)), Digest(time(8), when_empty=True)):
        assert not await storage.schedules.plan_digest(DueDigest(RAO, before, None), MONDAY, None)
    assert await storage.schedules.plan_digest(DueDigest(RAO, Digest(time(8)), None), MONDAY, None)
