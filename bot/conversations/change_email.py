"""A new email address: the address, and the code that was sent there. Begun on the card of /me."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import SendAgain
from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.dialogs.access import SIGNED_IN
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import EmailDraft
from bot.texts import labels
from bot.texts import profile as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.errors import EmailTaken, MailDown, MailRefused, TooManyCodes


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    EMAIL = "email.address"
    CODE = "email.code"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the new address."""
    del context, tap
    return Goto(Ask.EMAIL, EmailDraft())


async def ask_email(context: ClinicContext) -> View:
    """Ask for the new address."""
    return View(texts.ask_new_email(context.principal.user), keyboard(ways_out(back=False)))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take an address that nobody has, and send a code there."""
    email = await context.clinic.profile.check_new_email(context.principal, text)
    return await _send(context, EmailDraft(email), Ask.EMAIL)


async def _send(context: ClinicContext, draft: EmailDraft, asked: Ask) -> Outcome:
    """Send a code, and ask for it; if it cannot be sent, ask `asked` again."""
    context.takes_long()
    try:
        await context.clinic.profile.send_code(context.principal, draft.email)
    except (MailDown, MailRefused) as error:
        return Goto(asked, draft, error)
    except TooManyCodes as error:
        return Goto(Ask.CODE if draft.sent else asked, draft, error)
    return Goto(Ask.CODE, replace(draft, sent=draft.sent + 1))


async def ask_code(context: ClinicContext) -> View:
    """Ask for the code."""
    draft = context.draft(EmailDraft)
    again = [button(labels.SEND_AGAIN, SendAgain())]
    return View(texts.ask_email_code(draft.email, draft.sent), keyboard(again, ways_out()))


async def send_again(context: ClinicContext, tap: SendAgain) -> Outcome:
    """Send another code; the first is not valid any more."""
    del tap
    return await _send(context, context.draft(EmailDraft), Ask.CODE)


async def take_code(context: ClinicContext, text: str) -> Outcome:
    """Take the right code, and change the address."""
    draft = context.draft(EmailDraft)
    try:
        user = await context.clinic.profile.set_email(context.principal, draft.email, text)
    except EmailTaken as error:
        return Goto(Ask.EMAIL, draft, error)
    context.changed(user)
    view = profile_views.account(user, context.rules, context.clinic.clock.now())
    return Finish(view.headed(texts.email_changed()))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the new address was stored although the person was never told."""
    visitor = context.visitor
    if visitor is None or visitor.user.email != context.draft(EmailDraft).email:
        return None
    view = profile_views.account(visitor.user, context.rules, context.clinic.clock.now())
    return view.headed(texts.email_changed())


DIALOG = Dialog(
    command="email",
    noun="email address change",
    visitors=SIGNED_IN,
    begin=begin,
    steps=(
        Step(Ask.EMAIL, ask_email, take_email),
        Step(Ask.CODE, ask_code, take_code, {SendAgain: send_again}, secret=True, let_go=stored_before),
    ),
    home="me",
)
