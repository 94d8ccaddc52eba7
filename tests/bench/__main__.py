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
from pathlib import Path
from typing import Any

from services.clock import SystemClock
from tests.bench import clinic, taps
from tests.bench.callers import Order as CallOrder
from tests.bench.people import Order, Result
from tests.bench.plan import QUICK, Plan
from tests.bench.processes import memory
from tests.bench.programs import (
    Served,
    bot,
    bot_api,
    environment,
    first_answer,
    free_port,
    measured,
    program,
    until_ready,
)
from tests.bench.report import as_json, markdown
from tests.bench.results import CallRow, Report, Row, Setup, Start, Way
from tests.bench.visits import VisitCost, visit_costs
from tests.bench.words import WordsCost, words_cost
from tests.faults.database import Database

OURS = (sys.executable, "-m", "bot")
OVER_HTTP = (sys.executable, "-m", "tests.bench.web")
AIOGRAM = Path(sys.prefix) / "aiogram" / "bin" / "python"
ECHO = (sys.executable, "-m", "tests.bench.echo")
WEBHOOK_ECHO = (sys.executable, "-m", "tests.bench.webhook_echo")
IDLE_SECONDS = 3
ECHO_PEOPLE = 32
THINKERS = 32
THINK_SECONDS = 0.2
LOGINS_A_SECOND = 20


