"""`make chaos`: people book, move and cancel while all around them breaks; a table of what survived.

`make chaos ARGS="--seed 7 --scenario kill"` plays one scenario again, with what chance had in store for it.
It exits with 1 where something is that must not be: then that is listed, too.
"""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from random import SystemRandom

from services.clock import SystemClock
from tests.chaos.report import markdown
from tests.chaos.scenario import SCENARIOS, Outcome, played
from tests.chaos.sizes import ALONE, MANY, REPLICATED, SHORT, SOME, TOGETHER

SIZES = {"all": TOGETHER, "behind a balancer": MANY, "two machines": SOME, "primary": REPLICATED}
SEEDS = 10_000


async def run(names: list[str], seed: int, *, is_short: bool = False) -> list[Outcome]:
    """Play the scenarios one after the other; SIGTERM ends them as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    outcomes: list[Outcome] = []
    for name in names:
        _say(f"{SystemClock().now():%H:%M:%S} {name} …")
        size = SHORT if is_short else SIZES.get(name, ALONE)
        outcome = await played(SCENARIOS[name], size, seed)
        for failure in outcome.verdict.failures:
            _say(f"  {failure}")
        outcomes.append(outcome)
    return outcomes


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def main() -> int:
    """Play, print the table, and tell whether all is well."""
    reading = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    reading.add_argument("--seed", type=int, help="what chance has in store; another each time unless given")
    reading.add_argument("--scenario", choices=SCENARIOS, action="append", help="only this one")
    reading.add_argument("--short", action="store_true", help="few people, and all of it quick")
    asked = reading.parse_args()
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(SEEDS)
    _say(f"seed {seed}")
    outcomes: list[Outcome] = []
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        outcomes = asyncio.run(run(asked.scenario or list(SCENARIOS), seed, is_short=asked.short))
    if not outcomes:
        return 130
    sys.stdout.write(f"Seed {seed}.\n\n{markdown(outcomes)}\n")
    return int(any(outcome.verdict.failures for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
