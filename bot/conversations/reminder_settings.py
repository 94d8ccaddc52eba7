"""When a patient is reminded of appointments: one question, begun on the card of /me."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.callbacks.steps import Confirm, PickReminder
from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.conversations.hours.draft import MINUTE
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import RemindersDraft
from bot.parsing.hours import read_leads
from bot.texts import labels, nouns
from bot.texts import profile as texts
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.appointments.reminder_times import LONGEST, MOST_REMINDERS, SHORTEST, checked
from services.errors import BadReminders

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHOICES = (7 * DAY, 3 * DAY, 2 * DAY, DAY, 12 * HOUR, 2 * HOUR, HOUR, 30 * MINUTE)
CHOICES_A_ROW = 2


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    WHEN = "reminders.when"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the present choice."""
    del tap
    return Goto(Ask.WHEN, RemindersDraft(tuple(context.principal.user.reminders)))


async def ask(context: ClinicContext) -> View:
    """Ask when; each button switches one reminder on or off."""
    chosen = context.draft(RemindersDraft).chosen
    leads = sorted({*CHOICES, *(minutes * MINUTE for minutes in chosen)}, reverse=True)
    choices = [
        button(texts.reminder_button(lead, chosen=lead // MINUTE in chosen), PickReminder(lead // MINUTE))
        for lead in leads
    ]
    save = [button(labels.SAVE, Confirm())]
    rows = (*in_rows(choices, CHOICES_A_ROW), save, ways_out(back=False))
    return View(texts.ask_reminders(chosen), keyboard(*rows))


async def pick(context: ClinicContext, tap: PickReminder) -> Outcome:
    """Switch one reminder on or off. Raises BadReminders."""
    if not SHORTEST // MINUTE <= tap.minutes <= LONGEST // MINUTE:
        raise BadReminders(MOST_REMINDERS, SHORTEST, LONGEST)
    draft = context.draft(RemindersDraft)
    chosen = {*draft.chosen} ^ {tap.minutes}
    return Goto(Ask.WHEN, replace(draft, chosen=checked(minutes * MINUTE for minutes in chosen)))


async def take(context: ClinicContext, text: str) -> Outcome:
    """Take what was typed instead of the present choice. Raises BadReminders."""
    del context
    leads = read_leads(text)
    if leads is None:
        raise BadReminders(MOST_REMINDERS, SHORTEST, LONGEST)
    return Goto(Ask.WHEN, RemindersDraft(checked(leads)))


async def save(context: ClinicContext, tap: Confirm) -> Outcome:
    """Save, and plan the reminders of upcoming appointments anew."""
    del tap
    chosen = context.draft(RemindersDraft).chosen
    leads = [minutes * MINUTE for minutes in chosen]
    user = await context.clinic.reminders.choose(context.principal, leads)
    context.changed(user)
    said = texts.reminders_changed(user)
    return Finish(profile_views.account(user, context.rules, context.clinic.clock.now()).headed(said))


DIALOG = Dialog(
    command="reminders",
    noun=nouns.CHANGE_OF_REMINDERS,
    visitors=PATIENTS,
    begin=begin,
    steps=(Step(Ask.WHEN, ask, take, {PickReminder: pick, Confirm: save}),),
    home="me",
)
