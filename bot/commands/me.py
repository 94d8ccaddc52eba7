"""/me: one's account, and where one is signed in; /mydata."""

from telegram import Update

from bot import card
from bot.callbacks import EndOtherSessions, EndSession, ShowSessions, Tap
from bot.context import ClinicContext
from bot.texts import me as texts
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


async def _show(update: Update, context: ClinicContext, number: int, said: str | None = None) -> None:
    page = await context.clinic.sessions.chats(context.principal, number)
    view = texts.sessions(page, context.chat, context.rules)
    await card.show(update, context, view.headed(said))
