"""Changing a doctor's specialization, begun on the doctor's card in /users."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import ChangeSpecialization
from bot.callbacks.steps import Do, KeepTyped, PickSpecialization
from bot.callbacks.tap import Tap
from bot.conversations.pickers.specialization import as_known, choices, likelier, of_key
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import SpecializationDraft
from bot.input_errors import NearMiss, NotAChoice
from bot.texts import accounts as texts
from bot.texts import labels, nouns
from bot.texts.specializations import specialization
from bot.ui.account_card import person_card
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.accounts.fields import read_specialization


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    NAME = "specialization.name"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question. Only a button says which doctor it is about."""
    if not isinstance(tap, ChangeSpecialization):
        return Finish(View(texts.nobody_to_change(), keyboard([button(labels.USERS, Do("users"))])))
    await context.clinic.administration.get(context.principal, tap.user_id)
    return Goto(Ask.NAME, SpecializationDraft(tap.user_id, tap.search))


async def ask_name(context: ClinicContext) -> View:
    """Ask for the specialization."""
    draft, names = context.draft(SpecializationDraft), await context.clinic.accounts.known_specializations()
    user = await context.clinic.administration.get(context.principal, draft.user_id)
    ways = ways_out(back=False)
    return View(texts.ask_specialization(user), choices(names, draft.maybe, draft.typed, ways))


async def pick_name(context: ClinicContext, tap: PickSpecialization) -> Outcome:
    """Take the specialization that was tapped."""
    names = await context.clinic.accounts.known_specializations()
    name = of_key(tap.key, [*names, *context.draft(SpecializationDraft).maybe])
    if name is None:
        raise NotAChoice
    return await _changed(context, name)


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take the specialization that was typed; if a usual one may be meant, ask."""
    draft, names = context.draft(SpecializationDraft), await context.clinic.accounts.known_specializations()
    name = as_known(read_specialization(text), names)
    if maybe := likelier(name, names):
        why = NearMiss(tuple(map(specialization, maybe)))
        return Goto(Ask.NAME, replace(draft, typed=name, maybe=maybe), why)
    return await _changed(context, name)


async def keep_name(context: ClinicContext, tap: KeepTyped) -> Outcome:
    """Take what was typed, instead of a suggestion."""
    del tap
    typed = context.draft(SpecializationDraft).typed
    if not typed:
        raise NotAChoice
    return await _changed(context, typed)


async def _changed(context: ClinicContext, name: str) -> Finish:
    """Change it, and show the doctor's card as it is then."""
    draft = context.draft(SpecializationDraft)
    user = await context.clinic.administration.change_specialization(context.principal, draft.user_id, name)
    view = await person_card(context.clinic, context.principal, user, draft.search)
    return Finish(view.headed(texts.specialization_changed(user)))


DIALOG = Dialog(
    command="specialization",
    noun=nouns.SPECIALIZATION_CHANGE,
    visitors=ADMINS,
    begin=begin,
    steps=(Step(Ask.NAME, ask_name, take_name, {PickSpecialization: pick_name, KeepTyped: keep_name}),),
    home="users",
    former_name="users",
)
