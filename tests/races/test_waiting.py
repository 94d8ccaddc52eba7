"""Whatever people and workers do, in whatever order: no time is ever offered to two people at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from services.errors import ClinicError
from services.ids import new_id
from services.models.appointments import AppointmentId, AppointmentStatus, Period
from services.models.notifications import EventKind
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.waitlist import WaitlistEntry
from tests.services.conftest import Bench
from tests.services.test_waitlist_races import another_worker

RAO = UserId("rao")
TUESDAY = date(2027, 5, 4)
TEN = datetime(2027, 5, 4, 8, tzinfo=UTC)  # in Berlin
SLOTS = [TEN + timedelta(minutes=30 * number) for number in range(3)]
STEPS = 60
Act = Callable[[Principal], Awaitable[object]]


async def _person(bench: Bench, name: str, role: Role = Role.PATIENT) -> Principal:
    user = User(UserId(name), name, f"{name}@example.org", role, AccountStatus.ACTIVE)
    await bench.storage.users.add(user, b"", bench.clock.now())
    return Principal(user, ChatId(1), "session")


class Walk:
    """What people may do, chosen by chance; each choice may fail by the clinic's rules."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.chance = Random(seed)
        self.acts: list[Act] = [self.join, self.leave, self.take, self.take, self.pass_on, self.book]
        self.acts += [self.cancel, self.cancel]

    async def join(self, who: Principal) -> None:
        part = self.chance.choice(list(PartOfDay))
        await self.bench.clinic.waitlist.join(who, RAO, TUESDAY, TUESDAY, part)

    async def leave(self, who: Principal) -> None:
        if self.chance.random() < 0.2:
            await self.bench.clinic.waitlist.leave(who, RAO)

    async def _offer(self, who: Principal) -> AppointmentId:
        for card in await self.bench.clinic.waitlist.entries(who):
            if card.entry.offer:
                return card.entry.offer.id
        return AppointmentId("0" * 24)

    async def take(self, who: Principal) -> None:
        await self.bench.clinic.waitlist.take(who, await self._offer(who))

    async def pass_on(self, who: Principal) -> None:
        await self.bench.clinic.waitlist.pass_on(who, await self._offer(who))

    async def book(self, who: Principal) -> None:
        request_id = AppointmentId(new_id(self.bench.clock.now()))
        start = self.chance.choice(SLOTS)
        await self.bench.clinic.booking.book(who, RAO, start, reason=None, request_id=request_id)

    async def cancel(self, who: Principal) -> None:
        for card in (await self.bench.clinic.appointment_views.page(who, Period.UPCOMING, 0)).items:
            await self.bench.clinic.appointments.cancel(who, card.appointment.id)

    async def done(self, act: Act, who: Principal) -> None:
        with suppress(ClinicError):
            await act(who)


async def _standing(bench: Bench) -> list[WaitlistEntry]:
    line, now = await bench.storage.waitlist.line(RAO, 100), bench.clock.now()
    return [place for place in line if place.offer and place.offer.told and place.offer.until > now]


async def _check(bench: Bench) -> None:
    """See that what is offered is offered to one, and kept for that one as long as was said."""
    standing = await _standing(bench)
    starts = [place.offer.slot.start for place in standing if place.offer]
    assert len(starts) == len(set(starts)), "a time is offered to two people at once"
    for place in standing:
        offer = place.offer
        assert offer is not None
        held = await bench.storage.appointments.by_id(offer.id)
        assert held is not None, "what is offered is not kept"
        assert (held.patient_id, held.slot, held.held_until) == (place.patient_id, offer.slot, offer.until)
        assert held.status is AppointmentStatus.HELD


async def _check_news(bench: Bench) -> int:
    """See that nobody was told of the same offer twice; return how many offers there were."""
    rows = await bench.storage.waitlist._entries.find({"unsent.id": {"$exists": True}}).to_list(None)
    ids = [news["id"] for row in rows for news in row["unsent"]]
    assert all(kind.endswith(EventKind.SLOT_OPENED) for kind in ids)
    assert len(ids) == len(set(ids))
    return len(ids)


@pytest.mark.parametrize("seed", range(6))
async def test_no_time_is_ever_offered_to_two_people_at_once(bench: Bench, seed: int) -> None:
    await _person(bench, RAO, Role.DOCTOR)
    week = {Weekday.TUESDAY: (Hours(time(10), time(11, 30)),)}
    await bench.storage.schedules.put(RAO, Schedule(weekly=week, horizon=timedelta(days=6)))
    people = [await _person(bench, f"p{number}") for number in range(6)]
    walk, workers = Walk(bench, seed), [another_worker(bench) for _ in range(2)]
    told = 0
    for _ in range(STEPS):
        some = walk.chance.sample(people, 3)
        deeds = [walk.done(walk.chance.choice(walk.acts), who) for who in some]
        await asyncio.gather(*deeds, *(worker.work() for worker in workers))
        # What was under way is brought to its end before it is looked at.
        await bench.clinic.waitlist_offers.work()
        await _check(bench)
        told = max(told, await _check_news(bench))
        bench.clock.turn(timedelta(seconds=walk.chance.choice([1, 30, 400])))
    assert told > 0
