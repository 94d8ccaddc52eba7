"""Planted faults."""

import asyncio
import time

import aiohttp
import pytest

from bot.demo.bot_api.faults import RawAnswer
from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import TOKEN, Api


async def test_429_carries_retry_after_in_body_and_header(api: Api, telegram: Telegram, phone: Phone) -> None:
    telegram.faults.refuse(
        "sendMessage", error_code=429, description="Too Many Requests: retry after 3", retry_after=3,
    )  # fmt: skip
    answer = await api.ask("sendMessage", chat_id=7001, text="x")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
    assert answer.body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    await api("sendMessage", chat_id=7001, text="after")
    assert [message["text"] for message in phone.messages] == ["/start", "after"]


async def test_a_fault_holds_for_as_many_calls_as_asked_and_one_chat(
    api: Api,
    telegram: Telegram,
    phone: Phone,
) -> None:
    telegram.phone(8, "Bo").start()
    telegram.faults.refuse(
        "sendMessage", error_code=500, description="Internal Server Error", times=2, chat_id=7001,
    )  # fmt: skip
    await api("sendMessage", chat_id=8, text="x")
    assert [(await api.ask("sendMessage", chat_id=7001, text="x")).status for _ in range(3)] == [
        500,
        500,
        200,
    ]
    assert len(phone.messages) == 2


async def test_a_dropped_call_takes_no_effect(api: Api, telegram: Telegram, phone: Phone) -> None:
    telegram.faults.drop("sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api("sendMessage", chat_id=7001, text="x")
    assert len(phone.messages) == 1


async def test_a_call_dropped_afterwards_takes_effect(api: Api, telegram: Telegram, phone: Phone) -> None:
    telegram.faults.drop_after("sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api("sendMessage", chat_id=7001, text="x")
    assert len(phone.messages) == 2


async def test_a_refused_get_updates_confirms_nothing(api: Api, telegram: Telegram, phone: Phone) -> None:
    update_id = phone.send("x")
    telegram.faults.drop("getUpdates")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api("getUpdates", offset=update_id + 1)
    with pytest.raises(TimeoutError):
        await telegram.confirmed(update_id, timeout=0.01)


async def test_a_late_answer_comes_after_the_effect(api: Api, telegram: Telegram, phone: Phone) -> None:
    telegram.faults.delay("sendMessage", 0.2, chat_id=phone.chat_id)
    begun = time.monotonic()
    asking = asyncio.create_task(api("sendMessage", chat_id=phone.chat_id, text="x"))
    async with telegram.subscribe() as events:
        await events.get()
        assert [message["text"] for message in phone.messages] == ["/start", "x"]
        assert not asking.done()
    await asking
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(
    "raw",
    [
        RawAnswer(b"<html>Bad gateway</html>", content_type="text/html"),
        RawAnswer(b'{"ok":true,"result":[{"upd'),
        RawAnswer(b"", 403, "text/html"),
    ],
)
async def test_an_answer_can_be_anything_and_then_confirms_nothing(
    api: Api, telegram: Telegram, phone: Phone, raw: RawAnswer
) -> None:
    update_id = phone.send("x")
    telegram.faults.answer("getUpdates", raw)
    call = f"{api.url}/bot{TOKEN}/getUpdates"
    async with api.session.post(call, json={"offset": update_id + 1}) as answer:
        assert RawAnswer(await answer.read(), answer.status, answer.content_type) == raw
    assert telegram.updates.pending_count == 2


async def test_faults_can_be_taken_back(api: Api, telegram: Telegram, phone: Phone) -> None:
    telegram.faults.drop("sendMessage", times=99)
    telegram.faults.clear()
    await api("sendMessage", chat_id=phone.chat_id, text="x")
