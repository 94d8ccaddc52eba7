"""Correcting somebody's email address, begun on their card in /users."""

from enum import StrEnum

from bot.callbacks.admins import CorrectEmail
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import EmailCorrectionDraft
from bot.texts import accounts as texts
from bot.texts import labels, nouns
from bot.ui.account_card import person_card
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.errors import MailDown


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    EMAIL = "correct_email.address"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question. Only a button says whose address it is about."""
    if not isinstance(tap, CorrectEmail):
        return Finish(View(texts.nobody_to_correct(), keyboard([button(labels.USERS, Do("users"))])))
    await context.clinic.administration.get(context.principal, tap.user_id)
    return Goto(Ask.EMAIL, EmailCorrectionDraft(tap.user_id, tap.search))


async def ask_email(context: ClinicContext) -> View:
    """Ask for the right address."""
    user_id = context.draft(EmailCorrectionDraft).user_id
    user = await context.clinic.administration.get(context.principal, user_id)
    return View(texts.ask_right_email(user), keyboard(ways_out(back=False)))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Correct it, and show the person's card as it is then."""
    draft = context.draft(EmailCorrectionDraft)
    context.takes_long()
    try:
        user = await context.clinic.email_verification.correct(context.principal, draft.user_id, text)
    except MailDown as error:
        return Goto(Ask.EMAIL, draft, error)
    view = await person_card(context.clinic, context.principal, user, draft.search)
    return Finish(view.headed(texts.email_corrected(user)))


DIALOG = Dialog(
    command="correct_email",
    noun=nouns.EMAIL_CORRECTION,
    visitors=ADMINS,
    begin=begin,
    steps=(Step(Ask.EMAIL, ask_email, take_email),),
    home="users",
)
