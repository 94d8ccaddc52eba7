"""The question which visits of a series are meant: one, it and the rest, or all."""

from collections.abc import Callable

from bot.callbacks.series import PickScope
from bot.commands.series import scopes
from bot.dialogs.context import ClinicContext
from bot.texts import series as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.people import Role

Question = Callable[[AppointmentCard, Role, ClinicRules], str]


async def which_view(context: ClinicContext, found: AppointmentCard, question: Question) -> View:
    """Ask which visits somebody wants to cancel or move."""
    rows = [
        [button(texts.scope_button(scope, number), PickScope(scope))]
        for scope, number in (await scopes(context, found)).items()
    ]
    text = question(found, context.principal.role, context.rules)
    return View(text, keyboard(*rows, ways_out(back=bool(context.state.trail))))
