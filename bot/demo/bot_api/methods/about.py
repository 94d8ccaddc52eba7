"""Facts about the bot and the chats: getMe, the bot's texts, getChat."""

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.methods.method import ApiMethod, method
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram

# The most characters of the name, the description and the short description.
MAX_TEXTS = {"name": 64, "description": 512, "short_description": 120}


async def get_me(telegram: Telegram, _params: Params) -> Json:
    """Return the bot's own User object. Source: Bot API, getMe."""
    return {
        **telegram.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(telegram: Telegram, params: Params) -> Json:
    """Return the facts of a chat. Source: Bot API, ChatFullInfo."""
    chat = telegram.chat(params.text("chat_id"))
    return {**chat.card, "accent_color_id": chat.chat_id % 7, "max_reaction_count": 11}


async def leave_server(_telegram: Telegram, _params: Params) -> bool:
    """Do nothing: nothing depends on it here. Source: Bot API, logOut and close."""
    return True


def setter(kind: str) -> ApiMethod:
    """Return setMyName, setMyDescription or setMyShortDescription."""

    async def run(telegram: Telegram, params: Params) -> bool:
        text = params.text(kind).strip()
        if len(text) > MAX_TEXTS[kind]:
            raise ApiBadRequest(f"the bot's {kind.replace('_', ' ')} is too long")
        telegram.settings[kind, params.language()] = text
        telegram.on_change()
        return True

    return method(run, kind, "language_code")


def getter(kind: str) -> ApiMethod:
    """Return getMyName, getMyDescription or getMyShortDescription."""

    async def run(telegram: Telegram, params: Params) -> Json:
        general = telegram.settings.get((kind, "")) or (telegram.bot["first_name"] if kind == "name" else "")
        return {kind: telegram.settings.get((kind, params.language())) or general}

    return method(run, "language_code")
