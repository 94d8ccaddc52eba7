"""`make chaos`: people book, move and cancel while all around them breaks; a table of what survived.

`make chaos ARGS="--seed 7 --scenario kill"` plays one scenario again, with what chance had in store for it.
It exits with 1 where something is that must not be: then that is listed, too.
"""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from random import SystemRandom

from services.clock import SystemClock
from tests.chaos.report import markdown
from tests.chaos.scenario import SCENARIOS, Outcome, Size, played

ALL = "all"
SEEDS = 10_000
# Alone each trouble has fewer acts to spoil than all of them together.
ALONE = Size(people=50, doctors=8, acts=90)
TOGETHER = replace(ALONE, doctors=24, acts=500, mail_down_seconds=20, least_offers=1)


async def run(names: list[str], seed: int) -> list[Outcome]:
    """Play the scenarios one after the other; SIGTERM ends them as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    outcomes: list[Outcome] = []
    for name in names:
        _say(f"{SystemClock().now():%H:%M:%S} {name} …")
        outcome = await played(SCENARIOS[name], TOGETHER if name == ALL else ALONE, seed)
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
    asked = reading.parse_args()
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(SEEDS)
    _say(f"seed {seed}")
    outcomes: list[Outcome] = []
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        outcomes = asyncio.run(run(asked.scenario or list(SCENARIOS), seed))
    if not outcomes:
        return 130
    sys.stdout.write(f"Seed {seed}.\n\n{markdown(outcomes)}\n")
    return int(any(outcome.verdict.failures for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
