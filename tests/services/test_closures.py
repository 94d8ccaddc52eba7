"""Closures: what they do to free times and to what is booked, in the whole clinic, and reopening."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.bulk_cancellation import ORDER_STANDS
from services.availability.slots import slots_of_day
from services.errors import (
    BadClosureReason,
    ClosureTooFar,
    ClosureTooLong,
    ClosureUnknown,
    HoursBackwards,
    Invalid,
    NoHolidays,
    RoleRequired,
    SlotNotOffered,
    TimeOffBackwards,
)
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.notifications import Event
from services.models.people import Principal, Role
from services.models.scheduling import (
    Closure,
    Hours,
    PartOfDay,
    Schedule,
    Weekday,
)
from services.models.slots import Slot
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
TUESDAY = date(2027, 5, 4)
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
REASON = "Staff training"
CANCELLED, BOOKED = AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "America/Nuuk")


class Cast:
    """An admin, two doctors, and a patient who has booked both of them on Tuesday."""

    def __init__(self, bench: Bench, vera: Principal, asha: Principal, doctors: Sequence[Principal]) -> None:
        self.bench, self.vera, self.asha, self.doctors = bench, vera, asha, doctors

    @classmethod
    async def on(cls, bench: Bench) -> "Cast":
        """Let them come in."""
        vera = await bench.principal("vera@example.org", Role.ADMIN, 9)
        asha = await bench.principal("asha@example.org")
        rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
        sen = await bench.principal("sen@example.org", Role.DOCTOR, 3)
        return cls(bench, vera, asha, (rao, sen))

    async def book(self, doctor: Principal, start: datetime, number: int) -> AppointmentId:
        """Let the patient book."""
        request_id = AppointmentId(f"{number:024x}")
        book = self.bench.clinic.booking.book
        await book(self.asha, doctor.id, start, reason=None, request_id=request_id)
        return request_id

    async def close(self, slot: Slot, closure_id: str = "c" * 24) -> int:
        """Let the admin close the clinic."""
        return await self.bench.clinic.closures.close(self.vera, Closure(closure_id, slot, REASON))

    def tuesday(self) -> Slot:
        """Return the day that is closed."""
        return self.bench.clinic.closures.days(TUESDAY, TUESDAY)

    async def free(self, doctor: Principal) -> list[Slot]:
        """Return the free times on Tuesday."""
        return (await self.bench.clinic.schedules.availability(self.asha, doctor.id, TUESDAY)).slots(TUESDAY)

    async def status(self, appointment_id: AppointmentId) -> AppointmentStatus:
        """Return the status that is stored."""
        found = await self.bench.storage.appointments.by_id(appointment_id)
        assert found is not None
        return found.status

    async def cancellations(self) -> list[Event]:
        """Return the news of what was cancelled."""
        events = await self.bench.storage.notifications.unspread(99)
        return [event for event in events if event.kind == "cancelled"]


@pytest.fixture
async def cast(bench: Bench) -> Cast:
    """Return the people."""
    return await Cast.on(bench)


async def test_nobody_can_be_booked_in_the_whole_clinic_until_it_is_reopened(cast: Cast) -> None:
    before = [await cast.free(doctor) for doctor in cast.doctors]
    assert all(before)
    await cast.close(cast.tuesday())
    assert [await cast.free(doctor) for doctor in cast.doctors] == [[], []]
    soonest = await cast.bench.clinic.schedules.soonest(cast.asha, [rao.id for rao in cast.doctors])
    assert all(slot and slot.start.date() != TUESDAY for slot in soonest.values())
    with pytest.raises(SlotNotOffered):
        await cast.book(cast.doctors[0], TEN, 1)
    await cast.bench.clinic.closures.reopen(cast.vera, "c" * 24)
    assert [await cast.free(doctor) for doctor in cast.doctors] == before
    assert await cast.book(cast.doctors[0], TEN, 1)


async def test_only_the_closed_part_of_a_day_is_left_out(cast: Cast) -> None:
    part = cast.bench.clinic.closures.part(TUESDAY, Hours(time(12), time(0)))
    await cast.close(part)
    starts = [slot.start.hour for slot in await cast.free(cast.doctors[0])]
    assert starts[0] == 7
    assert starts[-1] == 9  # 11:30 in Berlin


async def test_whoever_is_booked_then_is_cancelled_and_told_with_the_reason_and_three_other_times(
    cast: Cast,
) -> None:
    rao, sen = cast.doctors
    lost = [await cast.book(rao, TEN, 1), await cast.book(sen, TEN + HOUR, 2)]
    kept = await cast.book(rao, TEN + DAY, 3)
    affected = await cast.bench.clinic.closures.affected(cast.vera, [cast.tuesday()])
    assert [card.appointment.id for card in affected] == lost
    assert await cast.close(cast.tuesday()) == 2
    assert [await cast.status(each) for each in (*lost, kept)] == [CANCELLED, CANCELLED, BOOKED]
    news = await cast.cancellations()
    assert {event.facts["note"] for event in news} == {REASON}
    assert {event.facts["why"] for event in news} == {"closure"}
    assert [set(event.readers) for event in news] == [{cast.asha.id, doctor.id} for doctor in cast.doctors]
    for event in news:
        offered = [offer["start"] for offer in event.facts["offers"]]
        assert len(offered) == 3
        assert not any(cast.tuesday().start <= start < cast.tuesday().end for start in offered)
    told = await cast.bench.clinic.closures.cancelled(cast.vera, Closure("c" * 24, cast.tuesday(), REASON))
    assert [card.appointment.id for card in told] == lost


async def test_nobody_is_offered_a_time_that_is_closed_in_the_same_go(cast: Cast) -> None:
    await cast.book(cast.doctors[0], TEN, 1)
    days = cast.bench.clinic.closures.days
    closures = [Closure(f"{n:024x}", days(TUESDAY + n * DAY, TUESDAY + n * DAY), REASON) for n in range(3)]
    assert await cast.bench.clinic.closures.close(cast.vera, *closures) == 1
    (event,) = await cast.cancellations()
    offered = [offer["start"].date() for offer in event.facts["offers"]]
    assert len(offered) == 3
    assert not {TUESDAY + n * DAY for n in range(3)} & set(offered)


async def test_closing_twice_with_one_request_cancels_nothing_twice(cast: Cast) -> None:
    await cast.book(cast.doctors[0], TEN, 1)
    assert await asyncio.gather(*(cast.close(cast.tuesday()) for _ in range(3))) == [1, 1, 1]
    assert len(await cast.cancellations()) == 1
    assert len(await cast.bench.clinic.closures.coming(cast.vera)) == 1


def _before_storing(cast: Cast, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[Any]]) -> None:
    """Let something happen between a booking's look at the free times and its write."""
    add = cast.bench.storage.appointments.add

    async def slow(*args: Any, **more: Any) -> Any:
        monkeypatch.undo()
        await act()
        return await add(*args, **more)

    monkeypatch.setattr(cast.bench.storage.appointments, "add", slow)


