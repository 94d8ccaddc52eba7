"""The day in the morning: once, at the doctor's hour, and of an empty day only if that is wanted."""

import asyncio
import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.errors import RoleRequired
from services.models.appointments import AppointmentId
from services.models.notifications import Event
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Digest
from services.models.slots import TimeOff
from services.storage.schedules import DueDigest
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
SEVEN = datetime(2027, 5, 4, 5, 0, tzinfo=UTC)
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def _doctor(bench: Bench) -> Principal:
    """Return a doctor whose next digest is known."""
    doctor = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await bench.clinic.periodic.run()
    return doctor


async def _book(bench: Bench, doctor: Principal, start: datetime, name: str = "asha") -> None:
    patient = await bench.principal(f"{name}@example.org", chat=int(start.timestamp()) % 1000 + 10)
    request_id = AppointmentId(f"{int(start.timestamp()):024x}")
    await bench.clinic.booking.book(patient, doctor.id, start, reason="a cough", request_id=request_id)


async def _told(bench: Bench, at: datetime | None = None) -> list[Event]:
    """Return all digests that were told by a round at that instant, or before."""
    if at is not None:
        bench.clock.turn_to(at)
        await bench.clinic.periodic.run()
    return [event for event in await bench.storage.notifications.unspread(99) if event.kind == "digest"]


async def test_it_comes_at_seven_by_the_clinics_clock_unless_the_doctor_says_otherwise(bench: Bench) -> None:
    doctor = await _doctor(bench)
    assert await bench.clinic.daily_digests.of(doctor) == Digest(time(7), when_empty=False)
    await _book(bench, doctor, TEN)
    assert await _told(bench, SEVEN - timedelta(seconds=1)) == []
    (event,) = await _told(bench, SEVEN)
    assert event.readers == (doctor.id,)
    assert event.facts["day"] == "2027-05-04"
    assert event.facts["items"] == [
        {"start": TEN, "end": TEN + timedelta(minutes=30), "patient": "Asha", "reason": "a cough"}
    ]
    assert len(await _told(bench, SEVEN + HOUR)) == 1
    await bench.clinic.daily_digests.change(doctor, Digest(time(21, 45)))
    await _book(bench, doctor, TEN + DAY, "bela")
    assert len(await _told(bench, SEVEN + DAY)) == 1


