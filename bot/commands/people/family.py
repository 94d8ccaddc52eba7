"""/family: the people whom one looks after, the card of one, removing one after a question."""

from bot.callbacks.family import (
    AddRelative,
    AskRemoveRelative,
    RemoveRelative,
    ShowRelative,
)
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.texts import family as texts
from bot.texts import labels
from bot.ui.keyboards import button, in_rows, keyboard
from bot.ui.relative_card import back, relative_card
from bot.ui.view import View
from services.errors import PatientHasAppointments
from services.models.patients import MOST_LOOKED_AFTER


async def family(context: ClinicContext, tap: Tap) -> None:
    """Show whom one looks after."""
    del tap
    await context.messenger.show(await _family(context))


async def _family(context: ClinicContext) -> View:
    people = (await context.clinic.patients.choices(context.principal))[1:]
    rows = in_rows((button(each.name, ShowRelative(each.id)) for each in people), 2)
    add = [button(labels.ADD_PERSON, AddRelative())] if len(people) < MOST_LOOKED_AFTER else []
    return View(texts.family(people), keyboard(*rows, add))


async def person(context: ClinicContext, tap: ShowRelative) -> None:
    """Show somebody whom one looks after."""
    found = await context.clinic.patients.mine(context.principal, tap.patient_id)
    await context.messenger.show(relative_card(found, context.rules))


async def ask_remove(context: ClinicContext, tap: AskRemoveRelative) -> None:
    """Ask whether to look after somebody no more. The harmless answer stands first."""
    found, is_erased = await context.clinic.handover.removal.is_last(context.principal, tap.patient_id)
    keep = [button(labels.KEEP_AS_IT_IS, ShowRelative(found.id))]
    drop = [button(labels.REMOVE_PERSON_YES, RemoveRelative(found.id))]
    text = texts.ask_remove(found, is_erased=is_erased)
    await context.messenger.show(View.asking(text, keep, drop, no=ShowRelative(found.id)))


async def remove(context: ClinicContext, tap: RemoveRelative) -> None:
    """Look after somebody no more."""
    try:
        gone = await context.clinic.handover.removal.remove(context.principal, tap.patient_id)
    except PatientHasAppointments as error:
        ways = keyboard([button(labels.MY_APPOINTMENTS, Do("appointments"))], [back()])
        await context.messenger.show(View(context.refusal(error), ways))
        return
    await context.messenger.show(View(texts.removed(gone), keyboard([back()])))
