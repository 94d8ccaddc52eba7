"""Changing a doctor's specialization, begun on the doctor's card in /users."""

from enum import StrEnum

from bot.access import ADMINS
from bot.callbacks.admins import ChangeSpecialization
from bot.callbacks.steps import Do, PickSpecialization
from bot.callbacks.tap import Tap
from bot.card import View
from bot.context import ClinicContext
from bot.dialogs import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import SpecializationDraft
from bot.keyboards import button, in_rows, keyboard, specialization_key, ways_out
from bot.people import person_card
from bot.texts import people as texts
from services.errors import NotAChoice


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    NAME = "specialization.name"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question; without the button it is not known whom it is about."""
    if not isinstance(tap, ChangeSpecialization):
        return Finish(View(texts.nobody_to_change(), keyboard([button("👥 Users", Do("users"))])))
    await context.clinic.people.get(context.principal, tap.user_id)
    return Goto(Ask.NAME, SpecializationDraft(tap.user_id, tap.search))


async def ask_name(context: ClinicContext) -> View:
    """Ask for it."""
    user = await context.clinic.people.get(context.principal, context.draft(SpecializationDraft).user_id)
    names = await context.clinic.accounts.known_specializations()
    choices = [button(name, PickSpecialization(specialization_key(name))) for name in names]
    return View(texts.ask_specialization(user), keyboard(*in_rows(choices, 2), ways_out(back=False)))


async def pick_name(context: ClinicContext, tap: PickSpecialization) -> Outcome:
    """Take the one that was tapped."""
    names = await context.clinic.accounts.known_specializations()
    name = next((name for name in names if specialization_key(name) == tap.key), None)
    if name is None:
        raise NotAChoice
    return await take_name(context, name)


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take any other, and show the doctor's card as it is then."""
    draft = context.draft(SpecializationDraft)
    user = await context.clinic.people.change_specialization(context.principal, draft.user_id, text)
    view = await person_card(context, user, draft.search)
    return Finish(view.headed(texts.specialization_changed(user)))


DIALOG = Dialog(
    command="users",
    noun="change of the specialization",
    visitors=ADMINS,
    begin=begin,
    steps=(Step(Ask.NAME, ask_name, take_name, {PickSpecialization: pick_name}),),
)
