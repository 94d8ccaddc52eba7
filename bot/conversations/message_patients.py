"""Writing to a patient, or to all of a day, without changing anything: the text, and a preview."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import ShowClinicDay
from bot.callbacks.doctors import ShowDay, WriteToDay, WriteToPatient
from bot.callbacks.steps import Confirm
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.access import STAFF
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import PatientMessageDraft
from bot.texts import labels, nouns
from bot.texts import waiting_room as texts
from bot.ui.keyboards import Button, button, keyboard, ways_out
from bot.ui.view import View
from services.errors import AppointmentUnknown, NobodyToWriteTo
from services.models.appointments import AppointmentCard
from services.models.people import Principal, Role
from services.waiting_room.messages import MAX_NOTE


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    TEXT = "message.text"
    PREVIEW = "message.preview"


def _draft(context: ClinicContext) -> PatientMessageDraft:
    return context.draft(PatientMessageDraft)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the appointment or the day whose button was tapped. Raises NobodyToWriteTo."""
    if isinstance(tap, WriteToPatient):
        draft = PatientMessageDraft(appointment_id=tap.appointment_id)
    elif isinstance(tap, WriteToDay):
        draft = PatientMessageDraft(day=tap.day)
    else:
        raise AppointmentUnknown
    await _cards(context, context.principal, draft)
    return Goto(Ask.TEXT, draft)


async def _cards(
    context: ClinicContext, principal: Principal, draft: PatientMessageDraft
) -> Sequence[AppointmentCard]:
    """Return the visits whose patients are written to."""
    messages = context.clinic.waiting_room.messages
    if draft.day is not None:
        return await messages.patients_of(principal, draft.day)
    if draft.appointment_id is None:
        raise AppointmentUnknown
    return await messages.patient_of(principal, draft.appointment_id)


async def ask_text(context: ClinicContext) -> View:
    """Ask for the text."""
    draft = _draft(context)
    cards = await _cards(context, context.principal, draft)
    text = texts.ask_message(cards, draft.day, context.clinic.rules, MAX_NOTE)
    return View(text, keyboard(ways_out(back=False)))


async def take_text(context: ClinicContext, text: str) -> Outcome:
    """Take the text; each is a new message, unless the last was sent without the person knowing it.

    Raises NoteTooLong, EmptyMessage.
    """
    stored = await stored_before(context)
    if stored is not None:
        return Finish(stored)
    said, message_id = context.clinic.waiting_room.messages.read(text), context.request_id("message")
    return Goto(Ask.PREVIEW, replace(_draft(context), text=said, message_id=message_id))


async def ask_preview(context: ClinicContext) -> View:
    """Show the message, and who will get it."""
    draft = _draft(context)
    cards = await _cards(context, context.principal, draft)
    text = texts.message_preview(cards, draft.day, draft.text, context.clinic.rules)
    return View(text, keyboard([button(labels.SEND, Confirm())], ways_out()))


async def send(context: ClinicContext, tap: Confirm) -> Outcome:
    """Send it."""
    del tap
    draft = _draft(context)
    context.takes_long()
    cards = await _cards(context, context.principal, draft)
    await context.clinic.waiting_room.messages.send(context.principal, cards, draft.text, draft.message_id)
    return Finish(_sent(context, context.principal, draft, cards))


def _sent(
    context: ClinicContext,
    visitor: Principal,
    draft: PatientMessageDraft,
    cards: Sequence[AppointmentCard],
) -> View:
    return View(texts.message_sent(cards), keyboard([_way_on(context, visitor, draft)]))


def _way_on(context: ClinicContext, visitor: Principal, draft: PatientMessageDraft) -> Button:
    if draft.appointment_id is not None:
        return button(labels.OPEN_APPOINTMENT, ShowAppointment(draft.appointment_id))
    day = draft.day or context.clinic.schedules.today()
    back = ShowDay(day, 0) if visitor.role is Role.DOCTOR else ShowClinicDay(day, 0)
    return button(labels.BACK_TO_THE_DAY, back)


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the message was sent although the person was never told."""
    draft, visitor = _draft(context), context.visitor
    if visitor is None or not draft.message_id:
        return None
    try:
        cards = await _cards(context, visitor, draft)
    except NobodyToWriteTo:  # their visits have begun meanwhile
        return None
    is_sent = await context.clinic.waiting_room.messages.was_sent(cards, draft.message_id)
    return _sent(context, visitor, draft, cards) if is_sent else None


DIALOG = Dialog(
    command="message",
    noun=nouns.MESSAGE,
    visitors=STAFF,
    begin=begin,
    steps=(
        Step(Ask.TEXT, ask_text, take_text, let_go=stored_before),
        Step(Ask.PREVIEW, ask_preview, None, {Confirm: send}, let_go=stored_before),
    ),
    home="appointments",
)
