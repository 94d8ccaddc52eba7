"""Moving an appointment to another time of its doctor, begun on its card or reminder: day, time, summary.

A doctor is asked for a note to the patient before the summary.
"""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.series import PickScope
from bot.callbacks.steps import Confirm, Do, Skip
from bot.callbacks.tap import Tap
from bot.callbacks.visits import MoveAppointment, MoveTo, ShowAppointment
from bot.commands.series import scopes
from bot.conversations import moving_words
from bot.conversations.pickers.held_time import LEAVING, known, let_go
from bot.conversations.pickers.scope import which_view
from bot.conversations.pickers.slot import LOST, SlotPicker
from bot.conversations.pickers.visit import VisitPicker
from bot.dialogs.access import SIGNED_IN
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.notifications.confirmations import confirmation
from bot.texts import booking as texts
from bot.texts import labels, nouns
from bot.texts import series as series_texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from bot.ui.ways_on import left
from bot.understanding.meaning import Understood
from services.appointments.fields import read_note
from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    AppointmentOver,
    ClinicError,
    DoctorUnknown,
    KindNotOffered,
    NothingToBook,
    RequestAbandoned,
    SeriesIncomplete,
    TooLateToChange,
)
from services.models.appointments import AppointmentCard, AppointmentId
from services.models.people import Role
from services.models.series import SeriesScope


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    KIND = "moving.kind"
    WHICH = "moving.which"
    DAY = "moving.day"
    TIME = "moving.time"
    NOTE = "moving.note"
    SUMMARY = "moving.summary"


async def _to_day(context: ClinicContext, draft: BookingDraft, *behind: StrEnum) -> Goto:
    del context
    return Goto(Ask.DAY, draft, behind=behind)


def _as_it_is(draft: BookingDraft, why: NothingToBook) -> Goto:
    """Let the appointment stay of its kind, where the doctor offers none any more."""
    return Goto(Ask.DAY, replace(draft, new_kind=False, kind_id=draft.was_of_kind), why)


VISIT_PICKER = VisitPicker(Ask.KIND, None, _to_day, _as_it_is)
SLOT_PICKER = SlotPicker(
    Ask.DAY,
    Ask.TIME,
    after=Ask.SUMMARY,
    held=True,
    noted=Ask.NOTE,
    kind=Ask.KIND,
    otherwise=VISIT_PICKER.gone,
)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the day, if the appointment can still be moved. Only a button says which one it is."""
    if not isinstance(tap, MoveAppointment | MoveTo):
        return Finish(
            View(texts.nothing_to_move(), keyboard([button(labels.APPOINTMENTS, Do("appointments"))]))
        )
    found = await _found(context, tap.appointment_id)
    draft = await _draft_of(context, found)
    await context.clinic.doctors.get(context.principal, known(draft.doctor_id))
    goto = Goto(Ask.WHICH if await scopes(context, found) else Ask.DAY, draft)
    return moving_words.with_said(context, tap, goto, Ask.DAY, Ask.TIME)


async def _found(context: ClinicContext, appointment_id: AppointmentId) -> AppointmentCard:
    return await context.clinic.appointment_views.get(context.principal, appointment_id)


async def ask_which(context: ClinicContext) -> View:
    """Ask which visits of the series are to be moved."""
    found = await _found(context, known(context.draft(BookingDraft).appointment_id))
    return await which_view(context, found, series_texts.which_to_move)


async def pick_which(context: ClinicContext, tap: PickScope) -> Outcome:
    """Take which visits are to be moved."""
    return Goto(Ask.DAY, replace(context.draft(BookingDraft), scope=tap.scope))


async def told(context: ClinicContext, understood: Understood) -> Goto | None:
    """Return where a sentence leads that says another day or time; None: it says nothing of these."""
    return moving_words.told(context, understood, Ask.DAY, Ask.TIME)


async def _draft_of(context: ClinicContext, found: AppointmentCard) -> BookingDraft:
    """Return a draft for moving an appointment.

    Raises AlreadyCancelled, AppointmentOver, TooLateToChange.
    """
    appointment = found.appointment
    context.clinic.appointments.check_to_come(appointment)
    await context.clinic.appointments.check_in_time(context.principal, appointment)
    for_another = context.principal.role is not Role.PATIENT or not found.patient.has_account
    return BookingDraft(
        patient_id=found.patient.id if for_another else None,
        patient_name=found.patient.name if for_another else "",
        doctor_id=found.doctor.id,
        doctor_name=found.doctor.name,
        specialization=found.doctor.specialization,
        month=appointment.slot.start.astimezone(context.zone).date(),
        appointment_id=appointment.id,
        moving=appointment.slot,
        kind_id=appointment.kind_id,
        kind_name=found.details.kind.name if found.details.kind else "",
        was_of_kind=appointment.kind_id,
    )


async def ask_note(context: ClinicContext) -> View:
    """Ask a doctor what to tell the patient."""
    text = texts.ask_moving_note(context.draft(BookingDraft), context.zone)
    return View(text, keyboard([button(labels.SKIP, Skip())], ways_out()))


async def take_note(context: ClinicContext, text: str) -> Outcome:
    """Take the note. Raises NoteTooLong."""
    return Goto(Ask.SUMMARY, replace(context.draft(BookingDraft), note=read_note(text)))


async def skip_note(context: ClinicContext, tap: Skip) -> Outcome:
    """Move it without a note."""
    del tap
    return Goto(Ask.SUMMARY, replace(context.draft(BookingDraft), note=None))


async def ask_summary(context: ClinicContext) -> View:
    """Show the old time and the new one."""
    draft = context.draft(BookingDraft)
    text = texts.moving_summary(draft, context.principal.role, context.zone)
    if draft.scope is SeriesScope.ONE:
        return View(text, keyboard([button(labels.CONFIRM, Confirm())], ways_out()))
    preview = context.clinic.visits.series.changes.preview
    try:
        before, after = await preview(
            context.principal, known(draft.appointment_id), draft.scope, known(draft.start)
        )
    except SeriesIncomplete as error:
        return View(context.refusal(error), keyboard(ways_out()))
    text += series_texts.moving_summary(before, after, context.rules)
    return View(text, keyboard([button(labels.CONFIRM, Confirm())], ways_out()))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Move it; if the time is taken, or the appointment was moved meanwhile, offer others."""
    del tap
    draft = context.draft(BookingDraft)
    appointment_id, was = known(draft.appointment_id), known(draft.moving).start
    try:
        moved = await _moved(context, draft)
    except RequestAbandoned:
        return Finish(left(DIALOG.noun, DIALOG.command, DIALOG.home))
    except (*LOST, KindNotOffered, SeriesIncomplete) as error:
        return await _other_times(context, draft, error)
    except AppointmentChanged as error:
        return await _from_there(context, appointment_id, error)
    except (AlreadyCancelled, AppointmentOver, TooLateToChange, DoctorUnknown) as error:
        await let_go(context)
        return _over(appointment_id, context.refusal(error))
    said = confirmation(context, moved)
    if said is not None:
        return Finish(said)
    return _over(appointment_id, texts.moved(moved, was, context.principal.role, context.zone))


