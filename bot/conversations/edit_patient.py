"""Changing what is known of a patient without an account, begun on their card: one question."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.patients import ChangePatient, PatientField
from bot.callbacks.steps import Do, Skip
from bot.callbacks.tap import Tap
from bot.commands.people.patients import patient_card
from bot.dialogs.access import DESK
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.parsing.birth_dates import read_birth_date
from bot.people_drafts import PatientEditDraft
from bot.texts import labels, nouns
from bot.texts import patient_card as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.errors import PatientChanged
from services.models.patients import Patient
from services.patients.desk import form_of
from services.patients.family import PatientForm


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    VALUE = "edit_patient.value"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question. Only a button says what of whom is to be changed."""
    if not isinstance(tap, ChangePatient):
        return Finish(View(texts.nobody_to_change(), keyboard([button(labels.PATIENTS, Do("patients"))])))
    found = (await context.clinic.patient_desk.card(context.principal, tap.patient_id)).patient
    return Goto(Ask.VALUE, PatientEditDraft(found.id, tap.field, found.revision))


async def ask_value(context: ClinicContext) -> View:
    """Ask for the value."""
    draft = context.draft(PatientEditDraft)
    patient = await _patient(context)
    is_needed = draft.field == PatientField.NAME
    skip = [] if is_needed else [button(labels.LEAVE_EMPTY, Skip())]
    text = texts.ask_value(patient, PatientField(draft.field), context.rules)
    return View(text, keyboard(skip, ways_out(back=False)))


async def _patient(context: ClinicContext) -> Patient:
    patient_id = context.draft(PatientEditDraft).patient_id
    return (await context.clinic.patient_desk.card(context.principal, patient_id)).patient


async def take_value(context: ClinicContext, text: str) -> Outcome:
    """Take what was typed. Raises BadName, BadPhone, BadEmail, BadBirthDate, NoSuchDay."""
    return await _change(context, text.strip())


async def leave_empty(context: ClinicContext, tap: Skip) -> Outcome:
    """Forget the value."""
    del tap
    return await _change(context, "")


async def _change(context: ClinicContext, text: str) -> Outcome:
    """Change it, unless somebody else was quicker: then ask again, about what is known now."""
    draft, patient = context.draft(PatientEditDraft), await _patient(context)
    before = replace(patient, revision=draft.revision)
    form = _with(context, form_of(patient), PatientField(draft.field), text)
    try:
        changed = await context.clinic.patient_desk.change(context.principal, before, form)
    except PatientChanged as error:
        return Goto(Ask.VALUE, replace(draft, revision=patient.revision), error)
    view = await patient_card(context, changed.id)
    return Finish(view.headed(texts.changed(PatientField(draft.field))))


def _with(context: ClinicContext, form: PatientForm, field: PatientField, text: str) -> PatientForm:
    """Return the form with that value in it."""
    if field is PatientField.PHONE:
        return replace(form, phone=text or None)
    if field is PatientField.EMAIL:
        return replace(form, email=text)
    if field is PatientField.BIRTH_DATE:
        today = context.clinic.schedules.today()
        return replace(form, birth_date=read_birth_date(text, today) if text else None)
    return replace(form, name=text)


DIALOG = Dialog(
    command="edit_patient",
    noun=nouns.CHANGE,
    visitors=DESK,
    begin=begin,
    steps=(Step(Ask.VALUE, ask_value, take_value, {Skip: leave_empty}),),
    home="patients",
)
