"""Ctrl-C and SIGTERM end the bot, cleanly and at once."""

import signal
import time
from pathlib import Path

import pytest

from tests.faults.holding import held
from tests.faults.stage import BotProcess, Stage

A_FEW_SECONDS = 5


def children(pid: int) -> list[int]:
    """Return the processes that a process has started (proc(5))."""
    return [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def ends_well(bot: BotProcess, number: signal.Signals) -> None:
    begun = time.monotonic()
    assert await bot.stop(number) == 0
    assert time.monotonic() - begun < A_FEW_SECONDS
    assert "Traceback" not in "".join(bot.lines)
    assert any("bot.stopped" in line for line in bot.lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_bot_and_its_database(real_stage: Stage, number: signal.Signals) -> None:
    async with real_stage.process(preloaded=False, DB_URL="") as bot:
        started = children(bot.pid)
        assert started, "the embedded database is a process of its own"
        # Whoever has a real token is told once that it is not for real patients.
        assert ["first look" in line for line in bot.lines if "database.own version=" in line] == [True]
        await ends_well(bot, number)
    assert not any(map(is_there, started))


async def test_a_signal_ends_a_bot_that_is_answering_somebody(real_stage: Stage) -> None:
    guest = real_stage.town.person()
    async with held("sendMessage") as call, real_stage.process(preloaded=False) as bot:
        guest.phone.start()
        await call.came()
        bot.signal(signal.SIGTERM)
        call.release()
        assert await bot.ended() == 0
    assert "Traceback" not in "".join(bot.lines)
    assert "Book a doctor's appointment here" in guest.last
    assert real_stage.town.telegram.updates.pending_count == 0


async def test_a_signal_ends_a_bot_that_waits_for_telegram(real_stage: Stage) -> None:
    bot = BotProcess(real_stage.environ | {"TELEGRAM_API_URL": "http://127.0.0.1:9"}, preloaded=False)
    await bot.spawn()
    try:
        await bot.writes("bot.waiting")
        await ends_well(bot, signal.SIGTERM)
    finally:
        await bot.end()
