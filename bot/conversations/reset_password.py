"""/forgot: email address, code, new password; then one signs in with it."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import Do, HaveCode, SendAgain
from bot.callbacks.tap import Tap
from bot.dialogs.access import GUESTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import ForgotDraft, LoginDraft
from bot.texts import labels, nouns
from bot.texts import profile as texts
from bot.texts import sign_in as account_texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.accounts.passwords import MIN_LENGTH
from services.errors import CodeExpired, TooManyCodes
from services.names.email_addresses import read_email


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    EMAIL = "forgot.email"
    CODE = "forgot.code"
    PASSWORD = "forgot.password"  # noqa: S105 - the name of a question


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the email address, or with the code if the address was typed in /login before."""
    del tap
    left = context.state.draft
    if isinstance(left, LoginDraft) and left.email:
        return replace(await _send(context, ForgotDraft(left.email)), behind=(Ask.EMAIL,))
    return Goto(Ask.EMAIL, ForgotDraft())


async def ask_email(context: ClinicContext) -> View:
    """Ask for the email address."""
    has_code = context.draft(ForgotDraft).has_code
    have = [] if has_code else [button(labels.HAS_CODE, HaveCode())]
    return View(texts.ask_forgotten_email(has_code=has_code), keyboard(have, ways_out(back=False)))


async def have_code(context: ClinicContext, tap: HaveCode) -> Outcome:
    """Ask for the code without sending one: a new code would make the one that came invalid."""
    del tap
    return Goto(Ask.EMAIL, replace(context.draft(ForgotDraft), has_code=True))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take any address, without telling whether it has an account."""
    draft = replace(context.draft(ForgotDraft), email=read_email(text), sent=0)
    return Goto(Ask.CODE, draft) if draft.has_code else await _send(context, draft)


async def _send(context: ClinicContext, draft: ForgotDraft, *, again: bool = False) -> Goto:
    """Send a code if there is an account, and ask for it."""
    try:
        errand = await context.clinic.new_passwords.ask(context.chat, draft.email, again=again)
    except TooManyCodes as error:
        return Goto(Ask.CODE, draft, error)
    context.later(errand)
    return Goto(Ask.CODE, replace(draft, sent=draft.sent + 1))


async def ask_code(context: ClinicContext) -> View:
    """Ask for the code."""
    draft = context.draft(ForgotDraft)
    again = [button(labels.SEND_AGAIN, SendAgain())]
    return View(texts.ask_forgotten_code(draft.email, draft.sent), keyboard(again, ways_out()))


async def send_again(context: ClinicContext, tap: SendAgain) -> Outcome:
    """Send another code; the first is not valid any more."""
    del tap
    return await _send(context, context.draft(ForgotDraft), again=True)


async def take_code(context: ClinicContext, text: str) -> Outcome:
    """Take the right code."""
    draft = context.draft(ForgotDraft)
    await context.clinic.new_passwords.redeem(context.chat, draft.email, text)
    return Goto(Ask.PASSWORD, draft)


async def ask_password(context: ClinicContext) -> View:
    """Ask for the new password."""
    del context
    return View(account_texts.ask_new_password(MIN_LENGTH), keyboard(ways_out()))


async def take_password(context: ClinicContext, text: str) -> Outcome:
    """Change the password, and go on to signing in."""
    draft = context.draft(ForgotDraft)
    context.takes_long()
    try:
        user = await context.clinic.new_passwords.renew_forgotten(context.chat, draft.email, text)
    except CodeExpired as error:
        return Goto(Ask.CODE, draft, error)
    context.state.email = user.email
    return Finish(View(texts.password_renewed()), Do("login"))


DIALOG = Dialog(
    command="forgot",
    noun=nouns.PASSWORD_RESET,
    visitors=GUESTS,
    begin=begin,
    steps=(
        Step(Ask.EMAIL, ask_email, take_email, {HaveCode: have_code}),
        Step(Ask.CODE, ask_code, take_code, {SendAgain: send_again}, secret=True),
        Step(Ask.PASSWORD, ask_password, take_password, secret=True, chosen=True),
    ),
)
