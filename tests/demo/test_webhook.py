"""setWebhook and what follows: deliveries, their order, their repeats, and the end of polling."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import Api

Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]
NEVER = "https://clinic.example.org/hook"


async def taken(_update: dict[str, Any]) -> web.Response:
    return web.Response()


class Receiver:
    """A bot that is called: it notes what comes, and answers as the test says."""

    def __init__(self) -> None:
        self.url = ""
        self.answer: Answer = taken
        self.came: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.came.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return await self.answer(update)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.add_routes([web.post("/hook", receiver.receive)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_what_waits_and_what_comes_is_delivered_with_the_secret(
    api: Api, telegram: Telegram, phone: Phone, receiver: Receiver
) -> None:
    first = phone.send("before")
    await api("setWebhook", url=receiver.url, secret_token="open-sesame_1")
    await telegram.confirmed(first)
    await telegram.confirmed(phone.tap(1, "after"))
    assert [next(iter(update.keys() - {"update_id"})) for update in receiver.came] == [
        "message", "message", "callback_query",
    ]  # fmt: skip
    assert set(receiver.secrets) == {"open-sesame_1"}
    assert (await api("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_refused_update_is_repeated_and_holds_up_its_own_queue_alone(
    api: Api, telegram: Telegram, phone: Phone, receiver: Receiver
) -> None:
    telegram.webhook.first_pause = 0.01
    refused = {"times": 3}

    async def refuse(update: dict[str, Any]) -> web.Response:
        if update.get("message", {}).get("text") == "refused" and refused["times"]:
            refused["times"] -= 1
            return web.Response(status=500)
        return web.Response()

    receiver.answer = refuse
    await api("deleteWebhook", drop_pending_updates=True)
    ids = [phone.send("refused"), phone.send("behind"), phone.tap(1, "beside")]
    other = telegram.phone(7002, "Bela").send("another chat")
    await api("setWebhook", url=receiver.url)
    for update_id in (*ids, other):
        await telegram.confirmed(update_id)
    came = [update["update_id"] for update in receiver.came]
    assert came.count(ids[0]) == 4
    assert came.index(ids[1]) == len(came) - 1
    assert max(came.index(ids[2]), came.index(other)) < len(came) - 2
    error = (await api("getWebhookInfo"))["last_error_message"]
    assert error == "Wrong response from the webhook: 500 Internal Server Error"


async def test_taps_and_messages_of_one_person_come_side_by_side(
    api: Api, telegram: Telegram, phone: Phone, receiver: Receiver
) -> None:
    both = asyncio.Barrier(2)

    async def together(_update: dict[str, Any]) -> web.Response:
        await both.wait()
        return web.Response()

    await api("deleteWebhook", drop_pending_updates=True)
    receiver.answer = together
    ids = [phone.send("typed"), phone.tap(1, "tapped")]
    await api("setWebhook", url=receiver.url)
    for update_id in ids:
        await telegram.confirmed(update_id)


async def test_a_call_in_the_body_of_an_answer_is_executed(
    api: Api, telegram: Telegram, phone: Phone, receiver: Receiver
) -> None:
    async def answered(update: dict[str, Any]) -> web.Response:
        if "callback_query" not in update:
            return web.json_response({"method": "deleteWebhook"})
        query_id = update["callback_query"]["id"]
        return web.json_response(
            {"method": "answerCallbackQuery", "callback_query_id": query_id, "text": "yes"}
        )

    receiver.answer = answered
    await api("setWebhook", url=receiver.url)
    await telegram.confirmed(phone.tap(1, "x"))
    assert [answer["text"] for answer in phone.answers] == ["yes"]
    await telegram.confirmed(phone.send("not executed"))
    assert (await api("getWebhookInfo"))["url"] == receiver.url


async def test_polls_are_refused_while_a_webhook_is_set(api: Api, telegram: Telegram) -> None:
    poll = asyncio.create_task(api.refused("getUpdates", timeout=30))
    await asyncio.wait_for(telegram.updates.holding.wait(), 2)
    await api("setWebhook", url=NEVER)
    assert await poll == "Conflict: terminated by setWebhook request"
    assert (await api.refused("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook")
    await api("deleteWebhook")
    assert await api("getUpdates") == []


async def test_setting_a_webhook_again(api: Api) -> None:
    await api("setWebhook", url=NEVER, max_connections=7, allowed_updates=["message"])
    info = await api("getWebhookInfo")
    assert (info["url"], info["max_connections"], info["allowed_updates"]) == (NEVER, 7, ["message"])
    again = await api.ask("setWebhook", url=NEVER, max_connections=7)
    assert again.body["description"] == "Webhook is already set"
    other = await api.ask("setWebhook", url=f"{NEVER}/other")
    assert (other.status, other.headers["Retry-After"]) == (429, "1")


@pytest.mark.parametrize(
    ("secret", "said"),
    [("a" * 257, "secret token is too long"), ("a b", "secret token contains unallowed characters")],
)
async def test_a_wrong_secret_is_refused(api: Api, secret: str, said: str) -> None:
    assert await api.refused("setWebhook", url=NEVER, secret_token=secret) == f"Bad Request: {said}"
