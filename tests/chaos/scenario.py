"""The scenarios: who works, what goes wrong meanwhile, and whether all was well in the end."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from bot.texts import notifications
from services.models.appointments import AppointmentStatus
from services.models.notifications import EventKind
from tests.chaos.carers import carers_of, unplanned
from tests.chaos.families import Family, at_home, settle_families
from tests.chaos.kinds import offer_kinds
from tests.chaos.leaks import judge_arrivals
from tests.chaos.newcomers import arriving
from tests.chaos.people import live
from tests.chaos.regulars import GROUP, coming_regularly
from tests.chaos.troubles import (
    Size,
    Trouble,
    api,
    database,
    forgeries,
    in_turn,
    kills,
    lost_answers,
    mail,
    own_database,
    primary,
    refusals,
    rolling,
    slowness,
    strangers,
    time_off,
)
from tests.chaos.verdict import Verdict, judged
from tests.chaos.visit_day import VisitDay
from tests.chaos.waiting import in_line
from tests.chaos.wishes import Act, Wishes
from tests.chaos.world import LOOK_SECONDS, World, built

# Bookings begin so many days after the Monday on which a scenario does: the first reminder lies ahead then.
DAYS_AHEAD = 2
# So long at the most it is waited for that something went wrong, when nobody acts any more.
HARM_SECONDS = 40
# The longest that somebody may wait for an answer because a worker has died, or a replica set's primary.
DEAD_WORKER_SECONDS, DEAD_PRIMARY_SECONDS = 10.0, 15.0
# So much longer people wait before they tap again.
GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Scenario:
    """What goes wrong, and which workers there are: whether each takes updates."""

    name: str
    troubles: Sequence[Trouble] = ()
    workers: Sequence[bool] = (True,)
    # Whether people register meanwhile, whose passwords are looked for everywhere then.
    newcomers: bool = False
    # Whether the one worker starts its MongoDB itself.
    own_database: bool = False
    # Whether updates are delivered, to a balancer that knows nothing of chats.
    over_webhook: bool = False
    # Whether each worker is on a machine of its own, and so can't see that another has ended.
    apart: bool = False
    # So long an answer may take at the most, seconds. Nobody taps again before: what was never handled shows.
    silence: float | None = None

    @property
    def later(self) -> list[Trouble]:
        """What goes wrong while the days pass, on which nobody acts.

        No clock goes on while a mail server is away for a minute.
        """
        lasting = [trouble for trouble in self.troubles if trouble not in WHILE_PEOPLE_ACT]
        return [refusals if trouble is mail else trouble for trouble in lasting]

    @property
    def forgives_incidents(self) -> bool:
        """Whether something unforeseen may be said to happen: an API that says 500 is."""
        return api in self.troubles

    @property
    def forgets(self) -> bool:
        """Whether what was in a worker's memory alone may be gone, or could not be deleted."""
        forgetful = (kills, in_turn, api, lost_answers, database, primary)
        return any(trouble in self.troubles for trouble in forgetful)


WHILE_PEOPLE_ACT = (slowness, strangers, forgeries, time_off, own_database, primary, in_turn, rolling)
# But for slowness, beside which nothing else gets on, and time off, which wants a summary that is open just
# then: these two have scenarios of their own.
EVERYTHING = (kills, mail, api, database, lost_answers, strangers)
SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("kill", (kills,)),
        Scenario("mail", (mail,)),
        Scenario("api", (api,)),
        Scenario("database", (database,)),
        Scenario("primary", (primary,), silence=DEAD_PRIMARY_SECONDS),
        Scenario("two workers", workers=(True, False)),
        Scenario("two pollers", workers=(True, True)),
        Scenario("poller killed", (in_turn,), workers=(True, True), silence=DEAD_WORKER_SECONDS),
        Scenario(
            "behind a balancer",
            (in_turn,),
            workers=(True, True),
            over_webhook=True,
            silence=DEAD_WORKER_SECONDS,
        ),
        Scenario(
            "two machines",
            (in_turn,),
            workers=(True, True),
            over_webhook=True,
            apart=True,
            silence=DEAD_WORKER_SECONDS,
        ),
        Scenario("rolling restart", (rolling,), silence=DEAD_WORKER_SECONDS),
        Scenario("lost answers", (lost_answers,), newcomers=True),
        Scenario("slow", (slowness,), newcomers=True),
        Scenario("strange updates", (strangers,), newcomers=True),
        Scenario("forged taps", (forgeries,)),
        Scenario("time off", (time_off,)),
        Scenario("own database", (own_database,), own_database=True),
        Scenario("all", EVERYTHING, (True, True), newcomers=True),
    )
}


@dataclass
class Outcome:
    """What became of a scenario."""

    name: str
    wishes: Wishes
    kills: int = 0
    deaths: int = 0
    conflicts: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    seconds: float = 0
    # The longest time from what somebody did to an answer in their chat, in seconds.
    silence: float = 0
    # The longest time in which a replica set had no primary.
    without_primary: float = 0
    # How often an update was delivered that had been delivered before, and a dialog's question asked again.
    delivered_again: int = 0
    asked_again: int = 0

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
        election_ms = size.election_ms if primary in scenario.troubles else None
        async with (
            built(Path(folder), chance, election_ms=election_ms, over_webhook=scenario.over_webhook) as world,
            AsyncExitStack() as stack,
        ):
            await world.settle(size.people, size.doctors, size.wait, regulars=GROUP * size.regulars)
            await offer_kinds(world)
            families = await settle_families(world, size.families)
            world.chat_pause_seconds = size.chat_pause_seconds
            if scenario.silence is not None:
                world.patience_seconds = scenario.silence + GRACE_SECONDS
            if scenario.own_database:
                # It ends after its bots, and so is begun before them.
                await stack.enter_async_context(world.handed_over())
            await stack.enter_async_context(world.staff)
            for polls in scenario.workers:
                worker = world.worker(polls=polls, own_database=scenario.own_database, apart=scenario.apart)
                await world.hire(worker)
            if scenario.silence is not None:
                # How long a start takes is measured elsewhere.
                await asyncio.gather(*(worker.ready() for worker in world.workers))
            outcome = await _acted(scenario, world, size, chance, families)
    outcome.seconds = time.monotonic() - begun
    return outcome


