"""/start, /help, /logout, /cancel, /privacy, and a code that was typed without being asked for."""

import re

from bot.callbacks.deep_links import read_link
from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.commands.handover import codes
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Said
from bot.dialogs.secret_guard import remove_secret
from bot.notifications.unverified_email import asking_for_code
from bot.texts import help as help_texts
from bot.texts import sign_in as texts
from bot.texts.profile import email_confirmed
from bot.ui.email_code import code_rows
from bot.ui.keyboards import keyboard
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from services.errors import CodeExpired, WrongCode
from services.models.people import Principal

# The code of a patient, as it is shown. Without the hyphen it may be somebody's name.
TYPED_CODE = re.compile(r"[A-Za-z]{4}[-–][A-Za-z]{4}")


async def start(context: ClinicContext, tap: Tap) -> Tap | None:
    """Say what the bot is for. A link such as t.me/…?start=doctor_<id> leads on to that doctor's card."""
    del tap
    if context.args and context.args[0].startswith(codes.CLAIM):
        return await codes.opened(context, context.args[0].removeprefix(codes.CLAIM))
    link = read_link(context.args[0]) if context.args else None
    if link is not None:
        return link
    visitor = context.visitor
    text = help_texts.welcome(context.clinic.rules.name, visitor.user if visitor else None)
    view = View(text, ways_on(visitor))
    await context.messenger.show(await asking_for_code(context, view, daily=True, stays=False))
    return None


async def show_help(context: ClinicContext, commands: list[tuple[str, str]]) -> None:
    """Say what this person can do now."""
    visitor = context.visitor
    text = help_texts.help_page(context.rules, commands, visitor.role if visitor else None)
    await context.messenger.show(View(text, ways_on(context.visitor)))


async def log_out(context: ClinicContext, tap: Tap) -> None:
    """End the chat's session."""
    del tap
    await context.clinic.sessions.sign_out(context.chat)
    context.sign_out()
    await context.messenger.show(View(texts.signed_out(), ways_on(None)))


async def nothing_to_cancel(context: ClinicContext, tap: Tap) -> None:
    """Answer /cancel where no dialog is open: an appointment is cancelled on its card."""
    del tap
    await context.messenger.show(View(help_texts.nothing_to_cancel(), ways_on(context.visitor)))


async def privacy(context: ClinicContext, tap: Tap) -> None:
    """Say what is stored about a person, and why."""
    del tap
    await context.messenger.show(View(help_texts.privacy(context.clinic.rules.name), keyboard()))


async def take_code(context: ClinicContext, visitor: Principal, text: str) -> None:
    """Take the code for the person's address, which they have typed without being asked for it."""
    if isinstance(context.incoming, Said):
        await remove_secret(context, context.incoming.message_id)
    try:
        user = await context.clinic.email_verification.confirm(visitor, text)
    except (WrongCode, CodeExpired) as error:
        await context.messenger.show(View(context.refusal(error), keyboard(*code_rows(visitor.id))))
        return
    context.changed(user)
    view = profile_views.account(user, context.rules, context.clinic.clock.now())
    await context.messenger.show(view.headed(email_confirmed(user)))


async def unknown_command(context: ClinicContext) -> None:
    """Answer an unknown command."""
    await context.messenger.show(View(help_texts.unknown_command(), ways_on(context.visitor)))