async def test_what_is_cancelled_or_over_is_not_told(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await bench.clinic.daily_digests.change(doctor, Digest(time(10, 15)))
    await bench.clinic.periodic.run()
    for hours, name in ((-1, "over"), (0, "begun"), (1, "to come"), (2, "cancelled")):
        await _book(bench, doctor, TEN + hours * HOUR, name.replace(" ", "."))
    last = AppointmentId(f"{int((TEN + 2 * HOUR).timestamp()):024x}")
    await bench.clinic.appointments.cancel(doctor, last)
    (event,) = await _told(bench, TEN + timedelta(minutes=15))
    assert [item["start"] for item in event.facts["items"]] == [TEN, TEN + HOUR]


async def test_of_an_empty_day_nothing_is_told_unless_it_is_asked_for(bench: Bench) -> None:
    doctor = await _doctor(bench)
    assert await _told(bench, SEVEN) == []
    await bench.clinic.daily_digests.change(doctor, Digest(time(7), when_empty=True))
    (event,) = await _told(bench, SEVEN + DAY)
    assert event.facts == {"day": "2027-05-05", "items": []}


async def test_a_day_that_time_off_has_emptied_is_an_empty_day(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN)
    slot = bench.clinic.time_off.days(date(2027, 5, 4), date(2027, 5, 4))
    await bench.clinic.time_off.take(doctor, TimeOff("t" * 24, slot))
    assert await _told(bench, SEVEN) == []


async def test_two_workers_tell_it_once(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN)
    bench.news.clear()
    bench.clock.turn_to(SEVEN)
    await asyncio.gather(*(bench.clinic.daily_digests.work() for _ in range(5)))
    assert len(await _told(bench)) == len(bench.news) == 1


async def test_one_that_was_missed_yesterday_is_dropped_and_todays_is_told_late(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN)
    await _book(bench, doctor, TEN + DAY, "bela")
    # The bot was away from Monday to Wednesday, nine o'clock.
    (event,) = await _told(bench, SEVEN + DAY + 2 * HOUR)
    assert event.facts["day"] == "2027-05-05"
    assert len(await _told(bench, SEVEN + DAY + 3 * HOUR)) == 1


async def test_one_that_was_missed_is_not_told_before_todays_is_due(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN + DAY)
    assert await _told(bench, SEVEN + DAY - HOUR) == []
    assert len(await _told(bench, SEVEN + DAY)) == 1


async def test_a_new_doctor_is_told_from_the_next_morning_on(bench: Bench) -> None:
    bench.clock.turn_to(TEN)
    doctor = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _book(bench, doctor, TEN + HOUR)
    assert await _told(bench, TEN) == []
    await _book(bench, doctor, TEN + DAY, "bela")
    assert len(await _told(bench, SEVEN + DAY)) == 1


async def test_another_hour_counts_at_once_and_a_later_one_tells_the_rest_of_the_day(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN)
    assert len(await _told(bench, SEVEN)) == 1
    await bench.clinic.daily_digests.change(doctor, Digest(time(8)))
    assert len(await _told(bench, SEVEN)) == 1
    assert len(await _told(bench, SEVEN + HOUR)) == 2
    # An hour that is over today comes tomorrow.
    await bench.clinic.daily_digests.change(doctor, Digest(time(7, 30)))
    assert len(await _told(bench, SEVEN + HOUR)) == 2


async def test_asking_for_empty_days_just_when_it_is_due_loses_nothing(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN)
    bench.clock.turn_to(SEVEN)
    await bench.clinic.daily_digests.change(doctor, Digest(time(7), when_empty=True))
    assert len(await _told(bench, SEVEN)) == 1
    assert await bench.clinic.daily_digests.of(doctor) == Digest(time(7), when_empty=True)


async def test_an_hour_that_is_changed_while_a_worker_plans_is_the_one_that_counts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = await _doctor(bench)
    await bench.clinic.daily_digests.change(doctor, Digest(time(9)))
    store = type(bench.storage.schedules)
    plan = store.plan_digest

    async def late(*args: Any) -> bool:
        monkeypatch.undo()
        await bench.clinic.daily_digests.change(doctor, Digest(time(6)))
        return await plan(*args)

    monkeypatch.setattr(store, "plan_digest", late)
    await bench.clinic.periodic.run()
    await _book(bench, doctor, TEN)
    await bench.clinic.periodic.run()
    assert len(await _told(bench, SEVEN - HOUR)) == 1


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        # Half past two is skipped: it is half past three when it would have been.
        (date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (date(2027, 3, 28), time(7), datetime(2027, 3, 28, 5, 0, tzinfo=UTC)),
        # It comes twice, and the first is meant.
        (date(2027, 10, 31), time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (date(2027, 10, 31), time(7), datetime(2027, 10, 31, 6, 0, tzinfo=UTC)),
    ],
)
async def test_on_days_of_a_clock_change_it_comes_once(
    bench: Bench, day: date, at: time, due: datetime
) -> None:
    bench.clock.turn_to(due - 12 * HOUR)
    doctor = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await bench.clinic.daily_digests.change(doctor, Digest(at, when_empty=True))
    await bench.clinic.periodic.run()
    assert await _told(bench, due - timedelta(seconds=1)) == []
    for minutes in range(0, 180, 20):
        events = await _told(bench, due + timedelta(minutes=minutes))
        assert [event.facts["day"] for event in events] == [day.isoformat()]
    assert len(await _told(bench, due + DAY + 2 * HOUR)) == 2


async def test_a_doctor_who_may_not_come_in_any_more_hears_nothing(bench: Bench) -> None:
    doctor = await _doctor(bench)
    await _book(bench, doctor, TEN)
    await bench.storage.users._users.update_one({"_id": doctor.id}, {"$set": {"status": "blocked"}})
    assert await _told(bench, SEVEN) == []


async def test_one_doctors_day_that_can_not_be_told_keeps_no_other_from_theirs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    doctor = await _doctor(bench)
    other = await bench.principal("aaa@example.org", Role.DOCTOR, 3)
    for each in (doctor, other):
        await bench.clinic.daily_digests.change(each, Digest(time(7), when_empty=True))
    await bench.clinic.periodic.run()
    event = bench.clinic.daily_digests._event

    async def failing(due: DueDigest, now: datetime) -> Event | None:
        if due.doctor_id == doctor.id:
            raise RuntimeError("planted")
        return await event(due, now)

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(bench.clinic.daily_digests, "_event", failing)
        told = await _told(bench, SEVEN)
    assert [each.readers for each in told] == [(other.id,)]
    assert [record.message for record in caplog.records] == [f"digest.failed doctor={doctor.id}"]
    assert len(await _told(bench, SEVEN)) == 2


async def test_hundreds_of_doctors_are_told_in_one_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.appointments.daily_digest.BATCH", 3)
    for number in range(8):
        await bench.storage.schedules.put_digest(UserId(f"d{number}"), Digest(time(7), when_empty=True))
    await bench.clinic.periodic.run()
    assert [due.due for due in await bench.storage.schedules.digests_due(SEVEN, 9)] == [SEVEN] * 8


async def test_only_doctors_have_one(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    for act in (bench.clinic.daily_digests.of(asha), bench.clinic.daily_digests.change(asha, Digest())):
        with pytest.raises(RoleRequired):
            await act
