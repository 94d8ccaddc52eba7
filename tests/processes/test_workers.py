"""Several workers behind one port, on one database: what they serve, and what if one is killed."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from services.clock import SystemClock
from tests.faults.stage import BotProcess, Stage, staged
from tests.faults.test_signals import children, is_there
from tests.town import TOKEN
from tests.waiting import PATIENCE_SECONDS, until

# Each is a connection of its own, so that any worker may be the one that takes it.
CALLS = 40
PASSWORD = "correct horse 9"


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, SystemClock(), tmp_path) as built:
        yield built


@asynccontextmanager
async def two_workers(stage: Stage, *, has_database: bool = True) -> AsyncIterator[BotProcess]:
    """Run a supervisor with two workers, both of them ready; without a database it starts one."""
    database = stage.environ["DB_URL"] if has_database else ""
    async with stage.process(WORKERS="2", DB_URL=database) as supervisor:
        for number in (1, 2):
            await supervisor.writes("bot.ready", f"worker={number}")
        yield supervisor


def pid_of(supervisor: BotProcess, number: int) -> int:
    """Return the process id of a worker, as it was started last."""
    found = re.findall(rf"worker.started worker={number} pid=(\d+)", "".join(supervisor.lines))
    return int(found[-1])


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def address_of(supervisor: BotProcess) -> str:
    found = re.search(r"web\.ready address=(\S+)", "".join(supervisor.lines))
    assert found
    return found[1]


async def call(address: str, path: str, *, body: dict[str, str] | None = None) -> tuple[int, Any]:
    """Make a call on a connection of its own; return the status and the answer."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session,
        session.request("POST" if body else "GET", address + path, json=body) as response,
    ):
        is_json = "json" in response.content_type
        return response.status, await (response.json() if is_json else response.text())


async def who_answers(address: str) -> set[int]:
    """Return the numbers of the workers that answer many calls at once."""
    answers = await asyncio.gather(*(call(address, "/readyz") for _ in range(CALLS)))
    assert {status for status, _ in answers} == {200}
    return {answer["worker"] for _, answer in answers}


async def until_both_answer(address: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        seen: set[int] = set()
        while seen != {1, 2}:
            seen |= await who_answers(address)


@pytest.mark.timeout(600)
async def test_two_workers_serve_one_port_and_one_outlives_the_other(stage: Stage) -> None:
    async with two_workers(stage, has_database=False) as supervisor:
        address, pids = address_of(supervisor), [pid_of(supervisor, number) for number in (1, 2)]
        started = children(supervisor.pid)
        assert len(started) == 3, "two workers, and one database for both"
        await until_both_answer(address)
        # What one has stored the other knows.
        body = {"email": "asha@example.org", "password": PASSWORD}
        status, _ = await call(address, "/register", body=body | {"name": "Asha Patel", "role": "patient"})
        assert status == 201
        answers = await asyncio.gather(*(call(address, "/login", body=body) for _ in range(4)))
        assert {status for status, _ in answers} == {201}
        # Whoever is asked tells the figures of both.
        _, figures = await call(address, "/metrics")
        assert 'count{method="POST",route="/login",status="2xx"} 4.0' in figures

        os.kill(pids[0], signal.SIGKILL)
        assert await who_answers(address) == {2}
        await supervisor.writes("worker.ended worker=1 code=-9")
        await until(lambda: pid_of(supervisor, 1) != pids[0])
        await until_both_answer(address)
        assert pid_of(supervisor, 2) == pids[1]

        started = children(supervisor.pid)
        assert await supervisor.stop(signal.SIGTERM) == 0
        assert not any(map(is_there, started))
        assert "Traceback" not in "".join(supervisor.lines)
        # Said once for all, and not by each.
        assert len([line for line in supervisor.lines if "database.own" in line]) == 1
        secrets = ("TOKEN", "correct horse", TOKEN)
        assert not any(secret in "".join(supervisor.lines) for secret in secrets)


@pytest.mark.timeout(600)
async def test_nothing_is_left_over_when_the_supervisor_is_killed(stage: Stage) -> None:
    async with two_workers(stage, has_database=False) as supervisor:
        started = children(supervisor.pid)
        assert len(started) == 3
        assert not any(TOKEN in command_line(pid) for pid in started)
        await supervisor.kill()
        await until(lambda: not any(map(is_there, started)))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"BOT_TOKEN": TOKEN.replace("1", "2")},
            "bot_token: Telegram doesn't know this token. Ask BotFather",
        ),
        ({"DB_URL": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300"}, "db_url: the database doesn't"),
        ({"WORKERS": "65"}, "workers: should be a whole number from 1 to 64, for example WORKERS=2"),
    ],
)
async def test_what_no_worker_can_run_with_ends_all_with_one_sentence(
    stage: Stage, wrong: dict[str, str], sentence: str
) -> None:
    supervisor = BotProcess(stage.environ | {"WORKERS": "2"} | wrong)
    await supervisor.spawn()
    try:
        assert await supervisor.ended() == 2
    finally:
        await supervisor.end()
    assert len([line for line in supervisor.lines if line.startswith(sentence)]) == 1
    assert not [line for line in supervisor.lines if "starting it again" in line or "Traceback" in line]
