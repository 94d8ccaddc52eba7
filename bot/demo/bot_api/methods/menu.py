"""The command menu: setMyCommands, getMyCommands, deleteMyCommands, and the menu button."""

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.commands import read_commands, read_scope
from bot.demo.bot_api.errors import Unsupported
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram


async def set_my_commands(telegram: Telegram, params: Params) -> bool:
    """Set the commands of one scope and language. Source: Bot API, setMyCommands."""
    commands = read_commands(params.json("commands", "commands"))
    telegram.change_commands(_key(telegram, params), commands)
    return True


async def get_my_commands(telegram: Telegram, params: Params) -> list[Json]:
    """Return the commands of exactly one scope and language. Source: Bot API, getMyCommands."""
    return telegram.commands.get(_key(telegram, params))


async def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    """Remove the commands of one scope and language. Source: Bot API, deleteMyCommands."""
    telegram.change_commands(_key(telegram, params), [])
    return True


async def set_chat_menu_button(telegram: Telegram, params: Params) -> bool:
    """Set the button beside the input. Here it always shows the commands. Source: Bot API, MenuButton."""
    button = params.json("menu_button", "menu button")
    kind = button.get("type") if isinstance(button, dict) else "default"
    if kind not in {"default", "commands"}:
        raise Unsupported(f"the menu button {kind!r}")
    telegram.settings["menu_button", _whose(telegram, params)] = kind
    telegram.on_change()
    return True


async def get_chat_menu_button(telegram: Telegram, params: Params) -> Json:
    """Return the button beside the input. Source: Bot API, getChatMenuButton."""
    return {"type": telegram.settings.get(("menu_button", _whose(telegram, params)), "default")}


def _whose(telegram: Telegram, params: Params) -> str:
    chat_id = params.text("chat_id")
    return str(telegram.chat(chat_id).chat_id) if chat_id else ""


def _key(telegram: Telegram, params: Params) -> tuple[str, int, str]:
    kind, chat_id = read_scope(params.json("scope", "BotCommandScope"))
    return kind, telegram.chat(str(chat_id)).chat_id if kind == "chat" else 0, params.language()
