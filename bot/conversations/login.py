"""/login: email address, password."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.dialogs.access import GUESTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import LoginDraft
from bot.notifications.unverified_email import asking_for_code
from bot.texts import labels, nouns
from bot.texts import sign_in as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from services.errors import AccountBlocked, AccountPending
from services.names.email_addresses import read_email


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    EMAIL = "login.email"
    PASSWORD = "login.password"  # noqa: S105 - the name of a question


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the email address, or with the password if somebody has just registered here."""
    del tap
    email, context.state.email = context.state.email, None
    if email:
        return Goto(Ask.PASSWORD, LoginDraft(email), behind=(Ask.EMAIL,))
    return Goto(Ask.EMAIL, LoginDraft())


async def ask_email(context: ClinicContext) -> View:
    """Ask for the email address."""
    del context
    return View(texts.ask_login_email(), keyboard(ways_out(back=False)))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take any address, without telling whether it has an account."""
    return Goto(Ask.PASSWORD, replace(context.draft(LoginDraft), email=read_email(text)))


async def ask_password(context: ClinicContext) -> View:
    """Ask for the password."""
    forgotten = [button(labels.FORGOT_PASSWORD, Do("forgot"))]
    return View(texts.ask_login_password(context.draft(LoginDraft).email), keyboard(forgotten, ways_out()))


async def take_password(context: ClinicContext, text: str) -> Outcome:
    """Sign in. If the account may not be used, ask again, so that what is typed next is deleted."""
    draft = context.draft(LoginDraft)
    context.takes_long()
    try:
        principal = await context.clinic.sessions.sign_in(context.chat, draft.email, text, context.label)
    except (AccountPending, AccountBlocked) as error:
        return Goto(Ask.PASSWORD, draft, error)
    context.admit(principal)
    wanted = context.state.wanted(context.clinic.clock.now())
    context.state.intent = None
    view = View(texts.signed_in(principal.user), ways_on(principal))
    if wanted is None:
        view = await asking_for_code(context, view, daily=True, stays=False)
    return Finish(view, wanted)


DIALOG = Dialog(
    command="login",
    noun=nouns.SIGN_IN,
    visitors=GUESTS,
    begin=begin,
    steps=(
        Step(Ask.EMAIL, ask_email, take_email),
        Step(Ask.PASSWORD, ask_password, take_password, secret=True),
    ),
)
