"""Making a patient without an account, at the desk: name, telephone number, and then the booking.

Whoever may be the same person already is shown before a second one is made.
"""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import BookFor
from bot.callbacks.patients import AddPatient, PickAlike
from bot.callbacks.steps import Confirm, Skip
from bot.callbacks.tap import Tap
from bot.commands.people.patients import patient_card
from bot.conversations.pickers.held_time import known
from bot.dialogs.access import DESK
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.people_drafts import NewPatientDraft
from bot.texts import labels, nouns
from bot.texts import patient_card as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.errors import PatientGone
from services.models.patients import Patient
from services.patients.family import PatientForm


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    NAME = "new_patient.name"
    PHONE = "new_patient.phone"
    ALIKE = "new_patient.alike"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the name."""
    books = isinstance(tap, AddPatient) and tap.books
    return Goto(Ask.NAME, NewPatientDraft(books=books, request_id=context.request_id("patient")))


async def ask_name(context: ClinicContext) -> View:
    """Ask for the name."""
    del context
    return View(texts.ask_new_name(), keyboard(ways_out(back=False)))


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take the name. Raises BadName."""
    name = context.clinic.patient_desk.read_name(context.principal, text)
    return Goto(Ask.PHONE, replace(context.draft(NewPatientDraft), name=name))


async def ask_phone(context: ClinicContext) -> View:
    """Ask for the telephone number."""
    text = texts.ask_new_phone(context.draft(NewPatientDraft).name)
    return View(text, keyboard([button(labels.NO_PHONE, Skip())], ways_out()))


async def take_phone(context: ClinicContext, text: str) -> Outcome:
    """Take the number, however it is written. Raises BadPhone."""
    phone = context.clinic.patient_desk.read_phone(context.principal, text)
    return await _look_or_make(context, replace(context.draft(NewPatientDraft), phone=phone))


async def skip_phone(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a number."""
    del tap
    return await _look_or_make(context, replace(context.draft(NewPatientDraft), phone=None))


async def _look_or_make(context: ClinicContext, draft: NewPatientDraft) -> Outcome:
    """Make the patient, unless somebody is there who may be the same."""
    alike = await context.clinic.patient_desk.alike(context.principal, _form(draft))
    # If this has been made before the answer was lost, it is alike, too.
    return Goto(Ask.ALIKE, draft) if alike else await _make(context, draft)


async def ask_alike(context: ClinicContext) -> View:
    """Show who may be the same person."""
    draft = context.draft(NewPatientDraft)
    alike = await context.clinic.patient_desk.alike(context.principal, _form(draft))
    rows = [[button(texts.short(each, context.rules), PickAlike(each.id))] for each in alike]
    new = [button(labels.MAKE_ANOTHER, Confirm())]
    text = texts.ask_alike(draft.name, alike, context.rules)
    return View(text, keyboard(*rows, new, ways_out()))


async def pick_alike(context: ClinicContext, tap: PickAlike) -> Outcome:
    """Take one who was there before."""
    try:
        found = (await context.clinic.patient_desk.card(context.principal, tap.patient_id)).patient
    except PatientGone as error:
        return Goto(Ask.ALIKE, context.draft(NewPatientDraft), error)
    return await _go_on(context, found, texts.taken(found, context.rules))


async def make_another(context: ClinicContext, tap: Confirm) -> Outcome:
    """Make the patient: it is none of those."""
    del tap
    return await _make(context, context.draft(NewPatientDraft))


async def _make(context: ClinicContext, draft: NewPatientDraft) -> Outcome:
    patient = await context.clinic.patient_desk.make(
        context.principal, _form(draft), request_id=known(draft.request_id)
    )
    return await _go_on(context, patient, texts.made(patient, context.rules))


async def _go_on(context: ClinicContext, patient: Patient, said: str) -> Finish:
    """Go on to the booking, or show the patient."""
    if context.draft(NewPatientDraft).books:
        return Finish(View(said), BookFor(patient.id))
    if patient.has_account:
        return Finish(View(said, keyboard([button(labels.BOOK_FOR_THEM, BookFor(patient.id))])))
    return Finish((await patient_card(context, patient.id)).headed(said))


def _form(draft: NewPatientDraft) -> PatientForm:
    return PatientForm(draft.name, phone=draft.phone)


DIALOG = Dialog(
    command="new_patient",
    noun=nouns.NEW_PATIENT,
    visitors=DESK,
    begin=begin,
    steps=(
        Step(Ask.NAME, ask_name, take_name),
        Step(Ask.PHONE, ask_phone, take_phone, {Skip: skip_phone}),
        Step(Ask.ALIKE, ask_alike, None, {PickAlike: pick_alike, Confirm: make_another}),
    ),
    home="patients",
)
