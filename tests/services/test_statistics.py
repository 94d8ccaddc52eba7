"""The figures of the clinic: by its own days, by doctor, and against what was offered."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.administration.statistics import DOCTORS_SHOWN, PERIODS, Ahead, offered_time
from services.administration.visit_figures import StatusCounts
from services.errors import PeriodUnknown, RoleRequired
from services.ids import new_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role, User, UserId
from services.models.scheduling import Days, Hours, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from tests.services.conftest import Bench

BOOKED, CANCELLED, NOSHOW = AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW
HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
# Monday, 3 May 2027: the clock stands at 08:00 in Berlin.
TODAY = date(2027, 5, 3)
WEEK_AGO = date(2027, 4, 27)


async def _stored(
    bench: Bench,
    doctor_id: UserId,
    start: datetime,
    status: AppointmentStatus = BOOKED,
    *,
    ahead: timedelta = DAY,
    minutes: int = 30,
) -> None:
    appointment_id = AppointmentId(new_id(start))
    slot = Slot(start, start + timedelta(minutes=minutes))
    patient = UserId(new_id(start))
    stored = Appointment(appointment_id, doctor_id, patient, slot, status, reason="secret")
    event = Event(f"{appointment_id}.booked", EventKind.BOOKED, (), {})
    await bench.storage.appointments.add(stored, event, start - ahead)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BERLIN).astimezone(UTC)


async def _admin(bench: Bench) -> Principal:
    return await bench.principal("nora@example.org", Role.ADMIN, 9)


async def _doctor(bench: Bench, email: str = "rao@example.org", since: timedelta = 365 * DAY) -> User:
    """Make the account of a doctor who was there that long ago."""
    bench.clock.turn(-since)
    doctor = await bench.user(email, Role.DOCTOR)
    bench.clock.turn(since)
    return doctor


async def test_appointments_are_counted_by_the_clinics_days_and_not_beyond_the_period(bench: Bench) -> None:
    admin, rao = await _admin(bench), await _doctor(bench)
    # Half past midnight in Berlin is the day before in UTC.
    await _stored(bench, rao.id, _at(WEEK_AGO, 0, 30))
    await _stored(bench, rao.id, _at(WEEK_AGO - DAY, 23, 30))
    await _stored(bench, rao.id, _at(TODAY, 23, 30), AppointmentStatus.FULFILLED)
    await _stored(bench, rao.id, _at(TODAY, 9), CANCELLED)
    await _stored(bench, rao.id, _at(TODAY, 10), NOSHOW)
    await _stored(bench, rao.id, _at(TODAY + DAY, 0, 30))
    figures = await bench.clinic.statistics.of_last(admin, 7)
    assert figures.days == Days(WEEK_AGO, TODAY)
    assert [day for day, _ in figures.by_day] == [WEEK_AGO + n * DAY for n in range(7)]
    assert dict(figures.by_day) == {WEEK_AGO + n * DAY: StatusCounts() for n in range(7)} | {
        WEEK_AGO: StatusCounts(kept=1),
        TODAY: StatusCounts(1, 1, 1),
    }
    assert figures.total == StatusCounts(2, 1, 1)


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (datetime(2027, 3, 30, 10, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 11, 2, 10, tzinfo=UTC), date(2027, 10, 31)),
    ],
)
async def test_a_day_with_a_clock_change_has_all_its_hours_and_no_others(
    bench: Bench, now: datetime, changed: date
) -> None:
    bench.clock.turn_to(now - 9 * DAY)
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    bench.clock.turn_to(now)
    admin = await _admin(bench)
    begin, end = _at(changed, 0), _at(changed + DAY, 0)
    assert end - begin != DAY
    for start in (begin - HALF_HOUR, begin, end - HALF_HOUR, end):
        await _stored(bench, rao.id, start)
    figures = dict((await bench.clinic.statistics.of_last(admin, 7)).by_day)
    assert [figures[changed + n * DAY].total for n in (-1, 0, 1)] == [1, 2, 1]


async def test_the_busiest_doctors_come_first_and_one_who_has_left_still_counts(bench: Bench) -> None:
    admin = await _admin(bench)
    rao, sen = await _doctor(bench), await _doctor(bench, "sen@example.org")
    for hour in (9, 10):
        await _stored(bench, sen.id, _at(TODAY, hour))
        await _stored(bench, UserId("gone"), _at(TODAY, hour))
    await _stored(bench, sen.id, _at(TODAY, 11), CANCELLED)
    await _stored(bench, rao.id, _at(TODAY, 12))
    figures = await bench.clinic.statistics.of_last(admin, 30)
    assert [(row.doctor.name if row.doctor else None, row.tally.total) for row in figures.by_doctor] == [
        ("Sen", 3),
        (None, 2),
        ("Rao", 1),
    ]
    assert figures.doctors == 3


async def test_of_many_doctors_the_busiest_are_shown_and_all_are_counted(bench: Bench) -> None:
    admin = await _admin(bench)
    for number in range(DOCTORS_SHOWN + 2):
        await _stored(bench, UserId(f"d{number}"), _at(TODAY, 9))
    figures = await bench.clinic.statistics.of_last(admin, 7)
    assert (len(figures.by_doctor), figures.doctors) == (DOCTORS_SHOWN, DOCTORS_SHOWN + 2)


async def test_use_is_what_was_booked_of_what_the_hours_offer_less_time_off(bench: Bench) -> None:
    admin, rao = await _admin(bench), await _doctor(bench)
    hours = {Weekday.MONDAY: (Hours(time(9), time(12)),)}
    await bench.storage.schedules.put(rao.id, Schedule(hours))
    await _stored(bench, rao.id, _at(TODAY, 9))
    await _stored(bench, rao.id, _at(TODAY, 10), NOSHOW, minutes=60)
    await _stored(bench, rao.id, _at(TODAY, 11), CANCELLED)
    figures = await bench.clinic.statistics.of_last(admin, 7)
    assert (figures.booked, figures.offered) == (HOUR + HALF_HOUR, 3 * HOUR)
    await bench.storage.schedules.add_time_off(rao.id, TimeOff("t", Slot(_at(TODAY, 11), _at(TODAY, 12))))
    assert (await bench.clinic.statistics.of_last(admin, 7)).offered == 2 * HOUR


async def test_a_doctor_offers_nothing_before_the_account_was_there_or_anybody_came(bench: Bench) -> None:
    admin = await _admin(bench)
    rao = await _doctor(bench, since=3 * DAY)  # on a Friday
    assert (await bench.clinic.statistics.of_last(admin, 30)).offered == 2 * 8 * HOUR
    await _stored(bench, rao.id, _at(TODAY - 5 * DAY, 9), CANCELLED)  # taken over from elsewhere
    assert (await bench.clinic.statistics.of_last(admin, 30)).offered == 4 * 8 * HOUR


def test_offered_time_is_that_of_whole_slots_on_each_of_the_days() -> None:
    odd = Schedule({Weekday.SUNDAY: (Hours(time(1), time(4, 10)),)}, slot_minutes=50, buffer_minutes=10)
    assert offered_time(odd, Days(WEEK_AGO, TODAY), BERLIN) == 3 * timedelta(minutes=50)
    # The hour from two to three is skipped on the one, and comes twice on the other.
    all_day = replace(odd, weekly={Weekday.SUNDAY: (Hours(time(0), time(4)),)}, slot_minutes=60)
    all_day = replace(all_day, buffer_minutes=0)
    for day, expected in ((date(2027, 3, 28), 3), (date(2027, 10, 31), 5), (date(2027, 5, 2), 4)):
        assert offered_time(all_day, Days(day, day), BERLIN) == expected * HOUR


async def test_how_far_ahead_people_book_is_told_in_the_middle_and_in_parts(bench: Bench) -> None:
    admin, rao = await _admin(bench), await _doctor(bench)
    for number, ahead in enumerate((HOUR, 23 * HOUR, DAY, 5 * DAY, 7 * DAY, 29 * DAY, 40 * DAY)):
        await _stored(bench, rao.id, _at(TODAY, 9 + number), ahead=ahead)
    figures = await bench.clinic.statistics.of_last(admin, 7)
    assert figures.ahead == Ahead(5 * DAY, (2, 2, 2, 1))


async def test_an_empty_clinic_has_no_figures_that_are_made_up(bench: Bench) -> None:
    figures = await bench.clinic.statistics.of_last(await _admin(bench), 90)
    assert (figures.total, figures.by_doctor, figures.ahead) == (StatusCounts(), (), None)
    assert (figures.booked, figures.offered) == (timedelta(), timedelta())


async def test_only_admins_see_figures_and_only_of_the_periods_that_there_are(bench: Bench) -> None:
    for number, role in enumerate((Role.PATIENT, Role.DOCTOR)):
        person = await bench.principal(f"p{number}@example.org", role, number + 1)
        with pytest.raises(RoleRequired):
            await bench.clinic.statistics.of_last(person, PERIODS[0])
    admin = await _admin(bench)
    for number in (0, -7, 8, 10**9):
        with pytest.raises(PeriodUnknown):
            await bench.clinic.statistics.of_last(admin, number)
