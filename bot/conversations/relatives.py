"""Adding somebody whom one looks after, or changing what is known of them."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.family import BookForRelative, EditRelative
from bot.callbacks.steps import Confirm, Do, EditAnswer, PickGender, Skip
from bot.callbacks.tap import Tap
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.input_errors import NotAChoice
from bot.localization.messages import typed_names
from bot.parsing.birth_dates import read_birth_date
from bot.parsing.fuzzy_match import in_full
from bot.people_drafts import FamilyDraft
from bot.texts import family as texts
from bot.texts import labels, nouns
from bot.texts.formats import GENDERS
from bot.ui.keyboards import Keyboard, Row, button, in_rows, keyboard, ways_out
from bot.ui.relative_card import relative_card
from bot.ui.view import View
from services.accounts.fields import read_name
from services.errors import PatientChanged, PatientUnknown, TooManyPatients
from services.models.people import Gender, UserId
from services.patients.family import PatientForm
from services.patients.fields import read_phone

LINES_A_ROW = 2


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    NAME = "family.name"
    BORN = "family.born"
    PHONE = "family.phone"
    GENDER = "family.gender"
    SUMMARY = "family.summary"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the name of somebody new, or with all that is known of somebody."""
    if isinstance(tap, EditRelative):
        return Goto(Ask.SUMMARY, await _draft_of(context, tap.patient_id))
    context.clinic.family.check_room(context.principal)
    return Goto(Ask.NAME, FamilyDraft(request_id=context.request_id("relative")))


async def _draft_of(context: ClinicContext, patient_id: UserId) -> FamilyDraft:
    """Return what is known of somebody whom the person looks after. Raises PatientUnknown."""
    found = await context.clinic.patients.mine(context.principal, patient_id)
    if found.has_account:
        raise PatientUnknown
    return FamilyDraft(
        name=found.name,
        birth_date=found.birth_date,
        phone=found.phone or "",
        gender=found.gender,
        patient_id=found.id,
        revision=found.revision,
    )


async def ask_name(context: ClinicContext) -> View:
    """Ask for the name."""
    del context
    return View(texts.ask_name(), keyboard(ways_out(back=False)))


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take the name. Raises BadName."""
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), name=read_name(text)))


async def ask_born(context: ClinicContext) -> View:
    """Ask for the birth date."""
    return View(texts.ask_birth_date(context.draft(FamilyDraft)), _answers())


async def take_born(context: ClinicContext, text: str) -> Outcome:
    """Take the birth date, which has its year. Raises BadBirthDate, NoSuchDay, SeveralDays."""
    born = read_birth_date(text, context.clinic.schedules.today())
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), birth_date=born))


async def skip_born(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a birth date."""
    del tap
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), birth_date=None))


async def ask_phone(context: ClinicContext) -> View:
    """Ask for the telephone number."""
    return View(texts.ask_phone(context.draft(FamilyDraft)), _answers())


async def take_phone(context: ClinicContext, text: str) -> Outcome:
    """Take the telephone number, however it is written. Raises BadPhone."""
    phone = read_phone(text, context.rules.region)
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), phone=phone))


async def skip_phone(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a telephone number."""
    del tap
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), phone=""))


async def ask_gender(context: ClinicContext) -> View:
    """Ask for the gender."""
    genders = [button(str(GENDERS[gender]).capitalize(), PickGender(gender)) for gender in Gender]
    return View(texts.ask_gender(context.draft(FamilyDraft)), _answers(genders))


async def pick_gender(context: ClinicContext, tap: PickGender) -> Outcome:
    """Take the gender that was tapped."""
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), gender=tap.gender))


async def type_gender(context: ClinicContext, text: str) -> Outcome:
    """Take the gender that was typed, in full."""
    return await pick_gender(context, PickGender(in_full(text, typed_names(GENDERS))))


async def skip_gender(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a gender."""
    del tap
    return Goto(Ask.SUMMARY, replace(context.draft(FamilyDraft), gender=None))


def _answers(*rows: Row) -> Keyboard:
    return keyboard(*rows, [button(labels.SKIP, Skip())], ways_out())


async def ask_summary(context: ClinicContext) -> View:
    """Show what is known, with a button for each line."""
    draft = context.draft(FamilyDraft)
    lines = [
        button(labels.CHANGE_NAME, EditAnswer(Ask.NAME)),
        button(labels.EDIT_BIRTH_DATE, EditAnswer(Ask.BORN)),
        button(labels.EDIT_PHONE, EditAnswer(Ask.PHONE)),
        button(labels.EDIT_GENDER, EditAnswer(Ask.GENDER)),
    ]
    rows = [[button(labels.SAVE, Confirm())], *in_rows(lines, LINES_A_ROW)]
    back = ways_out(back=bool(context.state.trail))
    return View(texts.summary(draft, context.rules), keyboard(*rows, back))


async def edit(context: ClinicContext, tap: EditAnswer) -> Outcome:
    """Ask one of the questions; nothing else is lost, and « Back leads to the summary."""
    if tap.question not in {Ask.NAME, Ask.BORN, Ask.PHONE, Ask.GENDER}:
        raise NotAChoice
    return Goto(Ask(tap.question), context.draft(FamilyDraft), aside=True)


async def save(context: ClinicContext, tap: Confirm) -> Outcome:
    """Add them, or store what was changed; if somebody else has changed it first, show that."""
    del tap
    draft = context.draft(FamilyDraft)
    form = PatientForm(draft.name, draft.birth_date, draft.phone or None, draft.gender)
    if draft.patient_id is not None:
        return await _change(context, draft, form, draft.patient_id)
    try:
        added = await context.clinic.family.add(context.principal, form, request_id=draft.request_id)
    except TooManyPatients as error:
        return Finish(View(context.refusal(error), keyboard([button(labels.FAMILY, Do("family"))])))
    ways = keyboard(
        [button(labels.BOOK_FOR_PERSON, BookForRelative(added.id))], [button(labels.FAMILY, Do("family"))]
    )
    return Finish(View(texts.added(added), ways))


async def _change(
    context: ClinicContext, draft: FamilyDraft, form: PatientForm, patient_id: UserId
) -> Outcome:
    before = await context.clinic.patients.mine(context.principal, patient_id)
    if before.id != patient_id:  # they were made one with another patient meanwhile
        return Goto(Ask.SUMMARY, await _draft_of(context, before.id), PatientChanged())
    form = replace(form, email=before.email, language=before.language)
    try:
        changed = await context.clinic.family.change(
            context.principal, replace(before, revision=draft.revision), form
        )
    except PatientChanged as error:
        return Goto(Ask.SUMMARY, await _draft_of(context, patient_id), error)
    return Finish(relative_card(changed, context.rules).headed(texts.changed(changed)))


DIALOG = Dialog(
    command="relative",
    noun=nouns.FAMILY_ENTRY,
    visitors=PATIENTS,
    begin=begin,
    steps=(
        Step(Ask.NAME, ask_name, take_name),
        Step(Ask.BORN, ask_born, take_born, {Skip: skip_born}),
        Step(Ask.PHONE, ask_phone, take_phone, {Skip: skip_phone}),
        Step(Ask.GENDER, ask_gender, type_gender, {PickGender: pick_gender, Skip: skip_gender}),
        Step(Ask.SUMMARY, ask_summary, None, {Confirm: save, EditAnswer: edit}),
    ),
    home="family",
)
