"""Finding who is the same person as a patient, begun on the patient's card: one question."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.callbacks.handover import FindSame, PickSame
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.commands.handover.merging import merge_view
from bot.dialogs.access import DESK
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.people_drafts import SamePersonDraft
from bot.texts import handover as texts
from bot.texts import labels, nouns
from bot.texts import patient_card as card_texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.errors import NotToMerge, PatientGone
from services.models.patients import Patient, own_patient
from services.models.people import User
from services.patients.desk import form_of


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    OTHER = "same_person.other"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question. Only a button says whose double is looked for."""
    if not isinstance(tap, FindSame):
        nobody = keyboard([button(labels.PATIENTS, Do("patients"))])
        return Finish(View(card_texts.nobody_to_change(), nobody))
    found = (await context.clinic.patient_desk.card(context.principal, tap.patient_id)).patient
    return Goto(Ask.OTHER, SamePersonDraft(found.id))


async def ask_other(context: ClinicContext) -> View:
    """Show who may be the same person, or whom the search means."""
    draft = context.draft(SamePersonDraft)
    patient = (await context.clinic.patient_desk.card(context.principal, draft.patient_id)).patient
    found = await _found(context, patient, draft.search)
    rows = [[button(card_texts.short(each, context.rules), PickSame(each.id))] for each in found]
    return View(texts.ask_same(patient, draft.search, found), keyboard(*rows, ways_out(back=False)))


async def _found(context: ClinicContext, patient: Patient, search: str) -> Sequence[Patient]:
    if search:
        page = await context.clinic.administration.patients(context.principal, search, 0)
        found = [own_patient(each) if isinstance(each, User) else each for each in page.items]
    else:
        found = await context.clinic.patient_desk.alike(context.principal, form_of(patient))
    return [each for each in found if each.id != patient.id]


async def take_search(context: ClinicContext, text: str) -> Outcome:
    """Look for whoever is typed."""
    return Goto(Ask.OTHER, replace(context.draft(SamePersonDraft), search=text.strip()))


async def pick(context: ClinicContext, tap: PickSame) -> Outcome:
    """Ask whether the two are one."""
    draft = context.draft(SamePersonDraft)
    try:
        return Finish(await merge_view(context, draft.patient_id, tap.patient_id))
    except (NotToMerge, PatientGone) as error:
        return Goto(Ask.OTHER, draft, error)


DIALOG = Dialog(
    command="same_person",
    noun=nouns.SEARCH,
    visitors=DESK,
    begin=begin,
    steps=(Step(Ask.OTHER, ask_other, take_search, {PickSame: pick}),),
    home="patients",
)
