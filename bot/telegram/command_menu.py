"""The command menu beside the text field: it fits the person, and changes when they sign in or out."""

import logging
from functools import cache
from hashlib import blake2b

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import RetryAfter, TelegramError

from bot.dialogs.context import ClinicContext
from bot.routes import menu
from services.models.people import Role

log = logging.getLogger(__name__)

GUEST = "guest"
DIGEST_BYTES = 3


async def fit(bot: Bot, context: ClinicContext) -> None:
    """Give the chat the menu of who is there now, unless it has it (Bot API setMyCommands)."""
    visitor = context.visitor
    role = visitor.role if visitor else None
    name = _name(role)
    # A chat that never had a menu of its own shows that of guests.
    if name == (context.state.menu or _name(None)):
        return
    scope = BotCommandScopeChat(context.chat)
    try:
        await bot.set_my_commands(_commands(role), scope=scope)
    except TelegramError as error:
        # The menu is a convenience: the next update tries again.
        log.info("menu.failed why=%s", type(error).__name__)
    else:
        context.state.menu = name


async def prepare(bot: Bot) -> None:
    """Give the menu of guests to all private chats that have none of their own."""
    try:
        await bot.set_my_commands(_commands(None), scope=BotCommandScopeAllPrivateChats())
    except RetryAfter as error:
        # Telegram keeps the one from the last start, and nobody waits for a menu.
        log.info("menu.failed why=%s", type(error).__name__)


@cache
def _name(role: Role | None) -> str:
    """Return what tells a menu from others, and from what it was in versions that had other commands."""
    digest = blake2b(repr(menu(role)).encode(), digest_size=DIGEST_BYTES).hexdigest()
    return f"{role.value if role else GUEST}.{digest}"


def _commands(role: Role | None) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in menu(role)]
