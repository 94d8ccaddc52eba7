"""sendMessage and what it refuses."""

from typing import Any

import pytest

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import Api, keyboard


async def test_the_message_comes_back_and_stands_in_the_chat(api: Api, phone: Phone) -> None:
    message = await api("sendMessage", chat_id=7001, text="Hello", reply_markup=keyboard("Go"))
    assert message["from"]["username"] == "mediconnect_bot"
    assert message["chat"] == {"id": 7001, "first_name": "Asha", "last_name": "Rao", "type": "private"}
    assert message["reply_markup"] == keyboard("Go")
    assert phone.messages[-1] == message


async def test_a_bot_can_not_write_to_somebody_who_never_wrote_to_it(api: Api, telegram: Telegram) -> None:
    phone = telegram.phone(5, "Shy")
    for chat_id in (5, 6, "@shy", "x"):
        assert await api.refused("sendMessage", chat_id=chat_id, text="hi") == "Bad Request: chat not found"
    assert await api.refused("sendMessage", text="hi") == "Bad Request: chat_id is empty"
    phone.start()
    assert (await api("sendMessage", chat_id=5, text="hi"))["text"] == "hi"


async def test_whoever_blocked_the_bot_gets_nothing_until_the_block_is_lifted(api: Api, phone: Phone) -> None:
    card = await api("sendMessage", chat_id=7001, text="card")
    phone.block()
    answer = await api.ask("sendMessage", chat_id=7001, text="hi")
    assert (answer.status, answer.body["description"]) == (403, "Forbidden: bot was blocked by the user")
    for call in (
        ("editMessageText", {"message_id": card["message_id"], "text": "x"}),
        ("sendChatAction", {"action": "typing"}),
        ("sendDocument", {"document": "x"}),
    ):
        assert "blocked by the user" in await api.refused(call[0], chat_id=7001, **call[1])
    phone.unblock()
    await api("sendMessage", chat_id=7001, text="hi again")


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x" * 32769}, "text is too long"),
        ({"text": "x</b>", "parse_mode": "html"},
         "can't parse entities: Unexpected end tag at byte offset 1"),
        ({"text": "x", "parse_mode": "Wiki"}, "unsupported parse_mode"),
        ({"text": "x", "parse_mode": "MarkdownV2"},
         "parse_mode MarkdownV2 is not supported by this local server"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1}]},
         "parameter entities is not supported by this local server"),
        ({"text": "x", "reply_markup": "[1"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)  # fmt: skip
async def test_a_text_that_telegram_would_not_take_is_refused_in_its_words(
    api: Api,
    phone: Phone,
    params: dict[str, Any],
    description: str,
) -> None:
    assert await api.refused("sendMessage", chat_id=7001, **params) == f"Bad Request: {description}"
    assert len(phone.messages) == 1


async def test_4096_characters_count_after_the_markup_is_gone(api: Api, phone: Phone) -> None:
    await api("sendMessage", chat_id=7001, text=f"<b>{'😀' * 4096}</b>", parse_mode="HTML")
    assert phone.messages[-1]["entities"] == [{"type": "bold", "offset": 0, "length": 8192}]


async def test_text_is_trimmed(api: Api, phone: Phone) -> None:
    message = await api("sendMessage", chat_id=phone.chat_id, text=" \n a\tb\r\n ")
    assert message["text"] == "a b"


async def test_a_reply_quotes_its_message_once(api: Api, phone: Phone) -> None:
    phone.send("again", reply_to=1)
    message = await api("sendMessage", chat_id=7001, text="yes", reply_parameters={"message_id": 2})
    assert message["reply_to_message"]["text"] == "again"
    assert "reply_to_message" not in message["reply_to_message"]


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x"},
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ж" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "http://localhost"},
         "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
        ({"text": "x", "callback_data": "x", "style": "red"},
         "can't parse inline keyboard button: Unsupported button style specified"),
        ({"text": "x", "copy_text": "x"},
         "can't parse inline keyboard button: expected an Object as copy_text"),
        ({"text": "x", "copy_text": {}},
         "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": "ж" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "web_app": {"url": "https://a.b"}},
         "inline keyboard button field web_app is not supported by this local server"),
    ],
)  # fmt: skip
async def test_a_button_that_telegram_would_not_take_is_refused(
    api: Api,
    phone: Phone,
    button: dict[str, Any],
    description: str,
) -> None:
    markup = {"inline_keyboard": [[button]]}
    found = await api.refused("sendMessage", chat_id=phone.chat_id, text="x", reply_markup=markup)
    assert found == f"Bad Request: {description}"


async def test_64_bytes_of_data_are_taken_and_buttons_without_text_are_dropped(
    api: Api,
    phone: Phone,
) -> None:
    wide = {"text": "x", "callback_data": "ж" * 32}
    link = {"text": "map", "url": "example.org", "callback_data": "ignored"}
    markup = {"inline_keyboard": [[wide, {"text": "", "callback_data": "y"}], [], [link]]}
    message = await api("sendMessage", chat_id=phone.chat_id, text="x", reply_markup=markup)
    assert message["reply_markup"]["inline_keyboard"] == [
        [wide],
        [{"text": "map", "url": "http://example.org/"}],
    ]


async def test_buttons_have_colours_and_copy_texts(api: Api, phone: Phone) -> None:
    row = [
        {"text": "Save", "callback_data": "x", "style": "primary"},
        {"text": "Map", "url": "https://example.org/", "style": "success"},
        {"text": "Copy", "copy_text": {"text": "ж" * 256}, "style": "danger"},
    ]
    markup = {"inline_keyboard": [row]}
    message = await api("sendMessage", chat_id=phone.chat_id, text="x", reply_markup=markup)
    assert message["reply_markup"] == markup


async def test_a_reply_keyboard_is_refused_loudly(api: Api, phone: Phone) -> None:
    markup = {"keyboard": [[{"text": "x"}]]}
    description = await api.refused("sendMessage", chat_id=phone.chat_id, text="x", reply_markup=markup)
    assert "reply_markup with keyboard is not supported" in description


async def test_a_chat_action_is_shown(api: Api, telegram: Telegram, phone: Phone) -> None:
    async with telegram.subscribe() as events:
        assert await api("sendChatAction", chat_id=phone.chat_id, action="typing") is True
        assert events.get_nowait() == {"type": "action", "chat_id": 7001, "action": "typing"}
    description = await api.refused("sendChatAction", chat_id=phone.chat_id, action="dancing")
    assert description == "Bad Request: wrong parameter action in request"


async def test_a_bot_in_a_group_reads_and_answers(api: Api, telegram: Telegram, phone: Phone) -> None:
    group = telegram.group(-500, "Family")
    update_id = group.send("/book@mediconnect_bot", phone)
    update = (await api("getUpdates", offset=update_id))[0]
    assert update["message"]["chat"] == {"id": -500, "title": "Family", "type": "group"}
    await api("sendMessage", chat_id=-500, text="Talk to me in private.")
    assert [message["text"] for message in group.messages] == [
        "/book@mediconnect_bot",
        "Talk to me in private.",
    ]
    theirs = group.messages[0]["message_id"]
    description = await api.refused("deleteMessage", chat_id=-500, message_id=theirs)
    assert description == "Bad Request: message can't be deleted for everyone"
