"""Whatever a series dies at, the next round makes a whole of it or nothing; all hear of it once."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.errors import Refused, StorageDown
from services.models.appointments import AppointmentStatus
from services.models.notifications import EventKind
from services.models.series import Every, SeriesRule, SeriesScope
from services.series.planning import WantedSeries
from services.storage.storage import Storage
from tests.chaos.wholeness import never_ending, partial_series, taken_beside
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.series import DAY, HALF, TEN, WEEK, SeriesBench, founded, weekly
from tests.services.test_merging import Failing

LATER = timedelta(minutes=15)


@contextmanager
def crash_after(storage: Storage, writes: int) -> Iterator[None]:
    """Let the stores of series have so many writes, then no more."""
    left = [writes]
    with pytest.MonkeyPatch.context() as patch:
        for store in (storage.series, storage.series_visits, storage.appointments):
            for name, value in vars(store).items():
                if hasattr(value, "find_one_and_update"):
                    patch.setattr(store, name, Failing(value, left))
        yield


async def _crashes(there: SeriesBench, writes: int, act: Callable[[], Awaitable[object]]) -> bool:
    """Act with a crash after so many writes; tell whether there was one. Then the rounds come."""
    crashed = False
    with crash_after(there.bench.storage, writes):
        try:
            await act()
        except StorageDown:
            crashed = True
    for _ in range(2):
        await there.bench.clinic.visits.series.finishing.work()
        there.bench.clock.turn(LATER)
    return crashed


async def _events(there: SeriesBench, kind: EventKind) -> int:
    return sum(each.kind is kind for each in await there.bench.storage.notifications.unspread(100))


@pytest.mark.timeout(600)
async def test_a_crash_after_each_write_of_a_booking(bench: Bench) -> None:
    there = await founded(bench)
    began, ends, writes, crashed = bench.clock.now(), [], 1, True
    while crashed:
        bench.clock.turn_to(began)
        wanted: WantedSeries = there.wanted(weekly(3, TEN + writes * HALF), first=TEN + writes * HALF)
        wanted = WantedSeries(
            wanted.id, wanted.doctor_id, _three(wanted), wanted.first, wanted.starts, wanted.wanted
        )
        told = await _events(there, EventKind.SERIES_BOOKED)

        async def book(series: WantedSeries = wanted) -> None:
            await there.book(series)

        crashed = await _crashes(there, writes, book)
        found = [v for v in await there.visits(wanted.id) if not _is_over(v, bench)]
        booked = [v for v in found if v.status is AppointmentStatus.BOOKED]
        assert (len(found), len(booked)) in {(0, 0), (3, 3)}, f"after {writes} writes"
        assert await _events(there, EventKind.SERIES_BOOKED) - told == len(booked) // 3
        ends.append(len(booked))
        await bench.storage.series_visits._appointments.delete_many({"series_id": wanted.id})
        writes += 1
    assert 0 in ends
    assert ends.count(3) > 1, "no crash came behind the write that decides"


def _three(wanted: WantedSeries) -> Any:
    return type(wanted.rule)(wanted.rule.every, 3)


def _is_over(visit: Any, bench: Bench) -> bool:
    """Tell whether it is a hold that has ended by itself: the database deletes it within a minute."""
    return visit.held_until is not None and visit.held_until <= bench.clock.now()


@pytest.mark.timeout(600)
async def test_the_judge_of_the_chaos_sees_what_a_crash_leaves_until_the_rounds_came(bench: Bench) -> None:
    there, seen, writes, crashed = await founded(bench), "", 1, True
    began = bench.clock.now()

    async def judged() -> list[str]:
        appointments = await bench.storage.series_visits._appointments.find({}, comment=OURS).to_list(None)
        series = await bench.storage.series._series.find({}, comment=OURS).to_list(None)
        wrong = [*partial_series(series, appointments), *taken_beside(appointments)]
        return [*wrong, *never_ending(series, appointments, bench.clock.now())]

    while crashed:
        bench.clock.turn_to(began)
        first = TEN + writes * HALF
        wanted = replace(there.wanted(weekly(3, first), first=first), rule=SeriesRule(Every.WEEK, 3))
        with crash_after(bench.storage, writes):
            try:
                await there.book(wanted)
                crashed = False
            except StorageDown:
                seen += "\n".join(await judged())
        for _ in range(2):
            await bench.clinic.visits.series.finishing.work()
            bench.clock.turn(LATER)
        assert await judged() == [], f"after {writes} writes"
        await bench.storage.series_visits._appointments.delete_many({}, comment=OURS)
        await bench.storage.series._series.delete_many({}, comment=OURS)
        writes += 1
    for found in ("a series is not whole", "held for ever", "nobody is done with a series"):
        assert found in seen


@pytest.mark.timeout(600)
async def test_a_crash_after_each_write_of_a_move(bench: Bench) -> None:
    there = await founded(bench)
    began, ends, writes, crashed = bench.clock.now(), [], 1, True
    while crashed:
        bench.clock.turn_to(began)
        first = TEN + HALF * 2
        wanted = there.wanted(weekly(4, first), first=first)
        card = await there.book(wanted)
        move, told = bench.clinic.visits.series.changes.move, await _events(there, EventKind.SERIES_MOVED)

        async def act(card: Any = card, move: Any = move, first: Any = first) -> None:
            await move(there.asha, card.appointment.id, SeriesScope.ALL, first + DAY + HALF, was=first)

        crashed = await _crashes(there, writes, act)
        starts = await there.booked(wanted.id)
        here, gone = weekly(4, first), weekly(4, first + DAY + HALF)
        assert starts in (here, gone), f"after {writes} writes"
        assert await _events(there, EventKind.SERIES_MOVED) - told == (starts == gone)
        # No time is taken that no visit is at.
        for free in gone if starts == here else here:
            assert free is not None
            await bench.clinic.booking.check_free(
                there.ben, there.doctor.id, free, patient_id=None, wanted=wanted.wanted
            )
        rows = await bench.storage.series_visits._appointments.find({"series_id": wanted.id}).to_list(None)
        assert all(len(row["ticks"]) == 6 for row in rows)
        assert not any("moving_to" in row for row in rows)
        ends.append(starts == gone)
        await bench.storage.series_visits._appointments.delete_many({"series_id": wanted.id})
        writes += 1
    assert False in ends
    assert ends.count(True) > 1


@pytest.mark.timeout(600)
async def test_a_crash_after_each_write_of_a_cancellation(bench: Bench) -> None:
    there = await founded(bench)
    began, writes, crashed = bench.clock.now(), 1, True
    while crashed:
        bench.clock.turn_to(began)
        wanted = there.wanted(weekly(4))
        card = await there.book(wanted)
        cancel, told = (
            bench.clinic.visits.series.changes.cancel,
            await _events(there, EventKind.SERIES_CANCELLED),
        )

        async def act(card: Any = card, cancel: Any = cancel) -> None:
            await cancel(there.asha, card.appointment.id, SeriesScope.ALL, was=TEN)

        crashed = await _crashes(there, writes, act)
        assert await there.booked(wanted.id) == [], f"after {writes} writes"
        assert await _events(there, EventKind.SERIES_CANCELLED) - told == 1
        await bench.storage.series_visits._appointments.delete_many({"series_id": wanted.id})
        writes += 1
    assert writes > 6


async def test_a_move_that_one_visit_can_not_make_moves_none(bench: Bench) -> None:
    there = await founded(bench)
    wanted = there.wanted(weekly(4))
    card = await there.book(wanted)
    other = there.wanted(weekly(4, TEN + 2 * WEEK + DAY), first=TEN + 2 * WEEK + DAY)
    await there.book(other, there.ben)
    move = bench.clinic.visits.series.changes.move
    with pytest.raises(Refused):
        await move(there.asha, card.appointment.id, SeriesScope.ALL, TEN + DAY, was=TEN)
    assert await there.booked(wanted.id) == weekly(4)
    _, count = await move(there.asha, card.appointment.id, SeriesScope.ALL, TEN + 2 * DAY, was=TEN)
    assert (count, await there.booked(wanted.id)) == (4, weekly(4, TEN + 2 * DAY))


async def test_the_rest_leaves_what_is_before(bench: Bench) -> None:
    there = await founded(bench)
    wanted = there.wanted(weekly(4))
    await there.book(wanted)
    visits = await there.visits(wanted.id)
    changes = bench.clinic.visits.series.changes
    third = visits[2]
    await changes.move(there.asha, third.id, SeriesScope.REST, third.slot.start + DAY, was=third.slot.start)
    assert await there.booked(wanted.id) == [*weekly(2), *(TEN + n * WEEK + DAY for n in (2, 3))]
    await changes.cancel(there.asha, third.id, SeriesScope.REST, was=third.slot.start + DAY)
    assert await there.booked(wanted.id) == weekly(2)


@pytest.mark.timeout(600)
async def test_a_crash_after_each_write_of_a_move_that_is_refused(bench: Bench) -> None:
    """The times that its first visits had taken are free again, whatever it dies at."""
    there = await founded(bench)
    began, writes, crashed = bench.clock.now(), 1, True
    other = there.wanted(weekly(3, TEN + 2 * WEEK + DAY), first=TEN + 2 * WEEK + DAY)
    await there.book(replace(other, rule=SeriesRule(Every.WEEK, 3)), there.ben)
    while crashed:
        bench.clock.turn_to(began)
        wanted = there.wanted(weekly(4))
        card = await there.book(wanted)

        async def act(card: Any = card) -> None:
            with suppress(Refused):
                move = bench.clinic.visits.series.changes.move
                await move(there.asha, card.appointment.id, SeriesScope.ALL, TEN + DAY, was=TEN)

        crashed = await _crashes(there, writes, act)
        assert await there.booked(wanted.id) == weekly(4), f"after {writes} writes"
        rows = await bench.storage.series_visits._appointments.find({"series_id": wanted.id}).to_list(None)
        assert {len(row["ticks"]) for row in rows} == {len(row["doctor_ticks"]) for row in rows} == {6}
        assert not any("moving_to" in row for row in rows)
        await bench.storage.series_visits._appointments.delete_many({"series_id": wanted.id})
        writes += 1
    assert writes > 5
