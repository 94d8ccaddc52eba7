"""The scenarios: who works, what goes wrong meanwhile, and whether all was well in the end."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from bot.texts import notices
from services.models import AppointmentStatus
from services.news import EventKind
from tests.chaos.people import Act, Wishes, live
from tests.chaos.verdict import Verdict, judged
from tests.chaos.waiting import in_line
from tests.chaos.worker import Worker, until
from tests.chaos.world import World, built

# Bookings begin so many days after the Monday on which a scenario does: the first reminder lies ahead then.
DAYS_AHEAD = 2


@dataclass(frozen=True)
class Size:
    """How much is done. Times are seconds; `times` is how many times of a day are asked for.

    Beside the `people` so many more `wait` in line; fewer than `least_offers` prove nothing.
    """

    people: int
    doctors: int
    acts: int
    days: int = 1
    times: int = 100
    wait: int = 8
    least_offers: int = 0
    acts_seconds: float = 120
    quiet_seconds: float = 60
    mail_down_seconds: float = 60
    kills_within_seconds: float = 5
    # While people act, and again while the days pass.
    most_kills: int = 12
    most_database_deaths: int = 3
    database_dies_within_seconds: float = 12


# Goes on until it is cancelled; the event tells that it has done some harm by now.
Trouble = Callable[[World, Size, Random, asyncio.Event], Coroutine[Any, Any, None]]
LEAST_KILLS, LEAST_REFUSALS = 3, 5
# So long at the most it is waited for that, when nobody acts any more.
HARM_SECONDS = 120


async def kills(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Kill -9 of each worker, at random instants."""

    async def one(worker: Worker) -> None:
        for _ in range(size.most_kills):
            await worker.dies_at_random(Random(chance.random()), size.kills_within_seconds)
            if all(worker.kills >= min(LEAST_KILLS, size.most_kills) for worker in world.workers):
                harmed.set()

    await asyncio.gather(*map(one, world.workers))


async def mail(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Have no mail server for a while, and then one that answers 451 by chance."""
    await world.post.stop()
    try:
        await asyncio.sleep(size.mail_down_seconds)
    finally:
        await world.post.start()
    await refusals(world, size, chance, harmed)


async def refusals(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Have a mail server that answers 451 by chance."""
    del size, chance
    world.post.part = 0.25
    try:
        await until(lambda: world.post.met >= LEAST_REFUSALS)
        harmed.set()
        await asyncio.Event().wait()
    finally:
        world.post.part = 0


async def api(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Have a Bot API that says 429 and 500, and drops connections before and after it has acted."""
    del size, chance
    world.storm.part = 0.05
    try:
        await until(lambda: world.storm.met >= LEAST_REFUSALS)
        harmed.set()
        await asyncio.Event().wait()
    finally:
        world.storm.part = 0


async def database(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Kill -9 of MongoDB, which is away for a moment then."""
    for _ in range(size.most_database_deaths):
        await asyncio.sleep(chance.uniform(0.2, 1) * size.database_dies_within_seconds)
        world.server.kill()
        try:
            await asyncio.sleep(chance.uniform(0, 2))
        finally:
            await world.server.start()
        harmed.set()


@dataclass(frozen=True)
class Scenario:
    """What goes wrong, and which workers there are: whether each takes updates."""

    name: str
    troubles: Sequence[Trouble] = ()
    workers: Sequence[bool] = (True,)

    @property
    def later(self) -> list[Trouble]:
        """What goes wrong while the days pass: no clock goes on while a mail server is away for a minute."""
        return [refusals if trouble is mail else trouble for trouble in self.troubles]


SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("kill", (kills,)),
        Scenario("mail", (mail,)),
        Scenario("api", (api,)),
        Scenario("database", (database,)),
        Scenario("two workers", workers=(True, False)),
        Scenario("two pollers", workers=(True, True)),
        Scenario("all", (kills, mail, api, database), (True, True)),
    )
}