async def test_a_booking_that_is_under_way_loses_as_it_does_to_time_off(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _before_storing(cast, monkeypatch, lambda: cast.close(cast.tuesday()))
    late = await cast.book(cast.doctors[0], TEN, 1)
    assert await cast.status(late) is BOOKED
    await cast.bench.clinic.periodic.run()
    assert await cast.status(late) is CANCELLED
    assert [event.facts["note"] for event in await cast.cancellations()] == [REASON]


async def test_a_booking_that_took_so_long_that_the_order_is_over_loses_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def close_long_ago() -> None:
        await cast.close(cast.tuesday())
        for _ in range(2):
            cast.bench.clock.turn(ORDER_STANDS + SECOND)
            await cast.bench.clinic.periodic.run()
        assert await cast.bench.storage.bulk_cancellations.all() == []

    _before_storing(cast, monkeypatch, close_long_ago)
    with pytest.raises(SlotNotOffered):
        await cast.book(cast.doctors[0], TEN, 1)
    assert await cast.status(AppointmentId(f"{1:024x}")) is CANCELLED
    assert [event.facts["note"] for event in await cast.cancellations()] == [REASON]


async def test_a_held_time_and_an_offer_of_the_waiting_list_end(cast: Cast) -> None:
    rao = cast.doctors[0]
    hold = AppointmentId("a" * 24)
    await cast.bench.clinic.booking.hold(cast.asha, rao.id, TEN, request_id=hold)
    await cast.close(cast.tuesday())
    assert await cast.bench.storage.appointments.by_id(hold) is None
    with pytest.raises(SlotNotOffered):
        await cast.bench.clinic.booking.book(cast.asha, rao.id, TEN, reason=None, request_id=hold)


async def test_the_waiting_list_is_offered_nothing_then_and_what_is_reopened(cast: Cast) -> None:
    rao, clinic = cast.doctors[0], cast.bench.clinic
    await cast.close(cast.tuesday())
    days = clinic.waitlist
    await days.join(cast.asha, rao.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    await clinic.waitlist_offers.work()
    (entry,) = await cast.bench.storage.waitlist.of_patients([cast.asha.id])
    assert entry.offer is None
    await clinic.closures.reopen(cast.vera, "c" * 24)
    await clinic.waitlist_offers.serve_freed()
    (entry,) = await cast.bench.storage.waitlist.of_patients([cast.asha.id])
    assert entry.offer is not None


async def test_an_interrupted_closing_is_finished(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = await cast.book(cast.doctors[0], TEN, 1)

    async def die(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(cast.bench.storage.closures, "add", die)
        with pytest.raises(KeyboardInterrupt):
            await cast.close(cast.tuesday())
    assert await cast.status(lost) is BOOKED
    await cast.bench.clinic.periodic.run()
    assert await cast.status(lost) is CANCELLED
    assert await cast.free(cast.doctors[1]) == []


async def test_an_order_under_way_does_not_close_again_what_was_reopened(cast: Cast) -> None:
    await cast.close(cast.tuesday())
    (order,) = await cast.bench.storage.bulk_cancellations.all()
    await cast.bench.clinic.closures.reopen(cast.vera, "c" * 24)
    await cast.bench.storage.bulk_cancellations.add(order)  # another worker has just read it
    await cast.bench.clinic.periodic.run()
    assert await cast.free(cast.doctors[0])
    with pytest.raises(ClosureUnknown):
        await cast.bench.clinic.closures.reopen(cast.vera, "c" * 24)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (TUESDAY, TUESDAY - DAY, TimeOffBackwards),
        (TUESDAY, TUESDAY + timedelta(days=366), ClosureTooLong),
        (TUESDAY + timedelta(days=732), TUESDAY + timedelta(days=732), ClosureTooFar),
        (date(9999, 12, 31), date(9999, 12, 31), ClosureTooFar),
    ],
)
async def test_days_that_cannot_be_closed(
    cast: Cast, first: date, last: date, expected: type[Invalid]
) -> None:
    with pytest.raises(expected):
        cast.bench.clinic.closures.days(first, last)
    with pytest.raises(HoursBackwards):
        cast.bench.clinic.closures.part(TUESDAY, Hours(time(13), time(12)))


async def test_it_takes_an_admin_a_reason_and_a_place_for_holidays(cast: Cast) -> None:
    closures, closure = cast.bench.clinic.closures, Closure("c" * 24, cast.tuesday(), " ")
    for reason in (" ", "x" * 101, "x" * 400):
        with pytest.raises(BadClosureReason):
            await closures.close(cast.vera, replace(closure, reason=reason))
    for other in (cast.asha, *cast.doctors):
        for asked in (
            closures.coming(other),
            closures.affected(other, [cast.tuesday()]),
            closures.close(other, closure),
            closures.reopen(other, "c" * 24),
            closures.holidays(other),
        ):
            with pytest.raises(RoleRequired):
                await asked
    with pytest.raises(NoHolidays):
        await closures.holidays(cast.vera)


async def test_the_audit_says_who_closed_and_reopened(cast: Cast) -> None:
    await cast.close(cast.tuesday())
    await cast.bench.clinic.closures.reopen(cast.vera, "c" * 24)
    page = await cast.bench.clinic.audit.page(cast.vera)
    assert [(entry.action, entry.actor) for entry in page.entries.items[:2]] == [
        (Action.REOPENED, cast.vera.id),
        (Action.CLOSED, cast.vera.id),
    ]


def _instants(zone: str) -> st.SearchStrategy[datetime]:
    wall = st.datetimes(datetime(2027, 3, 1), datetime(2027, 11, 30), timezones=st.just(ZoneInfo(zone)))  # noqa: DTZ001 - walls, whose zone comes with them
    return wall.map(lambda at: at.astimezone(UTC).replace(minute=at.minute // 5 * 5, second=0, microsecond=0))


@st.composite
def _closed_clinics(draw: st.DrawFn) -> tuple[Schedule, date, ZoneInfo]:
    """Return a schedule with closures, a day near to one of them, and the zone."""
    zone = draw(st.sampled_from(ZONES))
    starts = draw(st.lists(_instants(zone), min_size=1, max_size=4))
    lengths = st.integers(1, 24 * 12 * 3).map(lambda ticks: ticks * timedelta(minutes=5))
    closed = tuple(Closure(f"{n:024x}", Slot(at, at + draw(lengths)), REASON) for n, at in enumerate(starts))
    hours = draw(
        st.sampled_from([(Hours(time(0), time(0)),), (Hours(time(9), time(12)), Hours(time(13), time(0)))])
    )
    minutes, buffer = draw(st.sampled_from([(20, 0), (45, 5), (60, 0)]))
    weekly = dict.fromkeys(Weekday, hours)
    schedule = Schedule(weekly, slot_minutes=minutes, buffer_minutes=buffer, closures=closed)
    day = starts[0].astimezone(ZoneInfo(zone)).date() + draw(st.integers(-1, 3)) * DAY
    return schedule, day, ZoneInfo(zone)


@given(_closed_clinics())
def test_no_slot_ever_overlaps_a_closure_and_reopening_brings_back_what_was_there(
    clinic: tuple[Schedule, date, ZoneInfo],
) -> None:
    schedule, day, zone = clinic
    slots = slots_of_day(schedule, day, zone)
    before = slots_of_day(replace(schedule, closures=()), day, zone)
    closed = [closure.slot for closure in schedule.closures]
    assert not any(slot.overlaps(stretch) for slot in slots for stretch in closed)
    assert list(slots) == [slot for slot in before if not any(slot.overlaps(each) for each in closed)]
    # In whatever order the closures are removed, each brings back its own slots and no others.
    left: list[Any] = list(schedule.closures)
    while left:
        gone = left.pop()
        more = slots_of_day(replace(schedule, closures=tuple(left)), day, zone)
        assert set(slots) <= set(more)
        assert all(slot.overlaps(gone.slot) for slot in set(more) - set(slots))
        slots = more
    assert slots == before
