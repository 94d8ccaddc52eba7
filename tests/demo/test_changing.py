"""Editing and deleting."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.bot_api.methods.changing import NOT_MODIFIED
from bot.demo.bot_api.phone import Phone
from tests.demo.conftest import Api, TurnedClock, keyboard


@pytest.fixture
async def card(api: Api, phone: Phone) -> dict[str, Any]:
    """Return a message of the bot's with a keyboard."""
    message: dict[str, Any] = await api(
        "sendMessage",
        chat_id=phone.chat_id,
        text="<b>Card</b>",
        parse_mode="HTML",
        reply_markup=keyboard("Go"),
    )
    return message


def place(card: dict[str, Any]) -> dict[str, int]:
    return {"chat_id": card["chat"]["id"], "message_id": card["message_id"]}


async def test_an_edit_shows_the_new_text_in_place(api: Api, phone: Phone, card: dict[str, Any]) -> None:
    phone.send("later")
    edited = await api("editMessageText", **place(card), text="New", reply_markup=keyboard("Back"))
    assert edited["edit_date"] >= edited["date"]
    assert [message["text"] for message in phone.messages] == ["/start", "New", "later"]
    assert "entities" not in edited
    assert edited["reply_markup"] == keyboard("Back")


async def test_a_keyboard_that_is_not_given_again_goes(api: Api, phone: Phone, card: dict[str, Any]) -> None:
    assert "reply_markup" not in await api("editMessageText", **place(card), text="New")
    assert "reply_markup" not in phone.messages[-1]


async def test_an_edit_that_changes_nothing_is_refused(api: Api, card: dict[str, Any]) -> None:
    same = {"text": "<b>Card</b> ", "parse_mode": "HTML"}
    description = await api.refused("editMessageText", **place(card), **same, reply_markup=keyboard("Go"))
    assert description == f"Bad Request: {NOT_MODIFIED}"
    await api("editMessageText", **place(card), text="Card", reply_markup=keyboard("Go"))
    await api("editMessageText", **place(card), text="Card")
    assert "not modified" in await api.refused("editMessageText", **place(card), text="Card")


async def test_the_keyboard_alone_can_be_changed_and_taken_away(api: Api, card: dict[str, Any]) -> None:
    edited = await api("editMessageReplyMarkup", **place(card), reply_markup=keyboard("Other"))
    assert (edited["text"], edited["reply_markup"]) == ("Card", keyboard("Other"))
    assert edited["entities"] == card["entities"]
    assert "reply_markup" not in await api("editMessageReplyMarkup", **place(card))
    assert "not modified" in await api.refused("editMessageReplyMarkup", **place(card))


async def test_own_messages_can_be_edited_at_any_age(
    api: Api,
    card: dict[str, Any],
    clock: TurnedClock,
) -> None:
    clock.turn(timedelta(days=400))
    await api("editMessageText", **place(card), text="still")


async def test_what_is_not_there_or_not_the_bots_can_not_be_edited(
    api: Api,
    phone: Phone,
    card: dict[str, Any],
) -> None:
    unknown = await api.refused("editMessageText", chat_id=phone.chat_id, message_id=999, text="x")
    assert unknown == "Bad Request: message to edit not found"
    theirs = await api.refused("editMessageText", chat_id=phone.chat_id, message_id=1, text="x")
    assert theirs == "Bad Request: message can't be edited"
    await api("deleteMessage", **place(card))
    deleted = await api.refused("editMessageText", **place(card), text="x")
    assert deleted == "Bad Request: message to edit not found"


async def test_a_message_that_took_a_reply_keyboard_away_can_not_be_edited(api: Api, phone: Phone) -> None:
    plain = await api(
        "sendMessage", chat_id=phone.chat_id, text="x", reply_markup={"remove_keyboard": True},
    )  # fmt: skip
    description = await api.refused("editMessageText", **place(plain), text="y")
    assert description == "Bad Request: message can't be edited"


async def test_the_bot_deletes_its_own_and_the_persons_messages(
    api: Api,
    phone: Phone,
    card: dict[str, Any],
) -> None:
    assert await api("deleteMessage", **place(card)) is True
    assert await api("deleteMessage", chat_id=phone.chat_id, message_id=1) is True
    assert phone.messages == []
    description = await api.refused("deleteMessage", **place(card))
    assert description == "Bad Request: message to delete not found"


async def test_after_48_hours_nothing_can_be_deleted(
    api: Api,
    card: dict[str, Any],
    clock: TurnedClock,
) -> None:
    clock.turn(timedelta(hours=48, seconds=1))
    description = await api.refused("deleteMessage", **place(card))
    assert description == "Bad Request: message can't be deleted for everyone"
    clock.turn(timedelta(seconds=-1))
    assert await api("deleteMessage", **place(card)) is True


async def test_many_are_deleted_at_once_and_unknown_ones_skipped(api: Api, phone: Phone) -> None:
    phone.send("two")
    assert await api("deleteMessages", chat_id=phone.chat_id, message_ids=[1, 2, 999]) is True
    assert phone.messages == []
    many = list(range(1, 102))
    assert "too many" in await api.refused("deleteMessages", chat_id=phone.chat_id, message_ids=many)
