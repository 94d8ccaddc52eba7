"""`make bench`: one table of figures, measured in one run on one machine, so that their ratios hold.

Each kind of round is measured several times, in turn with the others, so that a moment in which the
machine was slow is nobody's alone; the table has the medians.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

from services.clock import SystemClock
from services.storage.embedded import EmbeddedMongo
from tests.bench import clinic, taps
from tests.bench.people import Order, Result
from tests.bench.programs import Served, bot, bot_api, environment, first_answer, measured, memory, program
from tests.bench.report import Report, Row, markdown

OURS = (sys.executable, "-m", "bot")
AIOGRAM = Path(sys.prefix) / "aiogram" / "bin" / "python"
# What each empty bot is called in the table, and to tests/bench/echo.py.
ECHOES = {"default": "default", "ours": "ours", "ours, without uvloop": "ours-plain"}
IDLE_SECONDS = 5
ECHO_PEOPLE = 32
THINKERS = 32
THINK_SECONDS = 0.2
LOGINS_A_SECOND = 20


@dataclass(frozen=True)
class Plan:
    """How much is measured. The first driver is measured with every size, the others with the first."""

    sizes: Sequence[int] = (1_000, 100_000, 1_000_000)
    people: Sequence[int] = (1, 32, 256)
    drivers: Sequence[str] = ("motor", "pymongo")
    rounds: int = 3
    seconds: float = 6
    warm_up: float = 2

    @property
    def clinics(self) -> list[tuple[str, int]]:
        """Each driver with the sizes that it is measured with."""
        first, *others = self.drivers
        return [(first, size) for size in self.sizes] + [(driver, self.sizes[0]) for driver in others]


QUICK = Plan(sizes=(1_000,), people=(1, 8), drivers=("motor",), rounds=1, seconds=1, warm_up=0.5)


class Bench:
    """Everything that is up while measuring."""

    def __init__(self, plan: Plan, folder: Path, served: Served, mongod: EmbeddedMongo, url: str) -> None:
        self._plan = plan
        self._folder = folder
        self._served = served
        self._watch = {"api": served.pid, "mongod": mongod.pid or 0}
        self._url = url

    async def report(self) -> Report:
        """Measure everything."""
        plan = self._plan
        for size in plan.sizes:
            _say(f"a clinic with {size:,} appointments")
            await clinic.prepare(self._of(size), size)
        return Report(
            date=SystemClock().now().strftime("%Y-%m-%d"),
            machine=_machine(),
            taps=await self._taps(),
            echoes=await self._echoes(),
            whole=await self._whole(),
            logins=await self._logins(),
            cold_start=(cold := await self._cold())[0],
            idle=cold[1],
        )

    def _of(self, size: int) -> str:
        return f"{self._url}bench_{size}"

    async def _measure(self, pid: int, people: int, **how: Any) -> Result:
        """Let people loose on the bot with that process id; `how` is the rest of an Order."""
        plan = self._plan
        watch = self._watch | {"bot": pid}
        order = Order(self._served.people_port, people, plan.seconds, plan.warm_up, watch=watch, **how)
        return await measured(order, self._folder)

    async def _taps(self) -> list[taps.Cost]:
        _say("what each tap asks for")
        url = f"{self._url}bench_taps"
        await clinic.drop(url)
        with tempfile.TemporaryDirectory() as folder:
            return await taps.counted(url, Path(folder))

    async def _echoes(self) -> dict[str, Result]:
        """Measure the empty bots."""
        kinds = {
            kind: [sys.executable, "-m", "tests.bench.echo", client, self._served.url]
            for kind, client in ECHOES.items()
        }
        if AIOGRAM.exists():
            script = Path(__file__).with_name("aiogram_echo.py")
            kinds["aiogram"] = [str(AIOGRAM), str(script), clinic.TOKEN, self._served.url]
        found: dict[str, list[Result]] = {kind: [] for kind in kinds}
        for turn in range(self._plan.rounds):
            for kind, arguments in kinds.items():
                _say(f"empty bot, {kind}, round {turn + 1}")
                async with bot(arguments, self._served, {}, self._folder) as pid:
                    found[kind].append(await self._measure(pid, ECHO_PEOPLE, kind="echo"))
        return {kind: middle(results) for kind, results in found.items()}

    async def _whole(self) -> list[Row]:
        """Measure the whole bot, for each driver, size of the clinic, and number of people."""
        found: dict[tuple[str, int, int], list[Result]] = {}
        peaks: dict[tuple[str, int], float] = {}
        waiting: dict[tuple[str, int, int], int] = {}
        for turn in range(self._plan.rounds):
            # There and back again, so that no size is always measured after the same other one.
            for driver, size in self._plan.clinics[:: 1 if turn % 2 else -1]:
                _say(f"whole bot, {driver}, {size:,} appointments, round {turn + 1}")
                await clinic.reset(self._of(size), SystemClock().now())
                settings = environment(self._served, self._of(size)) | {"DB_DRIVER": driver}
                async with bot(OURS, self._served, settings, self._folder) as pid:
                    for people in self._plan.people:
                        found.setdefault((driver, size, people), []).append(await self._measure(pid, people))
                        waiting[driver, size, people] = await clinic.waiting(self._of(size))
                    peaks[driver, size] = max(peaks.get((driver, size), 0), memory(pid, "VmHWM"))
        return [
            Row(*key, middle(results), peaks[key[:2]], waiting[key]) for key, results in sorted(found.items())
        ]

    async def _logins(self) -> dict[str, Result]:
        """Measure what logins do to those who tap."""
        url = self._of(self._plan.sizes[0])
        found: dict[str, list[Result]] = {"without": [], "with": []}
        for turn in range(self._plan.rounds):
            for kind, results in found.items():
                _say(f"{kind} logins, round {turn + 1}")
                await clinic.reset(url, SystemClock().now())
                async with bot(OURS, self._served, environment(self._served, url), self._folder) as pid:
                    how = {"logins": LOGINS_A_SECOND, "password": clinic.PASSWORD} if kind == "with" else {}
                    results.append(await self._measure(pid, THINKERS, think=THINK_SECONDS, **how))
        return {kind: middle(results) for kind, results in found.items()}

    async def _cold(self) -> tuple[float, float]:
        """Measure the start: seconds until somebody has an answer, and the memory of a bot that rests."""
        url = self._of(self._plan.sizes[0])
        starts, idle = [], []
        for turn in range(self._plan.rounds):
            _say(f"cold start, round {turn + 1}")
            settings = environment(self._served, url)
            begun = time.perf_counter()
            async with program(OURS, folder=self._folder, environ=settings) as process:
                await first_answer(self._served)
                starts.append(time.perf_counter() - begun)
                await asyncio.sleep(IDLE_SECONDS)
                idle.append(memory(process.pid))
        return median_low(starts), median_low(idle)


def middle(results: Sequence[Result]) -> Result:
    """Return the round that handled neither the most nor the fewest updates."""
    return sorted(results, key=lambda result: result.updates / result.seconds)[(len(results) - 1) // 2]


def _machine() -> str:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()} {platform.machine()}, {python}"


def _say(what: str) -> None:
    sys.stderr.write(f"{SystemClock().now():%H:%M:%S} {what} …\n")


async def run(plan: Plan, folder: Path) -> Report:
    """Bring everything up, measure, and take it down again."""
    mongod = EmbeddedMongo(folder)
    async with mongod as url, bot_api(folder) as served:
        return await Bench(plan, folder, served, mongod, url).report()


def main() -> None:
    """Measure, print the table, and write the figures."""
    reading = argparse.ArgumentParser(prog="make bench", description=__doc__)
    reading.add_argument("--quick", action="store_true", help="a minute's worth, to see that it works")
    reading.add_argument("--data-dir", type=Path, default=Path(".bench"), help="where the clinics are kept")
    asked = reading.parse_args()
    folder: Path = asked.data_dir.absolute()
    folder.mkdir(exist_ok=True)
    report = asyncio.run(run(QUICK if asked.quick else Plan(), folder))
    figures = asked.data_dir / "bench.json"
    figures.write_text(json.dumps(report.as_json(), indent=1) + "\n")
    sys.stdout.write(f"{markdown(report)}\n\nThe figures are in {figures}.\n")


if __name__ == "__main__":
    main()
