"""The command menu beside the text field: it fits the person, and changes when they sign in or out."""

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.context import ClinicContext
from bot.routes import menu
from services.models import Role

GUEST = "guest"


async def fit(context: ClinicContext) -> None:
    """Give the chat the menu of who is there now, unless it has it (Bot API setMyCommands)."""
    visitor = context.visitor
    name = visitor.role.value if visitor else GUEST
    # A chat that never had a menu of its own shows that of guests.
    if name == (context.memory.menu or GUEST):
        return
    scope = BotCommandScopeChat(context.chat)
    await context.bot.set_my_commands(_commands(visitor.role if visitor else None), scope=scope)
    context.memory.menu = name


async def prepare(bot: Bot) -> None:
    """Give the menu of guests to all private chats that have none of their own."""
    await bot.set_my_commands(_commands(None), scope=BotCommandScopeAllPrivateChats())


def _commands(role: Role | None) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in menu(role)]
