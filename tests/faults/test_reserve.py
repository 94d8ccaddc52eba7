"""Two bots that poll for one token, on one database: one takes the updates, and the other stands by."""

import asyncio
import os
import signal
import time

from tests.faults.stage import Stage

TAKEOVER_SECONDS = 10
HELP = "what I can do for you"


async def test_the_reserve_takes_over_when_the_one_that_polls_is_killed_and_nobody_is_disturbed(
    real_stage: Stage,
) -> None:
    guest = real_stage.town.person()
    async with real_stage.process() as bot, real_stage.process() as reserve:
        await real_stage.town.telegram.confirmed(guest.phone.start())
        assert await real_stage.town.storage.leases.holder("polling") is not None
        await bot.kill()
        begun = time.monotonic()
        await guest.says("/help")
        assert time.monotonic() - begun < TAKEOVER_SECONDS
        lines = [*bot.lines, *reserve.lines]
        assert not any("poll.conflict" in line for line in lines)
        assert any("lease.held name=polling" in line for line in reserve.lines)


async def test_the_reserve_takes_over_at_once_when_the_one_that_polls_is_stopped(real_stage: Stage) -> None:
    guest = real_stage.town.person()
    async with real_stage.process() as bot, real_stage.process() as reserve:
        await real_stage.town.telegram.confirmed(guest.phone.start())
        assert await bot.stop(signal.SIGTERM) == 0
        await reserve.writes("lease.held name=polling")
        await guest.says("/help")
        assert not any("poll.conflict" in line for line in (*bot.lines, *reserve.lines))


async def test_one_that_was_paused_takes_nothing_from_the_one_that_polls_now(real_stage: Stage) -> None:
    """A paused process has lost its turn: when it goes on, it stops polling, and nobody is answered twice."""
    guest = real_stage.town.person()
    async with real_stage.process() as bot, real_stage.process() as reserve:
        await real_stage.town.telegram.confirmed(guest.phone.start())
        os.kill(bot.pid, signal.SIGSTOP)
        try:
            await asyncio.wait_for(reserve.writes("lease.held name=polling"), TAKEOVER_SECONDS)
            last = guest.last_id
            await guest.says("/help")
            # On a slow machine it is written down and acknowledged before it is answered.
            await guest.hears(HELP, since=last)
        finally:
            os.kill(bot.pid, signal.SIGCONT)
        await bot.writes("lease.lost name=polling")
        before, last = len(guest.phone.messages), guest.last_id
        await guest.says("/help")
        await guest.hears(HELP, since=last)
        assert len(guest.phone.messages) == before + 2
        assert not any("poll.conflict" in line for line in bot.lines)


async def test_what_each_bot_does_is_told_and_one_of_them_sends_to_chats(real_stage: Stage) -> None:
    async with real_stage.bot() as one, real_stage.bot() as other:
        async with asyncio.timeout(TAKEOVER_SECONDS):
            await one._turns["bulk"].until_held()
        assert one.parts() == {"polling": "active", "bulk": "active"}
        assert other.parts() == {"polling": "standby", "bulk": "standby"}
