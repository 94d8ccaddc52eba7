"""Making an account for a receptionist, begun in /users: name, email address, summary."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import Confirm
from bot.callbacks.tap import Tap
from bot.conversations.pickers.held_time import known
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.people_drafts import ReceptionistDraft
from bot.texts import accounts as texts
from bot.texts import labels, nouns
from bot.ui.account_card import person_card
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.accounts.fields import read_name
from services.errors import EmailTaken, MailDown, MailRefused
from services.models.people import UserId


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    NAME = "receptionist.name"
    EMAIL = "receptionist.email"
    SUMMARY = "receptionist.summary"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the name."""
    del tap
    return Goto(Ask.NAME, ReceptionistDraft(account_id=UserId(context.request_id("receptionist"))))


async def ask_name(context: ClinicContext) -> View:
    """Ask for the name."""
    del context
    return View(texts.ask_receptionists_name(), keyboard(ways_out(back=False)))


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take the name. Raises BadName."""
    return Goto(Ask.EMAIL, replace(context.draft(ReceptionistDraft), name=read_name(text)))


async def ask_email(context: ClinicContext) -> View:
    """Ask for the email address."""
    name = context.draft(ReceptionistDraft).name
    return View(texts.ask_receptionists_email(name), keyboard(ways_out()))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take an address that nobody has yet. Raises BadEmail, EmailTaken."""
    email = await context.clinic.receptionists.check_email(context.principal, text)
    return Goto(Ask.SUMMARY, replace(context.draft(ReceptionistDraft), email=email))


async def ask_summary(context: ClinicContext) -> View:
    """Show both once more: whoever reads the email gets the account."""
    draft = context.draft(ReceptionistDraft)
    text = texts.receptionist_summary(draft.name, draft.email)
    return View(text, keyboard([button(labels.MAKE_ACCOUNT, Confirm())], ways_out()))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Make the account, and show its card."""
    del tap
    draft = context.draft(ReceptionistDraft)
    context.takes_long()
    try:
        user = await context.clinic.receptionists.add(
            context.principal, known(draft.account_id), draft.name, draft.email
        )
    except (EmailTaken, MailRefused) as error:
        return Goto(Ask.EMAIL, draft, error)
    except MailDown as error:
        return Goto(Ask.SUMMARY, draft, error)
    view = await person_card(context.clinic, context.principal, user, "")
    return Finish(view.headed(texts.receptionist_added(user)))


DIALOG = Dialog(
    command="add_receptionist",
    noun=nouns.NEW_ACCOUNT,
    visitors=ADMINS,
    begin=begin,
    steps=(
        Step(Ask.NAME, ask_name, take_name),
        Step(Ask.EMAIL, ask_email, take_email),
        Step(Ask.SUMMARY, ask_summary, None, {Confirm: confirm}),
    ),
    home="users",
)
