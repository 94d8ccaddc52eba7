"""Cancelling one visit of a series, it and the rest, or all: one question which, and one whether."""

from collections.abc import Mapping

from bot.callbacks.series import AskCancelSeries, CancelSeries
from bot.callbacks.steps import Do
from bot.callbacks.visits import CancelAppointment, ShowAppointment
from bot.dialogs.context import ClinicContext
from bot.notifications.confirmations import confirmation
from bot.texts import labels
from bot.texts import series as texts
from bot.ui.keyboards import button, keyboard, notice_button
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.models.appointments import AppointmentCard
from services.models.series import SeriesScope


async def scopes(context: ClinicContext, found: AppointmentCard) -> Mapping[SeriesScope, int]:
    """Return how many visits are meant by each, where there is a choice: none where it is the last one."""
    if found.appointment.series is None:
        return {}
    part = context.clinic.visits.series.changes.part
    every = (await part(context.principal, found.appointment.id, SeriesScope.ALL)).visits
    rest = sum(each.slot.start >= found.appointment.slot.start for each in every)
    if len(every) <= 1:
        return {}
    meant = {SeriesScope.ONE: 1, SeriesScope.REST: rest, SeriesScope.ALL: len(every)}
    if rest in {1, len(every)}:  # the one alone, or all of them
        del meant[SeriesScope.REST]
    return meant


async def ask_which(context: ClinicContext, found: AppointmentCard) -> bool:
    """Ask which visits to cancel, if there is a choice; tell whether there is."""
    choices = await scopes(context, found)
    if not choices:
        return False
    visit = found.appointment.id
    rows = [
        [button(texts.scope_button(scope, number), AskCancelSeries(visit, scope))]
        for scope, number in choices.items()
    ]
    text = texts.which_to_cancel(found, context.principal.role, context.rules)
    keep = [button(labels.KEEP_THEM, ShowAppointment(visit))]
    await context.messenger.show(View.asking(text, keep, *rows, no=ShowAppointment(visit), is_choice=True))
    return True


async def ask_cancel(context: ClinicContext, tap: AskCancelSeries) -> None:
    """Ask whether to cancel these visits, and name them. The harmless answer stands first."""
    part = await context.clinic.visits.series.changes.part(context.principal, tap.appointment_id, tap.scope)
    text = texts.ask_cancel(part.card, part.visits, context.principal.role, context.rules)
    start = part.card.appointment.slot.start
    is_one = tap.scope is SeriesScope.ONE
    drop = button(
        labels.CANCEL_YES if is_one else labels.CANCEL_THESE_YES,
        CancelAppointment(tap.appointment_id, start)
        if is_one
        else CancelSeries(tap.appointment_id, tap.scope, start),
    )
    back = ShowAppointment(tap.appointment_id)
    keep = button(labels.KEEP_IT if is_one else labels.KEEP_THEM, back)
    await context.messenger.show(View.asking(text, [keep], [drop], no=back, about=Intent.CANCEL))


async def cancel(context: ClinicContext, tap: CancelSeries) -> None:
    """Cancel them."""
    gone, number = await context.clinic.visits.series.changes.cancel(
        context.principal, tap.appointment_id, tap.scope, was=tap.start
    )
    back = notice_button(labels.MY_APPOINTMENTS, Do("appointments"))
    said = confirmation(context, gone, [back])
    await context.messenger.show(said or View(texts.cancelled(number), keyboard([back])))
