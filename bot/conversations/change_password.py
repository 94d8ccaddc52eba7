"""A new password for somebody who is signed in: the old one, the new one. Begun on the card of /me."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.dialogs.access import SIGNED_IN
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import PasswordDraft
from bot.texts import nouns
from bot.texts import profile as texts
from bot.texts import sign_in as account_texts
from bot.ui.keyboards import keyboard, ways_out
from bot.ui.view import View
from services.accounts.passwords import MIN_LENGTH


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    OLD = "password.old"
    NEW = "password.new"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the old password."""
    del context, tap
    return Goto(Ask.OLD, PasswordDraft())


async def ask_old(context: ClinicContext) -> View:
    """Ask for the old password."""
    del context
    return View(texts.ask_old_password(), keyboard(ways_out(back=False)))


async def take_old(context: ClinicContext, text: str) -> Outcome:
    """Take the right one."""
    context.takes_long()
    await context.clinic.new_passwords.prove(context.principal, text)
    return Goto(Ask.NEW, replace(context.draft(PasswordDraft), proved=True))


async def ask_new(context: ClinicContext) -> View:
    """Ask for the new password."""
    del context
    return View(account_texts.ask_new_password(MIN_LENGTH), keyboard(ways_out()))


async def take_new(context: ClinicContext, text: str) -> Outcome:
    """Change the password, if the old one was right."""
    draft = context.draft(PasswordDraft)
    if not draft.proved:
        return Goto(Ask.OLD, draft)
    context.takes_long()
    user = await context.clinic.new_passwords.renew(context.principal, text)
    view = profile_views.account(user, context.rules, context.clinic.clock.now())
    return Finish(view.headed(texts.password_changed()))


DIALOG = Dialog(
    command="password",
    noun=nouns.PASSWORD_CHANGE,
    visitors=SIGNED_IN,
    begin=begin,
    steps=(
        Step(Ask.OLD, ask_old, take_old, secret=True),
        Step(Ask.NEW, ask_new, take_new, secret=True, chosen=True),
    ),
    home="me",
)
