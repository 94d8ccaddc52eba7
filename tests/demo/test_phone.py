"""What people do with their phones, as the bot sees it."""

from typing import Any

import pytest

from bot.demo.bot_api.phone import CannotDo, Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import Api


async def seen(api: Api, update_id: int) -> dict[str, Any]:
    update: dict[str, Any] = (await api("getUpdates", offset=update_id))[0]
    return update


async def test_start_sends_the_command_with_its_entity(api: Api, telegram: Telegram) -> None:
    phone = telegram.phone(9, "Bo", language_code="de")
    message = (await seen(api, phone.start("doctor_42")))["message"]
    assert message["text"] == "/start doctor_42"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {"id": 9, "is_bot": False, "first_name": "Bo", "language_code": "de"}
    assert phone.start() > 0


@pytest.mark.parametrize("payload", ["a b", "ж", "x" * 65])
def test_a_start_payload_has_1_to_64_letters_of_base64url(phone: Phone, payload: str) -> None:
    with pytest.raises(CannotDo):
        phone.start(payload)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "\u2800"])
def test_no_client_sends_a_message_in_which_nothing_can_be_seen(phone: Phone, text: str) -> None:
    with pytest.raises(CannotDo):
        phone.send(text)


async def test_a_client_cuts_a_long_text_into_messages(api: Api, phone: Phone) -> None:
    last = phone.send("x" * 5000)
    updates = await api("getUpdates", offset=last - 1)
    assert [len(update["message"]["text"]) for update in updates] == [4096, 904]


async def test_an_edit_is_told_as_an_edited_message(api: Api, phone: Phone) -> None:
    phone.send("/book tomorow")
    message = (await seen(api, phone.edit(2, "tomorrow")))["edited_message"]
    assert (message["text"], message["message_id"]) == ("tomorrow", 2)
    assert "entities" not in message
    assert message["edit_date"] >= message["date"]
    with pytest.raises(LookupError):
        phone.edit(999, "x")


async def test_blocking_and_unblocking_are_told(api: Api, phone: Phone) -> None:
    update_id = phone.block()
    assert update_id is not None
    assert phone.blocked
    member = (await seen(api, update_id))["my_chat_member"]
    assert (member["old_chat_member"]["status"], member["new_chat_member"]["status"]) == ("member", "kicked")
    assert phone.block() is None
    with pytest.raises(CannotDo):
        phone.send("hello?")
    phone.start()
    assert not phone.blocked
    updates = await api("getUpdates", offset=update_id + 1)
    assert [min(update) for update in updates] == ["my_chat_member", "message"]
    assert updates[0]["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_other_kinds_of_message_arrive_as_what_they_are(api: Api, phone: Phone) -> None:
    first = phone.send_photo(b"\x89PNG", caption="my arm")
    phone.send_sticker("🩺")
    phone.send_voice(3)
    phone.send_document("result.pdf", b"%PDF")
    phone.send_contact("+491234567", "Asha", user_id=7001)
    phone.send_location(52.5, 13.4)
    photo, sticker, voice, document, contact, location = [
        update["message"] for update in await api("getUpdates", offset=first)
    ]
    assert photo["caption"] == "my arm"
    assert photo["photo"][0]["file_size"] == 4
    assert sticker["sticker"]["emoji"] == "🩺"
    assert voice["voice"]["duration"] == 3
    assert (document["document"]["file_name"], document["document"]["mime_type"]) == (
        "result.pdf",
        "application/pdf",
    )
    assert contact["contact"]["user_id"] == 7001
    assert location["location"] == {"latitude": 52.5, "longitude": 13.4}


def test_a_phone_is_made_once(telegram: Telegram, phone: Phone) -> None:
    assert telegram.phone(7001, "Somebody") is phone
    assert list(telegram.phones) == [7001]


async def test_events_tell_of_everything_in_order(api: Api, telegram: Telegram) -> None:
    async with telegram.subscribe() as events:
        phone = telegram.phone(3, "Cy")
        phone.start()
        message = await api("sendMessage", chat_id=3, text="hi")
        await api("editMessageText", chat_id=3, message_id=message["message_id"], text="ho")
        await api("deleteMessage", chat_id=3, message_id=message["message_id"])
        phone.block()
        told = [events.get_nowait() for _ in range(events.qsize())]
    assert [event["type"] for event in told] == ["phone", "message", "message", "message", "deleted", "phone"]
    assert told[0]["phone"] == {"chat_id": 3, "first_name": "Cy", "last_name": None, "blocked": False}
    assert (told[2]["message"]["text"], told[3]["message"]["text"]) == ("hi", "ho")
    assert told[4] == {"type": "deleted", "chat_id": 3, "message_ids": [message["message_id"]]}
    assert told[5]["phone"]["blocked"] is True
