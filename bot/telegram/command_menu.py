"""The command menu beside the text field.

It depends on the role and the language, so it changes at sign-in and sign-out, and with the language.
"""

import logging
from functools import cache
from hashlib import blake2b

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import RetryAfter, TelegramError

from bot.dialogs.context import ClinicContext
from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import speaking
from bot.routes import menu
from services.models.people import Role

log = logging.getLogger(__name__)

GUEST = "guest"
DIGEST_BYTES = 3


async def fit(bot: Bot, context: ClinicContext) -> None:
    """Give the chat the menu of whoever is there, unless it has it (Bot API setMyCommands)."""
    visitor, reads = context.visitor, context.language
    role = visitor.role if visitor else None
    name = _name(role, reads)
    # A chat without a menu of its own shows that of guests, in the language in which Telegram is used there.
    if name == (context.state.menu or _name(None, context.messenger_language)):
        return
    scope = BotCommandScopeChat(context.chat)
    try:
        await bot.set_my_commands(_commands(role, reads), scope=scope)
    except TelegramError as error:
        # Not important: the next update tries again.
        log.info("menu.failed why=%s", type(error).__name__)
    else:
        context.state.menu = name


async def prepare(bot: Bot) -> None:
    """Set the menu of guests for all private chats that have none of their own.

    It is in English for whoever uses Telegram in a language that has no menu.
    """
    try:
        await bot.set_my_commands(_commands(None, ENGLISH), scope=BotCommandScopeAllPrivateChats())
    except RetryAfter as error:
        # Telegram still has the menu from the last start.
        log.info("menu.failed why=%s", type(error).__name__)


async def prepare_in(bot: Bot, reads: Language) -> None:
    """Set that menu for those who use Telegram in a language, unless it is set (Bot API getMyCommands)."""
    commands, scope = _commands(None, reads), BotCommandScopeAllPrivateChats()
    if list(await bot.get_my_commands(scope, reads.code)) != commands:
        await bot.set_my_commands(commands, scope, reads.code)


@cache
def _said(role: Role | None, reads: Language) -> list[tuple[str, str]]:
    """Return the commands of a menu, and what is said of each in a language."""
    with speaking(reads):
        return [(name, str(description)) for name, description in menu(role)]


@cache
def _name(role: Role | None, reads: Language) -> str:
    """Return a name for the menu: its role, and a digest that changes when its commands or their words do."""
    digest = blake2b(repr(_said(role, reads)).encode(), digest_size=DIGEST_BYTES).hexdigest()
    return f"{role.value if role else GUEST}.{digest}"


def _commands(role: Role | None, reads: Language) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in _said(role, reads)]
