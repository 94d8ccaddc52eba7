"""What goes wrong while people act, and again while the days pass."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.chaos.days_off import DaysOff
from tests.chaos.neighbours import Neighbour
from tests.chaos.strange import Strangeness, forged, tell_unknown
from tests.chaos.worker import Worker, until
from tests.chaos.world import World, nobody_waits
from tests.faults.replica_set import DEFAULT_ELECTION_MS
from tests.town import Person


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
    # So many families, each with two parents, and their callers at the reception.
    families: int = 3
    # So many groups of three who book a series, and swap.
    regulars: int = 2
    # So many doctors run late on the day of the visits.
    visit_doctors: int = 3
    visit_rounds: int = 2
    # So long it is waited for families at the most when nobody else acts any more.
    families_linger_seconds: float = 60
    # So long offers go on to come to those who wait in line.
    waiters_linger_seconds: float = 5
    # What a chat waits for the next of the bot's messages, as the Bot API wants it.
    chat_pause_seconds: float = 1
    acts_seconds: float = 120
    quiet_seconds: float = 60
    mail_down_seconds: float = 20
    kills_within_seconds: float = 5
    # While people act, and again while the days pass.
    most_kills: int = 12
    most_database_deaths: int = 3
    database_dies_within_seconds: float = 12
    # The same of a replica set's primary, and so long the others wait for one that is silent.
    most_primary_deaths: int = 2
    primary_dies_within_seconds: float = 3
    election_ms: int = DEFAULT_ELECTION_MS
    # Who registers meanwhile, one after the other.
    newcomers: int = 6
    # How long slow writes and answers take, and how long a chat gets nothing but 429, of which so many do.
    slow_seconds: tuple[float, float] = (1, 5)
    flood_seconds: float = 35
    floods: int = 3
    days_off: int = 5
    # How often a new worker takes the place of an old one.
    restarts: int = 4
    # Whether the clock is turned on in the end, from reminder to reminder.
    days_pass: bool = True


# Goes on until it is cancelled; the event tells that it has done some harm by now.
Trouble = Callable[[World, Size, Random, asyncio.Event], Coroutine[Any, Any, None]]
LEAST_KILLS, LEAST_REFUSALS, LEAST_SLOW, LEAST_STRANGE, LEAST_FORGERIES, LEAST_DAYS_OFF = 3, 5, 2, 10, 40, 2
# How great a part is lost, slow, or no answer at all: so much that nobody gets by unharmed.
SLOW_WRITES, SLOW_ANSWERS, NO_ANSWER = 0.05, 0.03, 0.05
# What people are told of rests on the first ones; of the others there are many more writes.
LOST = {
    "appointments": 0.15,
    "users": 0.3,
    "waitlist": 0.1,
    "schedules": 0.1,
    "sessions": 0.1,
    "conversations": 0.01,
    "notifications": 0.01,
    "updates": 0.01,
}


async def kills(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Kill -9 of each worker, at random instants."""

    async def one(worker: Worker) -> None:
        for _ in range(size.most_kills):
            await worker.dies_at_random(Random(chance.random()), size.kills_within_seconds)
            if all(worker.kills >= min(LEAST_KILLS, size.most_kills) for worker in world.workers):
                harmed.set()

    await asyncio.gather(*map(one, world.workers))