async def _other_times(context: ClinicContext, draft: BookingDraft, why: ClinicError) -> Goto:
    """Go to the question at which the person can choose something else."""
    if isinstance(why, KindNotOffered):
        return await VISIT_PICKER.gone(context, why)
    return await SLOT_PICKER.others(context, draft, why)


async def _moved(context: ClinicContext, draft: BookingDraft) -> AppointmentCard:
    """Move what is meant; of several visits, the time that is held for the first is let go just before."""
    who, found, was = context.principal, known(draft.appointment_id), known(draft.moving).start
    if draft.scope is SeriesScope.ONE:
        return await context.clinic.appointments.move(
            who,
            found,
            known(draft.start),
            was=was,
            note=draft.note,
            attempt=draft.attempt,
            kind_id=draft.kind_id if draft.new_kind else None,
        )
    await context.clinic.booking.let_go(known(draft.request_id))
    move = context.clinic.visits.series.changes.move
    return (await move(who, found, draft.scope, known(draft.start), was=was, note=draft.note))[0]


async def _from_there(
    context: ClinicContext, appointment_id: AppointmentId, why: AppointmentChanged
) -> Outcome:
    """Go on from the time to which somebody else has moved it."""
    try:
        now = await _draft_of(context, await _found(context, appointment_id))
    except (AlreadyCancelled, AppointmentOver, TooLateToChange) as error:
        await let_go(context)
        return _over(appointment_id, context.refusal(error))
    return await SLOT_PICKER.others(context, replace(now, day=context.draft(BookingDraft).day), why)


def _over(appointment_id: AppointmentId, said: str) -> Finish:
    """End the dialog with a button to the appointment."""
    return Finish(View(said, keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(appointment_id))])))


DIALOG = Dialog(
    command="reschedule",
    noun=nouns.MOVE,
    visitors=SIGNED_IN,
    begin=begin,
    told=told,
    steps=(
        Step(Ask.WHICH, ask_which, None, {PickScope: pick_which}),
        *VISIT_PICKER.steps,
        *SLOT_PICKER.steps,
        Step(Ask.NOTE, ask_note, take_note, {Skip: skip_note}, **LEAVING),
        Step(Ask.SUMMARY, ask_summary, None, {Confirm: confirm}, **LEAVING),
    ),
    home="appointments",
    former_name="appointments",
)
