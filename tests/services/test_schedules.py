"""Which times a person may book: the hours, less what is taken, from now to the horizon."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent  # noqa: TID251 - it counts the queries

from services.availability.availability import Schedules
from services.models.appointments import AppointmentId
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.services.conftest import Bench

BERLIN = ZoneInfo("Europe/Berlin")
# The clock stands at 08:00 on Monday 3 May in Berlin.
TUESDAY = date(2027, 5, 4)
DAILY = {day: (Hours(time(9), time(10)),) for day in Weekday}


async def _people(bench: Bench) -> tuple[Principal, UserId]:
    asha = await bench.principal("asha@example.org")
    return asha, (await bench.user("rao@example.org", Role.DOCTOR)).id


def _local(start: datetime) -> str:
    return f"{start.astimezone(BERLIN):%a %H:%M}"


async def test_the_working_week_is_free_from_nine_to_five_where_nothing_else_is_known(bench: Bench) -> None:
    asha, _ = await _people(bench)
    times = await bench.clinic.schedules.availability(asha, UserId("nobody has hours"))
    tuesday = [_local(slot.start) for slot in times.slots(TUESDAY)]
    assert (len(tuesday), tuesday[0], tuesday[-1]) == (16, "Tue 09:00", "Tue 16:30")
    soonest = times.soonest()
    assert soonest is not None
    assert _local(soonest.start) == "Mon 09:00"


async def test_a_slot_is_free_until_it_begins(bench: Bench) -> None:
    asha, rao = await _people(bench)
    nine = datetime(2027, 5, 3, 7, tzinfo=UTC)
    for now, expected in ((nine - timedelta(seconds=1), "Mon 09:00"), (nine, "Mon 09:30")):
        bench.clock.turn_to(now)
        soonest = (await bench.clinic.schedules.availability(asha, rao)).soonest()
        assert soonest is not None
        assert _local(soonest.start) == expected


async def test_notice_and_horizon_bound_what_may_be_booked(bench: Bench) -> None:
    asha, rao = await _people(bench)
    schedule = Schedule(weekly=DAILY, lead_time=timedelta(hours=26), horizon=timedelta(days=3))
    await bench.storage.schedules.put(rao, schedule)
    times = await bench.clinic.schedules.availability(asha, rao)
    every = [_local(slot.start) for n in range(9) for slot in times.slots(TUESDAY + timedelta(days=n))]
    # Not before Tuesday 10:00, and before Thursday 08:00.
    assert every == ["Wed 09:00", "Wed 09:30"]
    assert (times.first, times.last) == (date(2027, 5, 3), date(2027, 5, 6))


async def test_the_days_with_a_free_slot_are_those_whose_slots_are_not_all_taken(bench: Bench) -> None:
    asha, rao = await _people(bench)
    hour = {Weekday.TUESDAY: (Hours(time(9), time(10)),), Weekday.THURSDAY: (Hours(time(9), time(9, 30)),)}
    await bench.storage.schedules.put(rao, Schedule(weekly=hour))
    first, last = date(2027, 5, 1), date(2027, 5, 9)
    schedules, thursday = bench.clinic.schedules, date(2027, 5, 6)
    before = await schedules.availability(asha, rao)
    assert before.days(first, last) == {TUESDAY, thursday}
    start = datetime(2027, 5, 6, 7, tzinfo=UTC)
    await bench.clinic.booking.book(asha, rao, start, reason=None, request_id=AppointmentId("a" * 24))
    after = await schedules.availability(asha, rao)
    assert after.days(first, last) == {TUESDAY}
    await bench.clinic.appointments.cancel(asha, AppointmentId("a" * 24))
    assert (await schedules.availability(asha, rao)).days(first, last) == {TUESDAY, thursday}


async def test_one_days_times_are_those_of_the_whole_look_and_no_other_days(bench: Bench) -> None:
    asha, rao = await _people(bench)
    whole = await bench.clinic.schedules.availability(asha, rao)
    one = await bench.clinic.schedules.availability(asha, rao, TUESDAY)
    assert one.slots(TUESDAY) == whole.slots(TUESDAY) != []
    assert one.slots(TUESDAY + timedelta(days=1)) == []
    past = await bench.clinic.schedules.availability(asha, rao, TUESDAY - timedelta(days=7))
    assert past.soonest() is None


async def test_a_doctor_without_hours_has_no_soonest_time(bench: Bench) -> None:
    asha, rao = await _people(bench)
    await bench.storage.schedules.put(rao, Schedule(weekly={}))
    times = await bench.clinic.schedules.availability(asha, rao)
    assert times.soonest() is None
    assert times.days(TUESDAY, TUESDAY + timedelta(days=60)) == set()


@pytest.mark.parametrize(("hour", "expected"), [(21, date(2027, 5, 3)), (22, date(2027, 5, 4))])
async def test_today_is_the_clinics_date(bench: Bench, hour: int, expected: date) -> None:
    bench.clock.turn_to(datetime(2027, 5, 3, hour, tzinfo=UTC))
    assert bench.clinic.schedules.today() == expected


async def test_the_day_of_a_clock_change_can_be_booked_whole(bench: Bench) -> None:
    asha, rao = await _people(bench)
    night = {day: (Hours(time(1), time(4)),) for day in Weekday}
    await bench.storage.schedules.put(rao, Schedule(weekly=night))
    day = date(2027, 10, 31)
    bench.clock.turn_to(datetime(2027, 10, 30, 12, tzinfo=UTC))
    times = await bench.clinic.schedules.availability(asha, rao, day)
    # Each of the eight half hours of work, the two that come twice among them.
    for number, slot in enumerate(times.slots(day)):
        request_id = AppointmentId(f"{number:024x}")
        card = await bench.clinic.booking.book(asha, rao, slot.start, reason=None, request_id=request_id)
        assert card.appointment.slot == slot
    left = await bench.clinic.schedules.availability(asha, rao, day)
    assert (number, left.slots(day)) == (7, [])


class Finds(CommandListener):
    """Counts the queries."""

    def __init__(self) -> None:
        self.count = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.count += event.command_name in {"find", "aggregate", "getMore"}

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


async def test_a_whole_calendar_is_three_queries_for_hours_closures_and_what_is_taken(
    bench: Bench, database_url: str
) -> None:
    asha, rao = await _people(bench)
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
        times = await schedules.availability(asha, rao)
        assert len(times.days(times.first, times.last)) > 40
    assert finds.count == 3
