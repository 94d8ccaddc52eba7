"""The command menu beside the text field. It depends on the role, so it changes at sign-in and sign-out."""

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
    """Give the chat the menu of whoever is signed in, unless it has it (Bot API setMyCommands)."""
    visitor = context.visitor
    role = visitor.role if visitor else None
    name = _name(role)
    # A chat without a menu of its own shows that of guests.
    if name == (context.state.menu or _name(None)):
        return
    scope = BotCommandScopeChat(context.chat)
    try:
        await bot.set_my_commands(_commands(role), scope=scope)
    except TelegramError as error:
        # Not important: the next update tries again.
        log.info("menu.failed why=%s", type(error).__name__)
    else:
        context.state.menu = name


async def prepare(bot: Bot) -> None:
    """Set the menu of guests for all private chats that have none of their own."""
    try:
        await bot.set_my_commands(_commands(None), scope=BotCommandScopeAllPrivateChats())
    except RetryAfter as error:
        # Telegram still has the menu from the last start.
        log.info("menu.failed why=%s", type(error).__name__)


@cache
def _name(role: Role | None) -> str:
    """Return a name for the menu: its role, and a digest that changes when its commands do."""
    digest = blake2b(repr(menu(role)).encode(), digest_size=DIGEST_BYTES).hexdigest()
    return f"{role.value if role else GUEST}.{digest}"


def _commands(role: Role | None) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in menu(role)]
