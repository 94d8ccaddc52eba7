"""Cancelling somebody's appointment as a doctor or at the desk: a note to the patient, and one question."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.doctors import CancelForPatient, ShowDay
from bot.callbacks.series import PickScope
from bot.callbacks.steps import Back, Confirm, Do, Leave, Skip
from bot.callbacks.tap import Tap
from bot.commands.series import scopes
from bot.conversations.pickers.scope import which_view
from bot.dialogs.access import STAFF
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import CancelForPatientDraft
from bot.notifications.confirmations import confirmation
from bot.texts import labels, nouns
from bot.texts import schedule as texts
from bot.texts import series as series_texts
from bot.ui.keyboards import Button, button, keyboard, notice_button
from bot.ui.view import View
from services.appointments.fields import read_note
from services.errors import AlreadyCancelled, AppointmentChanged, AppointmentOver, AppointmentUnknown
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.people import Principal, Role
from services.models.series import SeriesScope


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    WHICH = "withdraw.which"
    NOTE = "withdraw.note"
    SURE = "withdraw.sure"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the appointment whose button was tapped, if it can still be cancelled."""
    if not isinstance(tap, CancelForPatient):
        raise AppointmentUnknown
    found = await context.clinic.appointment_views.get(context.principal, tap.appointment_id)
    context.clinic.appointments.check_to_come(found.appointment)
    draft = CancelForPatientDraft(tap.appointment_id, found.appointment.slot.start)
    return Goto(Ask.WHICH if await scopes(context, found) else Ask.NOTE, draft)


async def ask_which(context: ClinicContext) -> View:
    """Ask which visits of the series are meant."""
    return await which_view(context, await _found(context), series_texts.which_to_cancel)


async def pick_which(context: ClinicContext, tap: PickScope) -> Outcome:
    """Take which visits are meant."""
    return Goto(Ask.NOTE, replace(context.draft(CancelForPatientDraft), scope=tap.scope))


async def _found(context: ClinicContext) -> AppointmentCard:
    draft = context.draft(CancelForPatientDraft)
    return await context.clinic.appointment_views.get(context.principal, draft.appointment_id)


async def ask_note(context: ClinicContext) -> View:
    """Ask what to tell the patient."""
    text = texts.ask_note(await _found(context), context.clinic.rules.zone)
    return View(text, keyboard([button(labels.SKIP, Skip())], [button(labels.KEEP_IT, Leave())]))


async def take_note(context: ClinicContext, text: str) -> Outcome:
    """Take the note."""
    return Goto(Ask.SURE, replace(context.draft(CancelForPatientDraft), note=read_note(text)))


async def skip_note(context: ClinicContext, tap: Skip) -> Outcome:
    """Cancel without a note."""
    del tap
    return Goto(Ask.SURE, replace(context.draft(CancelForPatientDraft), note=None))


async def ask_sure(context: ClinicContext) -> View:
    """Ask whether to cancel it, and name it. The harmless answer stands first."""
    draft = context.draft(CancelForPatientDraft)
    text = texts.ask_sure(await _found(context), draft.note, context.clinic.rules.zone)
    if draft.scope is not SeriesScope.ONE:
        part = context.clinic.visits.series.changes.part
        meant = await part(context.principal, draft.appointment_id, draft.scope)
        text = series_texts.ask_cancel(meant.card, meant.visits, context.principal.role, context.rules)
    keep, drop = button(labels.KEEP_IT, Leave()), button(labels.CANCEL_YES, Confirm())
    return View(text, keyboard([keep], [drop], [button(labels.BACK, Back())]))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Cancel it."""
    del tap
    draft = context.draft(CancelForPatientDraft)
    try:
        gone = await _cancelled(context, draft)
    except (AlreadyCancelled, AppointmentChanged, AppointmentOver) as error:
        return Finish(View(context.refusal(error)))
    way_on = _way_on(context, context.principal, gone)
    return Finish(confirmation(context, gone, [way_on]) or _gone(context, context.principal, gone))


async def _cancelled(context: ClinicContext, draft: CancelForPatientDraft) -> AppointmentCard:
    who, found, start = context.principal, draft.appointment_id, draft.start
    if draft.scope is SeriesScope.ONE or start is None:
        return await context.clinic.appointments.cancel(who, found, draft.note, was=start)
    cancel = context.clinic.visits.series.changes.cancel
    return (await cancel(who, found, draft.scope, was=start, note=draft.note))[0]


def _gone(context: ClinicContext, visitor: Principal, gone: AppointmentCard) -> View:
    """Say that it is cancelled, with a button for what comes next."""
    text = texts.withdrawn(gone, context.clinic.rules.zone)
    return View(text, keyboard([_way_on(context, visitor, gone)]))


def _way_on(context: ClinicContext, visitor: Principal, gone: AppointmentCard) -> Button:
    day = gone.appointment.slot.start.astimezone(context.clinic.rules.zone).date()
    if visitor.role is Role.DOCTOR:
        return notice_button(labels.THE_DAY, ShowDay(day, 0))
    return button(labels.APPOINTMENTS, Do("appointments"))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if it was cancelled although the person was never told."""
    if context.visitor is None:
        return None
    draft = context.draft(CancelForPatientDraft)
    found = await context.clinic.appointment_views.get(context.visitor, draft.appointment_id)
    is_cancelled = found.appointment.status is AppointmentStatus.CANCELLED
    return _gone(context, context.visitor, found) if is_cancelled else None


DIALOG = Dialog(
    command="withdraw",
    noun=nouns.CANCELLATION,
    visitors=STAFF,
    begin=begin,
    steps=(
        Step(Ask.WHICH, ask_which, None, {PickScope: pick_which}),
        Step(Ask.NOTE, ask_note, take_note, {Skip: skip_note}),
        Step(Ask.SURE, ask_sure, None, {Confirm: confirm}, let_go=stored_before),
    ),
    home="appointments",
)
