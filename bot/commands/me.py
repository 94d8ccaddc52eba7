"""/me: one's account, and where one is signed in; /mydata, /forgetme."""

from telegram import Update

from bot import card
from bot.callbacks.account import EndOtherSessions, EndSession, ForgetMe, ShowSessions
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.card import View
from bot.context import ClinicContext
from bot.keyboards import button, keyboard
from bot.texts import labels
from bot.texts import me as texts
from bot.texts.dialogs import ways_on
from services.models import ChatId


async def me(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Show who is signed in, and what can be changed."""
    del tap
    now = context.clinic.clock.now()
    await card.show(update, context, texts.card(context.principal.user, context.rules, now))


async def sessions(update: Update, context: ClinicContext, tap: ShowSessions) -> None:
    """Show a page of the chats in which one is signed in."""
    await _show(update, context, tap.number)


async def end_session(update: Update, context: ClinicContext, tap: EndSession) -> None:
    """Sign out of another chat."""
    await context.clinic.sessions.end(context.principal, ChatId(tap.chat_id))
    await _show(update, context, 0, texts.session_ended())


async def end_other_sessions(update: Update, context: ClinicContext, tap: EndOtherSessions) -> None:
    """Sign out of all other chats."""
    del tap
    count = await context.clinic.sessions.end_others(context.principal)
    await _show(update, context, 0, texts.others_ended(count))


async def my_data(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Send everything that is stored about the person, as one file."""
    del update, tap
    context.takes_long()
    content = await context.clinic.my_data.file(context.principal)
    day = context.clinic.clock.now().astimezone(context.zone).date()
    await card.send_file(context, content, f"my-data-{day.isoformat()}.json", texts.my_data(), kept=True)


async def ask_forget(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Ask once, and name what goes; the harmless answer stands first."""
    del tap
    principal = context.principal
    found = await context.clinic.leaving.affected(principal)
    keep = button(labels.KEEP_ACCOUNT, Do("me"))
    drop = button(labels.DELETE_YES, ForgetMe(principal.id))
    text = texts.ask_forget(principal.user, found, context.rules)
    await card.show(update, context, View(text, keyboard([keep], [drop])))


async def forget(update: Update, context: ClinicContext, tap: ForgetMe) -> None:
    """Delete the account; where another is signed in by now, ask about that first."""
    if tap.user_id != context.principal.id:
        await ask_forget(update, context, tap)
        return
    context.takes_long()
    count = await context.clinic.leaving.leave(context.principal)
    context.memory.email = context.memory.intent = None
    context.sign_out()
    await card.show(update, context, View(texts.forgotten(count), ways_on(None)))


async def _show(update: Update, context: ClinicContext, number: int, said: str | None = None) -> None:
    page = await context.clinic.sessions.chats(context.principal, number)
    view = texts.sessions(page, context.chat, context.rules)
    await card.show(update, context, view.headed(said))