@dataclass
class Outcome:
    """What became of a scenario."""

    name: str
    wishes: Wishes
    kills: int = 0
    conflicts: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    seconds: float = 0

    @property
    def asked(self) -> Counter[Act]:
        """How often each was wished."""
        return self.wishes.asked

    @property
    def seen(self) -> Counter[Act]:
        """How often each was done, as the person saw it."""
        return self.wishes.seen


async def played(scenario: Scenario, size: Size, seed: int) -> Outcome:
    """Play a scenario from beginning to end; whatever it started has ended then."""
    begun, chance = time.monotonic(), Random(f"{seed} {scenario.name}")
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        async with built(Path(folder), chance) as world, AsyncExitStack() as stack:
            await world.settle(size.people, size.doctors, size.wait)
            workers = [
                await stack.enter_async_context(world.worker(polls=polls)) for polls in scenario.workers
            ]
            first = (world.clock.now() + timedelta(days=DAYS_AHEAD)).date()
            wishes = Wishes.of(size.acts, size.days, first, chance, size.times)
            outcome = Outcome(scenario.name, wishes)
            async with (
                _trouble(scenario.troubles, world, size, chance),
                in_line(world, wishes, chance) as heard,
            ):
                await live(world, wishes, chance, size.acts_seconds)
            failures = await _told_all(world, size, "after the acts")
            reminders: Counter[tuple[str, datetime]] = Counter()
            if EventKind.REMINDER in notices._SAID:
                async with _trouble(scenario.later, world, size, chance):
                    reminders = await _days_pass(world, size)
                failures += await _told_all(world, size, "after the reminders")
            outcome.verdict = await judged(world, wishes, heard, reminders)
            outcome.verdict.failures += failures
            if (seen := outcome.verdict.offers_seen) < size.least_offers:
                outcome.verdict.failures.append(f"offers seen: {seen}, which proves nothing")
            outcome.kills = sum(worker.kills for worker in workers)
            outcome.conflicts = sum(worker.count("poll.conflict") for worker in workers)
    outcome.seconds = time.monotonic() - begun
    return outcome


@asynccontextmanager
async def _trouble(
    troubles: Sequence[Trouble], world: World, size: Size, chance: Random
) -> AsyncIterator[None]:
    """Let it all go wrong during the block, which ends no sooner than each has done some harm."""
    harmed = [asyncio.Event() for _ in troubles]
    tasks = [
        asyncio.create_task(trouble(world, size, Random(chance.random()), event))
        for trouble, event in zip(troubles, harmed, strict=True)
    ]
    try:
        yield
        async with asyncio.timeout(HARM_SECONDS):
            await asyncio.gather(*(event.wait() for event in harmed))
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for why in ended:
        if isinstance(why, Exception):
            raise why


async def _told_all(world: World, size: Size, when: str) -> list[str]:
    """Wait until all is told; return what is not."""
    waiting = await world.quiet(size.quiet_seconds)
    return [f"waits {when}: {line}" for line in waiting.splitlines()]


async def _days_pass(world: World, size: Size) -> Counter[tuple[str, datetime]]:
    """Turn the clock on, reminder by reminder; return those that fell due: (appointment, when)."""
    rows = await world.rows("appointments", {"status": AppointmentStatus.BOOKED.value})
    # When each reminder is to be told: before the next one of that appointment, and before that itself.
    windows = [
        (begin, end, row["_id"])
        for row in rows
        for begin, end in pairwise([*sorted(row["remind_at"]), row["start"]])
    ]
    for instant in _instants([(begin, end) for begin, end, _ in windows]):
        world.clock.turn_to(instant)
        await world.quiet(size.quiet_seconds)
    return Counter((appointment_id, begin) for begin, _, appointment_id in windows)


def _instants(windows: Sequence[tuple[datetime, datetime]]) -> list[datetime]:
    """Return few instants such that one lies in each window."""
    instants: list[datetime] = []
    last_end: datetime | None = None
    for begin, end in sorted(windows):
        if last_end is None or begin >= last_end:
            instants.append(begin)
            last_end = end
        else:
            instants[-1], last_end = begin, min(last_end, end)
    return instants