async def _acted(
    scenario: Scenario, world: World, size: Size, chance: Random, families: Sequence[Family]
) -> Outcome:
    """Let people act and then the days pass, and look at what became of it."""
    first = (world.clock.now() + timedelta(days=DAYS_AHEAD)).date()
    outcome = Outcome(scenario.name, Wishes.of(size.acts, size.days, first, chance, size.times))
    try:
        await _judged_acts(scenario, world, size, chance, outcome=outcome, families=families)
    except TimeoutError:
        outcome.verdict.failures += ["the database does not come back", *world.found]
    verdict = outcome.verdict
    if not scenario.forgives_incidents:
        verdict.failures += [f"incident in chat {chat_id}" for chat_id, _ in sorted(world.chats.incidents)]
    if (seen := verdict.offers_seen) < size.least_offers:
        verdict.failures.append(f"offers seen: {seen}, which proves nothing")
    outcome.kills = sum(worker.kills for worker in world.workers)
    outcome.deaths = world.embedded.deaths + world.primary_deaths
    outcome.silence, outcome.without_primary = world.chats.longest_silence, world.without_primary
    if scenario.silence is not None and outcome.silence > scenario.silence:
        verdict.failures.append(f"somebody has waited {outcome.silence:.1f} s for an answer")
    outcome.asked_again = world.repeats
    outcome.delivered_again = world.balancer.repeats if world.balancer is not None else 0
    outcome.conflicts = sum(worker.count("poll.conflict") for worker in world.workers)
    return outcome


async def _judged_acts(
    scenario: Scenario,
    world: World,
    size: Size,
    chance: Random,
    *,
    outcome: Outcome,
    families: Sequence[Family],
) -> None:
    """Do what an outcome tells of. Raises TimeoutError where the database does not come back."""
    wishes, reminders = outcome.wishes, Counter[tuple[str, datetime]]()
    async with (
        _trouble(scenario.troubles, world, size, chance),
        in_line(world, chance, lingers=size.waiters_linger_seconds) as heard,
        coming_regularly(world, wishes, heard, chance, lingers=size.families_linger_seconds),
        at_home(world, families, wishes, chance, lingers=size.families_linger_seconds),
        arriving(world, size.newcomers if scenario.newcomers else 0, chance) as newcomers,
    ):
        await live(world, wishes, chance, size.acts_seconds)
    failures = await _told_all(world, size, "after the acts")
    if scenario.silence is not None:
        failures += world.chats.unanswered + await _left_over(world)
    if size.days_pass and EventKind.REMINDER in notifications._SAID:
        async with _trouble(scenario.later, world, size, chance):
            reminders = await _days_pass(
                world, size, VisitDay(world, chance, size.visit_doctors, size.visit_rounds)
            )
        failures += await _told_all(world, size, "after the reminders")
    outcome.verdict = await judged(world, wishes, heard, reminders)
    outcome.verdict.failures += failures
    await judge_arrivals(outcome.verdict, world, newcomers, forgets=scenario.forgets)


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
        with suppress(TimeoutError):
            async with asyncio.timeout(HARM_SECONDS):
                await asyncio.gather(*(event.wait() for event in harmed))
        unharmed = [each.__name__ for each, event in zip(troubles, harmed, strict=True) if not event.is_set()]
        world.check([f"{name} did no harm, or nothing went on" for name in unharmed])
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


async def _left_over(world: World) -> list[str]:
    """Wait until no update is written down and unhandled; return those that are."""
    pending: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(HARM_SECONDS):
            while pending := [str(row["_id"]) for row in await world.rows("updates")]:  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(LOOK_SECONDS)
    return [f"update {update_id} is acknowledged and unhandled" for update_id in pending]


async def _days_pass(world: World, size: Size, visits: VisitDay) -> Counter[tuple[str, datetime]]:
    """Turn the clock on, reminder by reminder; return those that fell due: (appointment, when).

    On the day of the `visits` people come to the clinic, and doctors are late.
    """
    rows = await world.rows("appointments", {"status": AppointmentStatus.BOOKED.value})
    carers, now = await carers_of(world), world.clock.now()
    world.check([f"no reminder is planned: {each['_id']}" for each in rows if unplanned(each, carers, now)])
    # When each reminder is to be told: before the next one of that appointment, and before that itself.
    windows = [
        (begin, end, row["_id"])
        for row in rows
        for begin, end in pairwise([*sorted(row["remind_at"]), row["start"]])
    ]
    for instant in _instants([(begin, end) for begin, end, _ in windows]):
        world.clock.turn_to(instant)
        # Whoever turns the clock past the end of one of them has let a reminder become too late.
        until = min((end for _, end, _ in windows if end > instant), default=None)
        waiting = await world.quiet(size.quiet_seconds, until)
        # Then those reminders are missing because this test did not wait for them.
        world.check([f"waits at {instant}: {line}" for line in waiting.splitlines()])
        if await visits.go_on():
            waiting = await world.quiet(size.quiet_seconds, until)
            world.check([f"waits on the day of a visit: {line}" for line in waiting.splitlines()])
            world.check(await visits.not_told())
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
