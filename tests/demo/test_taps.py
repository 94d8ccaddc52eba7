"""Callback queries: what a tap says, and how long and how often it may be answered."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import Api, TurnedClock, keyboard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def query_of(api: Api, update_id: int) -> dict[str, Any]:
    query: dict[str, Any] = (await api("getUpdates", offset=update_id))[0]["callback_query"]
    return query


async def test_a_tap_brings_the_message_as_it_is_now(api: Api, phone: Phone) -> None:
    card = await api("sendMessage", chat_id=7001, text="old", reply_markup=keyboard("Go"))
    await api("editMessageText", chat_id=7001, message_id=card["message_id"], text="now")
    query = await query_of(api, phone.tap(card["message_id"], "tap:Go"))
    assert (query["message"]["text"], query["data"]) == ("now", "tap:Go")
    assert query["from"]["id"] == 7001
    assert query["chat_instance"]


async def test_a_tap_on_a_deleted_message_brings_only_its_place(api: Api, phone: Phone) -> None:
    card = await api("sendMessage", chat_id=7001, text="x", reply_markup=keyboard("Go"))
    await api("deleteMessage", chat_id=7001, message_id=card["message_id"])
    query = await query_of(api, phone.tap(card["message_id"], "tap:Go"))
    assert query["message"] == {"chat": card["chat"], "message_id": card["message_id"], "date": 0}


async def test_data_can_be_forged(api: Api, phone: Phone) -> None:
    assert (await query_of(api, phone.tap(1, "somebody else's")))["data"] == "somebody else's"


async def test_a_query_is_answered_once(api: Api, telegram: Telegram, phone: Phone) -> None:
    update_id, query_id = phone.tap_query(1, "x")
    assert (await query_of(api, update_id))["id"] == query_id
    async with telegram.subscribe() as events:
        await api("answerCallbackQuery", callback_query_id=query_id, text="Done", show_alert=True)
        answer = {"callback_query_id": query_id, "text": "Done", "show_alert": True}
        assert phone.answers == [answer]
        assert events.get_nowait() == {"type": "answer", "chat_id": 7001, **answer}
    assert await api.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_a_query_can_be_answered_for_15_seconds(api: Api, phone: Phone, clock: TurnedClock) -> None:
    queries = [phone.tap_query(1, "x")[1] for _ in range(2)]
    clock.turn(timedelta(seconds=15))
    assert await api("answerCallbackQuery", callback_query_id=queries[0]) is True
    clock.turn(timedelta(seconds=1))
    assert await api.refused("answerCallbackQuery", callback_query_id=queries[1]) == TOO_OLD
    assert await api.refused("answerCallbackQuery", callback_query_id="12345") == TOO_OLD


async def test_an_answer_has_at_most_200_characters(api: Api, phone: Phone) -> None:
    _, query_id = phone.tap_query(1, "x")
    description = await api.refused("answerCallbackQuery", callback_query_id=query_id, text="x" * 201)
    assert description == "Bad Request: MESSAGE_TOO_LONG"
    await api("answerCallbackQuery", callback_query_id=query_id, text="x" * 200)


async def test_pressing_a_label_taps_the_newest_button_that_has_it(api: Api, phone: Phone) -> None:
    for text in ("first", "second"):
        await api("sendMessage", chat_id=7001, text=text, reply_markup=keyboard("14 May", "4"))
    query = await query_of(api, phone.press("4"))
    assert (query["message"]["text"], query["data"]) == ("second", "tap:4")
    query = await query_of(api, phone.press("May", message_id=2))
    assert (query["message"]["text"], query["data"]) == ("first", "tap:14 May")


async def test_pressing_what_is_not_there_names_what_is(api: Api, phone: Phone) -> None:
    await api("sendMessage", chat_id=7001, text="x", reply_markup=keyboard("Yes", "No"))
    with pytest.raises(LookupError, match=r"'Maybe'.*\['Yes', 'No'\]"):
        phone.press("Maybe")