class Bench:
    """Everything that is up while measuring."""

    def __init__(self, plan: Plan, folder: Path, served: Served, mongod: Database) -> None:
        self._plan = plan
        self._folder = folder
        self._served = served
        self._watch = {"api": served.pid, "mongod": mongod.pid or 0}
        self._url = mongod.url
        self._echoes: dict[str, list[Result]] = {}
        self._whole: dict[Setup, Row] = {}
        self._logins: dict[str, list[Result]] = {}
        self._waits: dict[int, list[Result]] = {}
        self._calls: dict[tuple[str, int, int, float], CallRow] = {}
        self._starts: dict[str, Start] = {}

    async def report(self) -> Report:
        """Measure everything."""
        plan = self._plan
        # What is counted a tap needs no large clinic, and the server is busy for a while after making one.
        costs, words = await self._taps(), await self._words()
        for size in plan.sizes:
            _say(f"a clinic with {size:,} appointments")
            await clinic.prepare(self._of(size), size)
        visits = await self._visits()
        for turn in range(plan.rounds):
            _say(f"round {turn + 1} of {plan.rounds}")
            await self._echo_round(others=plan.others and not turn)
            await self._whole_round(turn)
            await self._login_round()
            await self._waiting_round()
            await self._web_round(turn)
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
            starts=self._starts,
            visits=visits,
            words=words,
        )

    def _of(self, size: int) -> str:
        return f"{self._url}bench_{size}"

    async def _measure(self, pid: int, people: int, *, seconds: float | None = None, **how: Any) -> Result:
        """Let people loose on the bot with that process id; `how` is the rest of an Order."""
        plan = self._plan
        watch = self._watch | {"bot": pid}
        port, seconds = self._served.people_port, seconds or plan.seconds
        return await measured(Order(port, people, seconds, plan.warm_up, watch=watch, **how), self._folder)

    async def _taps(self) -> list[taps.Cost]:
        _say("what each tap asks for")
        url = f"{self._url}bench_taps"
        await clinic.drop(url)
        with tempfile.TemporaryDirectory() as folder:
            return await taps.counted(url, Path(folder))

    async def _words(self) -> WordsCost:
        _say("what words cost")
        url = f"{self._url}bench_words"
        await clinic.drop(url)
        with tempfile.TemporaryDirectory() as folder:
            return await words_cost(url, Path(folder))

    async def _visits(self) -> list[VisitCost]:
        """Measure kinds of visit, places and a room, with each number of stored appointments."""
        _say("times and bookings of kinds")
        costs: list[VisitCost] = []
        for size in self._plan.sizes:
            await clinic.reset(self._of(size), SystemClock().now())
            costs += await visit_costs(self._of(size), size, self._plan.visits)
        return costs

    async def _echo_round(self, *, others: bool) -> None:
        """Measure the empty bots, with those that no goal is about or without."""
        address = [clinic.TOKEN, self._served.url]
        kinds = {
            "default": [*ECHO, "default", *address],
            "ours": [*ECHO, "ours", *address],
            "ours, webhook": [*WEBHOOK_ECHO, *address, str(free_port())],
        }
        if others:
            kinds["ours, without uvloop"] = [*ECHO, "ours-plain", *address]
        if others and AIOGRAM.exists():
            script = Path(__file__).with_name("aiogram_echo.py")
            kinds["aiogram"] = [str(AIOGRAM), str(script), *address]
        for kind, arguments in kinds.items():
            async with bot(arguments, self._served, {}, self._folder) as pid:
                result = await self._measure(pid, ECHO_PEOPLE, seconds=self._plan.call_seconds, kind="echo")
            self._echoes.setdefault(kind, []).append(result)

    async def _whole_round(self, turn: int) -> None:
        """Measure the whole bot in all its setups: there and back again."""
        for setup in self._plan.setups(is_first=not turn)[:: -1 if turn % 2 else 1]:
            url, port = self._of(setup.stored), free_port()
            await clinic.reset(url, SystemClock().now())
            settings = environment(self._served, url) | {
                "DB_DRIVER": setup.driver,
                "WORKERS": str(setup.workers),
                "PORT": str(port),
                "WEBHOOK_URL": f"http://127.0.0.1:{port}" if setup.way is Way.WEBHOOK else "",
            }
            async with bot(OURS, self._served, settings, self._folder) as pid:
                if setup.workers > 1:
                    await until_ready(port, setup.workers)
                result = await self._measure(pid, setup.people)
                row = self._whole.setdefault(setup, Row(setup))
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
        for lines in self._plan.waiting_lists:
            now = SystemClock().now()
            await clinic.reset(url, now)
            await clinic.wait(url, now, lines)
            async with bot(OURS, self._served, environment(self._served, url), self._folder) as pid:
                self._waits.setdefault(lines, []).append(await self._measure(pid, self._plan.some))
        await clinic.wait(url, SystemClock().now(), 0)

    async def _web_round(self, turn: int) -> None:
        """Measure the HTTP interface, with the fewest and the most appointments, and once in between."""
        for size in self._plan.sizes:
            url, port = self._of(size), free_port()
            await clinic.reset(url, SystemClock().now())
            settings = environment(self._served, url) | {"PORT": str(port)}
            async with bot(OVER_HTTP, self._served, settings, self._folder) as pid:
                for what, count, rate in self._plan.calls(size, is_first=not turn):
                    await clinic.reset(url, SystemClock().now())
                    order = CallOrder(
                        port,
                        what,
                        count,
                        self._plan.call_seconds,
                        self._plan.call_warm_up,
                        rate=rate,
                        watch=self._watch | {"bot": pid},
                    )
                    result = await measured(order, self._folder)
                    row = self._calls.setdefault((what, size, count, rate), CallRow(what, size, count, rate))
                    row.rounds.append(result)

    async def _cold_round(self) -> None:
        """Measure starts: seconds until somebody has an answer, and the memory of a bot that rests."""
        settings = environment(self._served, self._of(self._plan.sizes[0]))
        address = (clinic.TOKEN, self._served.url)
        bots: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
            "with HTTP": (OURS, settings),
            "without HTTP": (OURS, settings | {"API": "off"}),
            "empty bot": ((*ECHO, "default", *address), {}),
        }
        for name, (arguments, environ) in bots.items():
            begun = time.perf_counter()
            async with program(arguments, folder=self._folder, environ=environ) as process:
                await first_answer(self._served)
                start = self._starts.setdefault(name, Start())
                start.seconds.append(time.perf_counter() - begun)
                await asyncio.sleep(IDLE_SECONDS)
                start.idle.append(memory(process.pid))


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
    figures.write_text(json.dumps(as_json(report), indent=1) + "\n")
    sys.stdout.write(f"{markdown(report)}\n\nThe figures are in {figures}.\n")


if __name__ == "__main__":
    main()
