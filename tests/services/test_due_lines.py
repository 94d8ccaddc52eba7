"""Only waiting lists are looked at in which something may have changed, and none is missed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta

import pytest

from services.appointments.booking import HOLD_LENGTH
from services.errors import StorageDown
from services.models.appointments import Appointment, AppointmentId
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from services.models.waitlist import WaitlistEntry
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from services.waitlist import due_lines
from services.waitlist.due_lines import DueLines
from services.waitlist.offers import OFFER_LENGTH
from tests.services.conftest import Bench
from tests.services.test_waitlist import (
    HALF,
    SECOND,
    TEN,
    book,
    cancel,
    doctor,
    full,
    person,
    told,
    waits,
)
from tests.services.test_waitlist_races import another_worker

LINES = 300
OTHERS = 12
HELD, OFF = AppointmentId("e" * 24), TimeOff("t", Slot(TEN, TEN + HALF))
WHOLE_HOUR = {Weekday.TUESDAY: (Hours(time(10), time(11)),)}


async def _lines(bench: Bench, count: int) -> None:
    """Let somebody wait for each of so many doctors, who have no times but those that were free already."""
    window, known = Slot(TEN, TEN + timedelta(days=1)), frozenset({TEN, TEN + HALF})
    entries = [
        WaitlistEntry(UserId(f"d{n}"), UserId(f"w{n}"), bench.clock.now(), window, PartOfDay.ANY, known)
        for n in range(count)
    ]
    await asyncio.gather(*(bench.storage.waitlist.put(entry) for entry in entries))
    for entry in entries:
        await person(bench, entry.doctor_id, Role.DOCTOR)
        await bench.storage.schedules.put(entry.doctor_id, Schedule(weekly=WHOLE_HOUR))
        await person(bench, entry.patient_id)


@pytest.fixture
def looked_at(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each doctor's line is looked at."""
    seen: Counter[str] = Counter()
    line = bench.storage.waitlist.line

    async def counted(doctor_id: UserId, limit: int) -> list[WaitlistEntry]:
        seen[doctor_id] += 1
        return await line(doctor_id, limit)

    monkeypatch.setattr(bench.storage.waitlist, "line", counted)
    return seen


async def _no_turns(_lines: DueLines) -> AsyncIterator[UserId]:
    """Give no doctor a turn: what is found then is found otherwise."""
    nobody: tuple[UserId, ...] = ()
    for doctor_id in nobody:
        yield doctor_id


async def test_a_booking_looks_at_none_of_300_lines_and_cancelling_at_one(
    bench: Bench, looked_at: Counter[str]
) -> None:
    await doctor(bench)
    taken = await full(bench)
    asha = await person(bench, "asha")
    await waits(bench, asha)
    await _lines(bench, LINES)
    offers = bench.clinic.waitlist_offers
    await offers.serve_freed()
    looked_at.clear()
    await book(bench, await person(bench, "booker"), TEN, "d7")
    await offers.serve_freed()
    assert looked_at == {}
    await cancel(bench, taken[0])
    await offers.serve_freed()
    assert looked_at == {"rao": 1}
    assert await told(bench) == [asha.id]
    await offers.serve_freed()  # the offer frees nothing
    assert looked_at == {"rao": 1}


