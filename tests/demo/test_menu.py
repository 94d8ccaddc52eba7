"""The command menu by scope and language."""

from typing import Any

import pytest

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import Api


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"What {name} does"} for name in names]


async def test_the_narrowest_scope_wins(api: Api, phone: Phone) -> None:
    scopes: list[tuple[str, dict[str, Any] | None]] = [
        ("general", None),
        ("private", {"type": "all_private_chats"}),
        ("mine", {"type": "chat", "chat_id": 7001}),
    ]
    for name, scope in scopes:
        await api("setMyCommands", commands=commands(name), **({"scope": scope} if scope else {}))
        assert phone.commands == commands(name)
    for name, scope in reversed(scopes):
        assert phone.commands == commands(name)
        await api("deleteMyCommands", **({"scope": scope} if scope else {}))
    assert phone.commands == []


async def test_a_list_in_the_persons_language_comes_before_the_general_one(
    api: Api,
    telegram: Telegram,
    phone: Phone,
) -> None:
    await api("setMyCommands", commands=commands("general"))
    await api("setMyCommands", commands=commands("german"), language_code="de")
    assert phone.commands == commands("general")
    assert telegram.phone(8, "Dörte", language_code="de").commands == commands("german")
    assert await api("getMyCommands", language_code="de") == commands("german")
    assert await api("getMyCommands", language_code="fr") == []


async def test_only_phones_for_which_something_changed_are_told(
    api: Api,
    telegram: Telegram,
    phone: Phone,
) -> None:
    telegram.phone(8, "Bo")
    async with telegram.subscribe() as events:
        scope = {"type": "chat", "chat_id": phone.chat_id}
        await api("setMyCommands", commands=commands("book"), scope=scope)
        await api("setMyCommands", commands=commands("book"), scope=scope)
        assert [events.get_nowait() for _ in range(events.qsize())] == [
            {"type": "commands", "chat_id": 7001, "commands": commands("book")},
        ]


async def test_a_leading_slash_is_stripped(api: Api) -> None:
    await api("setMyCommands", commands=[{"command": "/book", "description": " Book "}])
    assert await api("getMyCommands") == [{"command": "book", "description": "Book"}]


@pytest.mark.parametrize(
    ("command", "description"),
    [
        ({"command": "Book", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "x" * 33, "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "book", "description": " "}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "book", "description": "x" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_command_that_telegram_would_not_take_is_refused(
    api: Api,
    command: dict[str, str],
    description: str,
) -> None:
    assert await api.refused("setMyCommands", commands=[command]) == f"Bad Request: {description}"


async def test_a_menu_has_at_most_100_commands(api: Api) -> None:
    many = commands(*(f"c{number}" for number in range(101)))
    assert "BOT_COMMANDS_TOO_MUCH" in await api.refused("setMyCommands", commands=many)
    assert await api("setMyCommands", commands=many[:100]) is True


async def test_a_chat_that_never_started_has_no_menu_of_its_own(api: Api, telegram: Telegram) -> None:
    telegram.phone(8, "Bo")
    scope = {"type": "chat", "chat_id": 8}
    description = await api.refused("setMyCommands", commands=commands("x"), scope=scope)
    assert description == "Bad Request: chat not found"
    scope = {"type": "chat_member", "chat_id": 8}
    assert "not supported" in await api.refused("setMyCommands", commands=commands("x"), scope=scope)


async def test_the_bots_texts_are_kept_by_language(api: Api) -> None:
    await api("setMyDescription", description="What I can do")
    await api("setMyDescription", description="Bucht Ärzte", language_code="de")
    await api("setMyShortDescription", short_description="Doctors")
    assert await api("getMyDescription", language_code="de") == {"description": "Bucht Ärzte"}
    assert await api("getMyDescription", language_code="fr") == {"description": "What I can do"}
    assert await api("getMyShortDescription") == {"short_description": "Doctors"}
    assert await api("getMyName") == {"name": "MediConnect"}
    assert "too long" in await api.refused("setMyName", name="x" * 65)
    for method in ("setMyName", "getMyShortDescription"):
        refused = await api.refused(method, language_code="deu")
        assert refused == "Bad Request: invalid language code specified"


async def test_the_menu_button_opens_the_commands_and_nothing_else(api: Api, phone: Phone) -> None:
    await api("setChatMenuButton", chat_id=phone.chat_id, menu_button={"type": "commands"})
    assert await api("getChatMenuButton", chat_id=phone.chat_id) == {"type": "commands"}
    assert await api("getChatMenuButton") == {"type": "default"}
    button = {"type": "web_app", "text": "x", "web_app": {"url": "https://a.b"}}
    assert "not supported" in await api.refused("setChatMenuButton", menu_button=button)


async def test_get_chat_knows_only_who_has_started(api: Api, telegram: Telegram, phone: Phone) -> None:
    assert (await api("getChat", chat_id=phone.chat_id))["first_name"] == "Asha"
    telegram.phone(8, "Bo")
    assert await api.refused("getChat", chat_id=8) == "Bad Request: chat not found"