async def in_turn(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Kill -9 of one worker after the other, whichever part each has.

    All others are ready meanwhile, and nobody waits for an answer any more because of the death before.
    """
    async with walking(world, chance, may_repeat=True):
        for turn in range(size.most_kills):
            worker = world.workers[turn % len(world.workers)]
            await worker.ready()
            await world.chats.answered()
            await asyncio.sleep(chance.uniform(0.2, size.kills_within_seconds))
            starts = worker.starts
            worker.kill()
            world.check([] if await worker.back(starts) else [f"{worker.name} does not come back"])
            if turn + 1 >= len(world.workers):
                harmed.set()
        await asyncio.Event().wait()


async def rolling(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Let a new worker come, and then an old one go, again and again."""
    async with walking(world, chance):
        for _ in range(size.restarts):
            await asyncio.sleep(chance.uniform(0.2, size.kills_within_seconds))
            old, new = world.workers[-1], world.worker()
            await old.ready()
            await world.hire(new)
            world.check([] if await new.ready() else [f"{new.name} does not get ready"])
            status = await old.retire()
            world.check([f"{old.name} ended with {status} when it was told to stop"] if status else [])
            harmed.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def walking(world: World, chance: Random, *, may_repeat: bool = False) -> AsyncIterator[None]:
    """Let people go back and forth in their dialogs, who see if one of these jumps or begins anew."""
    neighbours = [
        Neighbour(world, each, Random(chance.random()), may_repeat=may_repeat) for each in world.neighbours
    ]
    living = [asyncio.create_task(neighbour.lives()) for neighbour in neighbours]
    try:
        yield
    finally:
        for task in living:
            task.cancel()
        ended = await asyncio.gather(*living, return_exceptions=True)
        world.check([f"a neighbour: {why!r}" for why in ended if isinstance(why, Exception)])
        world.steps += sum(neighbour.steps for neighbour in neighbours)
        world.repeats += sum(neighbour.repeats for neighbour in neighbours)
        world.check([line for neighbour in neighbours for line in neighbour.lost])


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


async def primary(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Kill -9 of the replica set's primary, which comes back as a secondary when there is another one.

    Nobody waits any more because of one death when the next one comes.
    """
    servers = world.replica_set
    assert servers is not None
    for _ in range(size.most_primary_deaths):
        await asyncio.sleep(chance.uniform(0.2, 1) * size.primary_dies_within_seconds)
        killed = await servers.primary()
        await asyncio.to_thread(killed.kill)
        world.primary_deaths += 1
        began = time.monotonic()
        try:
            await servers.primary()
            world.without_primary = max(world.without_primary, time.monotonic() - began)
        finally:
            killed.start()
        await servers.whole()
        await world.chats.answered()
        harmed.set()


async def lost_answers(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Lose the acknowledgements of writes that were made: by a broken connection, or unconfirmed."""
    del size, chance
    world.wire.lost = LOST
    try:
        await until(lambda: sum(world.wire.losses.values()) >= LEAST_REFUSALS)
        harmed.set()
        await asyncio.Event().wait()
    finally:
        world.wire.lost = {}


async def slowness(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Let what chats are at be written slowly, the Bot API answer late, and some chats be flooded."""
    del chance
    storm, wire = world.storm, world.wire
    storm.late_seconds = wire.slow_seconds = size.slow_seconds
    storm.flood_seconds, storm.floods = size.flood_seconds, size.floods
    storm.late, wire.slow = SLOW_ANSWERS, {"conversations": SLOW_WRITES}
    try:
        await until(lambda: storm.met_late >= LEAST_REFUSALS and sum(wire.delays.values()) >= LEAST_SLOW)
        harmed.set()
        await asyncio.Event().wait()
    finally:
        storm.late, storm.floods, wire.slow = 0, 0, {}


async def strangers(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Put updates that can't be parsed among people's, and answers that are none to the polls."""
    del size
    strangeness = Strangeness(world, chance)
    await tell_unknown(world)
    world.storm.strange = NO_ANSWER
    try:
        while True:
            await asyncio.sleep(chance.uniform(0.1, 1))
            strangeness.put_next()
            if strangeness.put >= LEAST_STRANGE and world.storm.met_strange:
                harmed.set()
    finally:
        world.storm.strange = 0
        world.check(_answered(strangeness))


def _answered(strangeness: Strangeness) -> list[str]:
    is_answered = any(message["from"]["is_bot"] for message in strangeness.nameless.messages)
    return [] if is_answered else ["no answer to somebody without a name"]


async def forgeries(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Tap what no button says, in a dialog, beside people who go back and forth in theirs."""
    del size
    forger = list(world.doctors.values())[-1]
    forgeries = 0
    # What is saved while another save is on its way goes together with what was forged.
    world.wire.slow, world.wire.slow_seconds = {"conversations": 1}, (0.05, 0.3)
    try:
        async with walking(world, chance):
            while True:
                if forgeries % 4 == 0:
                    await _at_dialog(forger)
                forger.phone.tap(forger.last_id, forged(chance))
                forgeries += 1
                await asyncio.sleep(chance.uniform(0.02, 0.2))
                if forgeries >= LEAST_FORGERIES:
                    harmed.set()
    finally:
        world.wire.slow = {}


async def _at_dialog(forger: Person) -> None:
    """Begin a dialog, and wait for its card; only on that is a tap taken for an answer."""
    before = {message["message_id"] for message in forger.messages}
    forger.phone.send("/timeoff")
    await until(lambda: any(each["message_id"] not in before for each in forger.messages))


async def time_off(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Let doctors take the time off that somebody is about to confirm, or that was offered to them."""
    days_off = DaysOff(world, chance, size.days_off)
    world.before_confirming = days_off.take
    try:
        await until(lambda: days_off.taken >= LEAST_DAYS_OFF)
        harmed.set()
        await asyncio.Event().wait()
    finally:
        world.before_confirming = nobody_waits


async def own_database(world: World, size: Size, chance: Random, harmed: asyncio.Event) -> None:
    """Kill -9 of the MongoDB that the bot has started itself, and has to start again."""
    await until(lambda: bool(world.chats.sent))
    for _ in range(size.most_database_deaths):
        await asyncio.sleep(chance.uniform(0.2, 1) * size.database_dies_within_seconds)
        await until(world.embedded.kill)
        harmed.set()
