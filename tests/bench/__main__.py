"""`make bench`: one table of figures, measured in one run on one machine, so that their ratios hold.

Everything is measured once a round, and there are several rounds, so that a moment in which the machine was
slow is nobody's alone. The tables have the medians; ratios are taken within each round, and are medians, too.
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
from tests.bench import clinic, taps
from tests.bench.callers import Call
from tests.bench.callers import Order as CallOrder
from tests.bench.people import Order, Result
from tests.bench.programs import (
    Served,
    bot,
    bot_api,
    environment,
    first_answer,
    free_port,
    measured,
    memory,
    program,
)
from tests.bench.report import CallRow, Report, Row, markdown
from tests.faults.database import Database

OURS = (sys.executable, "-m", "bot")
OVER_HTTP = (sys.executable, "-m", "tests.bench.web")
AIOGRAM = Path(sys.prefix) / "aiogram" / "bin" / "python"
# What each empty bot is called in the table, and to tests/bench/echo.py.
ECHOES = {"default": "default", "ours": "ours", "ours, without uvloop": "ours-plain"}
IDLE_SECONDS = 5
ECHO_PEOPLE = 32
THINKERS = 32
THINK_SECONDS = 0.2
LOGINS_A_SECOND = 20
# So many requests a second are offered in the open loop.
OFFERED = 100


@dataclass(frozen=True)
class Plan:
    """How much is measured. The first driver is measured with every size, the others with the first."""

    sizes: Sequence[int] = (1_000, 100_000, 1_000_000)
    people: Sequence[int] = (1, 32, 256)
    drivers: Sequence[str] = ("motor", "pymongo")
    waiting_lists: Sequence[int] = (0, 1_000)
    rounds: int = 3
    seconds: float = 4
    warm_up: float = 1.5

    @property
    def clinics(self) -> list[tuple[str, int]]:
        """Each driver with the sizes that it is measured with."""
        first, *others = self.drivers
        return [(first, size) for size in self.sizes] + [(driver, self.sizes[0]) for driver in others]

    def calls(self, size: int) -> list[tuple[Call, int, float]]:
        """Which calls are measured with a size: what, by how many at once, and the rate of an open loop."""
        some = self.people[len(self.people) // 2]
        if size not in {self.sizes[0], self.sizes[-1]}:
            return [("book", some, 0)]
        whats: tuple[Call, ...] = ("book", "list")
        closed: list[tuple[Call, int, float]] = [(what, count, 0) for what in whats for count in self.people]
        return [("empty", some, 0), *closed, ("empty", some, OFFERED), ("book", some, OFFERED)]


QUICK = Plan(sizes=(1_000,), people=(1, 8), drivers=("motor",), rounds=1, seconds=1, warm_up=0.5)


class Bench:
    """Everything that is up while measuring."""

    def __init__(self, plan: Plan, folder: Path, served: Served, mongod: Database) -> None:
        self._plan = plan
        self._folder = folder
        self._served = served
        self._watch = {"api": served.pid, "mongod": mongod.pid or 0}
        self._url = mongod.url
        self._echoes: dict[str, list[Result]] = {}
        self._whole: dict[tuple[str, int, int], Row] = {}
        self._logins: dict[str, list[Result]] = {}
        self._waits: dict[int, list[Result]] = {}
        self._calls: dict[tuple[str, int, int, float], CallRow] = {}
        self._starts: list[float] = []
        self._idle: list[float] = []

    async def report(self) -> Report:
        """Measure everything."""
        plan = self._plan
        for size in plan.sizes:
            _say(f"a clinic with {size:,} appointments")
            await clinic.prepare(self._of(size), size)
        costs = await self._taps()
        for turn in range(plan.rounds):
            _say(f"round {turn + 1} of {plan.rounds}")
            await self._echo_round()
            await self._whole_round(there=turn % 2 == 0)
            await self._login_round()
            await self._waiting_round()
            await self._web_round()
            await self._cold_round()
        return Report(
            date=SystemClock().now().strftime("%Y-%m-%d"),
            machine=_machine(),
            taps=costs,
            echoes=self._echoes,
            whole=list(self._whole.values()),
            logins=self._logins,
            waits=self._waits,
            calls=list(self._calls.values()),
            cold_start=median_low(self._starts),
            idle=median_low(self._idle),
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

    async def _echo_round(self) -> None:
        """Measure the empty bots."""
        kinds = {
            kind: [sys.executable, "-m", "tests.bench.echo", client, self._served.url]
            for kind, client in ECHOES.items()
        }
        if AIOGRAM.exists():
            script = Path(__file__).with_name("aiogram_echo.py")
            kinds["aiogram"] = [str(AIOGRAM), str(script), clinic.TOKEN, self._served.url]
        for kind, arguments in kinds.items():
            async with bot(arguments, self._served, {}, self._folder) as pid:
                result = await self._measure(pid, ECHO_PEOPLE, kind="echo")
            self._echoes.setdefault(kind, []).append(result)

    async def _whole_round(self, *, there: bool) -> None:
        """Measure the whole bot: all clinics with so many people, then with more; there and back again."""
        for people in self._plan.people:
            for driver, size in self._plan.clinics[:: 1 if there else -1]:
                url = self._of(size)
                await clinic.reset(url, SystemClock().now())
                settings = environment(self._served, url) | {"DB_DRIVER": driver}
                async with bot(OURS, self._served, settings, self._folder) as pid:
                    result = await self._measure(pid, people)
                    row = self._whole.setdefault((driver, size, people), Row(driver, size, people))
                    row.add(result, peak=memory(pid, "VmHWM"), waiting=await clinic.waiting(url))

    async def _login_round(self) -> None:
        """Measure what logins do to those who tap."""
        url = self._of(self._plan.sizes[0])
        ways: dict[str, dict[str, Any]] = {
            "without": {},
            "with": {"logins": LOGINS_A_SECOND, "password": clinic.PASSWORD},
        }
        for kind, how in ways.items():
            await clinic.reset(url, SystemClock().now())
            async with bot(OURS, self._served, environment(self._served, url), self._folder) as pid:
                result = await self._measure(pid, THINKERS, think=THINK_SECONDS, **how)
            self._logins.setdefault(kind, []).append(result)

    async def _waiting_round(self) -> None:
        """Measure what waiting lists in which nothing happens do to those who book."""
        url = self._of(self._plan.sizes[0])
        people = self._plan.people[len(self._plan.people) // 2]
        for lines in self._plan.waiting_lists:
            now = SystemClock().now()
            await clinic.reset(url, now)
            await clinic.wait(url, now, lines)
            async with bot(OURS, self._served, environment(self._served, url), self._folder) as pid:
                self._waits.setdefault(lines, []).append(await self._measure(pid, people))
        await clinic.wait(url, SystemClock().now(), 0)

    async def _web_round(self) -> None:
        """Measure the HTTP interface, with the fewest and the most appointments, and once in between."""
        for size in self._plan.sizes:
            url, port = self._of(size), free_port()
            await clinic.reset(url, SystemClock().now())
            settings = environment(self._served, url) | {"PORT": str(port)}
            async with bot(OVER_HTTP, self._served, settings, self._folder) as pid:
                for what, count, rate in self._plan.calls(size):
                    await clinic.reset(url, SystemClock().now())
                    watch = self._watch | {"bot": pid}
                    order = CallOrder(port, what, count, self._plan.seconds, rate=rate, watch=watch)
                    result = await measured(order, self._folder)
                    row = self._calls.setdefault((what, size, count, rate), CallRow(what, size, count, rate))
                    row.rounds.append(result)

    async def _cold_round(self) -> None:
        """Measure the start: seconds until somebody has an answer, and the memory of a bot that rests."""
        settings = environment(self._served, self._of(self._plan.sizes[0]))
        begun = time.perf_counter()
        async with program(OURS, folder=self._folder, environ=settings) as process:
            await first_answer(self._served)
            self._starts.append(time.perf_counter() - begun)
            await asyncio.sleep(IDLE_SECONDS)
            self._idle.append(memory(process.pid))


def _machine() -> str:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()} {platform.machine()}, {python}"


def _say(what: str) -> None:
    sys.stderr.write(f"{SystemClock().now():%H:%M:%S} {what} …\n")


async def run(plan: Plan, folder: Path) -> Report:
    """Bring everything up, measure, and take it down again."""
    # A single server, as in all tables so far.
    mongod = Database(folder)
    await mongod.start()
    try:
        async with bot_api(folder) as served:
            return await Bench(plan, folder, served, mongod).report()
    finally:
        mongod.stop()


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
