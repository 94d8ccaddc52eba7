"""Adding or changing the reason for a visit: one question, begun on the appointment's card."""

from enum import StrEnum

from bot.callbacks.steps import Leave, Skip
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ChangeReason, ShowAppointment
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import ReasonDraft
from bot.texts import appointments as texts
from bot.texts import labels, nouns
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.errors import AlreadyCancelled, AppointmentOver, AppointmentUnknown


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    REASON = "reason.reason"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the appointment whose button was tapped, if it is upcoming."""
    if not isinstance(tap, ChangeReason):
        raise AppointmentUnknown
    found = await context.clinic.appointment_views.get(context.principal, tap.appointment_id)
    context.clinic.appointments.check_to_come(found.appointment)
    return Goto(Ask.REASON, ReasonDraft(tap.appointment_id))


async def ask(context: ClinicContext) -> View:
    """Ask for the reason, and show the one that there is."""
    found = await context.clinic.appointment_views.get(
        context.principal, context.draft(ReasonDraft).appointment_id
    )
    drop = [button(labels.REMOVE_REASON, Skip())] if found.appointment.reason else []
    return View(
        texts.ask_reason(found, context.rules), keyboard(drop, [button(labels.KEEP_AS_IT_IS, Leave())])
    )


async def take(context: ClinicContext, text: str) -> Outcome:
    """Take the reason."""
    return await _kept(context, text)


async def drop(context: ClinicContext, tap: Skip) -> Outcome:
    """Remove the reason."""
    del tap
    return await _kept(context, None)


async def _kept(context: ClinicContext, reason: str | None) -> Outcome:
    appointment_id = context.draft(ReasonDraft).appointment_id
    try:
        found = await context.clinic.appointments.explain(context.principal, appointment_id, reason)
    except (AlreadyCancelled, AppointmentOver) as error:
        return Finish(View(context.refusal(error)))
    way_on = [button(labels.OPEN_APPOINTMENT, ShowAppointment(appointment_id))]
    return Finish(View(texts.explained(found, context.rules), keyboard(way_on)))


DIALOG = Dialog(
    command="reason",
    noun=nouns.CHANGE_OF_REASON,
    visitors=PATIENTS,
    begin=begin,
    steps=(Step(Ask.REASON, ask, take, {Skip: drop}),),
    home="appointments",
)