async def test_a_round_looks_at_few_of_many_lines_and_at_all_in_their_turn(
    bench: Bench, looked_at: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await _lines(bench, OTHERS)
    offers = bench.clinic.waitlist_offers
    await offers.work()
    assert set(looked_at.values()) == {1}, "the first round looks at all"
    bench.storage.freed_times.take()
    monkeypatch.setattr(due_lines, "LATER_ROUNDS_SECONDS", -1)
    monkeypatch.setattr(offers._due_lines, "_seconds", -1)
    for number in range(1, OTHERS + 1):
        looked_at.clear()
        await offers.work()
        assert sum(looked_at.values()) == 1, number


@dataclass
class Wait:
    """Asha waits for Rao, of whose times one is booked, one is held, and one was taken off."""

    bench: Bench
    rao: Principal
    admin: Principal
    asha: Principal
    other: Principal
    holder: Principal
    mine: Appointment

    async def offer(self) -> AppointmentId:
        """Return what is offered to Asha."""
        (entry,) = await self.bench.storage.waitlist.of_patients([self.asha.id])
        assert entry.offer is not None
        return entry.offer.id

    async def offered(self) -> None:
        """Have the booked time offered to Asha, and somebody else wait behind her."""
        await self.cancelled()
        await self.bench.clinic.waitlist_offers.serve_freed()
        await waits(self.bench, await person(self.bench, "bela"))
        await self.bench.clinic.waitlist_offers.serve_freed()

    async def cancelled(self) -> None:
        await self.bench.clinic.appointments.cancel(self.other, self.mine.id)

    async def cancelled_by_the_doctor(self) -> None:
        await self.bench.clinic.appointments.cancel(self.rao, self.mine.id)

    async def moved(self) -> None:
        start = TEN + timedelta(days=1)
        await self.bench.clinic.appointments.move(self.other, self.mine.id, start, was=TEN)

    async def let_go(self) -> None:
        await self.bench.clinic.booking.let_go(HELD)

    async def abandoned(self) -> None:
        await self.bench.clinic.booking.abandon(HELD)

    async def time_off_taken_back(self) -> None:
        await self.bench.clinic.time_off.take_back(self.rao, OFF.id)

    async def longer_hours(self) -> None:
        hours = Schedule(weekly={Weekday.TUESDAY: (Hours(time(10), time(12)),)}, horizon=timedelta(days=6))
        await self.bench.clinic.working_hours.save(self.rao, hours, order_id="o" * 24)

    async def the_patient_was_blocked(self) -> None:
        await self.bench.clinic.administration.block(self.admin, self.other.id, clear=True)

    async def the_patient_has_gone(self) -> None:
        await self.bench.clinic.account_deletion.leave(self.other)

    async def the_one_who_held_it_was_blocked(self) -> None:
        await self.bench.clinic.administration.block(self.admin, UserId("holder"))

    async def passed_on(self) -> None:
        await self.bench.clinic.waitlist.pass_on(self.asha, await self.offer())

    async def left(self) -> None:
        await self.bench.clinic.waitlist.leave(self.asha, self.rao.id)

    async def wished_otherwise(self) -> None:
        await waits(self.bench, self.asha, PartOfDay.EVENING)

    async def has_booked_another_time(self) -> None:
        await self.bench.clinic.working_hours.save(
            self.rao,
            Schedule(weekly={Weekday.TUESDAY: (Hours(time(10), time(12)),)}, horizon=timedelta(days=6)),
            order_id="o" * 24,
        )
        await book(self.bench, self.asha, TEN + 3 * HALF)

    async def was_blocked_with_an_offer(self) -> None:
        await self.bench.clinic.administration.block(self.admin, self.asha.id)

    async def has_gone_with_an_offer(self) -> None:
        await self.bench.clinic.account_deletion.leave(self.asha)


@pytest.fixture
async def wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Return the people, with all known that there is to know, and no line that has its turn."""
    rao = await doctor(bench)
    week = {day: (Hours(time(9, 30), time(11)),) for day in (Weekday.TUESDAY, Weekday.WEDNESDAY)}
    await bench.storage.schedules.put(rao.id, Schedule(weekly=week, horizon=timedelta(days=6)))
    other, holder = await person(bench, "other"), await person(bench, "holder")
    mine = await book(bench, other, TEN)
    await bench.clinic.booking.hold(holder, rao.id, TEN + HALF, request_id=HELD)
    await bench.storage.schedules.add_time_off(rao.id, TimeOff(OFF.id, Slot(TEN - HALF, TEN)))
    asha = await person(bench, "asha")
    await waits(bench, asha)
    await _lines(bench, OTHERS)
    admin = await person(bench, "admin", Role.ADMIN)
    await bench.clinic.waitlist_offers.work()
    monkeypatch.setattr(DueLines, "whose_turn", _no_turns)
    return Wait(bench, rao, admin, asha, other, holder, mine)


FREEING: list[Callable[[Wait], Awaitable[None]]] = [
    Wait.cancelled,
    Wait.cancelled_by_the_doctor,
    Wait.moved,
    Wait.let_go,
    Wait.abandoned,
    Wait.time_off_taken_back,
    Wait.longer_hours,
    Wait.the_patient_was_blocked,
    Wait.the_patient_has_gone,
    Wait.the_one_who_held_it_was_blocked,
]
PASSING: list[Callable[[Wait], Awaitable[None]]] = [
    Wait.passed_on,
    Wait.left,
    Wait.wished_otherwise,
    Wait.has_booked_another_time,
    Wait.was_blocked_with_an_offer,
    Wait.has_gone_with_an_offer,
]


@pytest.mark.parametrize("frees", FREEING, ids=lambda frees: frees.__name__)
async def test_whatever_frees_a_time_has_it_offered_and_one_line_looked_at(
    wait: Wait, looked_at: Counter[str], frees: Callable[[Wait], Awaitable[None]]
) -> None:
    assert await told(wait.bench) == []
    await frees(wait)
    await wait.bench.clinic.waitlist_offers.serve_freed()
    assert looked_at == {"rao": 1}
    assert await told(wait.bench) == [wait.asha.id]


@pytest.mark.parametrize("passes", PASSING, ids=lambda passes: passes.__name__)
async def test_an_offer_that_is_not_wanted_any_more_goes_to_the_next(
    wait: Wait, looked_at: Counter[str], passes: Callable[[Wait], Awaitable[None]]
) -> None:
    await wait.offered()
    await passes(wait)
    for _ in range(2):  # an entry that is removed at one look frees its time for the next
        await wait.bench.clinic.waitlist_offers.serve_freed()
    assert set(looked_at) == {"rao"}
    assert (await wait.bench.storage.waitlist.of_patients([UserId("bela")]))[0].offer is not None


@pytest.mark.parametrize("ends", ["hold", "offer"])
async def test_what_ends_by_the_clock_is_offered_and_one_line_looked_at(
    wait: Wait, looked_at: Counter[str], ends: str
) -> None:
    if ends == "offer":
        await wait.offered()
        await wait.let_go()
        await wait.bench.clinic.waitlist_offers.serve_freed()
        wait.bench.clock.turn(OFFER_LENGTH)
    else:
        wait.bench.clock.turn(HOLD_LENGTH)
    looked_at.clear()
    before = len(await told(wait.bench))
    await wait.bench.clinic.waitlist_offers.work()
    assert looked_at == {"rao": 1}
    assert len(await told(wait.bench)) > before
    looked_at.clear()
    wait.bench.storage.freed_times.take()
    await wait.bench.clinic.waitlist_offers.work()
    assert looked_at == {}, "what has ended is found once"


async def test_a_hold_that_became_a_booking_has_no_line_looked_at(
    wait: Wait, looked_at: Counter[str]
) -> None:
    clinic, start = wait.bench.clinic, TEN + HALF
    await clinic.booking.book(wait.holder, wait.rao.id, start, reason=None, request_id=HELD)
    await clinic.waitlist_offers.work()
    assert looked_at == {}


async def test_a_time_that_comes_into_the_booking_window_is_offered(
    bench: Bench, looked_at: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock stands at 08:00 in Berlin, and Rao can be booked a day ahead: from ten o'clock on, later."""
    rao = await person(bench, "rao", Role.DOCTOR)
    await bench.storage.schedules.put(rao.id, Schedule(weekly=WHOLE_HOUR, horizon=timedelta(days=1)))
    asha = await person(bench, "asha")
    await waits(bench, asha)
    await bench.clinic.waitlist_offers.work()
    monkeypatch.setattr(DueLines, "whose_turn", _no_turns)
    looked_at.clear()
    for minutes, found in ((60, 0), (59, 0), (2, 1)):
        bench.clock.turn(timedelta(minutes=minutes))
        await bench.clinic.waitlist_offers.work()
        assert len(await told(bench)) == found
        assert sum(looked_at.values()) == found


async def test_a_doctor_who_is_unblocked_is_offered_again(wait: Wait, looked_at: Counter[str]) -> None:
    administration = wait.bench.clinic.administration
    await administration.block(wait.admin, wait.rao.id)
    await wait.cancelled()
    await wait.bench.clinic.waitlist_offers.serve_freed()
    assert await told(wait.bench) == []
    await administration.unblock(wait.admin, wait.rao.id)
    await wait.bench.clinic.waitlist_offers.serve_freed()
    assert await told(wait.bench) == [wait.asha.id]
    assert set(looked_at) == {"rao"}


async def test_who_is_free_again_is_offered_what_was_free_meanwhile(
    wait: Wait, looked_at: Counter[str]
) -> None:
    """Asha is busy elsewhere when Rao's time opens, and then is not."""
    await person(wait.bench, "sen", Role.DOCTOR)
    elsewhere = await book(wait.bench, wait.asha, TEN, "sen")
    await wait.cancelled()
    await wait.bench.clinic.waitlist_offers.serve_freed()
    assert await told(wait.bench) == []
    await wait.bench.clinic.appointments.cancel(wait.asha, elsewhere.id)
    await wait.bench.clinic.waitlist_offers.serve_freed()
    assert await told(wait.bench) == [wait.asha.id]
    assert set(looked_at) == {"rao"}


async def test_what_was_free_taken_and_freed_between_two_looks_is_news(bench: Bench) -> None:
    """Also where nobody has looked while it was taken, and whoever freed it was killed before looking."""
    await doctor(bench)
    asha, other = await person(bench, "asha"), await person(bench, "other")
    before = await book(bench, other, TEN + HALF)
    await bench.clinic.appointments.cancel(other, before.id)
    bench.clock.turn(SECOND)
    await waits(bench, asha)
    await bench.clinic.waitlist_offers.work()
    assert await told(bench) == [], "both times were free when she came"
    await cancel(bench, (other, await book(bench, other, TEN)))
    bench.storage.freed_times.take()
    await bench.clinic.waitlist_offers.work()
    (entry,) = await bench.storage.waitlist.of_patients([asha.id])
    assert entry.offer is not None
    assert entry.offer.slot.start == TEN


async def test_what_another_process_has_freed_before_it_was_killed_is_offered_in_its_turn(
    bench: Bench, database_url: str
) -> None:
    await doctor(bench)
    asha = await person(bench, "asha")
    taken = await full(bench)
    await waits(bench, asha)
    await bench.clinic.waitlist_offers.work()
    async with connect(database_url) as database:
        elsewhere = Storage.on(database)
        other = Bench(bench.clinic, elsewhere, bench.clock, [], bench.letters)
        worker = another_worker(other)
        await cancel(bench, taken[0])
        bench.storage.freed_times.take()  # it was killed before it looked
        await worker.serve_freed()
        assert await told(bench) == []
        await worker.work()
    assert await told(bench) == [asha.id]


async def test_lines_that_could_not_be_looked_at_are_when_the_database_is_back(
    wait: Wait, looked_at: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_args: object) -> None:
        raise StorageDown

    async def broken(*_args: object) -> None:
        raise ZeroDivisionError

    await wait.cancelled()
    serve_freed, waitlist = wait.bench.clinic.waitlist_offers.serve_freed, wait.bench.storage.waitlist
    for name in ("concerned", "taken"):
        with monkeypatch.context() as patched:
            patched.setattr(waitlist, name, down)
            with pytest.raises(StorageDown):
                await serve_freed()
    with monkeypatch.context() as patched:
        patched.setattr(waitlist, "taken", broken)
        await serve_freed()
    assert await told(wait.bench) == []
    await wait.bench.clinic.waitlist_offers.work()
    assert await told(wait.bench) == [wait.asha.id]
    assert set(looked_at) == {"rao"}
