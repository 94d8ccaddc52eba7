"""The bot's command menu, kept apart by scope and language. Source: Bot API, BotCommandScope."""

import re
from typing import Any

from bot.demo.bot_api.chats import Chat, Json
from bot.demo.bot_api.errors import ApiBadRequest, Unsupported

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
NAME = re.compile(r"[a-z0-9_]{1,32}")
PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats"})

# A scope is its type and, for one chat, the chat's id; "" is every language that has no list of its own.
Key = tuple[str, int, str]


class CommandTable:
    """The lists of commands that the bot has set."""

    def __init__(self) -> None:
        self._lists: dict[Key, list[Json]] = {}

    def set(self, key: Key, commands: list[Json]) -> None:
        """Keep a list; an empty one takes the list of that scope and language away."""
        if commands:
            self._lists[key] = commands
        else:
            self._lists.pop(key, None)

    def get(self, key: Key) -> list[Json]:
        """Return exactly the list of that scope and language, without looking further."""
        return self._lists.get(key, [])

    def for_chat(self, chat: Chat, language: str) -> list[Json]:
        """Return what a person sees in a chat: the list of the narrowest scope that has one."""
        general = "all_private_chats" if chat.private else "all_group_chats"
        for scope, chat_id in (("chat", chat.chat_id), (general, 0), ("default", 0)):
            for code in (language.partition("-")[0], ""):
                if found := self._lists.get((scope, chat_id, code)):
                    return found
        return []

    def dump(self) -> list[Json]:
        """Return what the journal keeps."""
        return [{"key": list(key), "commands": commands} for key, commands in self._lists.items()]

    def load(self, saved: list[Json]) -> None:
        """Restore what `dump` returned."""
        self._lists = {
            (str(scope), int(chat_id), str(code)): item["commands"]
            for item in saved
            for scope, chat_id, code in [item["key"]]
        }


def read_commands(value: Any) -> list[Json]:
    """Check a decoded list of BotCommand objects."""
    if not isinstance(value, list):
        raise ApiBadRequest("expected an Array of BotCommand")
    if len(value) > MAX_COMMANDS:
        raise ApiBadRequest("BOT_COMMANDS_TOO_MUCH")
    return [_command(item) for item in value]


def _command(item: Any) -> Json:
    if not isinstance(item, dict) or not isinstance(item.get("command"), str):
        raise ApiBadRequest("can't parse BotCommand: Can't find field \"command\"")
    if not isinstance(item.get("description"), str):
        raise ApiBadRequest("can't parse BotCommand: Can't find field \"description\"")
    name = item["command"].removeprefix("/")
    description = item["description"].strip()
    if not NAME.fullmatch(name):
        raise ApiBadRequest("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_DESCRIPTION:
        raise ApiBadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def read_scope(value: Any) -> tuple[str, Any]:
    """Return a decoded BotCommandScope as its type and, for one chat, the chat_id as it was given."""
    if value is None:
        return "default", 0
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in PLAIN_SCOPES:
        return str(kind), 0
    if kind == "chat":
        if "chat_id" not in value:
            raise ApiBadRequest("can't parse BotCommandScope: Can't find field \"chat_id\"")
        return "chat", value["chat_id"]
    raise Unsupported(f"the command scope {kind!r}")
