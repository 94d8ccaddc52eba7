"""/me: one's account, and where one is signed in; /mydata, /forgetme."""

from bot.callbacks.account import EndApiSession, EndOtherSessions, EndSession, ForgetMe, ShowSessions
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.dialogs.context import ClinicContext
from bot.notifications.unverified_email import note_asked
from bot.texts import account_deletion as deletion_texts
from bot.texts import labels
from bot.texts import profile as texts
from bot.ui.keyboards import button
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from services.models.people import ChatId


async def me(context: ClinicContext, tap: Tap) -> None:
    """Show who is signed in, and what can be changed."""
    del tap
    now = context.clinic.clock.now()
    await note_asked(context)
    await context.messenger.show(profile_views.account(context.principal.user, context.rules, now))


async def sessions(context: ClinicContext, tap: ShowSessions) -> None:
    """Show a page of where one is signed in."""
    await _show(context, tap.number)


async def end_session(context: ClinicContext, tap: EndSession) -> None:
    """Sign out of another chat."""
    await context.clinic.sessions.end(context.principal, ChatId(tap.chat_id))
    await _show(context, 0, texts.session_ended())


async def end_api_session(context: ClinicContext, tap: EndApiSession) -> None:
    """Sign a program out that uses the HTTP interface."""
    await context.clinic.sessions.end_api_session(context.principal, tap.session_id)
    await _show(context, 0, texts.api_session_ended())


async def end_other_sessions(context: ClinicContext, tap: EndOtherSessions) -> None:
    """Sign out of everything but this chat."""
    del tap
    count = await context.clinic.sessions.end_others(context.principal)
    await _show(context, 0, texts.others_ended(count))


async def my_data(context: ClinicContext, tap: Tap) -> None:
    """Send everything that is stored about the person, as one file."""
    del tap
    context.takes_long()
    content = await context.clinic.personal_data.file(context.principal, deletion_texts.data_words())
    day = context.clinic.clock.now().astimezone(context.zone).date()
    await context.messenger.send_file(content, f"my-data-{day.isoformat()}.json", deletion_texts.my_data())


async def ask_forget(context: ClinicContext, tap: Tap) -> None:
    """Ask whether to delete the account, and name what goes with it. The harmless answer stands first."""
    del tap
    principal = context.principal
    found = await context.clinic.account_deletion.affected(principal)
    keep = button(labels.KEEP_ACCOUNT, Do("me"))
    drop = button(labels.DELETE_YES, ForgetMe(principal.id))
    going = await context.clinic.account_deletion.going(principal)
    text = deletion_texts.ask_forget(principal.user, found, going, context.rules)
    await context.messenger.show(View.asking(text, [keep], [drop], no=Do("me")))


async def forget(context: ClinicContext, tap: ForgetMe) -> None:
    """Delete the account; if somebody else is signed in by now, ask about their account first."""
    if tap.user_id != context.principal.id:
        await ask_forget(context, tap)
        return
    context.takes_long()
    count = await context.clinic.account_deletion.leave(context.principal)
    context.state.email = context.state.intent = context.state.language = None
    context.sign_out()
    await context.messenger.show(View(deletion_texts.forgotten(count), ways_on(None)))


async def _show(context: ClinicContext, number: int, said: str | None = None) -> None:
    page = await context.clinic.sessions.chats(context.principal, number)
    view = profile_views.sessions(page, context.chat, context.rules)
    await context.messenger.show(view.headed(said))
