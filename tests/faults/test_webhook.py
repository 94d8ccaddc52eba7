"""The bot over a webhook, as a process that is killed: what Telegram got no answer to comes again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from bot.web.server import listen
from tests.faults.stage import BotProcess, Stage
from tests.waiting import until


@asynccontextmanager
async def hooked(stage: Stage) -> AsyncIterator[BotProcess]:
    """Run the bot as a process at a port of its own, and let Telegram deliver updates there."""
    with closing(listen("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    stage.town.telegram.webhook.first_pause = 0.05
    async with stage.process(PORT=str(port), WEBHOOK_URL=f"http://127.0.0.1:{port}") as bot:
        async with asyncio.timeout(60):
            await stage.town.telegram.webhook.is_set.wait()
        yield bot


async def test_what_was_in_hand_when_the_bot_was_killed_is_handled_by_the_next(real_stage: Stage) -> None:
    town, telegram = real_stage.town, real_stage.town.telegram
    asha = town.person("Asha")
    async with hooked(real_stage) as bot:
        telegram.faults.drop("sendMessage", times=1000)
        update = asha.phone.start()
        await until(lambda: any(call.method == "sendmessage" for call in telegram.calls))
        await bot.kill()
        assert telegram.updates.is_waiting(update)
        assert not asha.messages
        telegram.faults.clear()
        await bot.start()
        await telegram.confirmed(update)
        # The lease that the killed one had on the chat ends first.
        await asha.hears("Book a doctor's appointment here")
        assert len(asha.messages) == 1
        # The secret is kept, so that nothing had to be set anew.
        assert sum(call.method == "setwebhook" for call in telegram.calls) == 1


async def test_going_back_to_polling_removes_the_webhook(real_stage: Stage) -> None:
    telegram, asha = real_stage.town.telegram, real_stage.town.person("Asha")
    async with hooked(real_stage):
        await telegram.confirmed(asha.phone.start())
    async with real_stage.process():
        assert telegram.webhook.target is None
        await telegram.confirmed(asha.phone.send("/help"))
        assert "what I can do for you at" in asha.last
